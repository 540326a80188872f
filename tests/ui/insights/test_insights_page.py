"""Insights in the real window: charts that lead to photos, a search for duplicates, and what is saved."""

import csv
import hashlib
import shutil
import subprocess
import sys
import threading
from datetime import datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from fitting import cut_off
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from facesorter.app.duplicates import decisions_in
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import Decision, Metadata
from facesorter.domain.spending import Cost
from facesorter.ui.insights.insights_page import DUPLICATES, MONEY, PHOTOS
from facesorter.ui.insights.searching import State
from facesorter.ui.insights.series import Bars, Net, Series, Tie
from facesorter.ui.people.with_whom import WITH
from facesorter.ui.shell.main_window import MainWindow
from facesorter.ui.shell.routes import Route
from facesorter.ui.widgets import in_folder

WAIT_MS = 30_000
YEARS = {0: 2018, 1: 2018, 2: 2020, 3: 2020, 4: 2021, 5: None}
"""Of six photos. Anna is in the first five of them, Ben in the second, third and last."""


def content(number):
    return hashlib.sha256(b"photo %d" % number).digest()


@pytest.fixture
def app(open_app):
    return open_app()


@pytest.fixture
def known(app):
    """A profile that knows Anna and Ben by what the user said."""
    catalog = app.new_catalog()
    catalog.select(Listing("/photos", tuple(FolderEntry(f"{number}.jpg", 5, 7) for number in YEARS), {}))
    for photo in catalog.unanalyzed(("query",)):
        number = int(photo.path.removeprefix("/photos/").removesuffix(".jpg"))
        year = YEARS[number]
        taken = None if year is None else datetime(year, 5, 14)
        catalog.record_analyses(photo, content(number), {"query": b"x"}, Metadata(5, taken, None))
    for name, numbers in (("Anna", (0, 1, 2, 3, 4)), ("Ben", (1, 2, 5))):
        app.catalog.decide(app.catalog.person(name), {content(number): Decision.YES for number in numbers})
    return app


@pytest.fixture
def window(window):
    window.resize(1280, 900)
    return window


@pytest.fixture
def page(window, qtbot):
    """The page, whatever is known."""
    window.sidebar.places[Route.INSIGHTS].click()
    made = window.pages.currentWidget()
    qtbot.waitUntil(lambda: made.people is not None and made.people.shown is not None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: made.spending is not None, timeout=WAIT_MS)
    return made


