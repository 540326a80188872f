"""The first page fits: any font, any usual screen, any order of the Tab key, and what is heard is what is seen."""

from itertools import pairwise

import pytest
from fitting import cut_off
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QFont, QScreen
from PySide6.QtWidgets import QAbstractButton

from facesorter.app.namesakes import Namesakes, WhoItIs
from facesorter.domain.errors import EngineUnavailable
from facesorter.domain.models import Decision, Pile
from facesorter.ui.paid.engine_choice import REKOGNITION
from facesorter.ui.review.run_state import State
from facesorter.ui.shell.log_pane import LogRelay
from facesorter.ui.shell.main_window import MainWindow
from facesorter.ui.shell.routes import Route
from facesorter.ui.shell.theme import Theme

SIZES = [(1280, 720), (1280, 800), (1366, 690), (1366, 768), (1920, 1080)]
"""1280x800 and 1366x768 as such, and with what a task bar and a frame leave of them."""


@pytest.fixture(params=[10, 13, 16])
def theme(qapp, request):
    before = qapp.font()
    qapp.setFont(QFont(before.family(), request.param))
    yield Theme(qapp, "light")
    qapp.setFont(before)


class TestAnyFont:
    @pytest.mark.parametrize("size", SIZES)
    def test_nothing_is_cut_off(self, window, qtbot, size, app):
        page = window.sort
        window.resize(*size)
        qtbot.wait(20)
        assert cut_off(window) == []
        page.who.add_headshots(["/heads/two.jpg"])
        qtbot.waitUntil(lambda: not page.who.current.is_pending)
        page.where.add_folders(["/nowhere/photos"])
        qtbot.waitUntil(page.where._gone.isVisible)
        page.choice.choose(engine=REKOGNITION)
        page.banner.say("The cap of $0.02 is reached after 20 calls.", "Start again with a higher cap.")
        qtbot.wait(20)
        assert cut_off(window) == []

    @pytest.mark.parametrize("size", SIZES)
    def test_nothing_is_cut_off_beside_a_long_option(self, window, qtbot, size, app):
        page = window.sort
        page.look_first.setText("Primero mirar las fotos, copiarlas después")
        page.where.add_folders(["/nowhere/photos"])
        qtbot.waitUntil(page.where._gone.isVisible)
        page.choice.choose(engine=REKOGNITION)
        window.resize(*size)
        qtbot.waitUntil(lambda: cut_off(window) == [])

    @pytest.mark.parametrize("size", SIZES)
    def test_log_and_promise_are_seen(self, window, qtbot, size):
        window.resize(*size)
        qtbot.wait(20)
        assert window.sort.log.isVisible()
        assert window.sidebar._engine.isVisible()
        assert "Nothing is uploaded" in window.sidebar._engine.text()

    def test_what_stands_in_the_way_of_a_service_is_seen_whole(self, window, qtbot, app, tmp_path):
        app.refusal = EngineUnavailable("Your AWS session has expired.", "Sign in again.")
        page = window.sort
        page.who.add_headshots(["/heads/anna.jpg"])
        page.where.add_folders([str(tmp_path)])
        page.choice.choose(engine=REKOGNITION)
        qtbot.waitUntil(lambda: "expired" in page.where._engine_problem.text())
        assert page.where._engine_problem.isVisible()
        qtbot.waitUntil(lambda: cut_off(window) == [])

    @pytest.mark.parametrize("size", [(1024, 700), (1024, 800), (1366, 768)])
    @pytest.mark.parametrize("name", ["Anne", "Anna Magdalena Wilcke of Zeitz"])
    def test_a_question_about_a_name_is_seen_whole_over_open_results(
        self, window, finished, qtbot, size, name, monkeypatch
    ):
        monkeypatch.setattr(Namesakes, "who_is", lambda _self, request: WhoItIs(None, f"{request.name} (2)"))
        window.resize(*size)
        finished.steps.summary.change.click()
        finished.who._named(name)
        qtbot.waitUntil(finished.who.namesake.isVisible)
        qtbot.waitUntil(lambda: cut_off(finished.steps) == [])
        finished.who.namesake.another.click()
        qtbot.waitUntil(finished.outcome.isVisible)
        assert finished.who.fields.name.text() == f"{name} (2)"

    def test_results_give_way_to_a_question_where_there_is_no_room_for_both(self, window, finished, qtbot, monkeypatch):
        monkeypatch.setattr(Namesakes, "who_is", lambda _self, request: WhoItIs(None, f"{request.name} (2)"))
        window.resize(1024, 600)
        finished.steps.summary.change.click()
        finished.who._named("Anna Magdalena Wilcke of Zeitz")
        qtbot.waitUntil(finished.who.namesake.isVisible)
        qtbot.waitUntil(lambda: cut_off(window) == [])
        finished.who.namesake.same.click()
        finished.steps.fold.click()
        qtbot.waitUntil(finished.outcome.isVisible)

    @pytest.mark.parametrize("size", [(900, 600), (1280, 800)])
    def test_of_a_long_path_the_end_is_seen_and_no_word_stands_alone(self, window, qtbot, size, tmp_path):
        window.resize(*size)
        where = window.sort.where
        folder = tmp_path / ("A long name of a folder of photos, " * 4) / "with summer at its end"
        folder.mkdir(parents=True)
        where.add_folders([str(folder)])
        qtbot.waitUntil(lambda: "60 photos" in where._count.text())
        assert where._shown.text().endswith("at its end")
        assert where._shown.fontMetrics().horizontalAdvance(where._shown.text()) <= where._shown.width()
        assert where._count.height() <= 3 * where.fontMetrics().lineSpacing()


