"""What compares faces: an engine, and what a paid one costs.

An engine's work is split where the cost is: a photo is analyzed once for each *query*, the *analysis* is stored under
the photo's content, and scoring people against stored analyses is so cheap that thresholds, new people and grown
references never read a photo again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from facesorter.domain.matching import DEFAULT_THRESHOLD, Highest
from facesorter.domain.models import Comparison, EncodedPicture, Face, Photo, Portrait, Reference
from facesorter.domain.spending import CallEstimate, Cost

WhereItLies = Callable[[str, Photo], bytes | None]
"""A service's analysis of an object of S3, which it fetches itself, for a query; None where it must be read and sent.

Raises as `FaceEngine.analyze` does; `PhotoError` also if the object is not the one that was listed.
"""

Analyses = tuple[bytes, ...]
"""One stored analysis for each query, in the order of `FaceEngine.queries`."""


class Example(NamedTuple):
    """A face of a photo that is known to show a person: the photo's analyses and the face's index in them."""

    analyses: Analyses
    face_index: int


class LoadedPhotos(Protocol):
    """Photos whose faces an engine holds ready."""

    def highest(self, people: Sequence[Reference]) -> Sequence[Highest]:
        """The same as `FaceEngine.highest` of these photos."""
        ...

    def among(self, people: Sequence[Reference], wanted: Mapping[int, Sequence[int]]) -> dict[int, list[list[float]]]:
        """The same as `FaceEngine.similarities`, `[face][person]`, of the photos (by their places) that are `wanted`:
        for each of those people (by their numbers, ascending, at least one) who are wanted there."""
        ...

    def at(self, places: Sequence[int]) -> LoadedPhotos:
        """Those of these photos that are at `places`, in that order."""
        ...


class FacePacking(Protocol):
    """What an engine holds ready of many photos, as bytes: read at once instead of photo by photo."""

    def pack(self, photos: Sequence[Analyses]) -> bytes:
        """What `FaceEngine.load` takes from these photos."""
        ...

    def load(self, packs: Sequence[bytes]) -> LoadedPhotos:
        """All photos of these packs, one pack after the other: exactly what `FaceEngine.load` makes of them."""
        ...


class FaceEngine(Protocol):
    """Finds and compares faces. Many threads may call `analyze` and `face_details` at once, the rest one at a time."""

    @property
    def name(self) -> str:
        """Engine, models and version in one word."""
        ...

    @property
    def paid(self) -> bool:
        """Whether an analysis costs money, and must be durable before anything else happens."""
        ...

    def faces(self, picture: EncodedPicture) -> tuple[Face, ...]:
        """Every face of the picture, largest first. Raises `PhotoError` if it cannot be decoded."""
        ...

    def enrol(self, name: str, portraits: Sequence[Portrait]) -> Reference:
        """What is needed to find the person of these headshots. Raises `NoFaceInHeadshot`."""
        ...

    def queries(self, people: Sequence[Reference]) -> tuple[str, ...]:
        """What must be asked of each photo before these people can be scored.

        Analyses are stored under these keys, so they hold whatever changes an analysis: engine, models, version.
        """
        ...

    def analyze(self, query: str, picture: EncodedPicture) -> bytes:
        """The analysis to store. Raises `PhotoError` for this photo, `EngineUnavailable` for all of them."""
        ...

    @property
    def looker(self) -> FaceEngine | None:
        """Who looks through films and chooses the frames that this engine is asked about; None: itself, at no cost."""
        ...

    def of_film(self, frames: Sequence[tuple[float, bytes]]) -> bytes:
        """The analysis of a film, to store, from those of its frames by their times in seconds.

        It keeps a bounded number of faces, each with the time at which it is seen.
        """
        ...

    def faces_in(self, analyses: Analyses) -> tuple[Face, ...]:
        """The faces that stored analyses hold; `similarities` and `Example` count them in this order."""
        ...

    def similarities(self, people: Sequence[Reference], photos: Sequence[Analyses]) -> list[list[list[float]]]:
        """0-100 for each photo, each of its faces, each person: `result[photo][face][person]`."""
        ...

    def highest(self, people: Sequence[Reference], photos: Sequence[Analyses]) -> Sequence[Highest]:
        """For each person, the most similar face of each photo: the first of them where `similarities` are alike."""
        ...

    def load(self, photos: Sequence[Analyses]) -> LoadedPhotos:
        """Hold these photos ready, to score them again and again."""
        ...

    @property
    def packing(self) -> FacePacking | None:
        """How it keeps what it takes from many photos together; None if it gains nothing by that."""
        ...

    def grow(self, person: Reference, examples: Sequence[Example]) -> Reference:
        """The reference with confident examples added to the headshots it was enrolled from.

        No face is less similar to it than to the headshots alone.
        """
        ...

    def set_apart(
        self, person: Reference, others: Sequence[Example], sure_from: float = DEFAULT_THRESHOLD
    ) -> Reference:
        """The reference with these faces of others as counter-examples, instead of any before; growing keeps them.

        A face counts for the person as `domain.matching.beside_counter_example` says, with the threshold (0-100) from
        which a face is sure. An engine that does not grow
        references gives back the reference as it was.
        """
        ...

    def compare(self, source: Portrait, target: EncodedPicture) -> Comparison:
        """Every face of `target` with its similarity to the source face. Raises `NoFaceInHeadshot`, `PhotoError`."""
        ...

    def face_details(self, picture: EncodedPicture) -> list[dict[str, Any]]:
        """All that is known of each face, as Rekognition's `FaceDetail`; what is not known is neutral (`wire.told`).

        Any thread may call. Raises `PhotoError`.
        """
        ...

    def stop(self) -> None:
        """Begin nothing more: the run is over. Calls of `analyze` that are under way may end by themselves."""
        ...


class SeenPhoto(NamedTuple):
    """A picture and the faces that are known to be in it."""

    picture: EncodedPicture
    faces: tuple[Face, ...]


class SheetEngine(FaceEngine, Protocol):
    """An engine that can be asked about the faces of many photos with one call."""

    @property
    def capacity(self) -> int:
        """How many faces one call takes."""
        ...

    def whole(self, query: str) -> str:
        """The query that a whole photo analyses, where this one is about a sheet; `analyze` takes both."""
        ...

    def tiles(self, photo: SeenPhoto) -> list[Any]:
        """The photo's faces cut out, in their order. Raises `PhotoError`."""
        ...

    def analyze_together(self, query: str, photos: Sequence[tuple[tuple[Face, ...], list[Any]]]) -> list[bytes | None]:
        """One call for photos of which the faces and their tiles are given; None where `analyze` must be asked.

        Raises `EngineUnavailable`, `BudgetReached`.
        """
        ...


class Meter(Protocol):
    """What a paid service costs, and what it has cost in this run."""

    @property
    def spent(self) -> Cost:
        """Calls that were made or are under way."""
        ...

    @property
    def most_dollars(self) -> Decimal:
        """The cap."""
        ...

    def cost_of(self, calls: int) -> Cost:
        """What so many calls cost at most."""
        ...

    def agree(self, calls: CallEstimate) -> None:
        """From now on refuse every call beyond this estimate's most, or beyond what the user has agreed to."""
        ...
