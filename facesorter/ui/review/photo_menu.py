"""What a right click on a photo offers: its folder, its path, and why it is not among a person's."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu

from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Pile
from facesorter.ui.review.photo_grid import PhotoGrid
from facesorter.ui.review.run import Run
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.widgets.in_folder import menu_for


class PhotoMenu(QObject):
    """Belongs to a grid; it is about the photo that was clicked.

    `why_asked` carries the row (in the results) of a photo that the user misses among those of a person.
    """

    why_asked = Signal(int)

    def __init__(self, grid: PhotoGrid, run: Run, jobs: Jobs) -> None:
        super().__init__(grid)
        self._grid = grid
        self._run = run
        self._jobs = jobs
        grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        grid.customContextMenuRequested.connect(self._open)

    def _open(self, place: QPoint) -> None:
        path, row = self.path_at(place), self._row_at(place)
        if path:
            menu = self.menu_for(path, row)
            menu.exec(self._grid.viewport().mapToGlobal(place))
            menu.deleteLater()

    def path_at(self, place: QPoint) -> str:
        """The photo at this place of the grid, "" for none."""
        row, results = self._row_at(place), self._run.results
        return "" if row is None or results is None else results.photos.path(row)

    def _row_at(self, place: QPoint) -> int | None:
        index = self._grid.indexAt(place)
        return int(self._grid.pile_model.rows[index.row()]) if index.isValid() else None

    def menu_for(self, path: str, row: int | None = None) -> QMenu:
        """What can be done with this photo."""
        menu = menu_for(path, self._jobs, self._grid)
        results = self._run.results
        if results is not None and row is not None and self._grid.pile is not Pile.SURE:
            name = words.as_written(words.in_a_sentence(results.names[self._grid.pile_model.person_number]))
            menu.addAction(_("Why not {name}?").format(name=name), lambda: self.why_asked.emit(row))
        return menu
