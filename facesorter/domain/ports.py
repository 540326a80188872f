"""What the pipeline needs of the world, as protocols; adapters in `engines`, `sources` and `storage` fulfil them.

An engine's work is split where the cost is: a photo is analyzed once for each *query*, the *analysis* is stored under
the photo's content, and scoring people against stored analyses is so cheap that thresholds, new people and grown
references never read a photo again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from facesorter.domain.films import Film, StopCheck
from facesorter.domain.formats import is_film
from facesorter.domain.matching import Highest
from facesorter.domain.models import (
    Comparison,
    Decision,
    EncodedPicture,
    Face,
    FaceKey,
    Listing,
    Metadata,
    Person,
    PersonDetails,
    PersonPortrait,
    Photo,
    Portrait,
    Reference,
)
from facesorter.domain.named_faces import NamedFace
from facesorter.domain.planning import CompanionFile, CopyOrder, CopyRecord, Placement
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
        """The faces that stored analyses tell of; `similarities` and `Example` count them in this order."""
        ...

    def similarities(self, people: Sequence[Reference], photos: Sequence[Analyses]) -> list[list[list[float]]]:
        """0-100 for each photo, each of its faces, each person: `result[photo][face][person]`."""
        ...

    def highest(self, people: Sequence[Reference], photos: Sequence[Analyses]) -> list[Highest]:
        """For each person, the most similar face of each photo: the first of them where `similarities` are alike."""
        ...

    def grow(self, person: Reference, examples: Sequence[Example]) -> Reference:
        """The reference with confident examples added to the headshots it was enrolled from.

        No face is less similar to it than to the headshots alone.
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


class PhotoSource(Protocol):
    """A place where photos lie: folders on disk, a bucket. It is never written to."""

    def listings(self) -> Iterator[Listing]:
        """Every folder once, in a stable order; a folder listed in parts, each photo once.

        Raises `StorageUnavailable` if the place itself is out of reach, `WrongUse` if it never was there.
        """
        ...

    def read(self, path: str) -> bytes:
        """The whole file. Raises `PhotoError` (not lasting) if it vanished or may not be read.

        Raises `StorageUnavailable` if the place itself is out of reach: then no other photo could be read either.
        """
        ...

    def describe(self, data: bytes) -> Metadata:
        """What a picture that was read says of itself; never raises."""
        ...

    def film(self, path: str, stopped: StopCheck) -> AbstractContextManager[Film]:
        """The film at this path, opened. Raises as `read`, and `FilmAbandoned`."""
        ...


class Watcher(Protocol):
    """Knows when a place changes, as far as it is told."""

    def wait(self, seconds: float) -> None:
        """Return when something has changed, after `seconds`, or when one shall stop."""
        ...


class AnalyzedPhoto(NamedTuple):
    """A selected photo with its stored analyses, or the problem that stands in their place."""

    photo: Photo
    analyses: Analyses | None
    problem: str | None


class AnalyzedPage:
    """Some of the selected photos, in columns; a photo comes into being when it is looked at.

    `analyses` holds those of each photo, or None; `identities` the keys of its decisions (`Photo.identities`); `films`
    the places of those that are films, where analyses were asked for.
    """

    def __init__(
        self,
        analyses: Sequence[Analyses | None],
        identities: Callable[[int], tuple[bytes, ...]],
        look_at: Callable[[int], AnalyzedPhoto],
        films: Collection[int] = (),
    ) -> None:
        self.analyses = analyses
        self.identities = identities
        self.films = films
        self._look_at = look_at

    @classmethod
    def of(cls, photos: Sequence[AnalyzedPhoto]) -> AnalyzedPage:
        """A page of photos that are there already."""
        analyses = [photo.analyses for photo in photos]
        films = {place for place, photo in enumerate(photos) if is_film(photo.photo.path)}
        return cls(analyses, lambda index: photos[index].photo.identities, photos.__getitem__, films)

    def __len__(self) -> int:
        return len(self.analyses)

    def __getitem__(self, index: int) -> AnalyzedPhoto:
        return self._look_at(index)

    def __iter__(self) -> Iterator[AnalyzedPhoto]:
        return map(self._look_at, range(len(self.analyses)))


