"""A second, paid opinion: this computer looks at every photo first, and only some photos go to the service.

Which ones is decided by the first engine's verdicts alone, so the number of calls, and with it the price, is known
before the first call is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from facesorter.domain.formats import is_film
from facesorter.domain.models import Face, Photo, Pile, Score, Verdict
from facesorter.domain.ports import AnalyzedPhoto, Catalog, Executor, FaceEngine, SheetEngine
from facesorter.domain.spending import SavingsMode
from facesorter.pipeline.analyze import missing
from facesorter.pipeline.decide import decide, decide_all, decide_pages
from facesorter.pipeline.decided_page import DecidedPage
from facesorter.pipeline.person_query import PersonQuery


@dataclass(frozen=True, slots=True)
class First:
    """The engine that looks at every photo, and the people as it knows them."""

    engine: FaceEngine
    person_queries: tuple[PersonQuery, ...]
    threshold: float
    catalog: Catalog

    def verdicts(self) -> Iterator[tuple[AnalyzedPhoto, tuple[Verdict, ...]]]:
        """Its own verdicts on every photo."""
        return decide_all(self.person_queries, self.threshold, self.engine, self.catalog)

    def pages(self) -> Iterator[DecidedPage]:
        """The same, page by page and in columns."""
        return decide_pages(self.person_queries, self.threshold, self.engine, self.catalog)


@dataclass(frozen=True, slots=True)
class Second:
    """The paid engine, the same people in the same order as it knows them, and how it is spared.

    With `sheets`, which is `engine` itself, faces are sent many at once.
    """

    engine: FaceEngine
    person_queries: tuple[PersonQuery, ...]
    savings: SavingsMode
    executor: Executor
    sheets: SheetEngine | None = None

    def decides(self, verdict: Verdict) -> bool:
        """Whether its opinion is asked on this person in this photo: never where the user has decided."""
        if verdict.decision is not None or verdict.score.face_index is None:
            return False
        return self.savings is not SavingsMode.HYBRID or verdict.pile is Pile.CHECK

    @property
    def groups(self) -> list[tuple[PersonQuery, ...]]:
        """Who is asked about together: everybody, so that each face is one person's, or each where in doubt."""
        return [(one,) for one in self.person_queries] if self.savings is SavingsMode.HYBRID else [self.person_queries]

    def asked_about(self, verdicts: Sequence[Verdict]) -> list[PersonQuery]:
        """Whom a photo with these verdicts of the first engine is asked about."""
        remaining = iter(verdicts)
        asked: list[PersonQuery] = []
        for group in self.groups:
            of_group = list(islice(remaining, len(group)))
            if any(map(self.decides, of_group)):
                asked += group
        return asked


class Unasked(NamedTuple):
    """A photo the second engine is still to be asked about: its queries, and the faces the first engine found.

    `whole` says that it was on a sheet once, and a face of it did not come back.
    """

    photo: Photo
    queries: tuple[str, ...]
    faces: tuple[Face, ...]
    whole: bool = False


def unasked(first: First, second: Second) -> Iterator[Unasked]:
    """What is still to be asked, each content once."""
    seen: set[bytes] = set()
    for analyzed, verdicts in first.verdicts():
        content = analyzed.photo.content
        if analyzed.analyses is None or content is None or content in seen:
            continue
        people = [one.reference for one in second.asked_about(verdicts)] if verdicts else []
        todo = missing(analyzed.photo, second.engine.queries(people), first.catalog) if people else ()
        if todo:
            seen.add(content)
            whole = second.sheets is not None and not first.catalog.missing(content, [in_vain(todo[0])])
            yield Unasked(analyzed.photo, todo, first.engine.faces_in(analyzed.analyses), whole)


