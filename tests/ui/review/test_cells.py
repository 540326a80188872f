"""Every photo has one place in the grid, and every place is found again."""

import pytest
from PySide6.QtCore import QPoint, QRect

from facesorter.ui.review.cells import CELL_WIDTH, Cells


@pytest.mark.parametrize("width", [1, 139, 140, 141, 279, 280, 1000, 3333])
def test_cells_fill_the_line_and_are_not_too_narrow(width):
    cells = Cells.within(width, 20)
    assert cells.columns * cells.width <= width < cells.columns * (cells.width + 1)
    assert cells.columns == 1 or cells.width >= CELL_WIDTH


def test_places_are_found_where_they_are():
    cells = Cells.within(1000, 20)
    seen = set()
    for place in range(50):
        rect = cells.rect_of(place)
        assert rect.top() == cells.top_of(place)
        assert {cells.place_at(point) for point in (rect.topLeft(), rect.center(), rect.bottomRight())} == {place}
        assert cells.first_at(rect.center().y()) <= place < cells.first_at(rect.center().y()) + cells.columns
        seen.add((rect.left(), rect.top()))
    assert len(seen) == 50
    assert cells.place_at(QPoint(cells.columns * cells.width, 5)) == cells.place_at(QPoint(-1, 5)) == -1


@pytest.mark.parametrize(("count", "lines"), [(0, 0), (1, 1), (7, 1), (8, 2), (14, 2)])
def test_as_long_as_its_lines(count, lines):
    cells = Cells.within(1000, 20)
    assert cells.columns == 7
    assert cells.length(count) == lines * cells.height


def test_a_rectangle_touches_what_lies_in_it():
    cells = Cells.within(1000, 20)
    rect = QRect(cells.rect_of(8).center(), cells.rect_of(17).center())
    assert cells.lines_touching(rect) == [(8, 10), (15, 17)]
    assert cells.lines_touching(QRect(-50, 0, 2000, 1)) == [(0, 6)]


@pytest.mark.parametrize("scrolled", [0, 1, 77, 400])
def test_no_more_can_be_seen_than_it_says(scrolled):
    cells, height = Cells.within(1000, 20), 500
    view = QRect(0, scrolled, 1000, height)
    seen = [place for place in range(200) if cells.rect_of(place).intersects(view)]
    first = cells.first_at(scrolled)
    assert seen[0] == first
    assert seen[-1] < first + cells.most_within(height)