class TestTheFacesToCompare:
    """They are the heart of the review: everything else yields before they are less than 160 pixels high."""

    @pytest.mark.parametrize("size", [(900, 600), (1280, 800), (1366, 768)])
    def test_they_stay_large_in_any_font_and_window(self, window, finished, qtbot, size):
        window.resize(*size)
        review = finished.outcome.review
        review.grid.setCurrentIndex(review.grid.pile_model.index(1))
        qtbot.waitUntil(lambda: review.detail._face.shows_something)
        for why in (False, True):
            review.detail.why.setChecked(why)
            qtbot.wait(50)
            assert min(review.detail._face.height(), review.detail._faces.reference.height()) >= 160
            assert cut_off(window) == []
            assert review.detail._reasons.isVisible() == why

    @pytest.mark.parametrize("size", [(900, 600), (1920, 1040)])
    def test_once_a_run_has_begun_the_steps_are_a_line_that_opens(self, window, finished, qtbot, size):
        window.resize(*size)
        assert not finished.who.isVisible()
        assert finished.steps.summary.people.accessibleName() == "Anna"
        finished.steps.summary.change.click()
        assert finished.who.isVisible()
        assert finished.who.fields.name.hasFocus()
        finished.steps.fold.click()
        assert not finished.who.isVisible()
        assert finished.steps.summary.change.hasFocus()
        qtbot.mouseClick(finished.steps.summary.folders, Qt.MouseButton.LeftButton)
        assert finished.who.isVisible()
        finished.start()
        assert not finished.who.isVisible()
        qtbot.waitUntil(lambda: finished.outcome.run.state is State.FINISHED)
        finished.who.fields.name.setText("")
        finished.who._named("")
        assert finished.who.isVisible()  # a name is missing there

    def test_a_price_is_seen_in_the_line_before_it_is_paid(self, window, finished, qtbot):
        window.resize(900, 600)
        finished.choice.choose(engine=REKOGNITION)
        qtbot.waitUntil(finished.go.isEnabled)
        assert finished.steps.summary.price.isVisible()
        assert "$0.06" in finished.steps.summary.price.text()


class TestTheFirstWindow:
    @pytest.fixture
    def theme(self, qapp):
        return Theme(qapp, "light")

    @pytest.mark.parametrize("free", [(960, 520), (1280, 760), (1366, 728), (1920, 1040), (3840, 2100)])
    def test_it_fits_what_is_free_of_the_screen(self, app, jobs, theme, monkeypatch, free):
        monkeypatch.setattr(QScreen, "availableSize", lambda _screen: QSize(*free))
        made = MainWindow(app, jobs, theme, LogRelay())
        assert made.width() == min(1280, free[0])
        assert made.height() == min(800, free[1] - 40)
        made.deleteLater()


def tab_order(window):
    """The controls as the Tab key goes through them from the sidebar on."""
    first = window.sidebar.places[Route.SORT]
    first.setFocus()
    seen = []
    while window.focusWidget() not in seen:
        seen.append(window.focusWidget())
        window.focusNextChild()
    return seen


def in_the_order_of_the_eye(controls, top):
    """Whether each line of `top` is gone through from left to right, and lines from above."""
    inside = [control for control in controls if top.isAncestorOf(control)]
    places = [QRect(control.mapTo(top, QPoint(0, 0)), control.size()) for control in inside]
    return all(
        later.bottom() > one.top() and (later.left() > one.left() or later.bottom() > one.bottom())
        for one, later in pairwise(places)
    )


