"""What can be done with photos of people: take wrong ones out, export them, copy those of a set of people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from facesorter.domain.events import Event
from facesorter.domain.models import FaceKey, Person, PersonPortrait, Photo
from facesorter.domain.planning import CopyPlan, CopyRecord

if TYPE_CHECKING:
    from facesorter.app.age_gaps import AgeGap
    from facesorter.app.export import ExportRequest, NotExported, PhotoExported
    from facesorter.app.namesakes import WhoItIs
    from facesorter.app.references import KnownFace
    from facesorter.app.sets import PeopleSet
    from facesorter.app.suggestions import Answered, Suggestion
    from facesorter.app.taking_out import TakenOut
    from facesorter.domain.groups import DatedPhoto, DatedPhotos, UnknownGroup
    from facesorter.pipeline.enrol import Headshot, PersonRequest


class AlbumService(Protocol):
    """Photos of people, and the folders of their copies."""

    def take_out(self, person: Person, photos: Sequence[Photo]) -> TakenOut:
        """The person is in none of these photos, nor in those of theirs that are more like these than like the rest."""
        ...

    def put_back(self, person: Person, taken: TakenOut) -> None:
        """Make it as it was before `take_out`."""
        ...

    def photos_of_group(self, number: int) -> list[DatedPhoto]:
        """A photo for each face of a group, the newest first. Raises `WrongUse` if there is no such group."""
        ...

    def group_of(self, faces: Sequence[FaceKey]) -> int | None:
        """The number of the group that most of these faces are in; None if none of them is in a group."""
        ...

    def take_out_of_group(self, number: int, wrong: Sequence[FaceKey]) -> TakenOut:
        """These faces, and what is like them, are somebody else than the rest of a group. Raises `WrongUse`."""
        ...

    def put_back_into_group(self, taken: TakenOut) -> None:
        """Make it as it was before `take_out_of_group`."""
        ...

    def folders_of(self, person: Person) -> list[str]:
        """The folders of copies that are named after a person."""
        ...

    def not_copied(self, person: Person, photos: DatedPhotos) -> int | None:
        """How many of a person's photos have no copy in the folders named after them; None without such a folder."""
        ...

    def stale_copies(self, person: Person) -> list[CopyRecord]:
        """Copies of photos of which the user has said that somebody else is in them."""
        ...

    def take_back_copies(self, records: Sequence[CopyRecord]) -> Iterator[Event]:
        """Remove these copies and what was copied with them, if they are unchanged."""
        ...

    def free_place(self, folder: str, name: str) -> str:
        """The path in a folder at which nothing is yet, of this name or a numbered one."""
        ...

    def export(
        self, person: Person, request: ExportRequest, photos: Sequence[Photo]
    ) -> Iterator[PhotoExported | NotExported]:
        """Export these photos of a person. Raises `WrongUse`, `StorageUnavailable`."""
        ...

    def plan_set(self, wanted: PeopleSet) -> CopyPlan:
        """What would bring the folder of a set of people up to date. Raises `WrongUse`."""
        ...

    def copy_set(self, wanted: PeopleSet) -> Iterator[Event]:
        """Bring the folder of a set of people up to date. Raises `WrongUse` and what a run does."""
        ...


class ReferenceService(Protocol):
    """The faces that people are known by."""

    def of(self, person: Person) -> list[KnownFace]:
        """All of a person, the newest picture first, those without a date last."""
        ...

    def gap(self, person: Person, faces: Iterable[KnownFace]) -> AgeGap | None:
        """The longest time in a person's life of which there are photos, but none of these faces; None if not known."""
        ...

    def add_face(self, person: Person, face: FaceKey) -> PersonPortrait | None:
        """The person is known by this face of a photo, too; None if no photo that shows it can be read."""
        ...

    def is_clearly_not(self, person: Person, shot: Headshot) -> bool:
        """Whether the face of a picture is like none that the person is known by; never if none is known."""
        ...

    def add(self, person: Person, shot: Headshot) -> int | None:
        """The person is known by the face of a picture, too: the portrait's id, None if they were already.

        Raises `PhotoError` if the picture will not do.
        """
        ...

    def remove(self, person: Person, portrait: PersonPortrait) -> None:
        """The person is not known by this face any more."""
        ...

    def put_back(self, person: Person, face: KnownFace) -> None:
        """The person is known again by a face that was removed."""
        ...

    def stand_for(self, person: Person, portrait: PersonPortrait) -> None:
        """This face is the person's cover from now on."""
        ...


class SuggestionService(Protocol):
    """Which groups that nobody has named may be somebody who is known."""

    def of(self, person: Person) -> list[Suggestion]:
        """Groups that may be this person's, the most alike first."""
        ...

    def of_groups(self, groups: Sequence[UnknownGroup]) -> list[Suggestion]:
        """Who these groups may be: at most one suggestion for each that is not hidden, the same as on their pages."""
        ...

    def agree(self, suggestion: Suggestion) -> Answered:
        """The group is the person's. Raises `WrongUse` if there is no such group or person any more."""
        ...

    def refuse(self, suggestion: Suggestion) -> Answered:
        """The group is not the person's, and is never suggested again. Raises `WrongUse` likewise."""
        ...

    def undo(self, answered: Answered) -> None:
        """Nothing was said."""
        ...


class NamesakeService(Protocol):
    """People of one name, told apart by their faces."""

    def who_is(self, request: PersonRequest) -> WhoItIs:
        """Whom the headshots show, as far as that can be told. Raises `WrongUse` for a name that will not do."""
        ...
