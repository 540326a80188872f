"""What can be asked and said of people: who they are, and why a photo is not among theirs."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from facesorter.domain.models import BoundingBox, Decision, FaceKey, Merge, Person, Photo
from facesorter.domain.ports import Executor

if TYPE_CHECKING:
    from facesorter.app.people_scan import ScanEvent
    from facesorter.app.sets import PeopleSet
    from facesorter.domain.groups import DatedPhotos, KnownPerson, Overview, UnknownGroup
    from facesorter.domain.models import PersonDetails, PersonPortrait
    from facesorter.domain.why import WhyNot
    from facesorter.pipeline.person_query import PersonQuery


class PeopleService(Protocol):
    """Everybody in the photos of a profile, known and unknown: who they are, and what the user says of them."""

    def everybody(self) -> list[KnownPerson]:
        """Everybody who is known, whoever is in most pictures first."""
        ...

    def unknown(self) -> list[UnknownGroup]:
        """The groups that nobody has named, the largest first."""
        ...

    def overview(self, *, with_hidden: bool = False) -> Overview:
        """Everybody who is known, the groups that nobody has named, and how many are apart; see `Overview`."""
        ...

    def single_faces(self, *, with_hidden: bool = False) -> list[UnknownGroup]:
        """The faces that are in no group with others, as groups of one, the clearest first."""
        ...

    def knows(self, name: str) -> bool:
        """Whether there is a person of this name, however it is spelled."""
        ...

    def names_beside(self, person: Person) -> list[str]:
        """The names of everybody else, in their order."""
        ...

    def merged_into(self, person: Person) -> list[Merge]:
        """Who was merged into this person, the last one first."""
        ...

    def find(self, name: str) -> Person:
        """Somebody who is known, by name. Raises `WrongUse` if nobody is called so."""
        ...

    def details(self, person: Person) -> PersonDetails:
        """What the user said of a person."""
        ...

    def known(self, person: Person) -> PersonDetails | None:
        """What the user said of a person; None if they were forgotten, or merged into somebody else."""
        ...

    def portraits(self, person: Person) -> list[PersonPortrait]:
        """The faces the person is known by, in the order they were added."""
        ...

    def photos_of(self, person: Person) -> DatedPhotos:
        """Every photo of a person, the newest first; those without a date last."""
        ...

    def photos_of_set(self, wanted: PeopleSet) -> list[Photo]:
        """Every known photo of a set of people. Raises `WrongUse`."""
        ...

    def cut_out(self, face: FaceKey) -> bytes | None:
        """Head and shoulders of a face, encoded; None if no photo that shows it can be read."""
        ...

    def name(self, number: int, name: str, *, same_person: bool = False) -> Person:
        """Give a group a name: it is a person then. Raises `WrongUse` if somebody else is called so."""
        ...

    def rename(self, person: Person, name: str, *, with_folder: bool = False) -> Person:
        """Give a person another name, and their folders of copies too if asked for. Raises `WrongUse`."""
        ...

    def merge(self, kept: Person, merged: Person) -> None:
        """The two are one person from now on."""
        ...

    def unmerge(self, name: str) -> Person:
        """Whoever was merged under this name is somebody of their own again. Raises `WrongUse` if nobody was."""
        ...

    def hide(self, who: Person | int, *, hidden: bool) -> None:
        """Hide a person or a group (by its number) from the People page, or show them again."""
        ...

    def set_born(self, person: Person, born: date | None) -> None:
        """The person is in no photo that was taken before."""
        ...

    def forget(self, person: Person) -> None:
        """Erase a person beyond recovery; their copies stay."""
        ...

    def scan(self, folders: Sequence[str], executor: Executor) -> Generator[ScanEvent]:
        """Look through folders for everybody, without a headshot. Raises `UserError`."""
        ...


class WhyService(Protocol):
    """Why a photo is not among those of a person."""

    def ask(self, path: str, person: Person, threshold: float, run: Sequence[PersonQuery] = ()) -> WhyNot:
        """The reason, among the people of a run or of everybody who is known; that it cannot be read is one, too.

        Sure photos have at least `threshold` (0-100). Raises `WrongUse` if no face of the person is known, `UserError`.
        """
        ...

    def decide(self, about: WhyNot, decision: Decision, place: int | None = None) -> None:
        """Remember durably what the user said of a person in the photo: of a face by its place, or of all of it.

        Raises `WrongUse` for a photo that cannot be read.
        """
        ...

    def draw(self, about: WhyNot, box: BoundingBox) -> None:
        """Remember durably that the person is in the photo in this place."""
        ...
