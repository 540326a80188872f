"""Where the copies go: the folder they all lie in, the first person's within it, and the way to another place."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from facesorter.domain.messages import gettext as _
from facesorter.settings import Settings
from facesorter.ui.shell import words
from facesorter.ui.widgets.card import ElidedLabel, button, label
from facesorter.ui.widgets.file_dialogs import ask_for_folder

FOLDER_PX = 260
"""The name of the person's folder is cut only where there is less room than this; the path before it is cut first."""


class DestinationRow(QHBoxLayout):
    """Keeps the chosen destination. `changed` when the user chooses another one."""

    changed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._usual = replace(settings, destination="").destination_folder
        self.destination = settings.destination_folder
        self._target = ElidedLabel("dim", cut=Qt.TextElideMode.ElideLeft)
        self.folder = ElidedLabel("strong", least_px=FOLDER_PX)
        self._other = button(_("Change…"), "link", _("Changes where the copies go"))
        self._other.clicked.connect(self._choose)
        self.setSpacing(2)
        self.addWidget(label(_("Copies go to"), "dim"))
        self.addSpacing(2)
        self.addWidget(self._target)
        self.addWidget(self.folder)
        self.addStretch()
        self.addWidget(self._other)
        self._show()

    @property
    def as_setting(self) -> str:
        """The destination as the settings keep it: "" for the usual one."""
        return "" if self.destination == self._usual else self.destination

    def show_names(self, names: list[str]) -> None:
        """The folders within the destination that the copies will go to."""
        more = f" +{len(names) - 1}" if len(names) > 1 else ""
        self.folder.show_text(names[0] + more if names else "")
        self.folder.setToolTip("\n".join(names))

    def _show(self) -> None:
        self._target.show_text(words.short(self.destination) + "/")

    def _choose(self) -> None:
        folder = ask_for_folder(self._other, _("Choose where the copies go"), self.destination)
        if folder:
            self.destination = folder
            self._show()
            self.changed.emit()
