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

    @classmethod
    def within(cls, width: int, text_height: int, least_width: int = CELL_WIDTH) -> Cells:
        """As many in a line as there is room for, each with a line of text of this height below its picture."""
        columns = max(1, width // least_width)
        cell = width // columns
        return cls(columns, cell, round((cell - 2 * MARGIN) * SHAPE) + 2 * MARGIN + text_height)

    def top_of(self, place: int) -> int:
        """How far down a place is."""
        return place // self.columns * self.height

    def rect_of(self, place: int) -> QRect:
        """Where a place is."""
        return QRect(place % self.columns * self.width, self.top_of(place), self.width, self.height)

    def first_at(self, y: int) -> int:
        """The first place of the line at this height."""
        return y // self.height * self.columns

    def place_at(self, point: QPoint) -> int:
        """The place at a point, whether or not there are so many; -1 beside the lines."""
        column = point.x() // self.width
        return self.first_at(point.y()) + column if 0 <= column < self.columns else -1

    def lines_touching(self, rect: QRect) -> list[tuple[int, int]]:
        """First and last of the places that a rectangle touches in each line."""
        left, right = max(0, rect.left() // self.width), min(self.columns - 1, rect.right() // self.width)
        firsts = range(self.first_at(rect.top()), self.first_at(rect.bottom()) + 1, self.columns)
        return [(first + left, first + right) for first in firsts]

    def length(self, count: int) -> int:
        """Height of so many."""
        return -(-count // self.columns) * self.height

    def most_within(self, height: int) -> int:
        """So many can be seen at most, in part or whole."""
        return (height // self.height + 2) * self.columns
