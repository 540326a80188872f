"""Which photos of a grid are chosen: by keys and clicks, and from within the program.

Qt lets held keys take part whenever the current photo changes, whoever changes it: a photo that the program went to
while Ctrl was down would join those chosen before. Here every change says itself what it selects.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel

from facesorter.ui.review.photo_table import Rows
from facesorter.ui.review.pile_model import PileModel

_Flag = QItemSelectionModel.SelectionFlag


class Chosen:
    """Places (from 0) in a model that are selected, one of which is usually the current one.

    A range with Shift goes from the photo that was chosen last without it.
    """

    def __init__(self, model: PileModel, selection: QItemSelectionModel) -> None:
        self._model = model
        self._selection = selection
        self._anchor = -1

    @property
    def current(self) -> int:
        """The place of the current photo, or -1."""
        return self._selection.currentIndex().row()

    def places(self) -> Rows:
        """All that are chosen, in order."""
        ranges = self._selection.selection()
        parts = [np.arange(ranges.at(n).top(), ranges.at(n).bottom() + 1) for n in range(ranges.size())]
        return np.sort(np.concatenate(parts)) if parts else np.empty(0, np.intp)

    def rows(self) -> Rows:
        """The results' rows of all that are chosen."""
        return self._model.rows[self.places()]

    def shown(self) -> int:
        """The place of the photo to show large: the current one, or a chosen one near it; -1 if none is chosen."""
        places = self.places()
        if not len(places):
            return -1
        return int(places[min(int(np.searchsorted(places, self.current)), len(places) - 1)])

    def only(self, place: int) -> None:
        """Choose this photo and no other."""
        self._selection.setCurrentIndex(self._model.index(place), _Flag.ClearAndSelect)
        self.start_ranges_at(place)

    def up_to(self, place: int) -> None:
        """Choose all from where ranges start to this photo, and no others."""
        found = np.flatnonzero(self._model.rows == self._anchor)
        start = int(found[0]) if len(found) else max(0, self.current)
        first, last = sorted((start, place))
        self._selection.select(self._range(first, last), _Flag.ClearAndSelect)
        self._selection.setCurrentIndex(self._model.index(place), _Flag.NoUpdate)

    def pass_to(self, place: int) -> None:
        """Make this photo the current one and leave those chosen as they are."""
        self._selection.setCurrentIndex(self._model.index(place), _Flag.NoUpdate)

    def toggle(self) -> None:
        """Choose the current photo too, or no longer."""
        if self.current >= 0:
            self._selection.select(self._model.index(self.current), _Flag.Toggle)
            self.start_ranges_at(self.current)

    def start_ranges_at(self, place: int) -> None:
        """Let ranges start at this photo from now on."""
        self._anchor = int(self._model.rows[place]) if 0 <= place < len(self._model.rows) else -1

    def add(self, places: Rows) -> None:
        """Choose these too (in ascending order), in one go: Qt would ask for each photo by itself."""
        if not len(places):
            return
        breaks = np.flatnonzero(np.diff(places) > 1)
        firsts, lasts = np.append(0, breaks + 1), np.append(breaks, len(places) - 1)
        selection = QItemSelection()
        for first, last in zip(places[firsts], places[lasts], strict=True):
            selection.select(self._model.index(int(first)), self._model.index(int(last)))
        self._selection.select(selection, _Flag.Select)

    def _range(self, first: int, last: int) -> QItemSelection:
        return QItemSelection(self._model.index(first), self._model.index(last))
