"""The link that plays a film from the frame that is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton

from facesorter.desktop.player import play
from facesorter.domain.formats import is_film
from facesorter.domain.messages import gettext as _
from facesorter.domain.places import kind_of
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import mark


class PlayLink(QPushButton):
    """Shown only for films on disk; `failed` carries a sentence where no player could be opened."""

    failed = Signal(str)

    def __init__(self, jobs: Jobs) -> None:
        super().__init__(_("Play from here"))
        mark(self, kind="link")
        self.setAccessibleDescription(_("Open the video in the player of this computer"))
        self.setToolTip(self.accessibleDescription())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._jobs = jobs
        self._film: tuple[str, float] | None = None
        self.clicked.connect(self._play)
        self.hide()

    def show_for(self, path: str, seconds: float | None) -> None:
        """Play this from there; nothing if it is no film, or its frame is not there yet."""
        playable = seconds is not None and is_film(path) and kind_of(path).has_files
        self._film = (path, seconds) if playable and seconds is not None else None
        self.setVisible(self._film is not None)

    def _play(self) -> None:
        if self._film is None:
            return
        path, seconds = self._film

        def start() -> bool:  # not in the window's thread: the system is asked for its player
            return play(path, seconds)

        def told(started: bool) -> None:
            if not started:
                self.failed.emit(_("No player could be opened for this video."))

        self._jobs.look(start, told)
