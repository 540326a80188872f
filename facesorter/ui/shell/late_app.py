"""The app for a window that opens before it: it is built on a worker, and what is asked of it meanwhile waits.

Building it means importing the pipeline, the catalog and what they need, which takes longer than showing the window.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from facesorter import settings as settings_file
from facesorter.domain.changes import Changes
from facesorter.paths import AppPaths
from facesorter.settings import Settings

if TYPE_CHECKING:
    from facesorter.app import App


class LateApp:
    """Has what the window needs at once; everything else is the real app's, as soon as there is one."""

    def __init__(self, paths: AppPaths) -> None:
        self.paths = paths
        self.changes = Changes()
        self._first_settings = settings_file.load(paths.settings, tell=False)  # the real one tells
        self._real: Future[App] = Future()

    def build(self) -> None:
        """On a worker: make the real one and open it. What it raises is raised to whoever asks for it, too."""
        try:
            from facesorter.app import App

            app = App(self.paths)
            app.changes.subscribe(self.changes.pass_on)
            app.open()
            app.clear_up()
        except BaseException as error:
            self._real.set_exception(error)
            raise
        self._real.set_result(app)

    @property
    def settings(self) -> Settings:
        real = self._real
        return real.result().settings if real.done() and real.exception() is None else self._first_settings

    def close(self) -> None:
        """Close the real one, if it came."""
        if self._real.done() and self._real.exception() is None:
            self._real.result().close()

    def __getattr__(self, name: str) -> Any:
        if threading.current_thread() is threading.main_thread() and not self._real.done() and name != "save":
            raise RuntimeError(f"The window would wait for {name}.")
        return getattr(self._real.result(), name)
