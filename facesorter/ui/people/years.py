"""The photos of a person year by year: which ones are of a year, and where cells and headings are in the grid."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect

from facesorter.domain.groups import DatedPhotos
from facesorter.domain.messages import gettext as _
from facesorter.ui.review.cells import Cells
from facesorter.ui.shell import words


class Year(NamedTuple):
    """Photos of a year (None: without a date) that follow each other in an album: the first, and how many."""

    year: int | None
    first: int
    photos: int

    @property
    def name(self) -> str:
        """As it is shown above its photos."""
        return _("No date") if self.year is None else str(self.year)

    @property
    def sentence(self) -> str:
        """The whole heading, as it is read out."""
        return _("{year}, {photos}").format(year=self.name, photos=words.photos(self.photos))


def years_of(photos: DatedPhotos) -> list[Year]:
    """The years of photos that come the newest first, those without a date last.

    It takes as long as there are years, not photos.
    """
    places, found, first = range(len(photos)), list[Year](), 0
    while first < len(photos):
        year = photos.year(first)
        end = bisect_right(places, -(year or 0), first, key=lambda place: -(photos.year(place) or 0))
        found.append(Year(year, first, end - first))
        first = end
    return found


def of_year(photos: DatedPhotos, year: int | None) -> DatedPhotos:
    """Those of a year (None: without a date)."""
    one = next((one for one in years_of(photos) if one.year == year), Year(year, 0, 0))
    return photos[one.first : one.first + one.photos]


@dataclass(frozen=True, slots=True)
class CellsByYear(Cells):
    """Cells with a heading above each year. A year begins on a line of its own.

    `firsts` are the first places of the years, and at the end how many places there are; `tops` is how far down each
    year begins with its heading, and at the end how far down all of it ends. What is worked out takes no longer with
    more photos.
    """

    firsts: tuple[int, ...] = (0,)
    tops: tuple[int, ...] = (0,)
    heading: int = 0

    @classmethod
    def of_years(cls, cells: Cells, years: Sequence[Year], heading: int) -> CellsByYear:
        """Cells of this size, with headings so many px high."""
        firsts, tops = [0], [0]
        for one in years:
            firsts.append(one.first + one.photos)
            tops.append(tops[-1] + heading + -(-one.photos // cells.columns) * cells.height)
        sizes = cells.columns, cells.width, cells.height, cells.mirrored
        return cls(*sizes, tuple(firsts), tuple(tops), heading)

    def year_of(self, place: int) -> int:
        """The number of the year that a place is of."""
        return min(max(0, bisect_right(self.firsts, place) - 1), max(0, len(self.firsts) - 2))

    def year_at(self, y: int) -> int:
        """The number of the year that is at a height: the first one above all, the last one below all."""
        return min(max(0, bisect_right(self.tops, y) - 1), max(0, len(self.tops) - 2))

    def headings_within(self, top: int, bottom: int) -> Iterator[tuple[int, int]]:
        """The numbers of the years whose headings are seen between two heights, and how far down each of these is."""
        first = bisect_left(self.tops, top - self.heading + 1)
        for number in range(first, len(self.tops) - 1):
            if self.tops[number] > bottom:
                return
            yield number, self.tops[number]

    def top_of(self, place: int) -> int:
        """How far down a place is."""
        year = self.year_of(place)
        return self.tops[year] + self.heading + (place - self.firsts[year]) // self.columns * self.height

    def seen_from(self, place: int) -> int:
        """How far down everything begins that shall be seen with a place: its heading, if it is in the first line."""
        year = self.year_of(place)
        return self.tops[year] if place - self.firsts[year] < self.columns else self.top_of(place)

    def rect_of(self, place: int) -> QRect:
        """Where a place is."""
        return self._rect_at(self._column_of(place), self.top_of(place))

    def first_at(self, y: int) -> int:
        """The first place of the line at this height, or of the line below this heading."""
        return self._line_at(y)[0]

    def place_at(self, point: QPoint) -> int:
        """The place at a point; -1 on a heading, beside the lines, and behind the last photo of a year."""
        column, y = self.column_at(point.x()), point.y()
        first, end = self._line_at(y)
        within = self.tops[0] <= y < self.tops[-1] and y >= self.top_of(first)
        return first + column if within and 0 <= column < end - first else -1

    def lines_touching(self, rect: QRect) -> list[tuple[int, int]]:
        """First and last of the places that a rectangle touches in each line."""
        left, right = self.columns_touching(rect)
        y, bottom = max(0, rect.top()), min(rect.bottom(), self.tops[-1] - 1)
        touched: list[tuple[int, int]] = []
        while y <= bottom:
            first, end = self._line_at(y)
            top = self.top_of(first)
            if top <= bottom and left < end - first:
                touched.append((first + left, min(first + right, end - 1)))
            y = top + self.height
        return touched

    def moved(self, place: int, lines: int, count: int) -> int:
        """Where one comes to by so many lines down (or up), in the same column or the last one of a shorter line.

        Many lines are a way of that height: headings count too.
        """
        if lines in (-1, 1):
            y = self.seen_from(place) - 1 if lines < 0 else self.top_of(place) + self.height
            if not 0 <= y < self.tops[-1]:
                return place
        else:
            y = self.top_of(place) + lines * self.height
            if not 0 <= y < self.tops[-1]:
                return 0 if lines < 0 else count - 1
        first, end = self._line_at(y)
        return min(first + self._column_of(place), end - 1)

    def length(self, count: int) -> int:
        """Height of all."""
        return self.tops[-1]

    def _column_of(self, place: int) -> int:
        return (place - self.firsts[self.year_of(place)]) % self.columns

    def _line_at(self, y: int) -> tuple[int, int]:
        """The first place of the line at this height, and the one after its last."""
        year = self.year_at(y)
        line = max(0, (y - self.tops[year] - self.heading) // self.height)
        end = self.firsts[min(year + 1, len(self.firsts) - 1)]
        first = min(self.firsts[year] + line * self.columns, max(self.firsts[year], end - 1))
        return first, min(first + self.columns, end)