def sheets_of(todo: Iterator[Unasked], capacity: int) -> Iterator[list[Unasked]]:
    """Groups of photos with the same queries whose faces fit on one sheet; what is to be asked whole is alone."""
    groups: dict[tuple[str, ...], list[Unasked]] = {}
    for one in todo:
        if one.whole or len(one.faces) > capacity or is_film(one.photo.path):
            yield [one]
            continue
        group = groups.setdefault(one.queries, [])
        if group and sum(len(other.faces) for other in group) + len(one.faces) > capacity:
            yield groups.pop(one.queries)
            group = groups.setdefault(one.queries, [])
        group.append(one)
    yield from groups.values()


def on_a_sheet(one: Unasked, sheets: SheetEngine) -> bool:
    """Whether the photo's faces are sent with others, and not the photo itself; of a film, whole frames are sent."""
    return not one.whole and len(one.faces) <= sheets.capacity and not is_film(one.photo.path)


def in_vain(query: str) -> str:
    """Under this key it is kept that a sheet with the photo was paid for, and that the photo must be asked about whole.

    So whoever is cut off between the two pays for no second sheet.
    """
    return f"{query}/in vain"


def decide_with_second(first: First, second: Second) -> Iterator[tuple[AnalyzedPhoto, tuple[Verdict, ...]]]:
    """Every selected photo with the verdict of whichever engine decides, if it has an answer; none for the others."""
    opinions = [decide_all(group, first.threshold, second.engine, first.catalog) for group in second.groups]
    for (analyzed, verdicts), *said in zip(first.verdicts(), *opinions, strict=True):
        yield analyzed, _joined(first, second, (analyzed, verdicts), said)


def decide_one_with_second(first: First, second: Second, photo_id: int) -> tuple[AnalyzedPhoto, tuple[Verdict, ...]]:
    """The same for one photo."""
    analyzed, verdicts = _decided(first, first.engine, first.person_queries, photo_id)
    said = [_decided(first, second.engine, group, photo_id) for group in second.groups]
    return analyzed, _joined(first, second, (analyzed, verdicts), said)


def _decided(
    first: First, engine: FaceEngine, person_queries: Sequence[PersonQuery], photo_id: int
) -> tuple[AnalyzedPhoto, tuple[Verdict, ...]]:
    analyzed = first.catalog.analyzed_photo(photo_id, engine.queries([one.reference for one in person_queries]))
    return next(decide(person_queries, first.threshold, engine, [analyzed]))


def _joined(
    first: First,
    second: Second,
    decided: tuple[AnalyzedPhoto, tuple[Verdict, ...]],
    said: Sequence[tuple[AnalyzedPhoto, tuple[Verdict, ...]]],
) -> tuple[Verdict, ...]:
    analyzed, verdicts = decided
    opinions = [
        (other, opinion)
        for group, (other, of_group) in zip(second.groups, said, strict=True)
        for opinion in (of_group or [None] * len(group))
    ]
    joined: list[Verdict] = []
    for verdict, (other, opinion) in zip(verdicts, opinions, strict=False):
        if not second.decides(verdict):
            joined.append(verdict)
        elif opinion is not None:
            joined.append(_placed(first, second, analyzed, verdict, (other, opinion)))
    return tuple(joined)


def _placed(
    first: First,
    second: Second,
    analyzed: AnalyzedPhoto,
    verdict: Verdict,
    opinion: tuple[AnalyzedPhoto, Verdict],
) -> Verdict:
    """The second engine's verdict, with its face counted as the first engine counts them: those are shown."""
    other, said = opinion
    index = said.score.face_index
    if index is not None and other.analyses and analyzed.analyses:
        face = second.engine.faces_in(other.analyses)[index]
        known = first.engine.faces_in(analyzed.analyses)
        of_frame = [number for number, one in enumerate(known) if one.seconds == face.seconds]
        place = face.box.same_face([known[number].box for number in of_frame])
        index = verdict.score.face_index if place is None else of_frame[place]
    return Verdict(verdict.person, said.pile, Score(said.score.similarity, index))
