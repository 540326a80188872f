"""The compared faces, most similar first, and the pictures that had none or could not be read, for a table.

All faces lie in one list sorted by similarity, so that the matches are its beginning, and another threshold only moves
the border.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from enum import Enum
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from facesorter.domain.events import PhotoFailed
from facesorter.domain.figures import percent
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Comparison
from facesorter.pipeline.compare import PictureCompared
from facesorter.ui.shell import words

NOWHERE = QModelIndex()
"""The parent of all rows."""

PICTURE, FACE, SIMILARITY = range(3)


class Part(Enum):
    """What of the outcome is shown."""

    MATCHES = "matches"
    OTHERS = "others"
    NO_FACE = "no face"
    PROBLEMS = "problems"


class FaceKey(NamedTuple):
    """A face of the outcome: which picture, and which of its comparison's matches; None: the picture alone."""

    picture: int
    match: int | None


class _Scored(NamedTuple):
    similarity: float
    key: FaceKey


class _Compared(NamedTuple):
    path: str
    comparison: Comparison
    numbers: tuple[int, ...]


class FacesModel(QAbstractTableModel):
    """`counted` after the number of rows in any part changed."""

    counted = Signal()

    def __init__(self, threshold: float) -> None:
        super().__init__()
        self._part = Part.MATCHES
        self._threshold = threshold
        self._pictures: list[_Compared] = []
        self._scored: list[_Scored] = []
        self._matching = 0
        self._no_face: list[int] = []
        self._problems: list[PhotoFailed] = []

    # What is known

    @property
    def part(self) -> Part:
        return self._part

    @property
    def threshold(self) -> float:
        return self._threshold

    @property
    def pictures(self) -> int:
        """How many pictures have been dealt with, whatever came of it."""
        return len(self._pictures) + len(self._problems)

    def matching_pictures(self) -> int:
        """How many pictures have a face that matches."""
        return len({scored.key.picture for scored in self._scored[: self._matching]})

    @property
    def most_similar(self) -> float | None:
        return self._scored[0].similarity if self._scored else None

    def count(self, part: Part) -> int:
        """How many rows this part has."""
        return {
            Part.MATCHES: self._matching,
            Part.OTHERS: len(self._scored) - self._matching,
            Part.NO_FACE: len(self._no_face),
            Part.PROBLEMS: len(self._problems),
        }[part]

    def key(self, row: int) -> FaceKey | None:
        """The face in this row; None for a picture that could not be read."""
        match self._part:
            case Part.MATCHES:
                return self._scored[row].key
            case Part.OTHERS:
                return self._scored[self._matching + row].key
            case Part.NO_FACE:
                return FaceKey(self._no_face[row], None)
            case Part.PROBLEMS:
                return None

    def row(self, key: FaceKey) -> int | None:
        """Where this face is shown, if it is."""
        if key.picture >= len(self._pictures):
            return None
        if key.match is None:
            return self._no_face.index(key.picture) if self._part is Part.NO_FACE else None
        similarity = self.comparison(key).matches[key.match].similarity
        place = bisect_left(self._scored, -similarity, key=_falling)
        while self._scored[place].key != key:
            place += 1
        matches = place < self._matching
        if self._part is not (Part.MATCHES if matches else Part.OTHERS):
            return None
        return place if matches else place - self._matching

    def path(self, row: int) -> str:
        """The picture of this row."""
        key = self.key(row)
        return self._problems[row].photo.path if key is None else self._pictures[key.picture].path

    def comparison(self, key: FaceKey) -> Comparison:
        """All that was found in a picture."""
        return self._pictures[key.picture].comparison

    def numbers(self, key: FaceKey) -> tuple[int, ...]:
        """The number of each match of a picture's comparison: 1 is the largest face."""
        return self._pictures[key.picture].numbers

    # Changing it

    def clear(self) -> None:
        """Nothing was compared."""
        self.beginResetModel()
        for rows in (self._pictures, self._scored, self._no_face, self._problems):
            rows.clear()
        self._matching = 0
        self._part = Part.MATCHES
        self.endResetModel()
        self.counted.emit()

    def add(self, event: PictureCompared | PhotoFailed) -> None:
        """One more picture."""
        if isinstance(event, PhotoFailed):
            self._append(self._problems, event, Part.PROBLEMS)
            return
        comparison = event.comparisons[0]
        place = len(self._pictures)
        self._pictures.append(_Compared(event.photo.path, comparison, numbered(comparison)))
        if not comparison.matches:
            self._append(self._no_face, place, Part.NO_FACE)
        for number, match in enumerate(comparison.matches):
            self._insert(_Scored(match.similarity, FaceKey(place, number)))

    def _append(self, rows: list[Any], row: Any, part: Part) -> None:
        if part is self._part:
            self.beginInsertRows(NOWHERE, len(rows), len(rows))
        rows.append(row)
        if part is self._part:
            self.endInsertRows()

    def _insert(self, scored: _Scored) -> None:
        place = bisect_right(self._scored, -scored.similarity, key=_falling)
        matches = scored.similarity >= self._threshold
        shown = self._part is (Part.MATCHES if matches else Part.OTHERS)
        if shown:
            row = place if matches else place - self._matching
            self.beginInsertRows(NOWHERE, row, row)
        self._scored.insert(place, scored)
        self._matching += matches
        if shown:
            self.endInsertRows()

    def show_part(self, part: Part) -> None:
        """Show the rows of this part."""
        self.beginResetModel()
        self._part = part
        self.endResetModel()

    def set_threshold(self, threshold: float) -> None:
        """From which similarity (0-100) on a face matches."""
        self.beginResetModel()
        self._threshold = threshold
        self._matching = bisect_right(self._scored, -threshold, key=_falling)
        self.endResetModel()
        self.counted.emit()

    # As Qt asks for it

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = NOWHERE) -> int:
        """Of the part that is shown."""
        return 0 if parent.isValid() else self.count(self._part)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = NOWHERE) -> int:
        """Without faces there are no similarities."""
        return {Part.NO_FACE: 1, Part.PROBLEMS: 2}.get(self._part, 3)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' names."""
        if orientation is Qt.Orientation.Vertical or role != Qt.ItemDataRole.DisplayRole:
            return None
        second = _("Problem") if self._part is Part.PROBLEMS else _("Face")
        return (_("Picture"), second, _("Similarity"))[section]

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words for people; the user role has the similarity."""
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.ToolTipRole:
            return words.readable(self.path(row)) if column == PICTURE else self._text(row, column)
        if role == Qt.ItemDataRole.UserRole:
            return self._similarity(row)
        return self._text(row, column) if role == Qt.ItemDataRole.DisplayRole else None

    def _text(self, row: int, column: int) -> str:
        key = self.key(row)
        if column == PICTURE:
            return words.file_name(self.path(row))
        if key is None:
            return self._problems[row].reason
        if column == SIMILARITY or key.match is None:
            return percent(self._similarity(row))
        numbers = self.numbers(key)
        return _("{} of {}").format(numbers[key.match], len(numbers))

    def _similarity(self, row: int) -> float:
        key = self.key(row)
        return 0.0 if key is None or key.match is None else self.comparison(key).matches[key.match].similarity


def numbered(comparison: Comparison) -> tuple[int, ...]:
    """The number of each match among the picture's faces: 1 is the largest."""
    by_size = sorted(range(len(comparison.matches)), key=lambda place: -comparison.matches[place].face.box.area)
    return tuple(by_size.index(place) + 1 for place in range(len(by_size)))


def _falling(scored: _Scored) -> float:
    return -scored.similarity
