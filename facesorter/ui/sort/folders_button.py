"""The button that adds folders to search, and its menu: other places, folders searched before, and those chosen."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QMenu, QToolButton

from facesorter.domain.messages import gettext as _
from facesorter.ui.shell import words

MOST_RECENT = 8
"""Folders that are offered again."""


class FoldersButton(QToolButton):
    """`folder_asked`, `address_asked` (a place in Amazon S3) and `names_asked` for what opens beyond the button.

    `added` and `removed` carry the folder that was chosen in the menu.
    """

    folder_asked = Signal()
    address_asked = Signal()
    names_asked = Signal()
    added = Signal(str)
    removed = Signal(str)

    def __init__(self, recent: tuple[str, ...]) -> None:
        super().__init__()
        self.recent = recent
        """Folders that were searched, the last ones first."""
        self._folders: tuple[str, ...] = ()
        self._menu = QMenu(self)
        self.setText(_("Choose…"))
        self.setProperty("kind", "button")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.setAccessibleDescription(
            _("Adds a folder of photos. The down key shows the chosen folders and other places.")
        )
        self.clicked.connect(self.folder_asked)
        down = QShortcut(Qt.Key.Key_Down, self, context=Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self.showMenu)  # Qt opens it by the mouse alone
        self.setMenu(self._menu)

    def show_folders(self, folders: tuple[str, ...]) -> None:
        """These are chosen now."""
        self._folders = folders
        self._fill_menu()

    def remember_searched(self) -> None:
        """What is chosen now is searched: it is offered again later."""
        self.recent = tuple(dict.fromkeys((*self._folders, *self.recent)))[:MOST_RECENT]
        self._fill_menu()

    def _fill_menu(self) -> None:
        """What else the button offers beside asking for a folder."""
        menu = self._menu
        menu.clear()
        menu.addAction(_("Add a folder…"), self.folder_asked.emit)
        menu.addAction(_("Add a place in Amazon S3…"), self.address_asked.emit)
        if self._folders:
            menu.addAction(_("Use names in the photos…"), self.names_asked.emit)
        others = [folder for folder in self.recent if folder not in self._folders]
        if others:
            menu.addSection(_("Searched before"))
        for folder in others:
            action = menu.addAction(words.as_written(words.short(folder)))
            action.triggered.connect(partial(self._add, folder))
        menu.addSeparator()
        for folder in self._folders:
            action = menu.addAction(_("Remove {}").format(words.as_written(words.short(folder))))
            action.triggered.connect(partial(self._remove, folder))

    def _add(self, folder: str, _checked: bool = False) -> None:
        self.added.emit(folder)

    def _remove(self, folder: str, _checked: bool = False) -> None:
        self.removed.emit(folder)
