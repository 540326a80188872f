"""What is left to check of everybody who is known, across all searches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from facesorter.app.known_looks import known_queries, queries_of
from facesorter.app.known_photos import InTurns, everything_known
from facesorter.app.profile import Profile
from facesorter.app.session import Session
from facesorter.domain.errors import WrongUse
from facesorter.domain.events import PhotoCompared
from facesorter.domain.matching import CHECK_FROM, pile
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import BoundingBox, Decision, Person, Photo, Pile, Score, Verdict
from facesorter.groups.blocks import in_blocks
from facesorter.pipeline.enrol import PersonRequest
from facesorter.pipeline.look_back import left_to_check, left_to_check_of_each
from facesorter.pipeline.sort_request import SortRequest

if TYPE_CHECKING:
    from facesorter.pipeline.reconsider import Rescored


class LeftToCheck(NamedTuple):
    """A photo that may show somebody: how similar (0-100) and where their face is.

    Those with the same `block` show faces that look alike; None stands alone.
    """

    person: Person
    photo: Photo
    similarity: float
    box: BoundingBox | None
    block: int | None


def request_for(
    people: Iterable[Person], destination: str, threshold: float, *, among_all: bool = False
) -> SortRequest:
    """What a session is asked for to look back at these people in all photos that are known."""
    asked = tuple(PersonRequest(one.name, ()) for one in people)
    return SortRequest(asked, (), destination, threshold=threshold, among_all=among_all)


class Unfinished(NamedTuple):
    """Somebody, where their copies go, and how many photos are left to check."""

    person: Person
    destination: str
    photos: int


LAST = 3
"""People of whom it is worked out when the program starts how much is left: two passes over the catalog for all."""


def unfinished(profile: Profile, threshold: float) -> list[Unfinished]:
    """What the last searches left to check, the newest search first; nobody of whom nothing is left."""
    last = profile.journal.last_runs(LAST)
    queries = queries_of(profile, [person for person, _destination in last])
    if not queries:
        return []
    with everything_known(profile) as catalog:
        found = left_to_check_of_each(queries, threshold, profile.engine, catalog)
    photos = {one.person.id: one.photos for one in found}
    return [Unfinished(person, destination, photos[person.id]) for person, destination in last if person.id in photos]


AT_ONCE = 20
"""People who are checked in one session: its results have columns for each of them."""


def left_of_everybody(
    profile: Profile, threshold: float, between: Callable[[], None] = lambda: None
) -> list[Unfinished]:
    """What is left to check of everybody who is known, together: whoever has the strongest photo comes first.

    Copies go where the last search for a person put them, or else to the folder of the settings. People who are hidden
    are not asked about, but a face of theirs is taken for nobody else's. `between` is called again and again
    on the way: it may wait, or raise.
    """
    queries = known_queries(profile)
    if not queries:
        return []
    with everything_known(profile) as catalog:
        found = left_to_check(queries, threshold, profile.engine, InTurns(catalog, between))
    hidden = {one.person.id for one in profile.catalog.people() if one.hidden}
    last = {person.id: destination for person, destination in profile.journal.last_runs(-1)}
    usual = profile.settings.destination_folder
    return [
        Unfinished(one.person, last.get(one.person.id, usual), one.photos)
        for one in found
        if one.person.id not in hidden
    ]


def at_once(left: Sequence[Unfinished]) -> list[Unfinished]:
    """Of those that are left the ones that one session can take: their copies go to the same folder."""
    return [one for one in left if one.destination == left[0].destination][:AT_ONCE]


_WAITING_OR_SURE = frozenset((Pile.CHECK, Pile.SURE))


class Checking:
    """Looks back at all photos for some people, and takes in what is said of them. Methods may block.

    Only what is left to check is kept, and the numbers of what is sure.
    """

    def __init__(self, profile: Profile, people: Sequence[Person], threshold: float) -> None:
        self._profile = profile
        self._session = Session(profile)
        self._threshold = threshold
        self._people = {person.id: person for person in people}
        self._left: dict[int, dict[int, tuple[Photo, float, int]]] = defaultdict(dict)
        """By person and photo (ids): the photo, its similarity and which face that is."""
        self._sure: dict[int, set[int]] = defaultdict(set)
        """By person (id) the photos (ids) that are sure without a word of the user."""
        for event in self._session.look_back(request_for(people, "", threshold)) if people else ():
            if isinstance(event, PhotoCompared) and not _WAITING_OR_SURE.isdisjoint(event.piles):
                for verdict in event.verdicts:
                    self._put(event.photo, verdict)

    def close(self) -> None:
        """Let go of what was looked through."""
        self._session.close()

    def _put(self, photo: Photo, verdict: Verdict) -> None:
        """Where a photo stands for a person by now."""
        person, face = verdict.person.id, verdict.score.face_index
        self._left[person].pop(photo.id, None)
        self._sure[person].discard(photo.id)
        if verdict.decision is not None or face is None:
            return
        if verdict.pile is Pile.CHECK:
            self._left[person][photo.id] = photo, verdict.score.similarity, face
        elif verdict.pile is Pile.SURE:
            self._sure[person].add(photo.id)

    def count(self, person: Person) -> int:
        """How many photos of a person are left to check."""
        return len(self._left[person.id])

    def left(self) -> list[LeftToCheck]:
        """What is to check, the strongest first and like faces together."""
        found: list[LeftToCheck] = []
        for person_id, person in self._people.items():
            waiting = self._left[person_id]
            first = len(found)
            alike = self._session.alike({number: face for number, (_photo, _similarity, face) in waiting.items()})
            for number, (photo, similarity, face) in waiting.items():
                block = first + alike[number] if number in alike else None
                found.append(LeftToCheck(person, photo, similarity, self._box(number, face), block))
        blocks = np.array([-1 if one.block is None else one.block for one in found], np.int64)
        order = in_blocks(np.array([one.similarity for one in found], np.float64), blocks)
        return [found[place] for place in order.tolist()]

    def _box(self, number: int, face: int) -> BoundingBox | None:
        faces = self._session.faces_of(number)
        return faces[face][0].box if face < len(faces) else None

    def answer(self, person: Person, paths: Sequence[str], decision: Decision) -> list[Photo]:
        """Remember durably what the user said of a person in photos, and let it teach; the photos that are sure by it.

        Raises `WrongUse` for a photo in which nobody was looked for.
        """
        said = [(self._known(path), decision) for path in paths]
        sure_before = set(self._sure[person.id])
        self._session.decide(person, said)
        told: Iterator[tuple[Person, Photo, Decision | None]] = ((person, photo, one) for photo, one in said)
        for one in self._session.reconsider(list(told), self._threshold, all_photos=True):
            self._take_in(one)
        for photo, _said in said:
            self._left[person.id].pop(photo.id, None)
            self._sure[person.id].discard(photo.id)
        return [self._photo(number) for number in sorted(self._sure[person.id] - sure_before)]

    def _known(self, path: str) -> Photo:
        photo = self._profile.catalog.photo_at(path)
        if photo is None or not self._session.faces_of(photo.id):
            raise WrongUse(
                _("{photo} is not known to show a face.").format(photo=path), _("`review` lists what is to check.")
            )
        return photo

    def _photo(self, number: int) -> Photo:
        return self._profile.catalog.analyzed_photo(number, ()).photo

    def _take_in(self, scored: Rescored) -> None:
        """Put the photos that may be left to check, or sure, where they belong now, and let go of the others."""
        person, decided = scored.person, self._profile.catalog.decisions(scored.person)
        least = min(CHECK_FROM, self._threshold)
        for number, similarity, face in zip(scored.photos, scored.similarities, scored.faces, strict=True):
            known, was_sure = self._left[person.id].get(number), number in self._sure[person.id]
            if was_sure and face >= 0 and similarity >= self._threshold:
                continue
            if known is None and not was_sure and (face < 0 or similarity < least):
                continue
            photo = known[0] if known else self._photo(number)
            said = next((decided[one] for one in photo.identities if one in decided), None)
            score = Score(float(similarity), int(face) if face >= 0 else None)
            self._put(photo, Verdict(person, pile(score, self._threshold, said), score, said))
