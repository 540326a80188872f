"""What a person is described by: a name to type, and headshots to choose, with what there is to say of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.shell.theme import Theme, mark
from facesorter.ui.sort.drafts import Draft
from facesorter.ui.sort.headshot_words import how_many, quality_of_all
from facesorter.ui.widgets.card import button, label
from facesorter.ui.widgets.face_button import FaceButton

AVATAR_PX = 64


class DraftFields(QHBoxLayout):
    """Shows one draft at a time, with the widget `below` it.

    `named` carries what was typed; `pictures_asked` when pictures are to be chosen; `headshots_asked` when all
    headshots are to be shown.
    """

    named = Signal(str)
    pictures_asked = Signal()
    headshots_asked = Signal()

    def __init__(self, theme: Theme, below: QWidget) -> None:
        super().__init__()
        self._has_shots = False
        self.avatar = FaceButton(theme, AVATAR_PX)
        self.avatar.clicked.connect(self._avatar_clicked)
        self.name = QLineEdit(placeholderText=_("Name"), maxLength=200)
        self.name.setAccessibleName(_("Name"))
        self.name.textEdited.connect(self.named)
        self.add = button("")
        self.add.clicked.connect(self.pictures_asked)
        self.chip = label("", wraps=True)
        self.manage = button("", "link")
        self.manage.setAccessibleDescription(_("Shows all headshots of this person"))
        self.manage.clicked.connect(self.headshots_asked)
        self.hint = label("", "warn", wraps=True)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.name, 1)
        line.addWidget(self.add)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addLayout(line)
        right.addWidget(self.chip)
        right.addWidget(self.manage, 0, Qt.AlignmentFlag.AlignLeft)
        right.addWidget(self.hint)
        right.addWidget(below)
        self.setSpacing(12)
        self.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        self.addLayout(right, 1)

    def show_draft(self, draft: Draft, name_problem: str) -> None:
        """This person, and what is wrong with the name; "" if nothing is."""
        self._has_shots = bool(draft.shots)
        if self.name.text() != draft.name:
            self.name.setText(draft.name)
        self.add.setText(_("Add…") if draft.shots else _("Choose…"))
        self.add.setAccessibleDescription(_("Adds headshots") if draft.shots else _("Chooses headshots"))
        self.add.setToolTip(_("Add headshots") if draft.shots else _("Choose headshots"))
        self._show_face(draft)
        text, tone = quality_of_all(draft)
        self.chip.setText(text)
        mark(self.chip, tone=tone)
        self.manage.setText(_manage_text(draft))
        self.manage.setVisible(bool(draft.shots))
        self.hint.setText(name_problem)
        self.hint.setVisible(bool(name_problem))
        mark(self.name, tone=("bad" if draft.name.strip() else "missing") if name_problem else "")
        self.name.setAccessibleDescription(name_problem)

    def _show_face(self, draft: Draft) -> None:
        shown = next((shot for shot in draft.usable if shot.loaded is not None), None)
        if shown is not None and shown.loaded is not None and shown.report is not None:
            self.avatar.show_face(shown.loaded.image, shown.report.faces[shown.chosen].box)
        else:
            self.avatar.clear()
        self.avatar.setAccessibleName(_("Headshots") if draft.shots else _("Choose headshots"))
        self.avatar.setToolTip(self.avatar.accessibleName())

    def _avatar_clicked(self) -> None:
        (self.headshots_asked if self._has_shots else self.pictures_asked).emit()


def _manage_text(draft: Draft) -> str:
    """What leads to all headshots: their number, or that one of several faces is to be chosen."""
    if len(draft.shots) == 1 and draft.usable:
        report, picked = draft.usable[0].report, draft.usable[0].face_index is not None
        faces = len(report.faces) if report is not None else 0
        if faces > 1:
            return _("Change…") if picked else _("Choose…")
    return how_many(draft)
