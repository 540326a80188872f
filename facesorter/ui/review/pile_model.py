"""The photos of one pile as Qt's views want them: some rows of the results, in the order shown."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from facesorter.domain.figures import percent
from facesorter.domain.models import Pile
from facesorter.ui.review.photo_table import Rows
from facesorter.ui.review.piles import name_of
from facesorter.ui.review.results import Results
from facesorter.ui.shell import words

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class PileModel(QAbstractListModel):
    """Some rows of the results, in the order shown, for one person."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.results: Results | None = None
        self.person_number = 0
        self.rows: Rows = np.empty(0, np.intp)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many photos are shown."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The file's name, and a sentence for screen readers."""
        if self.results is None or not index.isValid():
            return None
        row = int(self.rows[index.row()])
        if role == Qt.ItemDataRole.DisplayRole:
            return words.readable(self.results.photos.short_name(row))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._sentence(self.results, row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{self._sentence(self.results, row)}\n{words.readable(self.results.photos.path(row))}"
        return None

    def _sentence(self, results: Results, row: int) -> str:
        name = words.readable(results.photos.short_name(row))
        which = results.pile_of(row, self.person_number)
        if which is Pile.PROBLEM:
            return f"{name}: {results.reason(row, self.person_number)}"
        if which is Pile.NO_FACE:
            return f"{name}: {name_of(which)}"
        score, _ = results.verdict(row, self.person_number)
        return f"{name}: {name_of(which)}, {percent(score.similarity)}"

    def append(self, rows: Rows) -> None:
        """Show these rows, the first of which are those shown already."""
        self.beginInsertRows(QModelIndex(), len(self.rows), len(rows) - 1)
        self.rows = rows
        self.endInsertRows()

    def replace(self, results: Results | None, person_number: int, rows: Rows) -> None:
        """Show something else."""
        self.beginResetModel()
        self.results, self.person_number, self.rows = results, person_number, rows
        self.endResetModel()
