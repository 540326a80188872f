"""Every photo's final verdict, and what is copied by it.

Objects are made for what is copied, and for what somebody looks at: most of 100,000 photos show nobody of the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from facesorter.domain.events import Event, OpinionFailed, PhotoCompared, PhotoFailed
from facesorter.domain.matching import PILES
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Pile
from facesorter.pipeline.decided_page import UNKNOWN, DecidedPage
from facesorter.pipeline.reconsider import Reconsidering
from facesorter.pipeline.second_opinion import First, Second, decide_with_second
from facesorter.pipeline.sort_request import SortRequest
from facesorter.pipeline.sure_copies import SureCopies


class FinalVerdicts:
    """Those of one run, by what its first engine makes of the photos; each photo comes once, in its place."""

    def __init__(self, first: First, request: SortRequest, copying: SureCopies) -> None:
        self._first = first
        self._people = [one.person for one in first.person_queries]
        self._request = request
        self._copying = copying

    def alone(self, reconsidering: Reconsidering | None) -> Iterator[Event]:
        """One engine's verdicts; `reconsidering` keeps what may be decided anew."""
        copied = {PILES.index(pile) for pile in self._request.copied_piles}
        counts = self._copying.counts
        for page in self._first.pages():
            if reconsidering is not None:
                reconsidering.take(page)
            for person, column in zip(self._people, page.columns, strict=True):
                for number in {*range(len(PILES))} - copied:
                    counts[person.id, PILES[number]] += column.count(number)
                counts[person.id, Pile.PROBLEM] += column.count(UNKNOWN)
            later, done = partial(PhotoCompared.later, page), 0
            for index in page.in_any({*copied, UNKNOWN}):
                yield from map(later, range(done, index))
                done = index + 1
                yield from self._one(page, index)
            yield from map(later, range(done, len(page)))

    def _one(self, page: DecidedPage, index: int) -> Iterator[Event]:
        """A photo that is to be copied, or a problem."""
        photo, piles = page.page.photo(index), page.piles(index)
        if not piles:
            yield PhotoFailed(photo, page.page[index].problem or _("It was not looked at."), final=True)
            return
        compared = PhotoCompared(photo, page.verdicts(index), final=True)
        yield compared
        if self._request.write_names:
            self._copying.decided(page.page[index], compared.verdicts)
        for person, where in zip(self._people, piles, strict=True):
            if where in self._request.copied_piles:
                yield from self._copying.order(photo, person)

    def with_second(self, second: Second, unjudged: Mapping[bytes | None, str]) -> Iterator[Event]:
        """The verdicts of both engines; `unjudged` says, by content, why the second one could not look."""
        copied_piles = self._request.copied_piles
        for analyzed, verdicts in decide_with_second(self._first, second):
            problem = analyzed.problem or unjudged.get(analyzed.photo.content) or _("It was not looked at.")
            if verdicts:
                yield PhotoCompared(analyzed.photo, verdicts, final=True)
            else:
                yield PhotoFailed(analyzed.photo, problem, final=True)
            self._copying.decided(analyzed, verdicts)
            for verdict in verdicts:
                if verdict.pile in copied_piles:
                    yield from self._copying.order(analyzed.photo, verdict.person)
                else:
                    self._copying.counts[verdict.person.id, verdict.pile] += 1
            judged = {verdict.person.id for verdict in verdicts}
            for person in self._people:
                if person.id not in judged:
                    self._copying.counts[person.id, Pile.PROBLEM] += 1
                    if verdicts:
                        yield OpinionFailed(analyzed.photo, person, problem)
