"""What a right click on a photo offers: its folder with the photo selected, and its path."""

from __future__ import annotations

import os

from PySide6.QtCore import QObject, QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu

from facesorter.desktop.reveal import reveal
from facesorter.domain.messages import gettext as _
from facesorter.domain.places import is_in_s3
from facesorter.ui.review.photo_grid import PhotoGrid
from facesorter.ui.review.run import Run
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs


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
        menu = QMenu(self._grid)
        if not is_in_s3(path):
            menu.addAction(_("Show in folder"), lambda: self._show(path))
        menu.addAction(_("Copy path"), lambda: QGuiApplication.clipboard().setText(words.readable(path)))
        return menu

    def _show(self, path: str) -> None:
        def open_folder(shown: bool) -> None:  # where no file manager can select a file
            if not shown:
                QDesktopServices.openUrl(QUrl.fromLocalFile(os.path.dirname(path)))

        self._jobs.look(lambda: reveal(path), open_folder)
