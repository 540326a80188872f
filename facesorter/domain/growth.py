"""Which faces of photos may join a reference, so that one headshot grows into a good model.

The choice depends on the photos' contents and never on the order in which photos come, as verdicts do.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappush, heappushpop
from typing import Generic, NamedTuple, TypeVar

from facesorter.domain.matching import CHECK_FROM, CLEARLY, DEFAULT_THRESHOLD, scores
from facesorter.domain.models import Decision

T = TypeVar("T")

EXAMPLES_A_BAND = 8
"""Most faces of one `BANDS` band that join a reference."""

CONFIRMED = 64
"""Most faces that the user said yes to that join a reference: every answer counts, in a bounded time."""

BANDS = (80.0, 93.0, 98.0)
"""Similarities (0-100) to the headshots alone between which examples are chosen apart, the same number from each.

The most similar faces are much like the headshot and teach little; at a limit of 8 examples in all, choosing them
alike from every band instead of the best finds a hundredth more of an ageing person's photos at the same precision.
"""

ANCHOR = 30.0
"""Similarity (0-100) to the headshots alone without which no face becomes an example, however much like other examples
it is: a chain of look-alikes cannot lead away from the person."""

ROUNDS = 3
"""How often references grow. One round finds 0.987 of the photos in `tests/bench/accuracy.py`'s faces of adults and
0.73 of those over all ages; three 0.987 and 0.78; more add nothing."""


class Choice(NamedTuple, Generic[T]):
    """A face that shall join a person's reference: its index in the photo that `photo` stands for."""

    photo: T
    face_index: int


class GrowthCandidates(Generic[T]):
    """Gathers, photo by photo and in bounded memory, the faces that may join the references.

    A face is confident enough if it is *Sure* by the reference as it is now, at least `ANCHOR` by the headshots alone,
    and nothing speaks against it: nobody else of the run is nearly as similar, no other face of the photo looks like
    the same person, and the user did not say no or unsure. What the user said yes to always counts.
    """

    def __init__(self, people: int) -> None:
        self._people = people
        self._bands: list[dict[int, list[tuple[float, bytes, Choice[T]]]]] = [{} for _ in range(people)]

    def consider(
        self,
        photo: tuple[bytes, T],
        alone: Sequence[Sequence[float]],
        now: Sequence[Sequence[float]],
        decisions: Sequence[Decision | None],
        people: Sequence[int] | None = None,
    ) -> None:
        """Take in a photo: its content's key and what stands for it, and its similarities `[face][person]`, by the
        headshots `alone` and by the references as they are `now`; copies of one photo count once.

        Where it is about some `people` only (by their numbers), all others have less than `SPEAKS_AGAINST`, and the
        user did not say that they are in it.
        """
        if Decision.YES not in decisions and max(map(max, now), default=0.0) < DEFAULT_THRESHOLD:
            return  # nobody is sure
        numbers = range(self._people) if people is None else people
        for place, (score, decision) in enumerate(zip(scores(now, len(numbers)), decisions, strict=True)):
            face = score.face_index
            if face is None or not (decision is Decision.YES or (decision is None and _lone(alone, now, place, face))):
                continue
            headshots = alone[face][place]
            band = len(BANDS) + 1 if decision is Decision.YES else sum(headshots >= edge for edge in BANDS)
            self._keep(numbers[place], band, (now[face][place], photo[0], Choice(photo[1], face)))

    def _keep(self, person: int, band: int, entry: tuple[float, bytes, Choice[T]]) -> None:
        heap = self._bands[person].setdefault(band, [])
        if any(entry[1] == key for _, key, _ in heap):
            return
        most = CONFIRMED if band > len(BANDS) else EXAMPLES_A_BAND
        (heappush if len(heap) < most else heappushpop)(heap, entry)

    def chosen(self) -> list[list[Choice[T]]]:
        """The examples of each person, in an order that depends on the photos alone."""
        return [
            [choice for band in sorted(bands) for _, _, choice in sorted(bands[band], key=_by_key)]
            for bands in self._bands
        ]


def _by_key(entry: tuple[float, bytes, object]) -> bytes:
    return entry[1]


def _lone(alone: Sequence[Sequence[float]], now: Sequence[Sequence[float]], person: int, face: int) -> bool:
    """Whether this face is surely this person's, and nothing in the photo contradicts it."""
    similarity = now[face][person]
    if similarity < DEFAULT_THRESHOLD or alone[face][person] < ANCHOR:
        return False
    if any(row[person] >= CHECK_FROM for index, row in enumerate(now) if index != face):
        return False
    doubt = 100 - similarity
    return all(100 - other >= CLEARLY * doubt for index, other in enumerate(now[face]) if index != person)