class Catalog(Protocol):
    """What is remembered between runs, keyed by content: analyses, people, decisions. Any thread may call it.

    The *selection* is the set of photos of one run; another catalog of the same profile has its own. Iterators read in
    pages, so that recording while one is open is allowed and memory stays flat.
    """

    def clear_selection(self) -> None:
        """Begin anew: no photo is selected."""
        ...

    def select(self, listing: Listing) -> tuple[Photo, ...]:
        """Add a folder's photos to the selection; those that could not be listed are selected too, and returned.

        Photos unchanged in size and time keep the content they were known by; changed ones must be read again;
        what a whole listing of the same folder held before and no longer holds is forgotten. What could not be
        listed has its problem for this run.
        """
        ...

    def selected(self) -> int:
        """How many photos are selected."""
        ...

    def unanalyzed(self, queries: Sequence[str]) -> Iterator[Photo]:
        """Selected photos that lack the analysis for a query and have no lasting problem."""
        ...

    def missing(self, content: bytes, queries: Sequence[str]) -> tuple[str, ...]:
        """For which of the queries this content, or object of S3, has no analysis yet."""
        ...

    def analysis(self, content: bytes, query: str) -> bytes | None:
        """The analysis of this content (SHA-256) for this query, if it is known."""
        ...

    def record_analyses(
        self, photo: Photo, content: bytes, analyses: Mapping[str, bytes], metadata: Metadata | None = None
    ) -> None:
        """The photo holds this content (SHA-256), these are new analyses of it, and this it says of itself.

        For an object of S3 that was not read, `content` is the photo's `object`.
        """
        ...

    def record_problem(self, photo: Photo, reason: str, content: bytes | None = None) -> None:
        """The photo cannot be used in this run; with `content`, whoever holds these bytes cannot be used at all."""
        ...

    def read_anew(self, photo: Photo) -> None:
        """The photo changed, though not in size and time: the next run reads it again. For this run nothing changes."""
        ...

    def commit(self) -> None:
        """Make what was recorded durable. Recording alone may wait for it."""
        ...

    def analyzed(self, queries: Sequence[str], chunk: int = 2000) -> Iterator[AnalyzedPage]:
        """All selected photos in the order they were selected, at most `chunk` at a time."""
        ...

    def known_analyses(self, queries: Sequence[str], chunk: int = 2000) -> Iterator[list[tuple[bytes, Analyses]]]:
        """The contents (SHA-256) of the selected photos that have all analyses, at most `chunk` at a time.

        A content that several photos hold may come several times.
        """
        ...

    def analyzed_photo(self, photo_id: int, queries: Sequence[str]) -> AnalyzedPhoto:
        """One photo by its id."""
        ...

    def stored_analyses(self, queries: Sequence[str], chunk: int = 2000) -> Iterator[list[tuple[bytes, Analyses]]]:
        """The contents (SHA-256) of all photos, selected or not, that have all analyses, at most `chunk` at a time."""
        ...

    def metadata(self, contents: Iterable[bytes]) -> Mapping[bytes, Metadata]:
        """What these contents (SHA-256) say of themselves, as far as they were read."""
        ...

    def photos_of(self, contents: Iterable[bytes]) -> Iterator[Photo]:
        """Every photo that holds one of these contents or objects, wherever it lies, in the order of the contents."""
        ...

    def person(self, name: str) -> Person:
        """The person of this name, however it is spelled, made known if new, with a folder name unlike any other's."""
        ...

    def people(self) -> list[PersonDetails]:
        """Everybody who is known, in the order they became so."""
        ...

    def keep(self, details: PersonDetails) -> None:
        """Keep the cover, the birth date and whether the person is hidden, durably."""
        ...

    def rename(self, person: Person, name: str) -> Person:
        """Give the person another name, durably; the folder keeps its own. Raises `WrongUse` if the name is taken."""
        ...

    def add_portrait(self, person: Person, face: FaceKey, crop: bytes) -> int:
        """A face the person is known by from now on, durably; its id. `crop` is an encoded picture of it."""
        ...

    def portraits(self, person: Person) -> list[PersonPortrait]:
        """The faces the person is known by, in the order they were added."""
        ...

    def remove_portrait(self, portrait_id: int) -> None:
        """The person is not known by this face any more, durably; whose cover it was has none."""
        ...

    def decide(self, person: Person, decisions: Mapping[bytes, Decision | None]) -> None:
        """Remember, durably and all or nothing, what the user said of contents or objects; None takes it back.

        It is said of the picture as a whole, and takes the place of what was said of faces in it.
        """
        ...

    def decide_faces(self, person: Person, decisions: Mapping[FaceKey, Decision | None]) -> None:
        """The same for faces: each takes the place of what was said of that face, or of its picture as a whole.

        Two boxes are of the same face if they overlap by half, whatever engine drew them.
        """
        ...

    def decisions(self, person: Person) -> Mapping[bytes, Decision]:
        """Whether the person is in a picture, by content or object, as far as the user said so.

        Whoever is a face of it is in it; that one face is not theirs says nothing of the picture.
        """
        ...

    def face_decisions(self, person: Person) -> Mapping[FaceKey, Decision]:
        """All that the user said of this person, of faces and of pictures as a whole, in the order it was said."""
        ...


