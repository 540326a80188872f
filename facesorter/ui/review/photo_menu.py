"""What a right click on a photo offers: its folder with the photo selected, and its path."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from facesorter.ui.review.photo_grid import PhotoGrid
from facesorter.ui.review.run import Run
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.widgets.in_folder import menu_for


class PhotoMenu(QObject):
    """Belongs to a grid; it is about the photo that is shown large."""

    def __init__(self, grid: PhotoGrid, run: Run, jobs: Jobs) -> None:
        super().__init__(grid)
        self._grid = grid
        self._run = run
        self._jobs = jobs
        grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        grid.customContextMenuRequested.connect(self._open)

    def _open(self, place: QPoint) -> None:
        path = self.path_at(place)
        if path:
            menu = self.menu_for(path)
            menu.exec(self._grid.viewport().mapToGlobal(place))
            menu.deleteLater()

    def path_at(self, place: QPoint) -> str:
        """The photo at this place of the grid, "" for none."""
        index = self._grid.indexAt(place)
        if not index.isValid() or self._run.results is None:
            return ""
        return self._run.results.path(int(self._grid.pile_model.rows[index.row()]))

    def menu_for(self, path: str) -> QMenu:
        """What can be done with this photo."""
        return menu_for(path, self._jobs, self._grid)
