"""Asks for a person's new name, and whether the folder of their copies is to follow."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QVBoxLayout, QWidget

from facesorter.domain.errors import WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.domain.names import folder_name, one_spelling
from facesorter.ui.shell import words
from facesorter.ui.widgets.card import button, cancel_or, label

WIDTH_PX = 420
LONGEST_NAME = 200


class RenameDialog(QDialog):
    """Once it was accepted, `new_name` is what was typed, and `with_folder` says whether the folder follows.

    `has_folder` says whether there is a folder of copies that is named after the person.
    """

    def __init__(self, name: str, folder: str, *, has_folder: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._before, self._folder, self._has_folder = name, folder, has_folder
        self.setWindowTitle(_("Rename"))
        self.name = QLineEdit(name)
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setAccessibleName(_("Name"))
        self.name.selectAll()
        self.follow = QCheckBox(_("Rename the folder of the copies, too"))
        self.follow.setVisible(has_folder)
        self._preview = label("", "dim", wraps=True)
        self.save = button(_("Rename"), "primary")
        self.save.setDefault(True)
        self.name.textChanged.connect(self._show)
        self.follow.toggled.connect(self._show)
        self.save.clicked.connect(self.accept)
        buttons = cancel_or(self, self.save)
        layout = QVBoxLayout(self)
        layout.addStrut(WIDTH_PX)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        title = label(_("What is {name} called from now on?").format(name=words.in_a_sentence(name)), "strong")
        title.setWordWrap(True)
        layout.addWidget(title)
        layout.addWidget(self.name)
        layout.addWidget(self.follow)
        layout.addWidget(self._preview)
        layout.addLayout(buttons)
        self._show()
        self.name.setFocus()

    @property
    def new_name(self) -> str:
        return one_spelling(self.name.text())

    @property
    def with_folder(self) -> bool:
        return self._has_folder and self.follow.isChecked()

    def _show(self) -> None:
        """What becomes of the folder, or why the name will not do."""
        try:
            new = folder_name(self.new_name) if self.new_name else ""
        except WrongUse as error:
            new = ""
            self._preview.setText(str(error))
        else:
            self._preview.setText(self._of_folder(new))
        self.save.setEnabled(bool(new) and self.new_name != self._before)
        self.name.setAccessibleDescription(self._preview.text())
        self._grow()

    def showEvent(self, event: QShowEvent) -> None:
        """As high as the text is at this width."""
        super().showEvent(event)
        self._grow()

    def _grow(self) -> None:
        """Make room for a text that takes more lines than the one before."""
        layout = self.layout()
        if layout is not None and self.isVisible():
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    def _of_folder(self, new: str) -> str:
        if not self._has_folder or not new:
            return ""
        if not self.with_folder:
            return _("The folder stays {folder}.").format(folder=self._folder)
        sentence = _("{folder} is called {new} then. The photos in it stay as they are.")
        return sentence.format(folder=self._folder, new=new)
