"""What a run through a paid service would cost, done in each way, without calling it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from facesorter.domain.events import CostEstimated, Event, PhotoCompared, PhotoFailed
from facesorter.domain.ports import Executor, Meter, PhotoSource
from facesorter.domain.spending import SavingsMode
from facesorter.pipeline.analyze import ask
from facesorter.pipeline.decide import decide
from facesorter.pipeline.paid_engine import First, Second, calls_for, calls_for_all, unasked
from facesorter.pipeline.scan import scan


def estimate(
    first: First, second: Callable[[SavingsMode], Second], source: PhotoSource, executor: Executor, meter: Meter
) -> Iterator[Event]:
    """Let the first engine look at every photo, which costs nothing, then give one `CostEstimated` a way.

    `second` builds the paid engine as each way needs it.
    """
    yield from scan(source, first.catalog)
    questions = first.engine.questions([one.reference for one in first.sought])
    todo = ((photo, questions) for photo in first.catalog.unanswered(questions))
    for photo, reason in ask(todo, first.engine, source.read, first.catalog, executor):
        if reason is not None:
            yield PhotoFailed(photo, reason)
            continue
        answered = first.catalog.answers_of(photo.id, questions)
        for _, verdicts in decide(first.sought, first.threshold, first.engine, [answered]):
            yield PhotoCompared(photo, verdicts, final=False)
    for savings in SavingsMode:
        yield CostEstimated(savings, meter.cost_of(most_calls(first, second(savings))), meter.most_dollars)


def most_calls(first: First, paid: Second) -> int:
    """Calls still to be made for the selected photos; one that the first engine has not seen yet counts in full."""
    questions = paid.engine.questions([one.reference for one in paid.sought])
    if paid.savings is SavingsMode.NONE:
        return calls_for_all(questions, first.catalog)
    unseen = sum(1 for _ in first.catalog.unanswered(first.engine.questions([one.reference for one in first.sought])))
    return calls_for(unasked(first, paid), paid.sheets) + unseen * len(questions)
