"""Says who was merged into a person, and since when, with a link that takes them apart again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Merge
from facesorter.ui.shell import words
from facesorter.ui.widgets.card import button, label

MOST = 2
"""So many are shown, the last ones; the menu of the page has all of them."""


class MergedWith(QWidget):
    """`apart` carries the name of whoever is to be somebody of their own again."""

    apart = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._merged: Sequence[Merge] = ()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(12, 0, 12, 0)
        self._rows.setSpacing(2)
        self.hide()

    def be_about(self, merged: Sequence[Merge]) -> None:
        """Show the last ones of these, of whom the last one comes first."""
        if merged == self._merged:
            return
        self._merged = merged
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for one in merged[:MOST]:
            name = words.in_a_sentence(one.person.name)
            sentence = _("Merged with {name}.")
            if one.merged_at is not None:
                sentence = _("Merged with {name} on {date}.")
            day = "" if one.merged_at is None else words.day(one.merged_at)
            self._rows.addWidget(label(sentence.format(name=name, date=day), "small", wraps=True))
            link = button(_("Take apart"), "link", _("Take {name} apart again").format(name=one.person.name))
            link.clicked.connect(partial(self.apart.emit, one.person.name))
            self._rows.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        self.setVisible(bool(merged))
