"""Chooses which photos of a person are shown: all, or those with, without or of somebody else, or of nobody else."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from facesorter.domain.messages import gettext as _

ALL, WITH, EITHER, ONLY, WITHOUT = range(5)


class WithWhom(QWidget):
    """Two boxes: how, and with whom where that is a question. `changed` when the user has chosen."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.how, self.whom = QComboBox(), QComboBox()
        self.how.addItems([_("All photos"), _("Together with"), _("This person or"), _("Nobody else"), _("Without")])
        self.how.setAccessibleName(_("Which photos"))
        self.whom.setAccessibleName(_("Other person"))
        self.whom.setMinimumContentsLength(12)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.how)
        line.addWidget(self.whom)
        line.addStretch()
        self.how.currentIndexChanged.connect(self._chosen)
        self.whom.currentIndexChanged.connect(self._chosen)
        self.offer(())

    @property
    def choice(self) -> tuple[int, str]:
        """How, and the name of the other person."""
        return self.how.currentIndex(), self.whom.currentText()

    def offer(self, names: Sequence[str]) -> None:
        """These are the others; whoever was chosen stays so while they are known, and else all photos are shown."""
        if [self.whom.itemText(place) for place in range(self.whom.count())] != list(names):
            with QSignalBlocker(self.whom):
                before = self.whom.currentText()
                self.whom.clear()
                self.whom.addItems(list(names))
                self.whom.setCurrentIndex(max(0, self.whom.findText(before)))
                if before not in names and self._asks_whom:
                    self.reset()
        self.setVisible(bool(names))
        self._show_whom()

    def choose(self, how: int, name: str) -> None:
        """This is chosen, though the others may not have been offered yet; nobody is told."""
        with QSignalBlocker(self.how), QSignalBlocker(self.whom):
            if self.whom.findText(name) < 0:
                self.whom.addItem(name)
            self.whom.setCurrentIndex(self.whom.findText(name))
            self.how.setCurrentIndex(how)
        self._show_whom()

    def reset(self) -> None:
        """All photos again."""
        with QSignalBlocker(self.how):
            self.how.setCurrentIndex(ALL)
        self._show_whom()

    @property
    def _asks_whom(self) -> bool:
        return self.how.currentIndex() in (WITH, EITHER, WITHOUT)

    def _show_whom(self) -> None:
        self.whom.setVisible(self._asks_whom)

    def _chosen(self) -> None:
        self._show_whom()
        self.changed.emit()