class TestKeysAndNames:
    @pytest.fixture
    def theme(self, qapp):
        return Theme(qapp, "light")

    def test_the_tab_key_follows_the_eye(self, finished, window, qtbot):
        page = finished
        page.steps.summary.change.click()
        controls = tab_order(window)
        for part in (page.who, page.where):
            assert sum(part.isAncestorOf(one) for one in controls) >= 4
            assert in_the_order_of_the_eye(controls, part)
        parts = [page.who, page.where, page.go, page.look_first, page.outcome, page.log]
        passed = [
            next((place for place, part in enumerate(parts) if part is one or part.isAncestorOf(one)), None)
            for one in controls
        ]
        passed = [place for place in passed if place is not None]
        assert passed == sorted(passed)
        assert set(passed) == set(range(len(parts)))

    @pytest.mark.parametrize("state", ["empty", "ready", "several"])
    def test_what_is_heard_is_what_is_seen(self, window, qtbot, state, request):
        page = window.sort
        if state != "empty":
            request.getfixturevalue("ready")
        if state == "several":
            page.who.add_person("Ben", ["/heads/ben.jpg"])
            page.where._take(["/nowhere"])
        heard = {}
        for one in (*page.who.findChildren(QAbstractButton), *page.where.findChildren(QAbstractButton), page.go):
            text = one.text().replace("&&", "&")
            if one.isVisible() and text:
                heard[text] = QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name)
        assert len(heard) >= 4
        assert {text: name for text, name in heard.items() if name != text} == {}

    def test_what_is_heard_of_results_compare_and_settings_is_what_is_seen(self, window, finished, qtbot):
        finished.outcome.review.tabs.choose(Pile.CHECK)
        finished.outcome.review.grid.setCurrentIndex(finished.outcome.review.grid.pile_model.index(0))
        finished.outcome.review.decide(Decision.YES)
        qtbot.waitUntil(finished.outcome.change.carry_out.isVisible)
        for route in (Route.COMPARE, Route.SETTINGS, Route.SORT):
            window.go_to(route)
        differ = {}
        for one in window.findChildren(QAbstractButton):
            text = one.text().replace("&&", "&")
            heard = QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name)
            if text and one.property("kind") is not None and heard != text:
                differ[text] = heard
        assert differ == {}

    def test_buttons_that_are_icons_keep_their_names(self, window, finished, qtbot):
        window.resize(900, 600)
        change = finished.outcome.change
        change.fit(300)
        for press in (change.open, change.undo, change.report):
            assert press.text() == ""
            heard = QAccessible.queryAccessibleInterface(press).text(QAccessible.Text.Name)
            assert heard == press.toolTip() != ""
        change.fit(3000)
        assert change.undo.text() == "Undo copying…"

    def test_the_tab_key_follows_the_eye_through_results(self, finished, window, qtbot):
        review = finished.outcome.review
        review.grid.setCurrentIndex(review.grid.pile_model.index(0))
        qtbot.waitUntil(review.detail.why.isEnabled)
        parts = [finished.outcome.change, review.balance, review.tabs, review.slider, review.grid, review.detail]
        passed = [
            place
            for one in tab_order(window)
            for place, part in enumerate(parts)
            if part is one or part.isAncestorOf(one)
        ]
        assert passed == sorted(passed)
        assert set(passed) == set(range(len(parts)))

    def test_a_photo_chosen_through_the_accessibility_of_the_grid_can_be_answered(self, finished, qtbot):
        review = finished.outcome.review
        assert not review.detail.decisions.presses[Decision.YES].isEnabled()
        photo = QAccessible.queryAccessibleInterface(review.grid).child(3)
        action = photo.actionInterface()
        action.doAction(action.actionNames()[0])
        assert review.detail.decisions.presses[Decision.YES].isEnabled()
        assert review.grid.chosen.places().tolist() == [3]

    def test_the_name_of_a_place_is_heard_in_a_narrow_window_too(self, window, qtbot):
        window.resize(900, 600)
        places = window.sidebar.places.values()
        assert [place.text() for place in places] == [""] * 5
        heard = [QAccessible.queryAccessibleInterface(place).text(QAccessible.Text.Name) for place in places]
        assert heard == ["Sort", "People", "Compare", "Insights", "Settings"]


def test_the_focus_ring_can_be_seen_on_the_avatar(finished, qtbot):
    assert finished.outcome.run.state is State.FINISHED
    avatar = finished.who.fields.avatar
    finished.who.fields.add.setFocus()
    without = avatar.grab().toImage()
    avatar.setFocus(Qt.FocusReason.TabFocusReason)
    assert avatar.grab().toImage() != without
