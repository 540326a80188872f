"""What is remembered between runs, and the photos of a run with what is known of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple, Protocol

from facesorter.domain.formats import is_film
from facesorter.domain.listing import KnownFolder, Listing
from facesorter.domain.models import Decision, FaceKey, Metadata, Person, PersonDetails, PersonPortrait, Photo
from facesorter.domain.ports.engines import Analyses, FacePacking


class AnalyzedPhoto(NamedTuple):
    """A selected photo with its stored analyses, or the problem that stands in their place."""

    photo: Photo
    analyses: Analyses | None
    problem: str | None


class AnalyzedPage:
    """Some of the selected photos, in columns; a photo comes into being when it is looked at.

    `analyses` holds those of each photo, or None; `unknown` the places where there are none; `films` the places of
    those that are films, where analyses were asked for. `packs` hold the faces of all others together (see
    `FacePacking`); without any, they are in the analyses alone.
    """

    packs: Sequence[bytes] = ()

    def __init__(self, photos: Sequence[AnalyzedPhoto]) -> None:
        self.analyses: Sequence[Analyses | None] = [photo.analyses for photo in photos]
        self.unknown: Set[int] = {place for place, known in enumerate(self.analyses) if known is None}
        self.films: Collection[int] = {place for place, photo in enumerate(photos) if is_film(photo.photo.path)}
        self._photos = photos

    def __len__(self) -> int:
        return len(self.analyses)

    def __getitem__(self, index: int) -> AnalyzedPhoto:
        return self._photos[index]

    def __iter__(self) -> Iterator[AnalyzedPhoto]:
        return map(self.__getitem__, range(len(self)))

    def photo(self, index: int) -> Photo:
        """One photo alone."""
        return self[index].photo

    def content(self, index: int) -> bytes | None:
        """The content (SHA-256) of a photo, where it was read."""
        return self.photo(index).content

    def contents(self) -> Sequence[bytes | None]:
        """Those of all photos."""
        return [self.content(place) for place in range(len(self))]

    def identities(self, index: int) -> tuple[bytes, ...]:
        """The keys of a photo's decisions; see `Photo.identities`."""
        return self.photo(index).identities

    def several(self, places: Sequence[int]) -> list[Analyses | None]:
        """The analyses of the photos at these places, got together."""
        return [self.analyses[place] for place in places]


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

    def known_folders(self) -> Sequence[KnownFolder]:
        """Every folder in which photos were listed, of this run or of earlier ones."""
        ...

    def names_in(self, folder: str) -> Sequence[str]:
        """The photos that are known in this folder."""
        ...

    def let_go(self, folder: str, names: Iterable[str]) -> None:
        """These photos of a folder are gone: what no other photo holds can be cleared away after a while."""
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

    def analyzed(
        self, queries: Sequence[str], chunk: int = 2000, packing: FacePacking | None = None
    ) -> Iterator[AnalyzedPage]:
        """All selected photos in the order they were selected, at most `chunk` at a time.

        The faces of whole folders are kept packed as `packing` tells, and come so from the next time on.
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

    def face_decisions(self, person: Person, contents: Iterable[bytes] | None = None) -> Mapping[FaceKey, Decision]:
        """All that the user said of this person, of faces and of pictures as a whole, in the order it was said.

        Of these contents or objects only, if any are given; what was said of others takes no time then.
        """
        ...
