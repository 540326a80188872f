"""What happens in a run, in the past tense; the command line and the window read the same events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from facesorter.domain.balance import Balance
from facesorter.domain.compared_page import ComparedPage
from facesorter.domain.left_out import LeftOut
from facesorter.domain.models import Person, Photo, Pile, Verdict
from facesorter.domain.planning import CopyState
from facesorter.domain.spending import Cost, SavingsMode


@dataclass(frozen=True, slots=True)
class HeadshotFailed:
    """A headshot will not do; the run goes on with the others. `path` is empty if a person has none at all."""

    name: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class PhotosFound:
    """A folder was listed. All figures are totals so far; `formats` counts photos by suffix, as `.jpg`.

    `passed_over` counts what is no picture, `left_out` pictures that are nobody's photos.
    """

    total: int
    formats: Mapping[str, int]
    passed_over: int = 0
    left_out: Mapping[LeftOut, int] = field(default_factory=dict[LeftOut, int])


class PhotoCompared:
    """A photo was compared, one verdict a person, but for those with an `OpinionFailed`.

    `final` is False while a growing reference may still add to it; a final one comes once for each photo. `piles` are
    those of the verdicts; photo and verdicts of an event made `later` come into being when somebody looks at them.
    """

    __match_args__ = ("photo", "verdicts", "final")
    __slots__ = ("_index", "_page", "_told", "final")
    _page: ComparedPage
    _index: int
    _told: tuple[Photo, tuple[Verdict, ...]] | None
    final: bool

    def __init__(self, photo: Photo, verdicts: tuple[Verdict, ...], final: bool) -> None:
        self._told = photo, verdicts
        self.final = final

    @classmethod
    def later(cls, page: ComparedPage, index: int) -> PhotoCompared:
        """A final one. Most of 100,000 photos show nobody of the run, and nobody looks at what was found of them."""
        event = cls.__new__(cls)
        event._page, event._index, event._told, event.final = page, index, None, True
        return event

    @property
    def piles(self) -> tuple[Pile, ...]:
        told = self._told
        return self._page.piles(self._index) if told is None else tuple(verdict.pile for verdict in told[1])

    @property
    def photo(self) -> Photo:
        return self._looked_at()[0]

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        return self._looked_at()[1]

    def _looked_at(self) -> tuple[Photo, tuple[Verdict, ...]]:
        told = self._told
        if told is None:
            told = self._told = self._page.looked_at(self._index)
        return told

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PhotoCompared) and (self._looked_at(), self.final) == (
            other._looked_at(),
            other.final,
        )

    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def __repr__(self) -> str:
        return f"PhotoCompared({self.photo!r}, {self.verdicts!r}, final={self.final})"


@dataclass(frozen=True, slots=True)
class PhotoFailed:
    """A photo could not be read or decoded; `reason` is a sentence. A final one comes once for each such photo."""

    photo: Photo
    reason: str
    final: bool = False


@dataclass(frozen=True, slots=True)
class OpinionFailed:
    """The second engine was to decide on one person and could not look; it counts as a problem for that person.

    It follows the final `PhotoCompared` of what stands: the verdicts on the others.
    """

    photo: Photo
    person: Person
    reason: str


@dataclass(frozen=True, slots=True)
class ReferencesGrew:
    """Confident matches joined the references; the final verdicts follow. `added` counts faces by person id."""

    added: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class PhotoCopied:
    """A copy was published under `target`, or would be (`dry_run`)."""

    photo: Photo
    person: Person
    target: str
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class PhotoAlreadyThere:
    """The person's folder holds this photo already, as `target`."""

    photo: Photo
    person: Person
    target: str


@dataclass(frozen=True, slots=True)
class SamePicture:
    """This photo has the same bytes as `twin` (a path), of which `target` is the copy; it needs none of its own."""

    photo: Photo
    person: Person
    twin: str
    target: str


@dataclass(frozen=True, slots=True)
class CopyFailed:
    """A sure photo could not be copied for one person; it counts as a problem for that person.

    `changed` says that it is not the photo any more that was looked at.
    """

    photo: Photo
    person: Person
    reason: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class CompanionCopied:
    """A file (`source`) that belongs to a photo lies as `target` beside its copy, now or already; or would."""

    source: str
    person: Person
    target: str
    belongs_to: str
    already_there: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class CompanionFailed:
    """A file that belongs to a photo could not be copied; the photo itself was, and this makes it no problem."""

    source: str
    person: Person
    reason: str


@dataclass(frozen=True, slots=True)
class NamesWritten:
    """A sidecar (`target`) beside the copy of `photo` (a path) names who is surely in it, now or already."""

    photo: str
    person: Person
    target: str
    already_there: bool


@dataclass(frozen=True, slots=True)
class CompanionsLeft:
    """So many copied photos have something beside them that belongs to them and was not asked for."""

    photos: int


@dataclass(frozen=True, slots=True)
class CopyTakenBack:
    """A copy that FaceSorter made, unchanged since, was removed from the person's folder.

    `belongs_to` is the photo's path if it was not the photo itself but something that belongs to it.
    """

    target: str
    belongs_to: str = ""


@dataclass(frozen=True, slots=True)
class CopyKept:
    """A copy was to be taken back but was left alone; `reason` says why (changed since, gone, not ours)."""

    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class CopyChecked:
    """A copy was compared with the journal, byte for byte; `reason` says why its state is unknown.

    `has_original` says whether the photo it was made from is where it was, with the same content.
    """

    target: str
    state: CopyState
    has_original: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CostEstimated:
    """What the calls still to be made are likely to cost, done in this way, and the most that can be billed.

    `cap` ends them before it is exceeded.
    """

    savings: SavingsMode
    cost: Cost
    most: Cost
    cap: Decimal


@dataclass(frozen=True, slots=True)
class MoneySpent:
    """What this run has cost so far."""

    cost: Cost


@dataclass(frozen=True, slots=True)
class RunPaused:
    """The run waits. Ask for the next event to try again; close the generator to give up."""

    reason: str


@dataclass(frozen=True, slots=True)
class RunFinished:
    """Everything asked for was done; one balance a person."""

    run_id: int
    balances: tuple[Balance, ...]


Event = (
    HeadshotFailed
    | PhotosFound
    | PhotoCompared
    | PhotoFailed
    | OpinionFailed
    | ReferencesGrew
    | PhotoCopied
    | PhotoAlreadyThere
    | SamePicture
    | CopyFailed
    | CompanionCopied
    | CompanionFailed
    | CompanionsLeft
    | NamesWritten
    | CopyTakenBack
    | CopyKept
    | CopyChecked
    | CostEstimated
    | MoneySpent
    | RunPaused
    | RunFinished
)
