"""Score stored analyses and decide, photo by photo; nothing is read and nothing is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from facesorter.domain.matching import PILE_OF, PILES, Highest
from facesorter.domain.models import Decision, Verdict
from facesorter.domain.ports import Analyses, AnalyzedPage, AnalyzedPhoto, Catalog, FaceEngine
from facesorter.pipeline.decided_page import UNKNOWN, DecidedPage
from facesorter.pipeline.load_page import load_page
from facesorter.pipeline.page_scores import LookedAt, make_scores
from facesorter.pipeline.person_query import PersonQuery


def similarities(
    person_queries: Sequence[PersonQuery], engine: FaceEngine, photos: Sequence[Analyses]
) -> tuple[Similarities, Similarities]:
    """`[photo][face][person]` (0-100) by the headshots alone, and by the references as they are now."""
    headshots = [one.headshots for one in person_queries]
    if not any(one.grown for one in person_queries):
        alone = engine.similarities(headshots, photos)
        return alone, alone
    people = len(person_queries)
    both = engine.similarities([*headshots, *(one.reference for one in person_queries)], photos)
    return (
        [[face[:people] for face in faces] for faces in both],
        [[face[people:] for face in faces] for faces in both],
    )


Similarities = list[list[list[float]]]


def decide(
    person_queries: Sequence[PersonQuery], threshold: float, engine: FaceEngine, photos: Sequence[AnalyzedPhoto]
) -> Iterator[tuple[AnalyzedPhoto, tuple[Verdict, ...]]]:
    """Each photo with one verdict a person, in the order given; no verdict where a problem or no analysis is stored."""
    decided = decide_page(person_queries, threshold, engine, AnalyzedPage(photos))
    for index, photo in enumerate(photos):
        yield photo, decided.verdicts(index)


def decide_all(
    person_queries: Sequence[PersonQuery], threshold: float, engine: FaceEngine, catalog: Catalog
) -> Iterator[tuple[AnalyzedPhoto, tuple[Verdict, ...]]]:
    """Every selected photo, in the order of the selection."""
    for decided in decide_pages(person_queries, threshold, engine, catalog):
        for index in range(len(decided.page)):
            yield decided.page[index], decided.verdicts(index)


def decide_pages(
    person_queries: Sequence[PersonQuery], threshold: float, engine: FaceEngine, catalog: Catalog
) -> Iterator[DecidedPage]:
    """The same, page by page and in columns."""
    queries = engine.queries([one.reference for one in person_queries])
    for page in catalog.analyzed(queries, packing=engine.packing):
        yield decide_page(person_queries, threshold, engine, page)


def decide_page(
    person_queries: Sequence[PersonQuery], threshold: float, engine: FaceEngine, page: AnalyzedPage
) -> DecidedPage:
    """The verdicts on a page; an object comes into being only for what is looked at."""
    known, loaded = load_page(page, engine)
    films = {known.index(index) for index in page.films if index not in page.unknown}

    def identities(place: int) -> tuple[bytes, ...]:
        return page.identities(known[place])

    looked_at = LookedAt(len(known), lambda place: page.analyses[known[place]], loaded, films, identities)
    found = looked_at.loaded.highest([one.reference for one in person_queries])
    make_scores(found, person_queries, threshold, engine, looked_at)
    decisions = [{known[place]: said for place, said in _decisions(one, looked_at)} for one in person_queries]
    if len(known) < len(page):
        found = [one.spread(known, len(page)) for one in found]
    columns = [_column(one, of_one, threshold) for one, of_one in zip(found, decisions, strict=True)]
    if len(known) < len(page):
        for index in page.unknown:
            for column in columns:
                column[index] = UNKNOWN
    return DecidedPage(page, [one.person for one in person_queries], found, columns, decisions)


def _decisions(one: PersonQuery, page: LookedAt) -> Iterator[tuple[int, Decision]]:
    """What the user said of this person in photos of a page, by their places."""
    for place in sorted(page.known_by(one.decisions)):
        decision = one.decided(page.identities(place))
        if decision is not None:
            yield place, decision


def _column(found: Highest, decisions: Mapping[int, Decision], threshold: float) -> bytearray:
    """`domain.matching.pile` for a whole column."""
    column = found.piles(threshold)
    for place, decision in decisions.items():
        column[place] = PILES.index(PILE_OF[decision])
    return column
