"""Score stored analyses and decide, photo by photo; nothing is read and nothing is asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain
from math import inf, nextafter
from typing import NamedTuple, cast

from facesorter.domain.films import TOGETHER_MORE, final_film_scores
from facesorter.domain.matching import CHECK_FROM, EXPLAINED, PILE_OF, PILES, Highest, final_scores
from facesorter.domain.models import BoundingBox, Decision, Person, Reference, Verdict
from facesorter.domain.ports import Analyses, AnalyzedPage, AnalyzedPhoto, Catalog, FaceEngine
from facesorter.pipeline.decided_page import UNKNOWN, DecidedPage


@dataclass(frozen=True, slots=True)
class PersonQuery:
    """A person of this run: who, how they look, and what the user has said of photos of them, by content or object.

    `headshots` is how they look by the headshots alone; `grown` has confident matches beside them. `unborn`, of whoever
    has a birth date, tells which of these contents were taken before it. `faces` says which faces the user said are
    theirs (several in a mirror or a collage), by content, where it was said of a face; an engine may find none there.
    `not_theirs` says which faces are somebody else's; such a photo may yet show them by another face.
    """

    person: Person
    headshots: Reference
    decisions: Mapping[bytes, Decision]
    grown: Reference | None = None
    unborn: Callable[[Iterable[bytes]], Set[bytes]] | None = None
    faces: Mapping[bytes, Sequence[BoundingBox]] = field(default_factory=dict[bytes, Sequence[BoundingBox]])
    not_theirs: Mapping[bytes, Sequence[BoundingBox]] = field(default_factory=dict[bytes, Sequence[BoundingBox]])

    @property
    def reference(self) -> Reference:
        """All that is known of how they look."""
        return self.grown or self.headshots

    def decided(self, identities: Sequence[bytes]) -> Decision | None:
        """What the user said of them in the photo that is known by these keys."""
        return next((self.decisions[known] for known in identities if known in self.decisions), None)

    def said_faces(self, identities: Sequence[bytes]) -> Sequence[BoundingBox]:
        """Where their face is in the photo that is known by these keys, as far as the user said so."""
        return next((self.faces[known] for known in identities if known in self.faces), ())

    def refused_faces(self, identities: Sequence[bytes], boxes: Sequence[BoundingBox]) -> frozenset[int]:
        """Of the faces in these boxes, those of which the user said that they are somebody else's, by their places."""
        said = next((self.not_theirs[known] for known in identities if known in self.not_theirs), ())
        return frozenset(face for box in said if (face := box.same_face(boxes)) is not None)


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

_MORE_THAN_EXPLAINED = nextafter(EXPLAINED, inf)


def decide(
    person_queries: Sequence[PersonQuery], threshold: float, engine: FaceEngine, photos: Sequence[AnalyzedPhoto]
) -> Iterator[tuple[AnalyzedPhoto, tuple[Verdict, ...]]]:
    """Each photo with one verdict a person, in the order given; no verdict where a problem or no analysis is stored."""
    decided = decide_page(person_queries, threshold, engine, AnalyzedPage.of(photos))
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
    for page in catalog.analyzed(queries):
        yield decide_page(person_queries, threshold, engine, page)


def decide_page(
    person_queries: Sequence[PersonQuery], threshold: float, engine: FaceEngine, page: AnalyzedPage
) -> DecidedPage:
    """The verdicts on a page; an object comes into being only for what is looked at."""
    known: Sequence[int] = range(len(page))
    photos = cast("Sequence[Analyses]", page.analyses)
    if None in page.analyses:
        known = [index for index, analyses in enumerate(page.analyses) if analyses is not None]
        photos = [analyses for analyses in page.analyses if analyses is not None]
    films = {known.index(index) for index in page.films if page.analyses[index] is not None}
    found = engine.highest([one.reference for one in person_queries], photos)

    def identities(place: int) -> tuple[bytes, ...]:
        return page.identities(known[place])

    make_scores(found, person_queries, threshold, engine, LookedAt(photos, films, identities))
    if len(known) < len(page):
        found = [one.spread(known, len(page)) for one in found]
    said = page.known_by({content for one in person_queries for content in one.decisions})
    decisions = [_decisions(one, page, said) for one in person_queries]
    columns = [_column(one, of_one, threshold) for one, of_one in zip(found, decisions, strict=True)]
    if len(known) < len(page):
        for index, analyses in enumerate(page.analyses):
            if analyses is None:
                for column, of_one in zip(columns, decisions, strict=True):
                    column[index] = UNKNOWN
                    of_one.pop(index, None)
    return DecidedPage(page, [one.person for one in person_queries], found, columns, decisions)


