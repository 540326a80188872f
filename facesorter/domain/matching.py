"""From similarities to verdicts: who is in a photo, in which pile it lands, and which faces may teach a reference more.

Everything here depends on a photo's content and never on the order in which photos come, so that a run over the same
photos always ends the same way.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from heapq import heappush, heappushpop
from typing import Generic, NamedTuple, TypeVar

from facesorter.domain.models import Decision, Pile, Score

T = TypeVar("T")

DEFAULT_THRESHOLD = 80.0
"""Similarity (0-100) from which a face is *Sure* unless the user says otherwise."""

CHECK_FROM = 50.0
"""Similarity (0-100) from which a face that is not sure is worth a look."""

CLEARLY = 3.0
"""How many times less doubtful (100 minus similarity) somebody else must be to explain a face away.

With a local engine's similarity that is about 0.11 of cosine, more than one standard deviation of two pictures of the
same person.
"""

SPEAKS_AGAINST = 100.0 - CLEARLY * (100.0 - DEFAULT_THRESHOLD)
"""The least similarity (0-100) to somebody else that can speak against a face that is *Sure*: below it, it is clearly
the person's."""

CONTESTED, EXPLAINED = 79.0, 49.0
"""The most similar (0-100) that a face counts for a person if somebody else in the run is rather, or clearly, it:
*Check* at most, or *Not them*, at the default threshold."""

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


def scores(similarities: Sequence[Sequence[float]], people: int, held: Sequence[Score] = ()) -> list[Score]:
    """How similar a photo is to each person, given `similarities[face][person]` (0-100), and by which face.

    A face belongs to one person and a person is in a photo once: the most similar pair goes first. For everybody else
    that face counts `CONTESTED` or `EXPLAINED` at most. A score of `held` (one a person) that names a face stays at
    least as it is, and its face with that person.
    """
    if not similarities:
        return [Score(0.0, None)] * people
    if people == 1 and not held:
        column = [row[0] for row in similarities]
        best = max(column)
        return [Score(best, column.index(best))]
    owners = _owners(similarities, held) if people > 1 else {}
    found: list[Score] = []
    for person, of_one in enumerate(zip(*similarities, strict=True)):
        column = list(of_one)
        for face, owner in owners.items():
            if owner != person and column[face] > EXPLAINED:
                column[face] = _beside(column[face], similarities[face][owner])
        best = max(column)
        found.append(Score(best, column.index(best)))
    for person, score in enumerate(held):
        if score.face_index is not None and score.similarity > found[person].similarity:
            found[person] = score
    return found


class Highest:
    """One person in many photos: the similarity (0-100) of the most similar face of each, and which face that is.

    A photo without faces has 0 and -1. Engines that compare in arrays hold both in arrays and answer from these.
    """

    __slots__ = ("faces", "similarities")

    def __init__(self, similarities: MutableSequence[float], faces: MutableSequence[int]) -> None:
        self.similarities = similarities
        self.faces = faces

    def __len__(self) -> int:
        return len(self.faces)

    def copy(self) -> Highest:
        """The same, to be changed."""
        return Highest(list(self.similarities), list(self.faces))

    def score(self, place: int) -> Score:
        """The score in one photo."""
        face = int(self.faces[place])
        return Score(float(self.similarities[place]), None if face < 0 else face)

    def put(self, places: Sequence[int], scores: Sequence[Score]) -> None:
        """These are the scores in the photos at these places."""
        for place, score in zip(places, scores, strict=True):
            self.similarities[place] = score.similarity
            self.faces[place] = -1 if score.face_index is None else score.face_index

    def at_least(self, least: float) -> list[int]:
        """The places of the photos that are at least so similar, in order."""
        return [place for place, similarity in enumerate(self.similarities) if similarity >= least]

    def piles(self, threshold: float) -> bytearray:
        """`pile` of every photo of which nothing was said, as its place in `PILES`."""
        least = min(CHECK_FROM, threshold)
        return bytearray(
            NO_FACE if face < 0 else SURE if similarity >= threshold else CHECK if similarity >= least else NOT_THEM
            for similarity, face in zip(self.similarities, self.faces, strict=True)
        )

    def spread(self, places: Sequence[int], photos: int) -> Highest:
        """The same for so many photos, of which these are at `places`, and of the others nothing is known."""
        similarities, faces = [0.0] * photos, [-1] * photos
        for place, similarity, face in zip(places, self.similarities, self.faces, strict=True):
            similarities[place], faces[place] = similarity, face
        return Highest(similarities, faces)


