"""Looks back at photos that are known: each verdict again, from the catalog alone; nothing is read, asked or copied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from facesorter.domain.events import Event, PhotoCompared, PhotosFound, ReferencesGrew, RunFinished
from facesorter.domain.ports import Catalog
from facesorter.pipeline.counter_examples import with_counter_examples
from facesorter.pipeline.decide import decide_pages
from facesorter.pipeline.grow_references import grow_references
from facesorter.pipeline.reconsider import Reconsidering
from facesorter.pipeline.sort import Sort


def look_back(sort: Sort, catalog: Catalog) -> Iterator[Event]:
    """The final verdicts of a run over the selected photos, as far as they were looked at; ends with `RunFinished`.

    The run can be decided on and copied from afterwards like one that has read its photos.
    """
    engine = sort.engine
    yield PhotosFound(catalog.selected(), Counter[str]())
    queries = with_counter_examples(sort.person_queries, engine, catalog, sort.request.threshold)
    sort.person_queries, added = grow_references(queries, engine, catalog)
    if added:
        yield ReferencesGrew(added)
    reconsidering = Reconsidering(sort.person_queries, engine, catalog)
    for page in decide_pages(sort.person_queries, sort.request.threshold, engine, catalog):
        reconsidering.take(page)
        for index, piles in enumerate(zip(*page.piles, strict=True)):
            if piles[0] is not None:
                yield PhotoCompared.later(partial(page.looked_at, index), piles)
    sort.reconsidering = reconsidering
    yield RunFinished(0, ())