@pytest.fixture
def customers(data, tmp_path):
    """Three people of two pictures each, two of them under two names."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 4]
    folder = tmp_path / "customers"
    for person, names in zip(several, (("Anna", "Annie"), ("Ben", "Benny"), ("Cleo", "Cleo")), strict=False):
        for picture, name in zip(sorted(person.iterdir()), names, strict=False):
            (folder / name).mkdir(parents=True, exist_ok=True)
            shutil.copy(picture, folder / name / picture.name)
    return folder


@pytest.fixture
def searched(page, customers, qtbot, monkeypatch):
    """The page after a search, begun with the keyboard."""
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_arguments: str(customers))
    page.tabs.setCurrentIndex(DUPLICATES)
    view = page.duplicates
    qtbot.mouseClick(view.search.choose, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.searching.busy, timeout=WAIT_MS)
    view.search.go.setFocus()
    qtbot.keyClick(view.search.go, Qt.Key.Key_Space)
    assert view.searching.state is State.SEARCHING
    assert not view.search.go.isEnabled()
    qtbot.waitUntil(lambda: view.found is not None and not view.searching.busy, timeout=WAIT_MS)
    return page


def names_of(page):
    return [" and ".join(card.pair.names) for card in page.duplicates.pairs.cards]


def test_with_nobody_known_it_says_what_to_do(page, window, qtbot):
    assert page.people.people_button.isVisible()
    assert not page.people.years.isVisible()
    page.tabs.setCurrentIndex(MONEY)
    qtbot.waitUntil(page.spending.card.nothing.isVisible, timeout=WAIT_MS)
    page.tabs.setCurrentIndex(DUPLICATES)
    assert page.duplicates.search.choose.isVisible()
    assert not page.duplicates.search.go.isEnabled()
    page.tabs.setCurrentIndex(PHOTOS)
    qtbot.waitUntil(page.people.people_button.isVisible, timeout=WAIT_MS)
    qtbot.mouseClick(page.people.people_button, Qt.MouseButton.LeftButton)
    assert window.pages.currentWidget() is window._people


@pytest.mark.usefixtures("known")
class TestPeople:
    def test_every_bar_leads_to_its_photos(self, window, page, qtbot):
        years = page.people.years_bars
        assert years.bars.captions == ("2018", "2019", "2020", "2021", "No date")
        assert [(one.name, one.values) for one in years.bars.series] == [
            ("Anna", (2, 0, 2, 1, 0)),
            ("Ben", (1, 0, 1, 0, 1)),
        ]
        assert years.words(2, 1) == "2020, Ben: 1 photo"
        qtbot.mouseClick(years.viewport(), Qt.MouseButton.LeftButton, pos=years.spot_of(2, 0))
        person = window.pages.currentWidget().one
        qtbot.waitUntil(lambda: len(person.grid.album.photos) == 2, timeout=WAIT_MS)
        assert person.name.text() == "Anna"
        assert {one.taken_at.year for one in person.grid.album.photos} == {2020}
        assert person.summary.text() == "2 photos · 2020"
        qtbot.mouseClick(person.year_button, Qt.MouseButton.LeftButton)
        assert len(person.grid.album.photos) == 5
        assert not person.year_button.isVisible()

    def test_without_a_mouse(self, window, page, qtbot):
        years = page.people.years_bars
        years.setFocus()
        for key, said in (
            (Qt.Key.Key_Right, "2018, Anna: 2 photos"),
            (Qt.Key.Key_Up, "2018, Ben: 1 photo"),
            (Qt.Key.Key_Right, "2020, Ben: 1 photo"),
            (Qt.Key.Key_End, "No date, Ben: 1 photo"),
        ):
            qtbot.keyClick(years, key)
            assert years.accessibleDescription() == said
        qtbot.keyClick(years, Qt.Key.Key_Return)
        person = window.pages.currentWidget().one
        qtbot.waitUntil(lambda: len(person.grid.album.photos) == 1, timeout=WAIT_MS)
        assert (person.name.text(), person.grid.album.photos[0].taken_at) == ("Ben", None)

    @pytest.mark.parametrize(
        ("key", "said"), [(Qt.Key.Key_End, "No date, Ben: 1 photo"), (Qt.Key.Key_Home, "2018, Anna: 2 photos")]
    )
    def test_home_and_end_lead_to_the_ends_of_the_bars_at_once(self, page, qtbot, key, said):
        years = page.people.years_bars
        years.setFocus()
        qtbot.keyClick(years, key)
        assert years.accessibleDescription() == said

    def test_home_and_end_lead_to_the_ends_of_the_pairs(self, page, qtbot):
        net = page.people.network
        ties = tuple(Tie(0, 1, weight, f"tie {weight}") for weight in (3, 2, 1))
        net.show_net(Net(("Anna", "Ben"), (2, 1), ties))
        net.setFocus()
        keys = (Qt.Key.Key_End, Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Up)
        heard = []
        for key in keys:
            qtbot.keyClick(net, key)
            heard.append(net.accessibleDescription())
        assert heard == ["tie 1", "tie 3", "tie 2", "tie 1", "tie 2"]

    def test_a_screen_reader_is_told_the_figures_of_each_chart(self, page, qtbot):
        view = page.people
        heard = {}
        for chart in (view.years_bars, view.totals_bars, view.network):
            told = QAccessible.queryAccessibleInterface(chart)
            assert told.role() == QAccessible.Role.Chart
            heard[told.text(QAccessible.Text.Name)] = told.text(QAccessible.Text.Description).split("\n")
        assert heard == {
            "Photos of each person over the years": [
                "Arrow keys go from bar to bar, Enter opens.",
                *("2018, Anna: 2 photos", "2018, Ben: 1 photo", "2020, Anna: 2 photos", "2020, Ben: 1 photo"),
                *("2021, Anna: 1 photo", "No date, Ben: 1 photo"),
            ],
            "Photos of each person": [
                "Arrow keys go from bar to bar, Enter opens.",
                *("Anna: 5 photos", "Ben: 3 photos"),
            ],
            "Who appears with whom": ["Arrow keys go from pair to pair, Enter opens.", "Anna and Ben: 2 photos"],
        }
        view.years_bars.setFocus()
        qtbot.keyClick(view.years_bars, Qt.Key.Key_End)
        assert view.years_bars.accessibleDescription() == "No date, Ben: 1 photo"
        view.totals_bars.setFocus()
        assert "2018, Ben: 1 photo" in view.years_bars.accessibleDescription()

    def test_of_many_figures_the_first_are_told_and_how_many_more_there_are(self, page):
        from facesorter.ui.insights.chart_view import MOST_TOLD  # once the library for charts is there

        bars, numbers = page.people.totals_bars, range(1, 101)
        words = tuple(f"{number}: {number} photos" for number in numbers)
        bars.show_bars(Bars(tuple(map(str, numbers)), (Series("Photos", tuple(numbers)),), (words,)))
        lines = bars.accessibleDescription().split("\n")
        assert len(lines) == 1 + MOST_TOLD + 1
        assert lines[MOST_TOLD] == words[MOST_TOLD - 1]
        assert lines[-1] == f"{100 - MOST_TOLD} more values"

    def test_who_appears_with_whom_leads_to_what_shows_both(self, window, page, qtbot):
        net = page.people.network
        assert [tie.words for tie in net.net.ties] == ["Anna and Ben: 2 photos"]
        net.setFocus()
        qtbot.keyClick(net, Qt.Key.Key_Down)
        qtbot.keyClick(net, Qt.Key.Key_Return)
        person = window.pages.currentWidget().one
        qtbot.waitUntil(lambda: len(person.grid.album.photos) == 2, timeout=WAIT_MS)
        assert person.with_whom.choice == (WITH, "Ben")

        window.sidebar.places[Route.INSIGHTS].click()
        middle = (net.spot_of(0) + net.spot_of(1)) / 2
        chosen = []
        net.tie_chosen.connect(chosen.append)
        net.point_chosen.connect(lambda place: chosen.append(net.net.names[place]))
        qtbot.mouseClick(net.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        qtbot.mouseClick(net.viewport(), Qt.MouseButton.LeftButton, pos=net.spot_of(1))
        assert chosen == [0, "Ben"]

    def test_the_bar_of_a_person_leads_to_all_their_photos(self, window, page, qtbot):
        totals = page.people.totals_bars
        qtbot.mouseClick(totals.viewport(), Qt.MouseButton.LeftButton, pos=totals.spot_of(1, 0))
        person = window.pages.currentWidget().one
        qtbot.waitUntil(lambda: len(person.grid.album.photos) == 3, timeout=WAIT_MS)
        assert person.name.text() == "Ben"

    def test_what_was_said_meanwhile_is_counted(self, window, page, app, qtbot):
        app.catalog.decide(app.catalog.person("Cleo"), {content(5): Decision.YES})
        window.sidebar.places[Route.SORT].click()
        window.sidebar.places[Route.INSIGHTS].click()
        names = page.people.years_bars
        qtbot.waitUntil(lambda: [one.name for one in names.bars.series] == ["Anna", "Ben", "Cleo"], timeout=WAIT_MS)

    @pytest.mark.parametrize("kind", ["png", "svg", "csv"])
    def test_charts_are_saved(self, page, qtbot, monkeypatch, tmp_path, kind):
        path = tmp_path / f"years.{kind}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(path.with_suffix("")), ""))
        (action,) = (action for action in page.people.years.menu.actions() if action.data() == kind)
        action.trigger()
        qtbot.waitUntil(page.banner.isVisible)
        if kind == "csv":
            with open(path, encoding="utf-8-sig", newline="") as file:
                assert list(csv.reader(file)) == [
                    ["Name", "2018", "2019", "2020", "2021", "No date", "All photos"],
                    ["Anna", "2", "0", "2", "1", "0", "5"],
                    ["Ben", "1", "0", "1", "0", "1", "3"],
                ]
        elif kind == "svg":
            drawn = ElementTree.parse(path).getroot()
            assert drawn.tag.endswith("svg")
            assert "2018" in "".join(drawn.itertext())
        else:
            image = QImage(str(path))
            colors = {
                image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 9)
            }
            assert "#2f6fed" in colors, "of Anna's bars"

    @pytest.mark.parametrize("kind", ["png", "svg", "csv"])
    def test_a_share_that_does_not_answer_holds_up_nothing(self, page, qtbot, monkeypatch, tmp_path, kind):
        answered, saved = threading.Event(), []

        def slow(*_arguments):
            saved.append(threading.current_thread() is threading.main_thread() or answered.wait(20))

        monkeypatch.setattr("facesorter.ui.insights.insights_page.save_table", slow)
        monkeypatch.setattr("facesorter.ui.insights.insights_page.save_drawing", slow)
        path = str(tmp_path / f"years.{kind}")
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (path, ""))
        page.people.years.save_asked.emit(kind)
        assert saved == []
        assert not page.banner.isVisible()
        answered.set()
        qtbot.waitUntil(lambda: "Saved as" in page.banner.accessibleName())

    def test_what_cannot_be_saved_is_told(self, page, qtbot, monkeypatch, tmp_path):
        nowhere = str(tmp_path / "missing" / "years.csv")
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (nowhere, ""))
        page.people.years.save_asked.emit("csv")
        qtbot.waitUntil(lambda: "years.csv could not be saved" in page.banner.accessibleName())


class TestDuplicates:
    def test_pairs_are_found_and_what_is_said_of_them_is_remembered(self, searched, window, app, qtbot, customers):
        view = searched.duplicates
        assert sorted(names_of(searched)) == ["Anna and Annie", "Ben and Benny"]
        assert view.outcomes.text().startswith("6 pictures: 4 look like somebody under another name")
        assert not view.bars.bars.is_empty
        assert set(view.network.net.names) == {"Anna", "Annie", "Ben", "Benny"}
        card = view.pairs.card_of(("Anna", "Annie"))
        qtbot.mouseClick(card.same, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(card.undo.isVisible, timeout=WAIT_MS)
        qtbot.waitUntil(lambda: view.pairs._count.text() == "2 pairs, 1 decided", timeout=WAIT_MS)
        out = str(app.paths.search(str(customers)))
        assert [(one.names, one.verdict) for one in decisions_in(out).all()] == [(("Anna", "Annie"), "same")]
        other = view.pairs.card_of(("Ben", "Benny"))
        other.different.setFocus()
        qtbot.keyClick(other.different, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: len(decisions_in(out).all()) == 2, timeout=WAIT_MS)
        qtbot.waitUntil(other.undo.isVisible, timeout=WAIT_MS)
        assert window.focusWidget() is other.undo
        qtbot.keyClick(other.undo, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: len(decisions_in(out).all()) == 1, timeout=WAIT_MS)

    def test_it_is_there_again_in_the_next_window(self, searched, window, qtbot, relay):
        view = searched.duplicates
        card = view.pairs.card_of(("Anna", "Annie"))
        qtbot.mouseClick(card.different, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(card.undo.isVisible, timeout=WAIT_MS)
        window.close()
        later = MainWindow(window._app, window._jobs, window._theme, relay)
        qtbot.addWidget(later)
        later.show()
        later.sidebar.places[Route.INSIGHTS].click()
        page = later._insights
        assert page is not None
        qtbot.waitUntil(lambda: page.duplicates is not None and page.duplicates.found is not None, timeout=WAIT_MS)
        page.tabs.setCurrentIndex(DUPLICATES)
        assert page.duplicates is not None
        card = page.duplicates.pairs.card_of(("Anna", "Annie"))
        assert card is not None
        assert card.undo.isVisible()
        assert names_of(page)[0] == "Ben and Benny", "what is to be decided comes first"
        later.close()

    def test_faces_are_shown_and_lead_to_their_pictures(self, searched, qtbot, monkeypatch, customers):
        shown = []
        monkeypatch.setattr(in_folder, "reveal", lambda path: shown.append(path) or True)
        card = searched.duplicates.pairs.card_of(("Anna", "Annie"))
        qtbot.mouseClick(card.faces[1], Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: len(shown) == 1, timeout=WAIT_MS)
        assert shown[0].startswith(str(customers / "Annie"))
        assert card.faces[1].accessibleName() == "Picture of Annie: show in folder"

    def test_a_bar_shows_its_pairs_and_a_higher_threshold_fewer(self, searched, qtbot):
        view = searched.duplicates
        best = {" and ".join(card.pair.names): int(card.pair.best) for card in view.pairs.cards}
        lowest = min(best, key=best.__getitem__)
        bar = best[lowest] - view.bars.first
        qtbot.mouseClick(view.bars.viewport(), Qt.MouseButton.LeftButton, pos=view.bars.spot_of(bar, 0))
        same = sorted(name for name in best if best[name] == best[lowest])
        qtbot.waitUntil(
            lambda: view.pairs.all_button.isVisible() and sorted(names_of(searched)) == same, timeout=WAIT_MS
        )
        qtbot.mouseClick(view.pairs.all_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: len(names_of(searched)) == 2, timeout=WAIT_MS)
        view.threshold.setFocus()
        qtbot.keyClick(view.threshold, Qt.Key.Key_End)
        qtbot.waitUntil(lambda: names_of(searched) == [], timeout=WAIT_MS)
        assert view._from.text() == "Similar from 100%"
        assert view.bars.threshold == 100

    def test_the_line_can_be_drawn(self, searched, qtbot):
        view = searched.duplicates
        assert view.threshold.value() == 90
        viewport, height = view.bars.viewport(), view.bars.height() // 2
        start, end = (QPoint(view.bars.from_plot(place, 0).x(), height) for place in (89.5, 71.6))
        for move in (start - QPoint(3, 0), start):
            qtbot.mouseMove(viewport, move)
        qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
        for share in range(1, 11):
            where = start + (end - start) * (share / 10)
            move = QMouseEvent(
                QEvent.Type.MouseMove, where, viewport.mapToGlobal(where), Qt.MouseButton.NoButton,
                Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
            )  # fmt: skip
            QApplication.sendEvent(viewport, move)
            qtbot.wait(10)
        qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)
        assert view.threshold.value() in (71, 72, 73)
        assert view.pairs.percent is None, "drawing the line is no click on a bar"

    def test_a_tie_leads_to_its_pair(self, searched, window, qtbot):
        view = searched.duplicates
        view.network.setFocus()
        qtbot.keyClick(view.network, Qt.Key.Key_Down)
        qtbot.keyClick(view.network, Qt.Key.Key_Return)
        assert window.focusWidget() is view.pairs.card_of(view.found.tied[0].names).same

    def test_the_list_is_saved(self, searched, qtbot, monkeypatch, tmp_path):
        view, path = searched.duplicates, tmp_path / "pairs.csv"
        card = view.pairs.card_of(("Ben", "Benny"))
        qtbot.mouseClick(card.different, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(card.undo.isVisible, timeout=WAIT_MS)
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(path), ""))
        qtbot.mouseClick(view.pairs.save_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(searched.banner.isVisible, timeout=WAIT_MS)
        with open(path, encoding="utf-8", newline="") as file:
            rows = {row["name"]: row for row in csv.DictReader(file)}
        assert (rows["Anna"]["other"], rows["Anna"]["decision"]) == ("Annie", "")
        assert (rows["Ben"]["other"], rows["Ben"]["decision"]) == ("Benny", "different")

    def test_a_search_can_be_stopped_and_goes_on(self, page, customers, qtbot):
        page.tabs.setCurrentIndex(DUPLICATES)
        view = page.duplicates
        view.search.show_source(str(customers))
        qtbot.mouseClick(view.search.go, Qt.MouseButton.LeftButton)
        qtbot.mouseClick(view.search.stop, Qt.MouseButton.LeftButton)
        assert view.searching.state is State.STOPPING
        qtbot.waitUntil(lambda: not view.searching.busy, timeout=WAIT_MS)
        assert view.found is None
        qtbot.mouseClick(view.search.go, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: view.found is not None, timeout=WAIT_MS)
        assert len(names_of(page)) == 2

    def test_a_folder_that_is_gone_is_told(self, page, qtbot, tmp_path):
        view = page.duplicates
        page.tabs.setCurrentIndex(DUPLICATES)
        view.search.show_source(str(tmp_path / "gone"))
        qtbot.mouseClick(view.search.go, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(page.banner.isVisible, timeout=WAIT_MS)
        assert "is no folder" in page.banner.accessibleName()
        qtbot.waitUntil(view.search.go.isEnabled, timeout=WAIT_MS)


def test_what_was_spent_is_drawn_by_month(page, app, qtbot):
    app.figures.note_spending("sort", "eu-west-1", Cost(310, Decimal("0.31")))
    page.tabs.setCurrentIndex(MONEY)
    qtbot.waitUntil(lambda: not page.spending.bars.bars.is_empty, timeout=WAIT_MS)
    assert page.spending.card.note.text() == "$0.31 in all"
    month = datetime.now().strftime("%Y-%m")
    assert page.spending.bars.words(0, 0) == f"{month}, Sorting: $0.31 spent on 310 calls"


@pytest.mark.parametrize("size", [(1280, 800), (860, 560)])
def test_nothing_is_cut_off(points, known, searched, window, qtbot, size):
    window.resize(*size)
    for tab in (PHOTOS, DUPLICATES, MONEY):
        searched.tabs.setCurrentIndex(tab)
        qtbot.waitUntil(lambda: cut_off(searched) == [])


def test_the_window_opens_without_the_library_for_charts():
    code = (
        "import sys, facesorter.ui.shell.main_window, facesorter.ui.insights.insights_page;"
        "assert 'pyqtgraph' not in sys.modules;"
        "from facesorter.ui.insights.plotting import bring_in; list(bring_in());"
        "assert 'pyqtgraph' in sys.modules and 'PySide6.QtOpenGL' not in sys.modules;"
        "assert not [name for name in sys.modules if name.startswith(('pyqtgraph.parametertree', 'pyqtgraph.multi'))]"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_a_click_beside_the_bars_leads_nowhere(known, page, qtbot):
    chosen = []
    page.people.years_bars.chosen.connect(lambda *what: chosen.append(what))
    qtbot.mouseClick(page.people.years_bars.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert chosen == []


def test_a_tab_that_is_chosen_before_its_view_is_there_shows_it_as_soon_as_it_is(known, window, qtbot):
    window.go_to(Route.INSIGHTS)
    made = window.pages.currentWidget()
    made.tabs.setCurrentIndex(MONEY)
    assert made.waiting.isVisible()
    assert made.spending is None
    qtbot.waitUntil(lambda: made.spending is not None and made.spending.isVisible(), timeout=WAIT_MS)
    made.tabs.setCurrentIndex(DUPLICATES)
    assert made.duplicates.isVisible()
