"""Where the photos of a grid are: cells in lines, worked out from the width alone, whatever their number."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect

from facesorter.ui.review.thumbnail_delegate import MARGIN

CELL_WIDTH, SMALLEST, LARGEST = 140, 90, 420
"""Cells are at least this wide unless the user wants others, and as much wider as fills the line."""

SHAPE = 0.86
"""Height of a thumbnail for a width of 1."""


@dataclass(frozen=True, slots=True)
class Cells:
    """All of one size, in px. Places count from 0, line by line; heights from the top of the first line."""

    columns: int
    width: int
    height: int

    mirrored: bool = False
    """Whether lines begin at the right, as they are read there."""

    @classmethod
    def within(cls, width: int, text_height: int, least_width: int = CELL_WIDTH, *, mirrored: bool = False) -> Cells:
        """As many in a line as there is room for, each with a line of text of this height below its picture."""
        columns = max(1, width // least_width)
        cell = width // columns
        return cls(columns, cell, round((cell - 2 * MARGIN) * SHAPE) + 2 * MARGIN + text_height, mirrored)

    def top_of(self, place: int) -> int:
        """How far down a place is."""
        return place // self.columns * self.height

    def seen_from(self, place: int) -> int:
        """How far down everything begins that shall be seen with a place."""
        return self.top_of(place)

    def rect_of(self, place: int) -> QRect:
        """Where a place is."""
        return self._rect_at(place % self.columns, self.top_of(place))

    def _rect_at(self, column: int, top: int) -> QRect:
        from_left = self.columns - 1 - column if self.mirrored else column
        return QRect(from_left * self.width, top, self.width, self.height)

    def first_at(self, y: int) -> int:
        """The first place of the line at this height."""
        return y // self.height * self.columns

    def column_at(self, x: int) -> int:
        """The column of the cells that are so far from the left, counted from where lines begin."""
        from_left = x // self.width
        return self.columns - 1 - from_left if self.mirrored else from_left

    def place_at(self, point: QPoint) -> int:
        """The place at a point, whether or not there are so many; -1 beside the lines."""
        column = self.column_at(point.x())
        return self.first_at(point.y()) + column if 0 <= column < self.columns else -1

    def columns_touching(self, rect: QRect) -> tuple[int, int]:
        """First and last of the columns that a rectangle touches; the first is greater where it touches none."""
        first, last = sorted((self.column_at(rect.left()), self.column_at(rect.right())))
        return max(0, first), min(self.columns - 1, last)

    def lines_touching(self, rect: QRect) -> list[tuple[int, int]]:
        """First and last of the places that a rectangle touches in each line."""
        left, right = self.columns_touching(rect)
        firsts = range(self.first_at(rect.top()), self.first_at(rect.bottom()) + 1, self.columns)
        return [(first + left, first + right) for first in firsts]

    def moved(self, place: int, lines: int, count: int) -> int:
        """Where one comes to by so many lines down (or up) from a place.

        A single line further there may be nothing, and one stays; many lines further one stops at the first or last.
        """
        there = place + lines * self.columns
        if abs(lines) == 1 and not 0 <= there < count:
            return place
        return min(count - 1, max(0, there))

    def length(self, count: int) -> int:
        """Height of so many."""
        return -(-count // self.columns) * self.height

    def most_within(self, height: int) -> int:
        """So many can be seen at most, in part or whole."""
        return (height // self.height + 2) * self.columns

    def at_top(self, y: int) -> tuple[int, float]:
        """What is at the top when one has scrolled so far: a place, and which part of its line is above.

        The part is negative where the top is within what stands over the line.
        """
        place = self.first_at(y)
        above = y - self.top_of(place)
        return place, above / (self.height if above >= 0 else self.top_of(place) - self.seen_from(place))

    def scrolled_to(self, place: int, above: float) -> int:
        """How far one has to scroll for this to be at the top."""
        return self.top_of(place) + round(
            above * (self.height if above >= 0 else self.top_of(place) - self.seen_from(place))
        )
