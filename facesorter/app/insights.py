"""What Insights draws of the catalog: photos by person and year, who appears with whom, what was spent."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from facesorter.app.copied_photos import copied_contents
from facesorter.app.grouping import ProfileGroups
from facesorter.app.profile import Profile
from facesorter.domain.models import Decision, Person
from facesorter.storage.figures import MonthlySpending

if TYPE_CHECKING:
    from facesorter.app.duplicates import Found, Priced, Search
    from facesorter.app.found_pairs import FoundPairs
    from facesorter.duplicates.run import Looked


class PersonFigures(NamedTuple):
    """A person, in how many photos they are, and in how many of each year (None: without a date)."""

    person: Person
    photos: int
    by_year: dict[int | None, int]


class Together(NamedTuple):
    """Two people (ids) and the number of photos that show both."""

    one: int
    other: int
    photos: int


@dataclass(frozen=True, slots=True)
class PeopleFigures:
    """Everybody with photos who is not hidden, whoever is in most first, and all pairs of them, most photos first."""

    people: tuple[PersonFigures, ...] = ()
    together: tuple[Together, ...] = ()


class Insights:
    """Figures of the work done, and the search for people under several names. Methods may block."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def people(self) -> PeopleFigures:
        """See `people_figures`."""
        return people_figures(self._profile)

    def spendings(self) -> list[MonthlySpending]:
        """See `spendings`."""
        return spendings(self._profile)

    def find_duplicates(self, search: Search) -> Generator[Priced | Looked | Found]:
        """See `app.duplicates`."""
        from facesorter.app.duplicates import find_duplicates

        return find_duplicates(self._profile, search)

    def found_pairs(self, out: str) -> FoundPairs:
        """See `app.found_pairs`."""
        from facesorter.app.found_pairs import FoundPairs

        return FoundPairs(self._profile, out)


def people_figures(profile: Profile) -> PeopleFigures:
    """The figures of everybody in a profile's photos. Takes a moment: the window asks for it in a job."""
    catalog = profile.catalog
    shown = {one.person.id: one.person for one in catalog.people() if not one.hidden}
    sums = profile.figures.people(_owned(profile, shown))
    by_year: dict[int, dict[int | None, int]] = {}
    for (person, year), photos in sorted(sums.by_year.items(), key=lambda item: (item[0][1] is None, item[0][1])):
        by_year.setdefault(person, {})[year] = photos
    people = [PersonFigures(shown[one], sum(years.values()), years) for one, years in by_year.items()]
    together = [Together(*pair, photos) for pair, photos in sums.together.items()]
    return PeopleFigures(
        tuple(sorted(people, key=lambda one: (-one.photos, one.person.name))),
        tuple(sorted(together, key=lambda one: (-one.photos, one.one, one.other))),
    )


def _owned(profile: Profile, people: dict[int, Person]) -> Iterator[tuple[int, bytes]]:
    """Each person (id) with the contents they are in, as on their page: faces of theirs, and what the user said."""
    stored = ProfileGroups(profile, profile.catalog).stored()
    owners = stored.faces["owner"]
    for number, person in people.items():
        contents = set(stored.pictures_of(np.flatnonzero(owners == number)))
        for content, said in profile.catalog.decisions(person).items():
            if said is Decision.YES:
                contents.add(content)
            elif said is Decision.NO:
                contents.discard(content)
        contents |= copied_contents(profile, person)
        yield from ((number, content) for content in contents)


def spendings(profile: Profile) -> list[MonthlySpending]:
    """What was spent, by month and kind of work, the first month first."""
    return profile.figures.spendings()
