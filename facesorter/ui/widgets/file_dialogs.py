"""The system's dialogs for files and folders. They open where the last one was left, at first among the pictures."""

from __future__ import annotations

import os

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

_LAST_FOLDER = "folder chosen last"
"""A property of the application, because a dialog may be opened from any page."""


def ask_for_folder(parent: QWidget, title: str, folder: str = "") -> str:
    """The folder that is chosen, "" for none. It begins in `folder`, or else where the last one was chosen."""
    chosen = QFileDialog.getExistingDirectory(parent, title, folder or first_folder())
    _remember(chosen)
    return chosen


def ask_for_pictures(parent: QWidget, title: str) -> list[str]:
    """The files that are chosen."""
    chosen, _filter = QFileDialog.getOpenFileNames(parent, title, first_folder())
    _remember(os.path.dirname(chosen[0]) if chosen else "")
    return chosen


def ask_for_picture(parent: QWidget, title: str, kinds: str) -> str:
    """The file of these kinds (as Qt writes them) that is chosen, "" for none."""
    chosen, _filter = QFileDialog.getOpenFileName(parent, title, first_folder(), kinds)
    _remember(os.path.dirname(chosen))
    return chosen


def first_folder() -> str:
    """Where a dialog begins."""
    last = _application().property(_LAST_FOLDER)
    if last:
        return str(last)
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)


def _remember(folder: str) -> None:
    if folder:
        _application().setProperty(_LAST_FOLDER, folder)


def _application() -> QApplication:
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise RuntimeError("There is no window that a dialog could belong to.")
    return application
