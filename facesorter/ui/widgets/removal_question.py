"""A question before something is removed, asked calmly: the harmless answer is the usual one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QMessageBox, QWidget

from facesorter.domain.messages import gettext as _


def with_what_stays(more: str, commands: Sequence[str]) -> str:
    """The sentences with what is left in Amazon Rekognition after the removal, and what deletes it."""
    if not commands:
        return more
    stays = _(
        "Faces that searches for duplicates have sent to Amazon Rekognition stay in your account. To delete them:"
    )
    return "\n".join([f"{more}\n", stays, *commands])


@dataclass(frozen=True, slots=True)
class RemovalQuestion:
    """What it says, in sentences, and on its buttons; without `no` the system's own word for Cancel."""

    title: str
    question: str
    more: str
    yes: str
    no: str = ""

    def is_agreed(self, parent: QWidget) -> bool:
        """Ask, and wait for the answer."""
        box = QMessageBox(parent)
        box.setWindowTitle(self.title)
        box.setText(self.question)
        box.setInformativeText(self.more)
        yes = box.addButton(self.yes, QMessageBox.ButtonRole.DestructiveRole)
        if self.no:
            no = box.addButton(self.no, QMessageBox.ButtonRole.RejectRole)
        else:
            no = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(no)
        box.setEscapeButton(no)
        box.exec()
        return box.clickedButton() is yes
