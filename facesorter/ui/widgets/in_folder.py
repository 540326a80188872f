"""Shows a photo in its folder with the system's file manager, and the menu of a photo that offers it."""

from __future__ import annotations

import os

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from facesorter.desktop.reveal import reveal
from facesorter.domain.messages import gettext as _
from facesorter.domain.places import kind_of
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs


def show_in_folder(path: str, jobs: Jobs) -> None:
    """Open the folder with the photo selected, or just the folder where no file manager can select a file."""

    def open_folder(shown: bool) -> None:
        if not shown:
            QDesktopServices.openUrl(QUrl.fromLocalFile(os.path.dirname(path)))

    jobs.look(lambda: reveal(path), open_folder)


def menu_for(path: str, jobs: Jobs, parent: QWidget) -> QMenu:
    """What can be done with a photo."""
    menu = QMenu(parent)
    if kind_of(path).has_files:
        menu.addAction(_("Show in folder"), lambda: show_in_folder(path, jobs))
    menu.addAction(_("Copy path"), lambda: QGuiApplication.clipboard().setText(words.readable(path)))
    return menu
