"""The one place that builds things: a profile in, the services out that a front end works with (`app.services`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from facesorter.app.checking import Unfinished, left_of_everybody, unfinished
from facesorter.app.comparisons import Comparisons
from facesorter.app.copies import Copies
from facesorter.app.executor import ThreadExecutor
from facesorter.app.headshots import Headshots
from facesorter.app.names import Names
from facesorter.app.namesakes import Namesakes
from facesorter.app.profile import Profile
from facesorter.app.session import Session
from facesorter.domain.models import Person
from facesorter.paths import AppPaths

if TYPE_CHECKING:
    from facesorter.app.albums import Albums
    from facesorter.app.health import Finding
    from facesorter.app.insights import Insights
    from facesorter.app.people import People
    from facesorter.app.references import References
    from facesorter.app.suggestions import Suggestions
    from facesorter.app.why import Why

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

    def left_of_everybody(self, threshold: float, between: Callable[[], None] = lambda: None) -> list[Unfinished]:
        """What is left to check of everybody; see `checking.left_of_everybody`."""
        return left_of_everybody(self, threshold, between)

    def what_stays(self, person: Person | None = None) -> list[str]:
        """See `erasing.what_stays`."""
        from facesorter.app.erasing import what_stays

        return what_stays(self, person.name if person else None)

    @property
    def people(self) -> People:
        from facesorter.app.people import People  # groups are read in when somebody asks for them

        return People(self)

    @property
    def albums(self) -> Albums:
        from facesorter.app.albums import Albums

        return Albums(self)

    @property
    def namesakes(self) -> Namesakes:
        return Namesakes(self)

    @property
    def references(self) -> References:
        from facesorter.app.references import References

        return References(self)

    @property
    def suggestions(self) -> Suggestions:
        from facesorter.app.suggestions import Suggestions

        return Suggestions(self)

    @property
    def why(self) -> Why:
        from facesorter.app.why import Why

        return Why(self)

    @property
    def insights(self) -> Insights:
        from facesorter.app.insights import Insights

        return Insights(self)

    def findings(self) -> Iterator[Finding]:
        """See `app.health`."""
        from facesorter.app.health import findings

        return findings(self)

    def forget_everything(self) -> None:
        """See `forgetting.forget_everything`."""
        from facesorter.app.forgetting import forget_everything

        forget_everything(self)

    def session(self) -> Session:
        """A new session: for a count, a price or a run, and what follows it."""
        return Session(self)
