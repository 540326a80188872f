"""The lines above the groups on the People page: what to do with them, and links to faces and people that are apart."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.people.loading import Shown
from facesorter.ui.shell import words
from facesorter.ui.widgets.card import button, label
from facesorter.ui.widgets.flow import FlowLayout


class GroupsHead(QWidget):
    """Says what is shown. `changed` when the user wants to see what is apart, or no longer."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.with_hidden = self.single = False
        self._question = label("", "large")
        self._hint = label("", "dim", wraps=True)
        self.single_button, self.hidden_button = button("", "link"), button("", "link")
        self.single_button.clicked.connect(self._ask_single)
        self.hidden_button.clicked.connect(self._ask_hidden)
        links = QWidget()
        flow = FlowLayout(links, 12, 4)
        flow.at_end = True
        for one in self.links:
            flow.addWidget(one)
            one.hide()
        above = QHBoxLayout()
        above.setSpacing(12)
        above.addWidget(self._question)
        above.addWidget(links, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(above)
        layout.addWidget(self._hint)
        self.hide()

    @property
    def links(self) -> list[QWidget]:
        """In the order in which they are seen."""
        return [self.single_button, self.hidden_button]

    def show_counts(self, shown: Shown) -> None:
        """Say what these groups are, and how much is apart."""
        if self.single:
            title, link = _("Small, blurred, and single faces"), _("Back to the groups")
        else:
            title, link = _("Who is this?"), _("Small, blurred, and single faces ({})")
        self._question.setText(title)
        self._hint.setText(_("Type a name and press Enter: it is a person then, with all these photos."))
        self.single_button.setText(link.format(words.number(shown.single)))
        hidden = _("Leave out who is hidden") if self.with_hidden else _("Hidden ({})")
        self.hidden_button.setText(hidden.format(words.number(shown.hidden)))
        self.single_button.setVisible(self.single or bool(shown.single))
        self.hidden_button.setVisible(bool(shown.hidden))
        for one in (self._question, self._hint):
            one.setVisible(bool(shown.groups) or self.single)
        self.setVisible(bool(shown.groups or shown.hidden or shown.single) or self.single)

    def _ask_single(self) -> None:
        self.single = not self.single
        self.changed.emit()

    def _ask_hidden(self) -> None:
        self.with_hidden = not self.with_hidden
        self.changed.emit()
