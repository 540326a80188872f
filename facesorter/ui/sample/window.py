"""The window of the sample, which runs as a program of its own, with a profile that it deletes."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject

from facesorter import settings as settings_file
from facesorter.domain.messages import gettext as _
from facesorter.paths import AppPaths
from facesorter.settings import Settings
from facesorter.ui.sample.photos import draw_album
from facesorter.ui.shell.main_window import MainWindow


def run_sample() -> int:
    """Draw an album, search it in a window of its own until that is closed, and delete everything; the exit code."""
    from facesorter.ui.shell.app import run_window

    kept = settings_file.load(AppPaths.default().settings, tell=False)
    with tempfile.TemporaryDirectory(prefix="facesorter-sample-", ignore_cleanup_errors=True) as folder:
        headshot, photos = draw_album(Path(folder))
        paths = AppPaths(Path(folder, "Profile"))
        paths.make()
        own = Settings(look=kept.look, language=kept.language, destination=str(Path(folder, "Copies")))
        with contextlib.suppress(OSError):
            settings_file.save(own, paths.settings)
        return run_window(paths, [str(photos)], lambda window: SampleRun(window, str(headshot)))


class SampleRun(QObject):
    """Chooses the headshot in this window, begins the search as soon as it can begin, and says what this is."""

    def __init__(self, window: MainWindow, headshot: str) -> None:
        super().__init__(window)
        window.setWindowTitle(_("FaceSorter: sample"))
        self._page = window.sort
        self._page.who.changed.connect(self._begin)
        self._page.where.changed.connect(self._begin)
        self._page.who.add_headshots([headshot])

    def _begin(self) -> None:
        page = self._page
        if not page.go.isEnabled() or page.where.counting:
            return
        page.who.changed.disconnect(self._begin)
        page.where.changed.disconnect(self._begin)
        page.start()
        page.banner.say(
            _("This is a sample. The people are drawn, and FaceSorter looks for Mia as it would in your photos."),
            _("Try everything. When you close this window, the sample and its copies are deleted."),
            good=True,
        )
