"""What can be asked of a session: one run or one count, and what follows it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from facesorter.domain.events import Event
from facesorter.domain.models import BoundingBox, Decision, Face, Person, Photo
from facesorter.domain.planning import CopyPlan
from facesorter.domain.ports import Executor, PhotoSource
from facesorter.domain.spending import Cost, PricedTerms, StopSignal, Terms

if TYPE_CHECKING:
    from facesorter.app.film_frame import ShownFrame
    from facesorter.pipeline.person_query import PersonQuery
    from facesorter.pipeline.reconsider import Rescored
    from facesorter.pipeline.report import ReportHead, ReportLine, ReportWords
    from facesorter.pipeline.sort_request import SortRequest


class SessionService(Protocol):
    """One run, or one count, and what follows it."""

    def close(self) -> None:
        """It is not to be used again."""
        ...

    def count(self, request: SortRequest) -> Iterator[Event]:
        """Find the photos of a request without looking at them."""
        ...

    def price(self, request: SortRequest) -> PricedTerms:
        """What the request costs at most, of the photos this session found. Raises `UserError`."""
        ...

    def estimate(self, request: SortRequest, executor: Executor) -> Iterator[Event]:
        """What the request would cost in each way; `CostEstimated` for each."""
        ...

    def run(
        self,
        request: SortRequest,
        executor: Executor,
        source: PhotoSource | None = None,
        stopped: StopSignal | None = None,
    ) -> Generator[Event]:
        """A whole run. Raises `UserError` for what ends it."""
        ...

    def look_back(self, request: SortRequest) -> Iterator[Event]:
        """The people of a request in all photos that are known. No folder is listed and no photo is read.

        Raises `WrongUse` for somebody of whom no face is known.
        """
        ...

    def watch(self, request: SortRequest, executor: Executor, stopped: threading.Event) -> Iterator[Event]:
        """A whole run, and another one whenever photos were added, until `stopped` is set."""
        ...

    @property
    def spent(self) -> Cost | None:
        """What the run has cost, however it ended; None if it could not cost anything."""
        ...

    def price_of_second_opinion(self, threshold: float, terms: Terms) -> PricedTerms:
        """What it costs to ask Amazon Rekognition about what the run left to check. Raises `UserError`."""
        ...

    def queries_here(self) -> tuple[PersonQuery, ...]:
        """The people of the run as it knows them by now, if it was this computer that compared; else nobody."""
        ...

    def faces_of(self, photo_id: int) -> list[tuple[Face, list[float]]]:
        """The faces of a photo of the run, each with its similarity (0-100) to each person of the run."""
        ...

    def taken_at(self) -> dict[int, int]:
        """When photos were taken, by their ids: seconds of the camera's own time since 1970, where that is known."""
        ...

    def read(self, path: str) -> bytes:
        """A photo's bytes. Raises `PhotoError`."""
        ...

    def frame(self, path: str, seconds: float | None) -> ShownFrame:
        """A frame of a film to show. Raises `PhotoError`."""
        ...

    def decide(self, person: Person, decisions: Iterable[tuple[Photo, Decision | None]]) -> None:
        """Remember what the user said of a person in these photos, all of it or nothing; None takes it back."""
        ...

    def said_faces(self, photo_id: int) -> dict[int, frozenset[int]]:
        """By person (id) of the run which faces of a photo, as in `faces_of`, the user said are theirs."""
        ...

    def decide_faces(self, person: Person, photo: Photo, boxes: Sequence[BoundingBox]) -> None:
        """Remember that the faces in these places of a photo, and no others, are the person's."""
        ...

    def reconsider(
        self, said: Iterable[tuple[Person, Photo, Decision | None]], threshold: float, *, all_photos: bool = False
    ) -> list[Rescored]:
        """Score anew what the run found, taking in what the user said since, as a new run would."""
        ...

    def alike(self, faces: Mapping[int, int]) -> dict[int, int]:
        """Which of the photos (ids), each with the index of a face, show faces that look like one another.

        A number for each of them, the same for those that look alike; those alone are left out.
        """
        ...

    def plan(self, person: Person, sure: Iterable[int], not_sure: Iterable[int]) -> CopyPlan:
        """What would make the person's folder hold just the sure photos (ids) of the run."""
        ...

    def carry_out(self, plan: CopyPlan) -> Iterator[Event]:
        """Make the copies of a plan and take back what it takes back, as part of the run."""
        ...

    def undo(self) -> Iterator[Event]:
        """Remove the copies that this session made, the last ones first, if they are unchanged."""
        ...

    def save_report(
        self,
        path: str,
        heads: Sequence[ReportHead],
        found: Iterable[ReportLine],
        words: ReportWords,
        day: Callable[[datetime | None, int], str],
    ) -> str:
        """Write a report under a free name, which is returned. Raises `UserError`."""
        ...
