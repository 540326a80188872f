"""The scores of a page of photos: what the most similar faces say, less what others and the user say of these faces.

A photo of many known people costs what the few people cost who seem to be in it, however many are looked for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from math import inf, nextafter

from facesorter.domain.films import TOGETHER_MORE, final_film_scores
from facesorter.domain.matching import CHECK_FROM, EXPLAINED, Highest, final_scores
from facesorter.domain.models import BoundingBox, Decision, Face, Reference, Score
from facesorter.domain.ports import Analyses, FaceEngine, LoadedPhotos
from facesorter.pipeline.person_query import PersonQuery

_MORE_THAN_EXPLAINED = nextafter(EXPLAINED, inf)

Similarities = list[list[float]]
"""`[face][person]`, 0-100."""


class Weighed:
    """What claims came to, kept for the next time that the same photos are scored."""

    def __init__(self) -> None:
        self._basis: tuple[float, Sequence[tuple[Reference, Reference]]] = 0.0, ()
        self._scores: dict[int, tuple[Sequence[int], Sequence[Score]]] = {}

    def still_valid(
        self, person_queries: Sequence[PersonQuery], threshold: float, people: Mapping[int, Sequence[int]]
    ) -> dict[int, Sequence[Score]]:
        """The scores of photos (by their places) in which the same people seem to be, who have learned nothing."""
        basis = threshold, [(one.headshots, one.reference) for one in person_queries]
        (former_threshold, former), self._basis = self._basis, basis
        if threshold != former_threshold or len(former) != len(person_queries):
            self._scores = {}
            return {}
        both = enumerate(zip(former, basis[1], strict=True))
        changed = {number for number, (old, new) in both if old[0] is not new[0] or old[1] is not new[1]}
        self._scores = {  # nothing else: of people who change while they are not in a photo nobody would know it later
            place: kept
            for place, numbers in people.items()
            if (kept := self._scores.get(place)) and kept[0] == numbers and changed.isdisjoint(numbers)
        }
        return {place: scores for place, (_numbers, scores) in self._scores.items()}

    def keep(self, place: int, people: Sequence[int], scores: Sequence[Score]) -> None:
        """These are the scores of these people (by their numbers) in a photo."""
        self._scores[place] = people, scores


@dataclass(frozen=True)
class LookedAt:
    """So many photos that have analyses, with their faces at hand; which of them (by their places) are films, and by
    which keys each is known. Where they are scored again and again, `weighed` keeps what claims came to.

    Nobody knows the `analyses` of a photo any more if another run has erased them since.
    """

    photos: int
    analyses: Callable[[int], Analyses | None]
    loaded: LoadedPhotos
    films: Set[int]
    identities: Callable[[int], tuple[bytes, ...]]
    weighed: Weighed | None = None

    @cached_property
    def _places(self) -> Mapping[bytes, Sequence[int]]:
        found: defaultdict[bytes, list[int]] = defaultdict(list)
        for place in range(self.photos):
            for known in self.identities(place):
                found[known].append(place)
        return found

    def faces(self, place: int, engine: FaceEngine) -> Sequence[Face]:
        """Those of one photo."""
        analyses = self.analyses(place)
        return () if analyses is None else engine.faces_in(analyses)

    def known_by(self, keys: Mapping[bytes, object]) -> set[int]:
        """The places of the photos that are known by any of these keys."""
        there = keys.keys() & self._places.keys() if keys else ()
        return {place for known in there for place in self._places[known]}


def make_scores(
    found: Sequence[Highest],
    person_queries: Sequence[PersonQuery],
    threshold: float,
    engine: FaceEngine,
    page: LookedAt,
) -> None:
    """Make the scores of these people of the most similar faces that were `found`, one a person and photo."""
    least = min(CHECK_FROM, threshold) - TOGETHER_MORE  # several frames of a film count for more than one
    talked_of = _talked_of(person_queries, engine, page)
    refused = _pass_over_refused_faces(found, person_queries, page, talked_of)
    unborn = _unborn(person_queries, found, least, page.identities)
    _weigh_claims(found, person_queries, threshold, engine, page, _Barred(unborn, refused))
    _point_at_said_faces(found, person_queries, page, talked_of)


@dataclass(frozen=True, slots=True)
class _TalkedOf:
    """Where a photo's faces are, and whose they are or are not, as the user said: people by their numbers."""

    boxes: Sequence[BoundingBox]
    theirs: list[int]
    not_theirs: list[int]


