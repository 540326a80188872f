"""What can be asked of pictures and copies: headshots, comparisons, names in photos, copies of any run."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from facesorter.domain.events import Event
from facesorter.domain.models import Comparison
from facesorter.domain.paid_work import PaidWork
from facesorter.domain.ports import Executor
from facesorter.domain.spending import PricedTerms, Terms

if TYPE_CHECKING:
    from facesorter.pipeline.compare import CompareEvent
    from facesorter.pipeline.enrol import Headshot, HeadshotReport, PersonRequest
    from facesorter.pipeline.named_people import NamedPerson


class HeadshotService(Protocol):
    """What can be said of the pictures by which people are to be found: here a headshot is judged."""

    def examine(self, path: str) -> HeadshotReport:
        """What can be said of a headshot, in words; for a picture that will not do, why not: nothing is raised."""
        ...

    def same_person(self, headshots: Sequence[Headshot], threshold: float) -> bool:
        """Whether every headshot is at least as similar (0-100) to the first as `threshold`."""
        ...


class ComparisonService(Protocol):
    """Pictures beside each other, by the engine on this computer or, for `PaidWork`, by Amazon Rekognition."""

    def compare(self, source: Headshot, target_path: str, paid_work: PaidWork | None = None) -> Comparison:
        """Every face of the target with its similarity to the source face. Raises `PhotoError`, `UserError`."""
        ...

    def compare_with_folder(
        self, source: Headshot, folder: str, executor: Executor, paid_work: PaidWork | None = None
    ) -> Generator[CompareEvent]:
        """The source face and every picture of a folder or a place in S3. Raises `PhotoError`, `UserError`."""
        ...

    def price_of_comparison(self, source: Headshot, place: str, terms: Terms, *, whole: bool) -> PricedTerms:
        """What comparing the source with a picture, or with the `whole` of a place, costs at most."""
        ...

    def price_of_a_call(self, terms: Terms) -> PricedTerms:
        """What comparing two pictures, or analyzing one, usually costs. Raises `UserError` if there is no account."""
        ...

    def analyze(self, path: str, paid_work: PaidWork | None = None) -> list[dict[str, Any]]:
        """All that the engine says of each face of a picture, as Rekognition's `FaceDetail`. Raises `PhotoError`."""
        ...


class CopyService(Protocol):
    """Everything that was ever copied, whichever session did it."""

    def undo(self, run_id: int) -> Iterator[Event]:
        """Remove the copies a run made, if they are unchanged."""
        ...

    def check(self, *, repair: bool) -> Iterator[Event]:
        """Compare every copy with the journal and with its photo."""
        ...


class NameService(Protocol):
    """People whom other programs have named in the user's photos."""

    def find(self, places: Sequence[str], *, recursive: bool = True) -> Iterator[int | list[NamedPerson]]:
        """How many photos were looked at, now and then; and at the end everybody who is named there."""
        ...

    def peek(self, folders: Sequence[str], *, recursive: bool = True) -> Iterator[list[str]]:
        """Who is named in a sample of the photos, whoever is in most of them first; as far as it is known, again and
        again."""
        ...

    def requests(self, people: Iterable[NamedPerson]) -> tuple[PersonRequest, ...]:
        """These people with headshots from the photos that name them, as far as their faces are found there."""
        ...
