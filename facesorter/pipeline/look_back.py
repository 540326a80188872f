"""Looks back at photos that are known: each verdict again, from the catalog alone; nothing is read, asked or copied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from facesorter.domain.events import Event, PhotoCompared, PhotosFound, ReferencesGrew, RunFinished
from facesorter.domain.matching import CHECK
from facesorter.domain.models import Person
from facesorter.domain.ports import Catalog, FaceEngine
from facesorter.pipeline.counter_examples import StoredAnalyses, with_counter_examples
from facesorter.pipeline.decide import decide_page, decide_pages
from facesorter.pipeline.decided_page import UNKNOWN, DecidedPage, places
from facesorter.pipeline.grow_references import AnalyzedContents, grow_each, grow_references
from facesorter.pipeline.person_query import PersonQuery
from facesorter.pipeline.reconsider import Reconsidering
from facesorter.pipeline.sort import Sort


def look_back(sort: Sort, catalog: Catalog, others: Sequence[PersonQuery] = ()) -> Iterator[Event]:
    """The final verdicts of a run over the selected photos, as far as they were looked at; ends with `RunFinished`.

    The run can be decided on and copied from afterwards like one that has read its photos. Faces that are `others'`
    are not taken for those of the people of the run; nothing else is said about the others.
    """
    engine, people = sort.engine, len(sort.person_queries)
    yield PhotosFound(catalog.selected(), Counter[str]())
    queries = with_counter_examples((*sort.person_queries, *others), engine, catalog, sort.request.threshold)
    queries, added = grow_references(queries, engine, catalog)
    sort.person_queries = queries[:people]
    if added:
        yield ReferencesGrew(added)
    reconsidering = Reconsidering(queries, engine, catalog, people)
    for decided in decide_pages(queries, sort.request.threshold, engine, catalog):
        page = decided.of_first(people)
        reconsidering.take(page)
        unknown = set(page.in_any({UNKNOWN}))
        yield from map(
            partial(PhotoCompared.later, page), (place for place in range(len(page)) if place not in unknown)
        )
    sort.reconsidering = reconsidering
    yield RunFinished(0, ())


class Left(NamedTuple):
    """How many photos are left to check of somebody, and how similar (0-100) the strongest is."""

    person: Person
    photos: int
    strongest: float


class Stored(AnalyzedContents, StoredAnalyses, Protocol):
    """What a count needs of a `Catalog`."""


def left_to_check(
    person_queries: Sequence[PersonQuery], threshold: float, engine: FaceEngine, catalog: Stored
) -> list[Left]:
    """What a look back at all of these people together would leave to check, the strongest first.

    Nobody of whom nothing is left is in it.
    """
    queries = with_counter_examples(person_queries, engine, catalog, threshold)
    queries, _added = grow_references(queries, engine, catalog)
    keys = engine.queries([one.reference for one in queries])
    pages = catalog.analyzed(keys, packing=engine.packing)
    return _left(queries, ([decide_page(queries, threshold, engine, page)] for page in pages))


def left_to_check_of_each(
    person_queries: Sequence[PersonQuery], threshold: float, engine: FaceEngine, catalog: Catalog
) -> list[Left]:
    """The same for a look back at each of these people alone; the catalog is gone through for all of them together."""
    queries = grow_each(with_counter_examples(person_queries, engine, catalog, threshold), engine, catalog)
    keys = engine.queries([one.reference for one in queries])
    return _left(
        queries,
        (
            [decide_page([one], threshold, engine, page) for one in queries]
            for page in catalog.analyzed(keys, packing=engine.packing)
        ),
    )


def _left(queries: Sequence[PersonQuery], decided: Iterable[Sequence[DecidedPage]]) -> list[Left]:
    """What pages of all of these people, or of each, leave to check."""
    found = [Left(one.person, 0, 0.0) for one in queries]
    for pages in decided:
        of_people = ((one, number) for one in pages for number in range(len(one.people)))
        for person_number, (page, number) in enumerate(of_people):
            waiting = places(page.columns[number], {CHECK})
            score = page.scores[number].score
            asked = [score(place).similarity for place in waiting if place not in page.decisions[number]]
            person, photos, strongest = found[person_number]
            found[person_number] = Left(person, photos + len(asked), max([strongest, *asked]))
    return sorted((one for one in found if one.photos), key=lambda one: -one.strongest)
