"""Asks when a person was born."""

from __future__ import annotations

import re
from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDateEdit, QDialog, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.widgets.card import button, cancel_or, label

FIRST = QDate(1800, 1, 1)
USUAL = QDate(2000, 1, 1)
"""What is shown of somebody whose birth date is not known, to begin with."""


class DateField(QDateEdit):
    """A date as it is written here, with all digits of its year."""

    def __init__(self, shown: QDate) -> None:
        super().__init__(shown)
        self._went_on = False
        self.setDisplayFormat(re.sub("y+", "yyyy", self.displayFormat()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt goes on by itself after the last digit of a day or month: a dot that is typed then skips nothing more."""
        typed, before = event.text(), self.currentSectionIndex()
        if self._went_on and typed.isprintable() and typed and not typed.isalnum():
            self._went_on = False
            return
        super().keyPressEvent(event)
        self._went_on = typed.isdigit() and self.currentSectionIndex() != before


class BirthDialog(QDialog):
    """Once it was accepted, `born` is the date, or None if it is not known."""

    def __init__(self, name: str, born: date | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.born = born
        self.setWindowTitle(_("Birth date"))
        self.date = DateField(USUAL if born is None else QDate(born.year, born.month, born.day))
        self.date.setAccessibleName(_("Birth date"))
        self.date.setDateRange(FIRST, QDate.currentDate())
        self.date.setCalendarPopup(True)
        self.save = button(_("Save"), "primary")
        self.save.setDefault(True)
        self.save.clicked.connect(self._take)
        self.unknown = button(_("Not known"))
        self.unknown.clicked.connect(self._take_none)
        buttons = cancel_or(self, self.save)
        buttons.insertWidget(0, self.unknown)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(label(_("When was {name} born?").format(name=name), "strong"))
        layout.addWidget(label(_("FaceSorter finds this person in no photo that was taken before."), "dim", wraps=True))
        layout.addWidget(self.date)
        layout.addLayout(buttons)
        self.date.setFocus()

    def _take(self) -> None:
        shown = self.date.date()
        self.born = date(shown.year(), shown.month(), shown.day())
        self.accept()

    def _take_none(self) -> None:
        self.born = None
        self.accept()
