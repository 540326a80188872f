"""A person's photos by year: where cells and headings are, and how keys, screen readers and the list of years go."""

import hashlib
from datetime import datetime

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible

from facesorter.domain.groups import DatedPhotos
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import Decision, Metadata, Photo
from facesorter.ui.people.years import CellsByYear, Year, of_year, years_of
from facesorter.ui.review.cells import Cells
from facesorter.ui.shell.main_window import MainWindow
from facesorter.ui.shell.routes import Route

WAIT_MS = 20_000
HEADING = 30
YEARS = [2026] * 9 + [2025] * 17 + [2024] * 3 + [2021] * 40 + [2019] + [None] * 6


def dated(years):
    """Photos of these years, numbered."""
    rows = [(number, f"{year}-05-14 10:00:00" if year else "", None, number) for number, year in enumerate(years)]
    return DatedPhotos(rows, lambda number: Photo(number, f"/{number}.jpg", 5, 7))


def cells_of(counts, width=1000, *, mirrored=False):
    years, first = [], 0
    for number, count in enumerate(counts):
        years.append(Year(2026 - number, first, count))
        first += count
    return CellsByYear.of_years(Cells.within(width, 20, mirrored=mirrored), years, HEADING)


ALBUMS = [(1,), (7,), (8,), (9, 17, 3, 40, 1, 6), (1, 1, 1, 1), (700, 1, 699)]


def test_photos_are_counted_by_year():
    photos = dated(YEARS)
    counted = [(2026, 0, 9), (2025, 9, 17), (2024, 26, 3), (2021, 29, 40), (2019, 69, 1), (None, 70, 6)]
    assert years_of(photos) == counted
    assert years_of(dated([])) == []
    assert of_year(photos, 2024) == photos[26:29]
    assert of_year(photos, None) == photos[70:]
    assert not of_year(photos, 2001)


