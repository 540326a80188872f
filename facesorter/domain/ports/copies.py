"""What copies photos and what belongs to them, and the record of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from facesorter.domain.listing import Listing
from facesorter.domain.models import Person, Photo
from facesorter.domain.named_faces import NamedFace
from facesorter.domain.planning import CompanionFile, CopyOrder, CopyRecord, Placement


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

    def listed(self, listing: Listing) -> None:
        """A folder was listed, which may spare listing it again."""
        ...


class SidecarMaker(Protocol):
    """Writes down for other programs who is in a photo."""

    def sidecar(self, photo: Photo, faces: Sequence[NamedFace]) -> bytes:
        """A sidecar for a copy of the photo: what the photo's own sidecar, or the photo itself, says, and these names.

        The same for the same. Raises `PhotoError`, `StorageUnavailable`.
        """
        ...
