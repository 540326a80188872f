"""The photos of a run that are like somebody in it, held ready to be scored anew after each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from facesorter.domain.growth import ANCHOR
from facesorter.domain.matching import Highest
from facesorter.domain.models import Photo, Reference
from facesorter.domain.ports import Analyses, FaceEngine
from facesorter.pipeline.decided_page import DecidedPage
from facesorter.pipeline.grow_references import POOL
from facesorter.pipeline.page_scores import LookedAt, Weighed
from facesorter.pipeline.person_query import PersonQuery
from facesorter.pipeline.teachable import SeemsThere, Teachable, learned_since


@dataclass(slots=True)
class NearPhotos:
    """Photos in columns, and what can be worked out of them once: faces at hand, and whom each may teach."""

    ids: list[int] = field(default_factory=list[int])
    contents: list[bytes | None] = field(default_factory=list[bytes | None])
    identities: list[tuple[bytes, ...]] = field(default_factory=list[tuple[bytes, ...]])
    analyses: list[Analyses] = field(default_factory=list[Analyses])
    films: set[int] = field(default_factory=set[int])
    places: dict[bytes, int] = field(default_factory=dict[bytes, int])
    teachable: list[list[bytes]] = field(default_factory=list[list[bytes]])
    """Of each person the contents that are like them by the headshots alone, by digest."""
    _looked_at: LookedAt | None = None
    _found: dict[int, Highest] = field(default_factory=dict[int, Highest])
    """By person (number) what came of comparing the photos with the reference of `_there`."""
    _there: dict[int, SeemsThere] = field(default_factory=dict[int, SeemsThere])

    def take(self, decided: DecidedPage) -> None:
        near = {place for of_one in decided.decisions for place in of_one}
        for one in decided.scores:
            near.update(one.at_least(ANCHOR))
        places = sorted(near)
        for place, analyses in zip(places, decided.page.several(places), strict=True):
            if analyses is not None:
                self._keep(decided.page.photo(place), analyses, is_film=place in decided.page.films)
        self._looked_at = None
        self._found.clear()
        self._there.clear()

    def _keep(self, photo: Photo, analyses: Analyses, *, is_film: bool) -> None:
        place, identities = len(self.ids), photo.identities
        self.ids.append(photo.id)
        self.contents.append(photo.content)
        self.identities.append(identities)
        self.analyses.append(analyses)
        for identity in identities:
            self.places[identity] = place
        if is_film:
            self.films.add(place)

    def ready(self, person_queries: Sequence[PersonQuery], engine: FaceEngine) -> NearPhotos:
        if self._looked_at is None:
            loaded = engine.load(self.analyses)
            self._looked_at = LookedAt(
                len(self.analyses),
                self.analyses.__getitem__,
                loaded,
                self.films,
                self.identities.__getitem__,
                Weighed(),
            )
            headshots = [engine.set_apart(one.headshots, ()) for one in person_queries]
            self.teachable = [self._by_digest(one) for one in loaded.highest(headshots)]
        return self

    def _by_digest(self, found: Highest) -> list[bytes]:
        alike = {self.contents[place] for place in found.at_least(ANCHOR)}
        return sorted(content for content in alike if content is not None)

    def highest(self, people: Sequence[Reference]) -> list[Highest]:
        """The most similar face of each photo."""
        self.compare(people)
        return [self._found[number].copy() for number in range(len(people))]

    def compare(self, people: Sequence[Reference]) -> None:
        """Compare the photos with all of these people; whoever has learned nothing since is not compared again."""
        new = learned_since(people, self._there)
        if new:
            highest = self.looked_at.loaded.highest(list(new.values()))
            for (number, one), found in zip(new.items(), highest, strict=True):
                self._there[number], self._found[number] = SeemsThere.by(one, found), found

    def teaching(self, learners: Sequence[int], person_queries: Sequence[PersonQuery]) -> Teachable:
        """The photos that `grow_references` would choose for the learners (by their numbers) from all.

        Of each as many undecided ones as may join a pool, and all of which something was said.
        """
        wanted: dict[bytes, None] = {}
        for number in learners:
            decisions = person_queries[number].decisions
            undecided = (content for content in self.teachable[number] if content not in decisions)
            wanted.update(dict.fromkeys(islice(undecided, POOL)))
            wanted.update(dict.fromkeys(decisions))
        places = [
            place
            for content in wanted
            if (place := self.places.get(content)) is not None and self.contents[place] == content
        ]
        known = {number: there for number, there in self._there.items() if number not in learners}
        return Teachable(self.contents, self.analyses, lambda: self.looked_at.loaded, places, known)

    @property
    def looked_at(self) -> LookedAt:
        if self._looked_at is None:
            raise RuntimeError("The photos are not ready.")
        return self._looked_at
