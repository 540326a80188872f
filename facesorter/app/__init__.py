"""The one place that builds things: a profile in, the services out that a front end works with."""

from __future__ import annotations

from facesorter.app.checking import Unfinished, unfinished
from facesorter.app.comparisons import Comparisons
from facesorter.app.copies import Copies
from facesorter.app.executor import ThreadExecutor
from facesorter.app.headshots import Headshots
from facesorter.app.names import Names
from facesorter.app.profile import Profile
from facesorter.app.session import Session
from facesorter.paths import AppPaths

__all__ = ["App", "Session", "ThreadExecutor"]


class App(Profile):
    """A profile and the services that stand on it. Their methods may block: the window calls them in jobs."""

    def __init__(self, paths: AppPaths) -> None:
        super().__init__(paths)
        self.headshots = Headshots(self)
        self.comparisons = Comparisons(self)
        self.copies = Copies(self)
        self.names = Names(self)

    def unfinished(self, threshold: float) -> list[Unfinished]:
        """What the last searches left to check; see `checking.unfinished`."""
        return unfinished(self, threshold)

    def session(self) -> Session:
        """A new session: for a count, a price or a run, and what follows it."""
        return Session(self)