class LookedAt(NamedTuple):
    """Photos that have analyses; which of them (by their places) are films, and by which keys each is known."""

    photos: Sequence[Analyses]
    films: Set[int]
    identities: Callable[[int], tuple[bytes, ...]]


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
    refused = _pass_over_refused_faces(found, person_queries, engine, page, talked_of)
    unborn = _unborn(person_queries, found, least, page.identities)
    _weigh_claims(found, person_queries, threshold, engine, page, _Barred(unborn, refused))
    _point_at_said_faces(found, person_queries, page, talked_of)


def _talked_of(
    person_queries: Sequence[PersonQuery], engine: FaceEngine, page: LookedAt
) -> dict[int, Sequence[BoundingBox]]:
    """Photos (by their places) of a face of which the user said whose it is or is not, and where their faces are."""
    said = {known for one in person_queries for faces in (one.faces, one.not_theirs) for known in faces}
    places = range(len(page.photos)) if said else ()
    return {
        place: [face.box for face in engine.faces_in(page.photos[place])]
        for place in places
        if not said.isdisjoint(page.identities(place))
    }


class _Barred(NamedTuple):
    """Who cannot be in a photo, and which faces are not whose: by the photo's place, people by their numbers."""

    unborn: Mapping[int, Set[int]]
    refused: Mapping[int, Mapping[int, Set[int]]]

    def without(self, place: int, faces: list[list[float]]) -> list[list[float]]:
        """Similarities by face and person, in which these are like nobody."""
        unborn, refused = self.unborn.get(place, ()), self.refused.get(place, {})
        if not unborn and not refused:
            return faces
        return [
            [
                0.0 if number in unborn or face in refused.get(number, ()) else similarity
                for number, similarity in enumerate(row)
            ]
            for face, row in enumerate(faces)
        ]


def _pass_over_refused_faces(
    found: Sequence[Highest],
    person_queries: Sequence[PersonQuery],
    engine: FaceEngine,
    page: LookedAt,
    talked_of: Mapping[int, Sequence[BoundingBox]],
) -> dict[int, dict[int, frozenset[int]]]:
    """Where the most similar face is one that the user said is somebody else's, the next one counts.

    Returns all such faces: by the photo's place and the person's number.
    """
    refused: dict[int, dict[int, frozenset[int]]] = {}
    for place, boxes in talked_of.items():
        of_photo = [one.refused_faces(page.identities(place), boxes) for one in person_queries]
        refused[place] = {number: faces for number, faces in enumerate(of_photo) if faces}
        for one, scores, faces in zip(person_queries, found, of_photo, strict=True):
            if scores.faces[place] in faces:
                alike = engine.similarities([one.reference], [page.photos[place]])[0]
                rest = [(-row[0], face) for face, row in enumerate(alike) if face not in faces]
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
    all its frames have a say.
    """
    people = len(person_queries)
    seem_there = [one.at_least(_MORE_THAN_EXPLAINED) for one in (found if people > 1 else ())]
    rivals = Counter(chain.from_iterable(seem_there))
    claims = sorted(page.films | {place for place, count in rivals.items() if count > 1})
    # What is claimed by the headshots alone is claimed by the references too, which are never less similar.
    claimed = [page.photos[place] for place in claims]
    for place, alone, grown in zip(claims, *similarities(person_queries, engine, claimed), strict=True):
        both = barred.without(place, alone), barred.without(place, grown)
        if place in page.films:
            final = final_film_scores(*both, engine.faces_in(page.photos[place]), people, threshold)
        else:
            final = final_scores(*both, people, threshold)
        for one, score in zip(found, final, strict=True):
            one.similarities[place] = score.similarity
            one.faces[place] = -1 if score.face_index is None else score.face_index


def _point_at_said_faces(
    found: Sequence[Highest],
    person_queries: Sequence[PersonQuery],
    page: LookedAt,
    talked_of: Mapping[int, Sequence[BoundingBox]],
) -> None:
    """Where the user said which face is somebody's, the score is of that face; of none if no engine finds one there."""
    for place, all_boxes in talked_of.items():
        identities = page.identities(place)
        for one, scores in zip(person_queries, found, strict=True):
            boxes = one.said_faces(identities)
            if not boxes or one.decided(identities) is not Decision.YES:
                continue
            said = [face for box in boxes if (face := box.same_face(all_boxes)) is not None]
            if scores.faces[place] not in said:
                scores.faces[place] = said[0] if said else -1
            if not said:
                scores.similarities[place] = 0.0


def _decisions(one: PersonQuery, page: AnalyzedPage, said: Sequence[int]) -> dict[int, Decision]:
    """What the user said of this person in photos of a page, by their places, if anything was `said` of anybody."""
    found = ((place, one.decided(page.identities(place))) for place in said) if one.decisions else ()
    return {place: decision for place, decision in found if decision is not None}


def _column(found: Highest, decisions: Mapping[int, Decision], threshold: float) -> bytearray:
    """`domain.matching.pile` for a whole column."""
    column = found.piles(threshold)
    for place, decision in decisions.items():
        column[place] = PILES.index(PILE_OF[decision])
    return column