def test_years_are_found_without_looking_at_every_photo(monkeypatch):
    photos, looked, year = dated([2026 - number // 10_000 for number in range(100_000)]), [], DatedPhotos.year
    monkeypatch.setattr(DatedPhotos, "year", lambda photos, place: looked.append(place) or year(photos, place))
    assert [one.photos for one in years_of(photos)] == [10_000] * 10
    assert len(looked) < 300


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("counts", ALBUMS)
def test_every_photo_is_found_where_it_is_and_no_heading_covers_it(counts, mirrored):
    cells, total = cells_of(counts, mirrored=mirrored), sum(counts)
    covered = [QRect(0, top, 1000, HEADING) for _number, top in cells.headings_within(0, cells.length(total))]
    assert len(covered) == len(counts)
    for place in range(total):
        rect = cells.rect_of(place)
        assert {cells.place_at(point) for point in (rect.topLeft(), rect.center(), rect.bottomRight())} == {place}
        assert cells.first_at(rect.center().y()) <= place < cells.first_at(rect.center().y()) + cells.columns
        assert not any(heading.intersects(rect) for heading in covered)
        covered.append(rect) if place % cells.columns == 0 else None
    for heading in covered[: len(counts)]:
        assert cells.place_at(heading.center()) == -1
    assert cells.length(total) == max(cells.rect_of(place).bottom() for place in range(total)) + 1
    assert cells.place_at(QPoint(5, cells.length(total))) == -1


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("counts", ALBUMS)
def test_a_rectangle_touches_just_what_lies_in_it(counts, mirrored):
    cells, total = cells_of(counts, mirrored=mirrored), sum(counts)
    for rect in (
        QRect(-50, -50, 5000, 50_000),
        QRect(200, 10, 300, 20),
        QRect(300, 100, 10, 400),
        QRect(500, 5, 400, 700),
        QRect(-90, 40, 50, 200),
    ):
        expected = [place for place in range(total) if cells.rect_of(place).intersects(rect)]
        found = [place for first, last in cells.lines_touching(rect) for place in range(first, last + 1)]
        assert found == expected


@pytest.mark.parametrize("counts", ALBUMS)
def test_what_is_seen_is_within_what_is_painted(counts):
    cells, total, height = cells_of(counts), sum(counts), 500
    for scrolled in range(0, cells.length(total), 59):
        view = QRect(0, scrolled, 1000, height)
        seen = [place for place in range(total) if cells.rect_of(place).intersects(view)]
        first = cells.first_at(scrolled)
        assert not seen or (first <= seen[0] and seen[-1] < first + cells.most_within(height))
        headings = [one for one, top in enumerate(cells.tops[:-1]) if view.intersects(QRect(0, top, 9, HEADING))]
        assert [one for one, _top in cells.headings_within(scrolled, scrolled + height - 1)] == headings


def test_up_and_down_lead_into_the_line_of_another_year():
    cells = cells_of((9, 17, 3, 40))
    assert cells.columns == 7
    assert cells.moved(3, 1, 69) == 8  # the second line of 2026 has two photos
    assert cells.moved(8, 1, 69) == 10
    assert cells.moved(10, -1, 69) == 8
    assert cells.moved(15, -1, 69) == 8
    assert cells.moved(24, 1, 69) == 27
    assert cells.moved(28, 1, 69) == 31
    assert cells.moved(4, -1, 69) == 4
    assert cells.moved(68, 1, 69) == 68
    assert cells.moved(3, -3, 69) == 0
    assert cells.moved(60, 3, 69) == 68
    down = [0]
    while down[-1] != cells.moved(down[-1], 1, 69):
        down.append(cells.moved(down[-1], 1, 69))
    assert down == [0, 7, 9, 16, 23, 26, 29, 36, 43, 50, 57, 64]


@pytest.mark.parametrize(("start", "way"), [(0, 1), (68, -1)])
def test_pages_lead_through_all_of_it_without_missing_more_than_a_page(start, way):
    cells, place = cells_of((9, 17, 3, 40)), start
    steps = 0
    while place != (68 if way > 0 else 0):
        further = cells.moved(place, 3 * way, 69)
        assert 0 < way * (cells.top_of(further) - cells.top_of(place)) <= 3 * cells.height + HEADING
        place, steps = further, steps + 1
        assert steps < 20


@pytest.mark.parametrize("y", [0, 10, 30, 31, 200, 320, 333, 1000])
def test_what_is_at_the_top_is_there_again_at_the_same_width(y):
    for cells in (cells_of((9, 17, 3, 40)), Cells.within(1000, 20)):
        assert cells.scrolled_to(*cells.at_top(y)) == y


@pytest.fixture
def app(open_app):
    """Knows Anna by what the user said of 76 photos of five years and without a date."""
    made = open_app()
    catalog = made.new_catalog()
    names = [f"{number:03}.jpg" for number in range(len(YEARS))]
    catalog.select(Listing("/photos", tuple(FolderEntry(name, 5, 7) for name in names), {}))
    contents = [hashlib.sha256(name.encode()).digest() for name in names]
    for number, (photo, content, year) in enumerate(
        zip(list(catalog.unanalyzed(("query",))), contents, YEARS, strict=True)
    ):
        taken_at = None if year is None else datetime(year, 12 - number % 12, 14)
        catalog.record_analyses(photo, content, {"query": b"x"}, Metadata(5, taken_at))
    made.catalog.decide(made.catalog.person("Anna"), dict.fromkeys(contents, Decision.YES))
    made.catalog.decide(made.catalog.person("Ben"), dict.fromkeys(contents[:9], Decision.YES))
    made.catalog.decide(made.catalog.person("Cleo"), dict.fromkeys(contents[-6:], Decision.YES))
    return made


@pytest.fixture
def place(window, app, qtbot):
    window.resize(1024, 700)
    window.go_to(Route.PEOPLE)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    return window.pages.currentWidget()


def opened(place, name, count, qtbot):
    place.open(place.one._app.people.find(name))
    qtbot.waitUntil(lambda: len(place.one.grid.album.photos) == count, timeout=WAIT_MS)
    place.one.layout().activate()
    return place.one


@pytest.fixture
def anna(place, qtbot):
    """Anna's page."""
    return opened(place, "Anna", len(YEARS), qtbot)


def top_of_year(page, number):
    return page.grid.cells.tops[number] - page.grid.verticalOffset()


def test_the_page_shows_photos_by_year(anna):
    assert [(one.name, one.photos) for one in anna.grid.album.years] == [
        ("2026", 9),
        ("2025", 17),
        ("2024", 3),
        ("2021", 40),
        ("2019", 1),
        ("No date", 6),
    ]
    assert anna.summary.text() == "76 photos · 2019\N{EN DASH}2026"


def test_what_is_painted_above_a_year_is_its_heading(anna, qtbot):
    grid = anna.grid
    heading = QRect(0, 0, grid.viewport().width(), grid.cells.heading)
    first = grid.viewport().grab(heading).toImage()
    empty = first.copy()
    empty.fill(first.pixelColor(first.width() - 1, 1))
    assert first != empty
    grid.show_year(grid.album.years[1])
    second = grid.viewport().grab(heading).toImage()
    assert second not in (first, empty)


def test_keys_lead_from_year_to_year(anna, qtbot):
    grid, columns = anna.grid, anna.grid.cells.columns
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    qtbot.keyClick(grid, Qt.Key.Key_End)
    assert grid.currentIndex().row() == len(YEARS) - 1
    assert top_of_year(anna, 0) < 0
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    assert grid.currentIndex().row() == 0
    assert top_of_year(anna, 0) == 0  # the heading comes into view with its first line
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    for _line in range(-(-9 // columns)):
        qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert 9 <= grid.currentIndex().row() < 9 + columns
    qtbot.keyClick(grid, Qt.Key.Key_Up)
    assert grid.currentIndex().row() <= 8
    qtbot.keyClick(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    begun = len(grid.chosen)
    for _photo in range(9):
        qtbot.keyClick(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert len(grid.chosen) == begun + 9  # a range goes on below the next heading


def test_a_click_on_a_heading_or_behind_the_last_photo_of_a_year_chooses_nothing(anna, qtbot):
    grid = anna.grid
    last = grid.visualRect(grid.album.index(8))
    for point in (QPoint(40, grid.cells.heading // 2), last.center() + QPoint(last.width(), 0)):
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.visualRect(grid.album.index(0)).center())
        assert len(grid.chosen) == 1
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=point)
        assert not grid.chosen


def test_a_screen_reader_reads_the_date_and_the_heading_of_the_first_photo(anna):
    cells = QAccessible.queryAccessibleInterface(anna.grid)
    first, second, undated = (cells.child(place) for place in (0, 1, 70))
    assert first.text(QAccessible.Text.Name) == "14 December 2026: 000.jpg"
    assert first.text(QAccessible.Text.Description) == "2026, 9 photos"
    assert not second.text(QAccessible.Text.Description)
    assert undated.text(QAccessible.Text.Name) == "No date: 070.jpg"
    assert undated.text(QAccessible.Text.Description) == "No date, 6 photos"


def test_a_year_is_jumped_to_with_the_mouse_and_keys(anna, qtbot):
    grid, years = anna.grid, anna.years
    assert years.isVisible()
    assert [years.item(row).text() for row in range(6)] == ["2026", "2025", "2024", "2021", "2019", "No date"]
    qtbot.mouseClick(years.viewport(), Qt.MouseButton.LeftButton, pos=years.visualItemRect(years.item(3)).center())
    assert top_of_year(anna, 3) == 0
    grid.verticalScrollBar().setValue(0)
    assert years.currentRow() == 0
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Tab)
    assert years.hasFocus()
    qtbot.keyClick(years, Qt.Key.Key_Down)
    assert top_of_year(anna, 1) == 0
    qtbot.keyClick(years, Qt.Key.Key_End)
    assert years.currentRow() == 5
    assert grid.verticalOffset() == grid.verticalScrollBar().maximum()
    qtbot.keyClick(years, Qt.Key.Key_Return)
    assert grid.hasFocus()
    assert grid.currentIndex().row() == 70
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.currentIndex().row() == 71
    item = QAccessible.queryAccessibleInterface(years).child(5)
    assert item.text(QAccessible.Text.Name) == "No date, 6 photos"


def test_scrolling_marks_the_year_at_the_top(anna):
    seen = []
    bar = anna.grid.verticalScrollBar()
    for value in range(0, bar.maximum() + 1, 20):
        bar.setValue(value)
        seen.append(anna.years.currentRow())
    assert seen == sorted(seen)
    assert set(seen) >= {0, 1, 2, 3}


def test_few_years_have_no_list_and_photos_without_any_date_no_heading(place, qtbot):
    ben = opened(place, "Ben", 9, qtbot)
    assert [one.name for one in ben.grid.album.years] == ["2026"]
    assert not ben.years.isVisible()
    cleo = opened(place, "Cleo", 6, qtbot)
    assert not cleo.grid.album.years
    assert cleo.grid.visualRect(cleo.grid.album.index(0)).top() == 0


def test_a_year_alone_shows_its_photos(place, anna, app, qtbot):
    place.open(app.people.find("Anna"), (2024,))
    qtbot.waitUntil(lambda: len(anna.grid.album.photos) == 3, timeout=WAIT_MS)
    assert [one.name for one in anna.grid.album.years] == ["2024"]
    place.open(app.people.find("Anna"), (None,))
    qtbot.waitUntil(lambda: len(anna.grid.album.photos) == 6, timeout=WAIT_MS)


def test_what_is_left_to_check_is_counted_once_the_photos_are_there(place, app, qtbot, monkeypatch):
    qtbot.waitUntil(lambda: not place.one._jobs._alive, timeout=WAIT_MS)
    shown = []
    monkeypatch.setattr(
        type(app),
        "left_of_everybody",
        lambda _app, _threshold, _between: shown.append(len(place.one.grid.album.photos)) or [],
    )
    place.open(app.people.find("Anna"))
    qtbot.waitUntil(lambda: bool(shown), timeout=WAIT_MS)
    assert shown == [len(YEARS)]


def test_another_width_keeps_what_is_at_the_top(window, anna, qtbot):
    grid = anna.grid
    window.resize(1300, 700)
    qtbot.waitUntil(lambda: grid.cells.columns > 4)
    assert top_of_year(anna, 0) == 0
    grid.show_year(grid.album.years[2])
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: grid.cells.columns == 4)
    assert top_of_year(anna, 2) == 0


def test_what_is_read_from_the_right_begins_there(qapp, app, jobs, theme, relay, qtbot):
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        window = MainWindow(app, jobs, theme, relay)
        qtbot.addWidget(window)
        window.resize(1024, 700)
        window.show()
        window.go_to(Route.PEOPLE)
        page = opened(window.pages.currentWidget(), "Anna", len(YEARS), qtbot)
        grid = page.grid
        first, second = (grid.visualRect(grid.album.index(place)) for place in (0, 1))
        assert second.right() < first.left()
        assert grid.indexAt(first.center()).row() == 0
        grid.setCurrentIndex(grid.album.index(0))
        qtbot.keyClick(grid, Qt.Key.Key_Left)
        assert grid.currentIndex().row() == 1
        assert page.years.x() < grid.parentWidget().x()
        window.close()
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
