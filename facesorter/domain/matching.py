"""From similarities to verdicts: who is in a photo, and in which pile it lands.

Everything here depends on a photo's content and never on the order in which photos come, so that a run over the same
photos always ends the same way.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence

from facesorter.domain.models import Decision, Pile, Score

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