def _talked_of(person_queries: Sequence[PersonQuery], engine: FaceEngine, page: LookedAt) -> dict[int, _TalkedOf]:
    """Photos (by their places) of a face of which the user said whose it is or is not."""
    found: dict[int, _TalkedOf] = {}

    def of(place: int) -> _TalkedOf:
        if place not in found:
            found[place] = _TalkedOf([face.box for face in page.faces(place, engine)], [], [])
        return found[place]

    for number, one in enumerate(person_queries):
        for place in page.known_by(one.faces):
            of(place).theirs.append(number)
        for place in page.known_by(one.not_theirs):
            of(place).not_theirs.append(number)
    return found


@dataclass(frozen=True, slots=True)
class _Barred:
    """Who cannot be in a photo, and which faces are not whose: by the photo's place, people by their numbers."""

    unborn: Mapping[int, Set[int]]
    refused: Mapping[int, Mapping[int, Set[int]]]

    def without(self, place: int, people: Sequence[int], faces: list[list[float]]) -> list[list[float]]:
        """Similarities by face and person (one of `people`), in which these are like nobody."""
        unborn, refused = self.unborn.get(place, ()), self.refused.get(place, {})
        if not unborn and not refused:
            return faces
        return [
            [
                0.0 if number in unborn or face in refused.get(number, ()) else similarity
                for number, similarity in zip(people, row, strict=True)
            ]
            for face, row in enumerate(faces)
        ]


def _pass_over_refused_faces(
    found: Sequence[Highest],
    person_queries: Sequence[PersonQuery],
    page: LookedAt,
    talked_of: Mapping[int, _TalkedOf],
) -> dict[int, dict[int, frozenset[int]]]:
    """Where the most similar face is one that the user said is somebody else's, the next one counts.

    Returns all such faces: by the photo's place and the person's number.
    """
    refused: dict[int, dict[int, frozenset[int]]] = {}
    for place, told in talked_of.items():
        identities = page.identities(place)
        of_photo = {number: person_queries[number].refused_faces(identities, told.boxes) for number in told.not_theirs}
        refused[place] = {number: faces for number, faces in of_photo.items() if faces}
    taken = {
        place: [number for number, faces in of_photo.items() if found[number].faces[place] in faces]
        for place, of_photo in refused.items()
    }
    taken = {place: numbers for place, numbers in taken.items() if numbers}
    for place, faces in page.loaded.among([one.reference for one in person_queries], taken).items():
        for column, number in enumerate(taken[place]):
            scores = found[number]
            rest = [(-row[column], face) for face, row in enumerate(faces) if face not in refused[place][number]]
            similarity, face = min(rest, default=(0.0, scores.faces[place]))
            scores.similarities[place], scores.faces[place] = -similarity, face
    return refused


def _unborn(
    person_queries: Sequence[PersonQuery],
    found: Sequence[Highest],
    least: float,
    identities: Callable[[int], tuple[bytes, ...]],
) -> dict[int, set[int]]:
    """By place the people (by their numbers) who were not born when the photo was taken, and seem to be in it.

    Nobody is in a photo that was taken before they were born, unless the user said so: their similarity becomes 0.
    """
    unborn: defaultdict[int, set[int]] = defaultdict(set)
    for number, (one, scores) in enumerate(zip(person_queries, found, strict=True)):
        if one.unborn is None:
            continue
        places = scores.at_least(least)
        places = [place for place in places if one.decided(identities(place)) is None]
        before = one.unborn(known for place in places for known in identities(place))
        for place in places:
            if not before.isdisjoint(identities(place)):
                unborn[place].add(number)
                scores.similarities[place] = 0.0
    return dict(unborn)


