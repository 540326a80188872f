"""Offers the names of everybody who is known while one is typed, each with its number of photos."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from facesorter.domain.groups import KnownPerson
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Person
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import mark

NAME = Qt.ItemDataRole.UserRole
MOST_SHOWN = 8
"""Names that are shown at once; the others by scrolling."""


class KnownNames(QCompleter):
    """The list below a field, for as many fields as have it as their completer.

    `clicked` carries the field and the person whose name was clicked in the list.
    """

    clicked = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._people: dict[str, Person] = {}
        self._offered: list[tuple[Person, int]] = []
        self._names = QStandardItemModel(self)
        self.setModel(self._names)
        self.setCompletionRole(NAME)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)  # a family name will do
        self.setMaxVisibleItems(MOST_SHOWN)
        self._list = QListView()
        self._list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName(_("People you know"))
        mark(self._list, kind="names")
        self.setPopup(self._list)
        self._list.clicked.connect(self._tell_clicked)

    def offer(self, people: Sequence[KnownPerson]) -> None:
        """These people are known, in this order."""
        offered = [(one.details.person, one.pictures) for one in people]
        if offered == self._offered:  # or an open list would close
            return
        self._offered, self._people = offered, {person.name: person for person, _pictures in offered}
        self._names.clear()
        for person, pictures in offered:
            item = QStandardItem(_("{name} ({photos})").format(name=person.name, photos=words.photos(pictures)))
            item.setData(person.name, NAME)
            self._names.appendRow(item)

    def chosen_in(self, field: QLineEdit) -> Person | None:
        """Who is chosen in the list below this field; None if nobody is, or if there is no list."""
        if self.widget() is not field or not self._list.isVisible():
            return None
        return self._people.get(self._list.currentIndex().data(NAME) or "")

    def _tell_clicked(self, place: QModelIndex) -> None:
        person = self._people.get(place.data(NAME))
        if person is not None:
            self.clicked.emit(self.widget(), person)
