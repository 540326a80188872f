"""What a front end may ask of the program: a protocol for each service of `App`, and for a session.

The window knows these alone. Each has a contract suite among the tests (`*_contract.py`), which the real service passes
and every stand-in for it. Methods may block: the window calls them in jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from facesorter.app.services.albums import AlbumService, NamesakeService, ReferenceService, SuggestionService
from facesorter.app.services.insights import InsightService
from facesorter.app.services.people import PeopleService, WhyService
from facesorter.app.services.pictures import ComparisonService, CopyService, HeadshotService, NameService
from facesorter.app.services.session import SessionService
from facesorter.domain.changes import Changes
from facesorter.domain.models import Person
from facesorter.paths import AppPaths
from facesorter.settings import Settings

if TYPE_CHECKING:
    from facesorter.app.checking import Unfinished
    from facesorter.app.cloud import Cloud
    from facesorter.app.health import Finding
    from facesorter.engines.rekognition.credentials import KeyStore

__all__ = [
    "AlbumService",
    "ComparisonService",
    "CopyService",
    "HeadshotService",
    "InsightService",
    "NameService",
    "NamesakeService",
    "PeopleService",
    "ReferenceService",
    "Services",
    "SessionService",
    "SuggestionService",
    "WhyService",
]


class Services(Protocol):
    """A profile and the services that stand on it: what the window is given."""

    @property
    def paths(self) -> AppPaths: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def changes(self) -> Changes:
        """Announces everything that is written; usable before the rest is."""
        ...

    @property
    def headshots(self) -> HeadshotService: ...

    @property
    def comparisons(self) -> ComparisonService: ...

    @property
    def names(self) -> NameService: ...

    @property
    def people(self) -> PeopleService: ...

    @property
    def albums(self) -> AlbumService: ...

    @property
    def namesakes(self) -> NamesakeService: ...

    @property
    def references(self) -> ReferenceService: ...

    @property
    def suggestions(self) -> SuggestionService: ...

    @property
    def why(self) -> WhyService: ...

    @property
    def insights(self) -> InsightService: ...

    @property
    def keys(self) -> KeyStore:
        """The access key that was imported."""
        ...

    @property
    def cloud(self) -> Cloud:
        """What acts for the AWS account of the settings."""
        ...

    def session(self) -> SessionService:
        """A new session."""
        ...

    def unfinished(self, threshold: float) -> list[Unfinished]:
        """What the last searches left to check, the newest search first."""
        ...

    def left_of_everybody(self, threshold: float, between: Callable[[], None] = lambda: None) -> list[Unfinished]:
        """What is left to check of everybody who is known, whoever has the strongest photo first.

        `between` is called again and again on the way: it may wait, or raise.
        """
        ...

    def what_stays(self, person: Person | None = None) -> list[str]:
        """Commands that delete faces (of a person's name) in collections of Amazon Rekognition."""
        ...

    def save(self, settings: Settings) -> None:
        """Keep these settings from now on. Raises `StorageUnavailable`."""
        ...

    def read(self, path: str) -> bytes:
        """A photo's bytes, from a file or from S3. Raises `PhotoError`."""
        ...

    def findings(self) -> Iterator[Finding]:
        """One finding a check of whether everything works, each as soon as it is known."""
        ...

    def use_account(self, profile: str | None = None, region: str | None = None, key_file: Path | None = None) -> None:
        """Act for this AWS profile in this region from now on; None is what the settings say."""
        ...

    def forget_everything(self) -> None:
        """Erase all that FaceSorter knows. Raises `UserError`."""
        ...
