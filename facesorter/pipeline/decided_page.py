"""What was decided of a page of photos, in columns: an object comes into being only for what is looked at."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import chain

from facesorter.domain.matching import PILES, Highest
from facesorter.domain.models import Decision, Person, Photo, Pile, Verdict
from facesorter.domain.ports import AnalyzedPage

UNKNOWN = len(PILES)
"""What stands in a column where no verdict can be given."""


class DecidedPage:
    """The verdicts on a page of photos, in columns: `scores`, `columns` and `decisions` have one entry a person.

    A column holds the number of each photo's pile (its place in `PILES`), or `UNKNOWN` where a problem or no analysis
    is stored; decisions are kept by a photo's place in the page.
    """

    def __init__(
        self,
        page: AnalyzedPage,
        people: Sequence[Person],
        scores: Sequence[Highest],
        columns: Sequence[bytearray],
        decisions: Sequence[Mapping[int, Decision]],
    ) -> None:
        self.page = page
        self.people = people
        self.scores = scores
        self.columns = columns
        self.decisions = decisions

    def __len__(self) -> int:
        return len(self.page)

    def piles(self, index: int) -> tuple[Pile, ...]:
        """Those of the verdicts."""
        return tuple(PILES[column[index]] for column in self.columns if column[index] != UNKNOWN)

    def verdicts(self, index: int) -> tuple[Verdict, ...]:
        """One verdict a person, in the order given; none where a problem or no analysis is stored."""
        return tuple(
            Verdict(person, PILES[column[index]], scores.score(index), decisions.get(index))
            for person, scores, column, decisions in zip(
                self.people, self.scores, self.columns, self.decisions, strict=True
            )
            if column[index] != UNKNOWN
        )

    def of_first(self, people: int) -> DecidedPage:
        """The same for so many of the people, the first ones."""
        if people == len(self.people):
            return self
        first = slice(people)
        return DecidedPage(
            self.page, self.people[first], self.scores[first], self.columns[first], self.decisions[first]
        )

    def looked_at(self, index: int) -> tuple[Photo, tuple[Verdict, ...]]:
        """A photo and its verdicts."""
        return self.page.photo(index), self.verdicts(index)

    def in_any(self, numbers: Collection[int]) -> list[int]:
        """The places of the photos that are for anybody in one of these piles, or `UNKNOWN`, in order."""
        found = [places(column, numbers) for column in self.columns]
        return found[0] if len(found) == 1 else sorted(set(chain.from_iterable(found)))


def places(column: bytearray, numbers: Collection[int]) -> list[int]:
    """Where these numbers stand in a column, in order."""
    wanted = b"".join(b"\\x%02x" % number for number in numbers)
    return [found.start() for found in re.finditer(b"[" + wanted + b"]", column)] if wanted else []
