"""A second, paid opinion: this computer looks at every photo first, and only some photos go to the service.

Which ones is decided by the first engine's verdicts alone, so the number of calls, and with it the price, is known
before the first call is made.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from facesorter.domain.errors import PhotoChanged, PhotoError
from facesorter.domain.films import FilmAbandoned
from facesorter.domain.formats import is_film
from facesorter.domain.models import EncodedPicture, Face, Photo, Pile, Score, Verdict
from facesorter.domain.ports import AnalyzedPhoto, Catalog, Executor, FaceEngine, PhotoSource, SeenPhoto, SheetEngine
from facesorter.domain.spending import SavingsMode
from facesorter.pipeline.analyze import Analyzing, ahead, content_of, missing
from facesorter.pipeline.decide import PersonQuery, decide, decide_all, decide_pages
from facesorter.pipeline.decided_page import DecidedPage
from facesorter.pipeline.films import analyze_film


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
            whole = second.sheets is not None and not first.catalog.missing(content, [_in_vain(todo[0])])
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


def _in_vain(query: str) -> str:
    """Under this key it is kept that a sheet with the photo was paid for, and that the photo must be asked about whole.

    So whoever is cut off between the two pays for no second sheet.
    """
    return f"{query}/in vain"


def analyze_second(first: First, second: Second, source: PhotoSource) -> Generator[tuple[Photo, str | None]]:
    """Ask what is open; each photo, with the reason if the second engine could not look. Raises as `analyze`."""
    todo = unasked(first, second)
    if second.sheets is None:
        analyzing = _AskingWhole(second.engine, source, first.catalog)
        yield from ahead(todo, analyzing.analyze, analyzing, second.executor)
        return
    analyzing = _AskingSheets(second.sheets, source, first.catalog)
    for results in ahead(sheets_of(todo, second.sheets.capacity), analyzing.analyze, analyzing, second.executor):
        yield from results


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


class _AskingSecond(Analyzing):
    """What workers read. A problem is told and not recorded: what the first engine said of the photo stands."""

    def __init__(self, engine: FaceEngine, source: PhotoSource, catalog: Catalog) -> None:
        super().__init__(engine, catalog)
        self._source = source

    def _picture(self, photo: Photo) -> EncodedPicture:
        """The photo as it was when its faces were found. Raises `PhotoError`, `PhotoChanged` if it is another now."""
        data = self._source.read(photo.path)
        self._require_unchanged(photo, content_of(data))
        return EncodedPicture(photo.path, data)

    def _require_unchanged(self, photo: Photo, content: bytes) -> None:
        if content != photo.content:
            self.catalog.read_anew(photo)
            raise PhotoChanged

    def _ask_film(self, one: Unasked) -> None:
        """Ask about the frames of a film that were chosen. Raises as `_picture`, and as the engine does."""
        analyses: dict[str, bytes] = {}
        with suppress(FilmAbandoned):
            with self._source.film(one.photo.path, lambda: self.stopped) as film:
                self._require_unchanged(one.photo, film.content)
                for query in one.queries:
                    analyses[query] = analyze_film(query, film, one.photo, self.engine, self.catalog)
            self._keep(one.photo, analyses)  # each frame was kept as it was paid for

    def _keep(self, photo: Photo, analyses: Mapping[str, bytes], *, commit: bool = True) -> None:
        if photo.content is not None:
            self.catalog.record_analyses(photo, photo.content, analyses)
        if commit:
            self.catalog.commit()


class _AskingWhole(_AskingSecond):
    """What a worker does with one photo."""

    def analyze(self, one: Unasked) -> tuple[Photo, str | None]:
        """Read, analyze, record; the reason if that cannot be done."""
        if self.stopped:
            return one.photo, None
        try:
            if is_film(one.photo.path):
                self._ask_film(one)
                return one.photo, None
            picture = self._picture(one.photo)
            for query in one.queries:
                self._keep(one.photo, {query: self.engine.analyze(query, picture)})
        except PhotoError as error:
            return one.photo, error.reason
        return one.photo, None


class _AskingSheets(_AskingSecond):
    """What a worker does with one sheet."""

    def __init__(self, engine: SheetEngine, source: PhotoSource, catalog: Catalog) -> None:
        super().__init__(engine, source, catalog)
        self._sheets = engine

    def analyze(self, group: list[Unasked]) -> list[tuple[Photo, str | None]]:
        """Cut the faces out, ask about all at once, and then about those photos whole that need it."""
        if self.stopped:
            return [(one.photo, None) for one in group]
        problems: dict[int, str] = {}
        if is_film(group[0].photo.path):
            with _noting(group[0].photo, problems):
                self._ask_film(group[0])
            return [(one.photo, problems.get(one.photo.id)) for one in group]
        cut: list[tuple[Unasked, list[Any]]] = []
        for one in group:
            with _noting(one.photo, problems):
                seen = SeenPhoto(self._picture(one.photo), one.faces)
                cut.append((one, self._sheets.tiles(seen) if on_a_sheet(one, self._sheets) else []))
        for query in group[0].queries:
            for one in self._ask_together(query, cut, problems):
                with _noting(one.photo, problems):
                    answer = self.engine.analyze(query, self._picture(one.photo))
                    self._keep(one.photo, {query: answer, self._sheets.whole(query): answer})
        return [(one.photo, problems.get(one.photo.id)) for one in group]

    def _ask_together(
        self, query: str, cut: Sequence[tuple[Unasked, list[Any]]], problems: dict[int, str]
    ) -> list[Unasked]:
        """One call for all that were cut; what must be asked about whole is returned."""
        together = [(one, tiles) for one, tiles in cut if tiles]
        whole = [one for one, tiles in cut if not tiles]
        try:
            analyses = (
                self._sheets.analyze_together(query, [(one.faces, tiles) for one, tiles in together])
                if together
                else []
            )
        except PhotoError as error:  # of the sheet, and so of every photo on it
            problems.update((one.photo.id, error.reason) for one, _ in together)
            return whole
        for (one, _), answer in zip(together, analyses, strict=True):
            if answer is None:
                whole.append(one)
                self._keep(one.photo, {_in_vain(query): b""}, commit=False)
            else:
                self._keep(one.photo, {query: answer}, commit=False)
        self.catalog.commit()
        return whole


@contextmanager
def _noting(photo: Photo, problems: dict[int, str]) -> Generator[None]:
    try:
        yield
    except PhotoError as error:
        problems[photo.id] = error.reason
