"""What a run through a paid service would cost, done in each way, without calling it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from facesorter.domain.events import CostEstimated, Event, PhotoCompared, PhotoFailed
from facesorter.domain.films import SENT_FRAMES
from facesorter.domain.formats import is_film
from facesorter.domain.models import Photo
from facesorter.domain.ports import Catalog, Executor, Meter, PhotoSource, SheetEngine
from facesorter.domain.spending import CallEstimate, PricedTerms, SavingsMode, Terms, calls_of_a_crowd, reserve
from facesorter.pipeline.analyze import analyze, missing
from facesorter.pipeline.decide import decide
from facesorter.pipeline.films import frames_to_send
from facesorter.pipeline.grow_references import grow_references
from facesorter.pipeline.scan import scan
from facesorter.pipeline.second_opinion import First, Second, Unasked, on_a_sheet, sheets_of, unasked


def estimate(
    first: First, second: Callable[[SavingsMode], Second], source: PhotoSource, executor: Executor, meter: Meter
) -> Iterator[Event]:
    """Let the first engine look at every photo, which costs nothing, then give one `CostEstimated` a way.

    `second` builds the paid engine as each way needs it.
    """
    yield from scan(source, first.catalog)
    queries = first.engine.queries([one.reference for one in first.person_queries])
    todo = ((photo, queries) for photo in first.catalog.unanalyzed(queries))
    for photo, reason in analyze(todo, first.engine, source, first.catalog, executor):
        if reason is not None:
            yield PhotoFailed(photo, reason)
            continue
        analyzed = first.catalog.analyzed_photo(photo.id, queries)
        for _, verdicts in decide(first.person_queries, first.threshold, first.engine, [analyzed]):
            yield PhotoCompared(photo, verdicts, final=False)
    for savings in SavingsMode:
        calls = estimated_calls(first, second(savings))
        yield CostEstimated(savings, meter.cost_of(calls.likely), meter.cost_of(calls.most), meter.most_dollars)


def estimated_calls(first: First, paid: Second) -> CallEstimate:
    """Calls still to be made for the selected photos; one that the first engine has not seen yet counts in full.

    In the hybrid mode the first engine's references grow before the second one is asked. While there are photos that
    nobody has seen, growth may put any other photo in doubt.
    """
    queries = paid.engine.queries([one.reference for one in paid.person_queries])
    if paid.savings is SavingsMode.NONE:
        return calls_for_all(queries, first.catalog)
    unseen = sum(
        most_calls(photo)
        for photo in first.catalog.unanalyzed(first.engine.queries([one.reference for one in first.person_queries]))
    )
    doubtful = paid.savings is SavingsMode.HYBRID and unseen > 0
    if paid.savings is SavingsMode.HYBRID and not unseen:
        first = replace(first, person_queries=grow_references(first.person_queries, first.engine, first.catalog)[0])
    seen = calls_for(unasked(first, paid), paid.sheets)
    bound = calls_for(unasked(first, replace(paid, savings=SavingsMode.FACELESS)), None) if doubtful else seen
    others = calls_for_unseen(unseen * len(queries), len(queries))
    return CallEstimate(seen.likely + others.likely, bound.most + others.most, bound.spare + others.spare)


def calls_for(todo: Iterator[Unasked], sheets: SheetEngine | None) -> CallEstimate:
    """How many calls these cost.

    With sheets it is likely that every face comes back; a photo of which one does not is asked about whole. One spare
    call a headshot makes sure that it was not the headshot in which the service found no face.
    """
    likely = most = parts = 0
    headshots: set[str] = set()
    for group in ([one] for one in todo) if sheets is None else sheets_of(todo, sheets.capacity):
        queries = group[0].queries
        headshots.update(queries)
        calls = calls_for_whole(group[0])
        likely += len(queries) * calls
        again = len(group) if sheets is not None and on_a_sheet(group[0], sheets) else 0
        most += len(queries) * (calls + again)
        parts += len(queries) * sum(calls_of_a_crowd(len(one.faces)) for one in group)
    return CallEstimate(likely, most).with_spare(len(headshots) + parts)


def calls_for_all(queries: Sequence[str], catalog: Catalog) -> CallEstimate:
    """How many calls it takes to ask about every photo, of which nobody knows yet how many faces it shows."""
    calls = sum(len(missing(photo, queries, catalog)) * most_calls(photo) for photo in catalog.unanalyzed(queries))
    return calls_for_unseen(calls, len(queries))


def most_calls(photo: Photo) -> int:
    """How many pictures of it are sent at most."""
    return SENT_FRAMES if is_film(photo.path) else 1


def calls_for_whole(one: Unasked) -> int:
    """How many pictures of it are sent: of a film, one a frame that was chosen."""
    return len(frames_to_send(one.faces)) if is_film(one.photo.path) else 1


def calls_for_unseen(calls: int, headshots: int) -> CallEstimate:
    """So many calls about photos at which nobody has looked, and what may come on top of them."""
    return CallEstimate(calls, calls).with_spare(headshots + reserve(calls) if calls else 0)


def priced(region: str, terms: Terms, meter: Meter, calls: CallEstimate) -> PricedTerms:
    """These calls with their price, and terms that hold whoever works by them to it."""
    agreed = replace(terms, most_calls=calls.most)
    return PricedTerms(region, agreed, meter.cost_of(calls.likely), meter.cost_of(calls.most))