class Journal(Protocol):
    """What was copied where, written before and after each copy, so that a kill at any moment can be made good."""

    def begin_run(self, people: Sequence[Person], destination: str) -> int:
        """A new run's id."""
        ...

    def intend(self, run_id: int, copies: Sequence[tuple[CopyOrder, Placement]], *, held: bool = False) -> list[int]:
        """Durably announce copies; the ids of their records. Those that are `held` are worked on until `left`."""
        ...

    def published(self, record_ids: Mapping[int, tuple[int, int]]) -> None:
        """These copies are complete: size and modification time (ns) of each, by record id."""
        ...

    def abandoned(self, record_ids: Sequence[int]) -> None:
        """These announced copies were not made."""
        ...

    def left(self, record_ids: Iterable[int]) -> None:
        """Nobody works on these announced copies any more, whatever became of them."""
        ...

    def unfinished(self) -> list[tuple[CopyRecord, str]]:
        """Announced, neither published nor abandoned, and left, by a kill at the latest. With each its temporary path.

        What another run is just copying is not among them.
        """
        ...

    def copies_of(self, order: CopyOrder) -> list[CopyRecord]:
        """Copies of this content in the order's folder that were not taken back, newest first.

        Those of a photo of the same name come first; if the order is for an own copy, there are no others.
        """
        ...

    def copies_in(self, folder: str) -> list[CopyRecord]:
        """Copies that were made in this folder and not taken back, the oldest first."""
        ...

    def copies(self, person: Person, destination: str) -> Iterator[CopyRecord]:
        """Copies of this person that were made in this destination and not taken back."""
        ...

    def copies_of_run(self, run_id: int) -> Iterator[CopyRecord]:
        """Copies that this run made and that were not taken back."""
        ...

    def standing(self) -> Iterator[CopyRecord]:
        """Every copy of every run that was not taken back; of those under one name only the newest."""
        ...

    def taken_back(self, record_ids: Sequence[int]) -> None:
        """These copies were removed again."""
        ...

    def folders_made(self, run_id: int) -> list[str]:
        """The folders of this run's copies, taken back or not, that FaceSorter made itself."""
        ...


class Copier(Protocol):
    """Writes copies. Targets are never overwritten; a dry run is another implementation of this port.

    Each method raises `StorageUnavailable` if the destination is out of reach.
    """

    @property
    def dry_run(self) -> bool:
        """Whether `publish` only tells what would be; such copies are not for the journal."""
        ...

    def place(self, order: CopyOrder) -> Placement | str:
        """Where to put a copy still to make, or the path where the same photo already lies. Raises `PhotoError`."""
        ...

    def publish(self, order: CopyOrder, placement: Placement) -> tuple[int, int]:
        """Copy, verify, fsync and publish under a name that must be free; size and modification time (ns).

        Raises `FileExistsError` if the name was taken meanwhile (place again), `PhotoError` for this photo,
        `SourceUnavailable`, `DiskFull` or `StorageUnavailable` for all; no temporary file is left in any case.
        """
        ...

    def sync(self, folders: Iterable[str]) -> None:
        """Make published and removed names durable (one fsync a folder)."""
        ...

    def intact(self, record: CopyRecord) -> bool:
        """Whether the copy looks as it was made, by one look at the folder; nothing is read."""
        ...

    def content(self, path: str) -> bytes | None:
        """The SHA-256 of a copy or of a photo; None if nothing is there. Raises `PhotoError`, `StorageUnavailable`."""
        ...

    def require_photo(self, record: CopyRecord) -> None:
        """Raises `PhotoError` unless another file than the copy holds the photo's bytes at this moment."""
        ...

    def adopt(self, record: CopyRecord, temporary: str) -> tuple[int, int] | None:
        """Clear up after a kill: remove the temporary file; size and time (ns) of the copy if it is there, complete.

        Raises `PhotoError` if that cannot be told.
        """
        ...

    def take_back(self, record: CopyRecord) -> bool:
        """Remove a copy that FaceSorter made; False if it was gone already.

        Raises `PhotoError` if it was changed, or unless another file holds the same bytes at this moment.
        """
        ...

    def remove_folder(self, folder: str) -> None:
        """Remove the folder if nothing is in it."""
        ...


class CompanionFinder(Protocol):
    """Knows what lies beside photos and belongs to them; what cannot be seen is not there."""

    def of(self, photo: Photo) -> tuple[CompanionFile, ...]:
        """The companions of a photo, in a stable order."""
        ...

    def is_one(self, photo: Photo) -> bool:
        """Whether this photo is a companion of another one itself: a RAW file, an edit."""
        ...


class SidecarMaker(Protocol):
    """Writes down for other programs who is in a photo."""

    def sidecar(self, photo: Photo, faces: Sequence[NamedFace]) -> bytes:
        """A sidecar for a copy of the photo: what the photo's own sidecar, or the photo itself, says, and these names.

        The same for the same. Raises `PhotoError`, `StorageUnavailable`.
        """
        ...


class Executor(Protocol):
    """Where a pipeline runs its bounded parallel work: a thread pool, or Qt's."""

    @property
    def workers(self) -> int:
        """How many calls run at once."""
        ...

    def submit(self, function: Any, /, *arguments: Any) -> Future[Any]:
        """Run `function(*arguments)` on a worker."""
        ...