def _weigh_claims(
    found: Sequence[Highest],
    person_queries: Sequence[PersonQuery],
    threshold: float,
    engine: FaceEngine,
    page: LookedAt,
    barred: _Barred,
) -> None:
    """Make one score a person for each photo of the most similar faces: others of the run may claim such a face.

    Nobody loses a face to others where only one person is more like any than what is explained away counts. Of a film,
    all its frames have a say. Whoever is not like any face of a photo neither claims one nor loses one.
    """
    seem_there = [one.at_least(_MORE_THAN_EXPLAINED) for one in (found if len(found) > 1 else ())]
    rivals = Counter(chain.from_iterable(seem_there))
    claimed = page.films | {place for place, count in rivals.items() if count > 1}
    least = min(_MORE_THAN_EXPLAINED, threshold)
    people: defaultdict[int, list[int]] = defaultdict(list)
    for number, scores in enumerate(found):
        for place in seem_there[number] if seem_there and threshold > EXPLAINED else scores.at_least(least):
            if place in claimed:
                people[place].append(number)
    final = {} if page.weighed is None else page.weighed.still_valid(person_queries, threshold, people)
    barring = barred.unborn.keys() | barred.refused.keys()
    anew = {place: numbers for place, numbers in people.items() if place not in final or place in barring}
    # What is claimed by the headshots alone is claimed by the references too, which are never less similar.
    alone_of, grown_of = similarities_among(person_queries, page.loaded, anew)
    for place, numbers in anew.items():
        alone = barred.without(place, numbers, alone_of[place])
        grown = barred.without(place, numbers, grown_of[place])
        faces = page.faces(place, engine) if place in page.films else ()
        if faces:
            final[place] = final_film_scores(alone, grown, faces, len(numbers), threshold)
        else:
            final[place] = final_scores(alone, grown, len(numbers), threshold)
        if page.weighed is not None:
            page.weighed.keep(place, [] if place in barring else numbers, final[place])
    of_one: defaultdict[int, tuple[list[int], list[Score]]] = defaultdict(lambda: ([], []))
    for place, numbers in people.items():
        for number, score in zip(numbers, final[place], strict=True):
            places, scores = of_one[number]
            places.append(place)
            scores.append(score)
    for number, (places, scores) in of_one.items():
        found[number].put(places, scores)


def similarities_among(
    person_queries: Sequence[PersonQuery], photos: LoadedPhotos, wanted: Mapping[int, Sequence[int]]
) -> tuple[Mapping[int, Similarities], Mapping[int, Similarities]]:
    """`LoadedPhotos.among` by the headshots alone, and by the references as they are now."""
    alone = photos.among([one.headshots for one in person_queries], wanted)
    if not any(one.grown for one in person_queries):
        return alone, alone
    return alone, photos.among([one.reference for one in person_queries], wanted)


def _point_at_said_faces(
    found: Sequence[Highest],
    person_queries: Sequence[PersonQuery],
    page: LookedAt,
    talked_of: Mapping[int, _TalkedOf],
) -> None:
    """Where the user said which face is somebody's, the score is of that face; of none if no engine finds one there."""
    for place, told in talked_of.items():
        identities = page.identities(place)
        for number in told.theirs:
            one, scores = person_queries[number], found[number]
            boxes = one.said_faces(identities)
            if not boxes or one.decided(identities) is not Decision.YES:
                continue
            said = [face for box in boxes if (face := box.same_face(told.boxes)) is not None]
            if scores.faces[place] not in said:
                scores.faces[place] = said[0] if said else -1
            if not said:
                scores.similarities[place] = 0.0