PILES = tuple(Pile)
"""Piles by the number that stands for each in a column."""

SURE, CHECK, NOT_THEM, NO_FACE, PROBLEM = range(len(PILES))


def highest(similarities: Sequence[Sequence[Sequence[float]]], people: int) -> list[Highest]:
    """For each person, given `similarities[photo][face][person]`."""
    found = [[_best(photo, person) for photo in similarities] for person in range(people)]
    return [
        Highest(
            [one.similarity for one in of_one], [-1 if one.face_index is None else one.face_index for one in of_one]
        )
        for of_one in found
    ]


def _best(similarities: Sequence[Sequence[float]], person: int) -> Score:
    column = [face[person] for face in similarities]
    best = max(column, default=0.0)
    return Score(best, column.index(best) if column else None)


def final_scores(
    alone: Sequence[Sequence[float]], grown: Sequence[Sequence[float]], people: int, threshold: float
) -> list[Score]:
    """`scores` once the references have grown, where what was *Sure* by the headshots `alone` stays so.

    Such a photo was copied while the run went on, and somebody else's grown reference shall not take it back.
    """
    first = scores(alone, people)
    if max([score.similarity for score in first]) < threshold:
        return scores(grown, people)
    return scores(grown, people, [score if score.similarity >= threshold else _UNSEEN for score in first])


_UNSEEN = Score(0.0, None)


def _owners(similarities: Sequence[Sequence[float]], held: Sequence[Score]) -> dict[int, int]:
    """Who each claimed face belongs to."""
    owners = {score.face_index: person for person, score in enumerate(held) if score.face_index is not None}
    claims = [
        (-similarity, face, person)
        for face, row in enumerate(similarities)
        for person, similarity in enumerate(row)
        if similarity >= CHECK_FROM
    ]
    placed = set(owners.values())
    for _, face, person in sorted(claims):
        if face not in owners and person not in placed:
            owners[face] = person
            placed.add(person)
    return owners


def _beside(similarity: float, owners: float) -> float:
    """What a face of this similarity counts for a person if it belongs to another one, to whom it has `owners`."""
    return min(similarity, EXPLAINED if is_clearly_other(similarity, owners) else CONTESTED)


def is_clearly_other(similarity: float, other: float) -> bool:
    """Whether a face of this similarity (0-100) to a person clearly is somebody else, to whom it has `other`."""
    return 100 - similarity >= CLEARLY * (100 - other)


def beside_counter_example(similarity: float, counter: float, sure_from: float = DEFAULT_THRESHOLD) -> float:
    """What a face counts for a person if it is `counter` (0-100) similar to a face that the user said is not theirs.

    What would be worth a look, and clearly is like that face, is explained by it. A *Sure* one stays sure, whether by
    the usual threshold or by a lower one (`sure_from`): look-alikes in one family must not take each other's photos
    away.
    """
    worth_a_look = CHECK_FROM <= similarity < min(sure_from, DEFAULT_THRESHOLD)
    return EXPLAINED if worth_a_look and is_clearly_other(similarity, counter) else similarity


PILE_OF = {Decision.YES: Pile.SURE, Decision.NO: Pile.NOT_THEM, Decision.UNSURE: Pile.CHECK}
"""Where the user's decision puts a photo."""


def pile(score: Score, threshold: float, decision: Decision | None) -> Pile:
    """Where a photo lands for a person: what the user decided, else what the score says."""
    if decision is not None:
        return PILE_OF[decision]
    if score.face_index is None:
        return Pile.NO_FACE
    if score.similarity >= threshold:
        return Pile.SURE
    return Pile.CHECK if score.similarity >= min(CHECK_FROM, threshold) else Pile.NOT_THEM


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
