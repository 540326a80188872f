"""The Sort page as a user meets it: choosing, running, answering, changing one's mind, closing."""

import os
import sys
import threading
import time
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from made_up import MadeUpApp, photo_of, score_of
from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QAccessible, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPushButton,
    QWidget,
)
from shiboken6 import isValid

from facesorter.domain.errors import StorageUnavailable
from facesorter.domain.events import CopyFailed, PhotoCopied
from facesorter.domain.figures import percent
from facesorter.domain.matching import pile
from facesorter.domain.models import Decision, Pile
from facesorter.domain.spending import SavingsMode, Terms
from facesorter.settings import Settings
from facesorter.ui.paid.consent_dialog import ConsentDialog
from facesorter.ui.paid.engine_choice import REKOGNITION
from facesorter.ui.paid.savings_dialog import SpendDialog
from facesorter.ui.review import detail_pane
from facesorter.ui.review.pile_model import PileModel
from facesorter.ui.review.run_state import State
from facesorter.ui.shell import words
from facesorter.ui.shell.log_pane import LogPane
from facesorter.ui.shell.main_window import MainWindow
from facesorter.ui.shell.routes import Route
from facesorter.ui.sort.drafts import name_from
from facesorter.ui.sort.headshots_dialog import HeadshotsDialog
from facesorter.ui.widgets.card import paths_in
from facesorter.ui.widgets.face_button import FaceButton
from facesorter.ui.widgets.pictures import load_photo


def piles_expected(photos, threshold=80.0, person=0):
    expected = dict.fromkeys(Pile, 0)
    for number in range(photos):
        which = Pile.PROBLEM if number % 100 == 99 else pile(score_of(number, person), threshold, None)
        expected[which] += 1
    return expected


def press(qtbot, widget, key, modifier=Qt.KeyboardModifier.NoModifier):
    widget.setFocus()
    qtbot.keyClick(widget, key, modifier)


def roll(widget):
    """One notch of the mouse wheel downwards over a widget; whether it took it, instead of leaving it to the page."""
    middle = widget.rect().center()
    event = QWheelEvent(
        middle.toPointF(),
        widget.mapToGlobal(middle).toPointF(),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,  # noqa: FBT003 - the signature of Qt
    )
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def pictures_in(folder, count):
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"{number}.jpg").write_bytes(b"x")


def middle_of(grid, place):
    return grid.visualRect(grid.pile_model.index(place)).center()


def click(qtbot, grid, place, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifier, middle_of(grid, place))


def drag(qtbot, grid, start, end, modifier=Qt.KeyboardModifier.NoModifier):
    button = Qt.MouseButton.LeftButton
    qtbot.mousePress(grid.viewport(), button, modifier, start)
    for point in (start, end):
        moved = QMouseEvent(QEvent.Type.MouseMove, point, point, Qt.MouseButton.NoButton, button, modifier)
        QApplication.sendEvent(grid.viewport(), moved)
    qtbot.mouseRelease(grid.viewport(), button, modifier, end)


def selected(grid):
    return sorted(index.row() for index in grid.selectionModel().selectedIndexes())


class TestChoosing:
    def test_the_first_start_says_what_to_do(self, window):
        page = window.sort
        assert page.welcome.isVisible()
        assert not page.go.isEnabled()
        assert "headshot" in page.go.toolTip()
        assert page.outcome is None

    def test_what_a_run_is_shown_by_is_made_before_and_shown_with_the_run(self, ready, qtbot, app):
        made = ready.prepare()
        assert ready.prepare() is made
        assert ready.outcome is None
        assert ready.welcome.isVisible()
        app.settings = replace(app.settings, threshold=71.0)
        ready.take_settings()
        ready.start()
        assert ready.outcome is made
        assert made.isVisible()
        assert not ready.welcome.isVisible()
        qtbot.waitUntil(lambda: made.run.state is State.FINISHED, timeout=10000)
        assert made.review.slider.threshold == app.request.threshold == 71.0

    def test_what_is_handed_over_while_a_run_goes_on_is_added_after_it(self, ready, qtbot, tmp_path):
        before, more, ben = ready.where.folders, tmp_path / "more", tmp_path / "ben.jpg"
        more.mkdir()
        ben.touch()
        ready.start()
        assert ready.busy
        ready.take_opened([str(more), str(ben)])
        assert ready.where.folders == before
        assert [draft.name for draft in ready.who.drafts] == ["Anna"]
        assert "more, ben.jpg" in ready.banner.accessibleName()
        qtbot.waitUntil(lambda: not ready.busy, timeout=10000)
        qtbot.waitUntil(lambda: ready.where.folders == (*before, str(more)))
        assert [draft.name for draft in ready.who.drafts] == ["Anna", "Ben"]

    def test_too_many_pictures_opened_at_once_are_refused_and_leave_nobody(self, window, qtbot, tmp_path):
        pictures = [tmp_path / f"{number}.jpg" for number in range(51)]
        for picture in pictures:
            picture.touch()
        window.sort.take_opened(list(map(str, pictures)))
        qtbot.waitUntil(lambda: "more than 50 headshots" in window.sort.banner.accessibleName())
        assert [draft.shots for draft in window.sort.who.drafts] == [[]]

    def test_only_places_that_work_are_shown(self, window, qtbot):
        shown = []
        for place in window.sidebar.places.values():
            place.click()
            assert window.pages.currentWidget().isVisible()
            assert window.pages.currentWidget().findChildren(QAbstractButton)
            shown.append(window.pages.currentWidget())
        assert shown[0] is window.sort
        assert len(set(shown)) == len(shown) > 1

    def test_a_headshot_and_a_folder_are_enough(self, window, qtbot, tmp_path):
        page = window.sort
        page.who.add_headshots(["/heads/anna.jpg"])
        page.where.add_folders([str(tmp_path)])
        qtbot.waitUntil(lambda: page.who.current.shots[0].report is not None)
        assert page.who.fields.name.text() == "Anna"
        assert "PhotosWithAnna" in page.where.copies_to.folder.accessibleName()
        qtbot.waitUntil(lambda: "60 photos" in page.where._count.text())

    @pytest.mark.parametrize(
        ("path", "words_expected"),
        [("blurred.jpg", "Blurred"), ("nobody.jpg", "No face was found"), ("anna.jpg", "Good picture")],
    )
    def test_the_chip_says_in_words_how_good_a_headshot_is(self, ready, path, words_expected):
        shot = ready.who.current.shots[0]
        shot.report = ready._app.headshots.examine(path)
        ready.who._refresh()
        assert words_expected in ready.who.fields.chip.text()

    def test_a_picture_without_a_face_cannot_be_searched_with(self, ready):
        assert ready.go.isEnabled()
        shot = ready.who.current.shots[0]
        shot.report = ready._app.headshots.examine("nobody.jpg")
        ready.who._refresh()
        assert not ready.go.isEnabled()

    def test_of_several_faces_another_can_be_picked(self, ready):
        shot = ready.who.current.shots[0]
        shot.report = ready._app.headshots.examine("two.jpg")
        ready.who._refresh()
        assert ready.who.people()[0].headshots[0].face_index == 0
        ready.who.pick_face(shot, 1)
        assert ready.who.people()[0].headshots[0].face_index == 1

    def test_all_headshots_outlive_a_key_press_and_keep_the_focus(self, ready, qtbot, theme):
        ready.who.add_headshots([f"/heads/two{number}.jpg" for number in range(6)])
        qtbot.waitUntil(lambda: all(shot.loaded is not None for shot in ready.who.current.shots))
        dialog = HeadshotsDialog(ready.who, theme)
        dialog.show()
        *_, one, two = dialog.findChildren(FaceButton)
        one.setFocus()
        bar = dialog._scroll.verticalScrollBar()
        qtbot.waitUntil(lambda: bar.maximum() > 0)
        bar.setValue(bar.maximum())
        two.click()
        assert isValid(one)
        assert isValid(two)
        assert [shot.chosen for shot in ready.who.current.shots][-2:] == [0, 1]
        for _ in range(2):  # and again, when the pictures have been compared
            focus = dialog.focusWidget()
            assert isinstance(focus, FaceButton)
            assert (focus.isChecked(), focus.text()) == (True, "2")
            assert bar.value() > 0.9 * bar.maximum()
            qtbot.wait(100)
        *_, before, last = [one for one in dialog.findChildren(QPushButton) if one.text() == "Remove"]
        last.setFocus()
        last.click()
        assert isValid(before)
        assert dialog.focusWidget().accessibleDescription() == "two4.jpg"
        dialog.close()
        dialog.deleteLater()

    def test_a_closed_dialog_is_gone(self, ready, qtbot, monkeypatch):
        for kind in (HeadshotsDialog, SpendDialog, ConsentDialog):
            monkeypatch.setattr(kind, "exec", lambda _dialog: 0)
        ready.who.fields.manage.click()
        ready._spend_less()
        ready._sending.may_send("$0.01.", Terms(SavingsMode.NONE, Decimal(5)))
        qtbot.wait(50)
        assert ready.window().findChildren(QDialog) == []

    def test_pictures_of_two_people_under_one_name_are_remarked_on(self, ready, qtbot):
        ready.who.add_headshots(["/heads/stranger.jpg"])
        qtbot.waitUntil(lambda: "may not show the same person" in ready.who.fields.chip.text())

    @pytest.mark.parametrize("name", ["..", "/", "   "])
    def test_a_name_that_makes_no_folder_is_refused_in_words(self, ready, name):
        ready.who.fields.name.setText("")
        ready.who._named(name)
        assert not ready.go.isEnabled()
        assert ready.go.toolTip()

    def test_several_people_with_different_names(self, ready, qtbot):
        ready.who.add_person("Anna", ["/heads/other.jpg"])
        qtbot.waitUntil(lambda: "the same name, Anna." in ready.go.toolTip())
        ready.who._named("Ben")
        qtbot.waitUntil(ready.go.isEnabled)
        assert [wanted.name for wanted in ready.request().people] == ["Anna", "Ben"]

    @pytest.mark.parametrize(
        ("path", "name"),
        [
            ("/x/anna.jpg", "Anna"),
            ("/x/Anna Maria_2.jpeg", "Anna Maria"),
            ("/x/IMG_2031.jpg", ""),
            ("/x/20230714.jpg", ""),
            ("/x/zoe\u0308.jpg", "Zo\u00eb"),
        ],
    )
    def test_a_files_name_suggests_a_persons(self, path, name):
        assert name_from(path) == name

    def test_names_are_shown_as_they_are_written(self, ready, qtbot, tmp_path):
        def heard(widget):
            heard = QAccessible.queryAccessibleInterface(widget)
            return [heard.child(place).text(QAccessible.Text.Name) for place in range(heard.childCount())]

        who, where = ready.who, ready.where
        (tmp_path / "R&B").mkdir()
        where.add_folders([str(tmp_path / "R&B")])
        assert "R&&B" in where.choose.menu().actions()[-1].text()
        who._named("Tom & Ann")
        who.add_person("Tim && Tam", ["/heads/other.jpg"])
        qtbot.waitUntil(ready.go.isEnabled)
        assert heard(who.tabs)[:2] == ["Tom & Ann", "Tim && Tam"]
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED)
        assert heard(ready.outcome.review.people)[:2] == ["Tom & Ann", "Tim && Tam"]
        who._drop_person()
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED)
        assert ready.outcome.review.keep.text() == "Keep PhotosWithTom && Ann up to date"

    @pytest.mark.parametrize("other", ["Zo\u00eb ", "Zoe\u0308"])
    def test_names_that_read_the_same_are_one(self, ready, qtbot, other):
        ready.who._named("Zo\u00eb")
        ready.who.add_person(other, ["/heads/other.jpg"])
        qtbot.waitUntil(lambda: "same name" in ready.go.toolTip())
        assert not ready.go.isEnabled()
        assert {wanted.name for wanted in ready.who.people()} == {"Zo\u00eb"}

    def test_a_dropped_folder_of_people_is_taken_in_place_of_nobody(self, window, qtbot, tmp_path):
        for name in ("Anna", "Ben"):
            pictures_in(tmp_path / name, 2)
        who = window.sort.who
        who.dropped.emit([str(tmp_path)])
        qtbot.waitUntil(lambda: [draft.name for draft in who.drafts] == ["Anna", "Ben"])
        assert who.tabs.count() == 2
        assert who.fields.name.text() == "Ben"
        qtbot.waitUntil(lambda: [len(person.headshots) for person in who.people()] == [2, 2])

    def test_a_dropped_library_is_not_taken_for_headshots(self, window, qtbot, tmp_path):
        page = window.sort
        pictures_in(tmp_path / "Photos" / "2019", 200)
        pictures_in(tmp_path / "Photos" / "Ben", 1)
        page.who.dropped.emit([str(tmp_path / "Photos")])
        qtbot.waitUntil(page.banner.isVisible)
        assert "2019 would have more than 50 headshots" in page.banner.accessibleName()
        assert "Where?" in page.banner.accessibleName()
        assert [(draft.name, len(draft.shots)) for draft in page.who.drafts] == [("Ben", 1)]
        page.banner.hide()
        page.who.add_headshots([f"/heads/{number}.jpg" for number in range(50)])
        assert page.banner.isVisible()
        assert len(page.who.current.shots) == 1

    def test_pictures_of_a_person_are_compared_once_all_are_looked_at(self, window, qtbot, app):
        compared, same = [], app.headshots.same_person

        def watched(headshots, threshold):
            compared.append(len(headshots))
            return same(headshots, threshold)

        app.headshots.same_person = watched
        who = window.sort.who
        who.add_headshots([f"/heads/{name}.jpg" for name in ("anna", "stranger", "other", "nobody", "another")])
        qtbot.waitUntil(lambda: who.current.doubtful and all(shot.report is not None for shot in who.current.shots))
        assert compared == [4]

    def test_dropped_names_keep_their_bytes(self):
        data = QMimeData()
        data.setData("text/uri-list", b"file:///photos/caf%E9%20x.jpg\r\nhttps://example.org/a.jpg\r\n")
        assert paths_in(data) == ["/photos/caf\udce9 x.jpg", "https://example.org/a.jpg"]
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile("/photos/Zoë.jpg")])
        assert paths_in(data) == ["/photos/Zoë.jpg"]


class TestFoldersThatAreNotThere:
    """A disk that is not connected just now: its folders are remembered, and shown as missing."""

    @pytest.fixture
    def nas(self, tmp_path):
        return tmp_path / "nas" / "Photos"

    @pytest.fixture
    def app(self, tmp_path, nas):
        return MadeUpApp(tmp_path, settings=Settings(folders=(str(nas),)))

    @pytest.fixture
    def page(self, window, qtbot):
        window.sort.who.add_headshots(["/heads/anna.jpg"])
        qtbot.waitUntil(lambda: not window.sort.where.counting and not window.sort.who.people_problem())
        return window.sort

    def test_they_stay_chosen_and_are_told_of(self, page, window, app, nas):
        assert page.where._gone.isVisible()
        assert page.where._gone.text() == "nas/Photos cannot be found and is skipped until it is available again."
        window.close()
        assert app.settings.folders == (str(nas),)

    def test_find_explains_and_looks_again(self, page, qtbot, nas):
        page.go.click()
        assert "cannot be found. Connect the drive" in page.banner.accessibleName()
        assert page.outcome is None
        qtbot.waitUntil(lambda: not page.where.counter.looking)
        nas.mkdir(parents=True)
        page.go.click()
        qtbot.waitUntil(lambda: "60 photos" in page.where._count.text())
        assert not page.where._gone.isVisible()
        page.go.click()
        qtbot.waitUntil(lambda: page.outcome is not None and page.outcome.run.state is State.FINISHED)
        assert not page.banner.isVisible()

    def test_find_explains_where_photos_are_sent_too(self, page, qtbot):
        page.choice.choose(engine=REKOGNITION)
        page.go.click()
        assert "cannot be found. Connect the drive" in page.banner.accessibleName()

    def test_the_others_are_looked_through(self, page, qtbot, app, tmp_path, nas):
        page.where.add_folders([str(tmp_path)])
        qtbot.waitUntil(lambda: "60 photos" in page.where._count.text())
        assert page.where._gone.isVisible()
        page.go.click()
        qtbot.waitUntil(lambda: page.outcome.run.state is State.FINISHED)
        assert app.request.folders == (str(tmp_path),)
        qtbot.waitUntil(lambda: app.settings.folders == (str(nas), str(tmp_path)))

    def test_coming_back_to_the_window_is_enough(self, page, window, qtbot, nas):
        nas.mkdir(parents=True)
        other = QWidget()
        qtbot.addWidget(other)
        other.show()
        for one in (other, window):
            one.activateWindow()
            qtbot.waitUntil(one.isActiveWindow)
        qtbot.waitUntil(lambda: not page.where._gone.isVisible())

    def test_the_window_never_waits_for_them(self, qtbot, app, jobs, theme, relay, monkeypatch):
        asked, isdir = [], os.path.isdir
        monkeypatch.setattr(os.path, "isdir", lambda path: asked.append(threading.current_thread()) or isdir(path))
        made = MainWindow(app, jobs, theme, relay)
        qtbot.addWidget(made)
        qtbot.waitUntil(lambda: not made.sort.where.counting)
        assert asked
        assert threading.main_thread() not in asked


class TestRunning:
    def test_every_photo_ends_in_its_pile_and_the_sums_add_up(self, finished):
        expected = piles_expected(60)
        assert finished.outcome.run.results.counts(0) == expected
        shown = {which: finished.outcome.review.tabs.count_of(which) for which in Pile}
        assert shown == expected
        balance = finished.outcome.run.results.balance(0)
        assert balance.found == 60
        assert balance.copied == expected[Pile.SURE]
        assert finished.outcome.review.balance.links["copied"].text() == f"{expected[Pile.SURE]} copied"

    def test_a_number_of_the_balance_leads_to_its_pile(self, finished):
        finished.outcome.review.balance.links["no_face"].click()
        assert finished.outcome.review.tabs.current is Pile.NO_FACE
        assert finished.outcome.review.grid.pile_model.rowCount() == piles_expected(60)[Pile.NO_FACE]

    def test_a_single_problem_is_one(self, ready, qtbot, app):
        app.photos = 100
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED)
        assert ready.outcome.review.balance.links["problems"].text() == "1 problem"

    def test_two_people_have_piles_of_their_own(self, ready, qtbot):
        ready.who.add_person("Ben", ["/heads/ben.jpg"])
        qtbot.waitUntil(ready.go.isEnabled)
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED)
        assert ready.outcome.review.people.count() == 2
        ready.outcome.review.people.setCurrentIndex(1)
        shown = {which: ready.outcome.review.tabs.count_of(which) for which in Pile}
        assert shown == piles_expected(60, person=1)

    def test_pause_resume_stop(self, ready, qtbot, app):
        app.gate = threading.Event()
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.done > 5)
        ready.outcome.strip.pause.click()
        assert ready.outcome.run.state is State.PAUSED
        assert ready.outcome.strip.pause.text() == "Resume"
        ready.outcome.strip.pause.click()
        assert ready.outcome.run.state is State.RUNNING
        ready.outcome.strip.stop.click()
        assert ready.outcome.run.state is State.STOPPING
        app.gate.set()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.STOPPED)
        assert len(app.closed) == 1
        assert ready.go.isEnabled()

    def test_a_full_disk_pauses_with_a_sentence_and_goes_on(self, ready, qtbot, app):
        app.pauses = 1
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.PAUSED)
        assert "disk is full" in ready.outcome.strip._text.text()
        ready.outcome.strip.pause.click()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED)

    def test_a_users_error_is_told_calmly(self, ready, qtbot, app):
        app.fails_with = StorageUnavailable("The folder is out of reach.", "Connect the drive.")
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.FAILED)
        assert ready.banner.isVisible()
        assert ready.banner.accessibleName() == "The folder is out of reach. Connect the drive."
        assert ready.go.isEnabled()

    def test_of_a_bug_only_the_log_has_the_details(self, ready, qtbot, app, caplog):
        app.fails_with = ZeroDivisionError("internal detail")
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.FAILED)
        assert "internal detail" not in ready.banner.accessibleName()
        assert "Traceback" in caplog.text
        assert "internal detail" in caplog.text

    def test_the_log_pane_shows_the_lines_of_the_log(self, finished, qtbot):
        qtbot.waitUntil(lambda: "copied to PhotosWithAnna/" in finished.log.text.toPlainText())

    def test_looking_first_copies_nothing_until_told(self, ready, qtbot, app):
        ready.look_first.setChecked(True)
        assert ready.go.text() == "Find"
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.copies.to_copy > 0)
        assert app.copied == {}
        sure = piles_expected(60)[Pile.SURE]
        assert ready.outcome.change.carry_out.text() == f"Copy {sure} photos"
        ready.outcome.change.carry_out.click()
        qtbot.waitUntil(lambda: not ready.outcome.run.busy and len(app.copied) == sure)
        qtbot.waitUntil(lambda: not ready.outcome.change.carry_out.isVisible())
        assert ready.outcome.run.results.balance(0).copied == sure


class TestACopyThatFailed:
    def test_copies_that_a_stopped_run_did_not_tell_of_are_counted(self, ready, qtbot, app):
        usual, told = app._events, []

        def events(number, people, request, *, final):
            for event in usual(number, people, request, final=final):
                if isinstance(event, PhotoCopied):
                    if len(told) == 3:
                        continue
                    told.append(event)
                yield event

        app._events = events
        ready.start()
        run = ready.outcome.run
        qtbot.waitUntil(lambda: run.state is State.FINISHED and bool(run.copies.plans))
        balance = run.results.balance(0)
        assert (balance.copied, balance.already_there, balance.waiting) == (3, len(app.copied) - 3, 0)
        assert run.copies.to_copy == 0

    @pytest.fixture
    def failed(self, ready, qtbot, app):
        """The page after a run that could not copy two photos, and the ids of these."""
        usual, failed = app._events, []

        def events(number, people, request, *, final):
            for event in usual(number, people, request, final=final):
                if isinstance(event, PhotoCopied) and len(failed) < 2:
                    failed.append(event.photo.id)
                    del app.copied[event.target]
                    yield CopyFailed(event.photo, event.person, "The drive was gone.")
                else:
                    yield event

        app._events = events
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED)
        ready.outcome.review.tabs.choose(Pile.PROBLEM)
        ready.outcome.review.grid.setCurrentIndex(ready.outcome.review.grid.pile_model.index(0))
        return ready, failed

    def test_can_be_tried_again(self, failed, qtbot, app):
        page, photos = failed
        assert page.outcome.run.results.counts(0)[Pile.PROBLEM] == len(photos) == 2
        qtbot.waitUntil(lambda: page.outcome.change.carry_out.text() == "Copy 2 more")
        page.outcome.change.carry_out.click()
        qtbot.waitUntil(lambda: page.outcome.run.results.counts(0)[Pile.PROBLEM] == 0)
        assert set(photos) <= {photo.id for _, photo in app.copied.values()}

    def test_can_be_answered_with_the_mouse(self, failed, qtbot, app):
        page, photos = failed
        page.outcome.review.detail.decisions.presses[Decision.NO].click()
        qtbot.waitUntil(lambda: app.decided == [("Anna", photos[0], Decision.NO)])
        assert page.outcome.run.results.counts(0)[Pile.PROBLEM] == 1


class TestUndoing:
    @pytest.mark.parametrize("ending", [State.STOPPED, State.FAILED])
    def test_what_a_run_copied_can_be_taken_back_however_it_ended(self, ready, qtbot, app, ending):
        gate = threading.Event()
        usual = app._events

        def events(number, people, request, *, final):
            if number == 40:
                gate.wait()
                if ending is State.FAILED:
                    raise StorageUnavailable("The drive is gone.", "Connect it.")
            yield from usual(number, people, request, final=True)

        app._events = events
        ready.start()
        change, run = ready.outcome.change, ready.outcome.run
        qtbot.waitUntil(lambda: run.done == 40)
        assert app.copied
        if ending is State.STOPPED:
            run.stop()
        gate.set()
        qtbot.waitUntil(lambda: run.state is ending)
        assert change.isVisible()
        assert change.undo.isEnabled()
        assert change.report.isEnabled()
        ready.outcome.review.tabs.choose(Pile.NOT_THEM)
        ready.outcome.review.grid.setCurrentIndex(ready.outcome.review.grid.pile_model.index(0))
        ready.outcome.review.decide(Decision.YES)
        qtbot.waitUntil(lambda: change.carry_out.text() == "Copy 1 more")
        run.copies.undo()
        qtbot.waitUntil(lambda: not run.busy and not change.undo.isEnabled())
        assert app.undone == [7]
        assert app.copied == {}


class TestChangingOnesMind:
    def test_the_slider_sorts_at_once_without_the_app(self, finished):
        for threshold in (99, 85, 60, 40):
            finished.outcome.review.slider.slider.setValue(-threshold)
            assert finished.outcome.run.results.counts(0) == piles_expected(60, threshold)
            assert finished.outcome.review.tabs.count_of(Pile.SURE) == piles_expected(60, threshold)[Pile.SURE]

    def test_it_says_what_it_would_do_and_does_it_at_a_click(self, finished, qtbot, app):
        finished.outcome.review.slider.slider.setValue(-70)
        more = piles_expected(60, 70)[Pile.SURE] - piles_expected(60, 80)[Pile.SURE]
        qtbot.waitUntil(finished.outcome.change.carry_out.isVisible)
        assert finished.outcome.change.carry_out.text() == f"Copy {more} more"
        finished.outcome.review.tabs.choose(Pile.SURE)
        finished.outcome.review.grid.setCurrentIndex(finished.outcome.review.grid.pile_model.index(0))
        first = finished.outcome.review.grid.current_row
        finished.outcome.review.decide(Decision.NO)
        taken_back = score_of(first, 0).similarity >= 80
        text = f"Copy {more} more, remove 1" if taken_back else f"Copy {more - 1} more"
        qtbot.waitUntil(lambda: finished.outcome.change.carry_out.text() == text)
        finished.outcome.change.carry_out.click()
        qtbot.waitUntil(lambda: len(app.copied) == piles_expected(60, 70)[Pile.SURE] - 1)
        qtbot.waitUntil(lambda: not finished.outcome.change.carry_out.isVisible())

    def test_undo_takes_everything_back(self, finished, qtbot, app):
        assert app.copied
        finished.outcome.run.copies.undo()
        qtbot.waitUntil(lambda: not app.copied and not finished.outcome.run.busy)
        assert finished.outcome.run.results.balance(0).copied == 0
        assert finished.outcome.run.results.balance(0).found == 60

    def test_keys_answer_and_go_on_to_the_next(self, finished, qtbot, app):
        grid = finished.outcome.review.grid
        finished.outcome.review.tabs.choose(Pile.CHECK)
        press(qtbot, grid, Qt.Key.Key_Home)
        asked = [int(row) for row in grid.pile_model.rows[:3]]
        for key in (Qt.Key.Key_Y, Qt.Key.Key_N, Qt.Key.Key_Space):
            press(qtbot, grid, key)
        results = finished.outcome.run.results
        assert [results.verdict(row, 0)[1] for row in asked] == [Decision.YES, Decision.NO, Decision.UNSURE]
        assert [results.pile_of(row, 0) for row in asked] == [Pile.SURE, Pile.NOT_THEM, Pile.CHECK]
        qtbot.waitUntil(lambda: len(app.decided) == 3)
        ids = [results.photos.at(row).id for row in asked]
        assert app.decided == [
            ("Anna", ids[0], Decision.YES),
            ("Anna", ids[1], Decision.NO),
            ("Anna", ids[2], Decision.UNSURE),
        ]

    def test_ctrl_z_takes_the_last_answer_back_durably(self, finished, qtbot, app):
        grid = finished.outcome.review.grid
        before = finished.outcome.run.results.counts(0)
        press(qtbot, grid, Qt.Key.Key_Right)
        row = grid.current_row
        press(qtbot, grid, Qt.Key.Key_N)
        assert finished.outcome.run.results.counts(0) != before
        press(qtbot, grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert finished.outcome.run.results.counts(0) == before
        assert grid.current_row == row
        qtbot.waitUntil(lambda: len(app.decided) == 2)
        assert app.decided[1] == ("Anna", finished.outcome.run.results.photos.at(row).id, None)

    def test_several_photos_are_answered_at_once(self, finished):
        grid = finished.outcome.review.grid
        finished.outcome.review.tabs.choose(Pile.NOT_THEM)
        count = grid.pile_model.rowCount()
        grid.selectAll()
        finished.outcome.review.decide(Decision.YES)
        assert finished.outcome.run.results.counts(0)[Pile.NOT_THEM] == 0
        assert finished.outcome.run.results.counts(0)[Pile.SURE] == piles_expected(60)[Pile.SURE] + count

    def test_letters_typed_into_the_name_answer_nothing(self, finished, qtbot, app):
        finished.outcome.review.grid.setCurrentIndex(finished.outcome.review.grid.pile_model.index(0))
        finished.who.fields.name.setFocus()
        qtbot.keyClicks(finished.who.fields.name, "Yn ")
        assert app.decided == []
        assert finished.who.fields.name.text().endswith("Yn ")


class TestTheGrid:
    def test_the_photo_looked_at_stays_when_others_come_and_go(self, finished):
        grid = finished.outcome.review.grid
        finished.outcome.review.tabs.choose(Pile.NOT_THEM)
        grid.setCurrentIndex(grid.pile_model.index(9))
        row = grid.current_row
        finished.outcome.review.slider.slider.setValue(-45)
        assert grid.current_row == row
        assert grid.selected_rows().tolist() == [row]

    def test_arrows_go_through_the_grid(self, finished, qtbot):
        grid = finished.outcome.review.grid
        finished.outcome.review.tabs.choose(Pile.NOT_THEM)
        columns = grid.cells.columns
        for key, place in (
            (Qt.Key.Key_Home, 0),
            (Qt.Key.Key_Right, 1),
            (Qt.Key.Key_Down, 1 + columns),
            (Qt.Key.Key_Left, columns),
            (Qt.Key.Key_Up, 0),
            (Qt.Key.Key_Up, 0),
            (Qt.Key.Key_End, grid.pile_model.rowCount() - 1),
            (Qt.Key.Key_Home, 0),
        ):
            press(qtbot, grid, key)
            assert grid.currentIndex().row() == place

    @pytest.mark.parametrize(("key", "place"), [(Qt.Key.Key_Home, 0), (Qt.Key.Key_End, -1), (Qt.Key.Key_Right, 0)])
    def test_home_and_end_lead_to_the_ends_without_a_current_photo_too(self, finished, qtbot, key, place):
        grid = finished.outcome.review.grid
        finished.outcome.review.tabs.choose(Pile.NOT_THEM)
        grid.setFocus()
        grid.selectionModel().clear()
        assert grid.currentIndex().row() == -1
        qtbot.keyClick(grid, key)
        assert grid.currentIndex().row() == place % grid.pile_model.rowCount()

    def test_shift_selects_all_from_one_photo_to_another(self, finished, qtbot):
        grid, shift = finished.outcome.review.grid, Qt.KeyboardModifier.ShiftModifier
        finished.outcome.review.tabs.choose(Pile.NOT_THEM)
        first, last = 2, grid.cells.columns + 1
        for one, other in ((first, last), (last, first)):
            click(qtbot, grid, one)
            click(qtbot, grid, other, shift)
            assert selected(grid) == list(range(first, last + 1))
            drag(qtbot, grid, middle_of(grid, other), middle_of(grid, other) + QPoint(2, 1), shift)
            assert selected(grid) == list(range(first, last + 1))
        click(qtbot, grid, first)
        press(qtbot, grid, Qt.Key.Key_Down, shift)
        assert selected(grid) == list(range(first, first + grid.cells.columns + 1))

    def test_a_rectangle_drawn_with_the_mouse_selects_what_it_touches(self, finished, qtbot):
        grid = finished.outcome.review.grid
        finished.outcome.review.tabs.choose(Pile.NOT_THEM)
        columns = grid.cells.columns
        drag(qtbot, grid, middle_of(grid, 1), middle_of(grid, columns + 2))
        assert selected(grid) == [1, 2, columns + 1, columns + 2]
        drag(qtbot, grid, middle_of(grid, columns + 2), middle_of(grid, 1))
        assert selected(grid) == [1, 2, columns + 1, columns + 2]

    @pytest.mark.parametrize("ends", [(1, 5), (5, 1)])
    def test_after_answering_several_the_first_of_the_others_comes_next(self, finished, qtbot, ends):
        grid = finished.outcome.review.grid
        finished.outcome.review.tabs.choose(Pile.NOT_THEM)
        following = int(grid.pile_model.rows[6])
        click(qtbot, grid, ends[0])
        click(qtbot, grid, ends[1], Qt.KeyboardModifier.ShiftModifier)
        finished.outcome.review.decide(Decision.YES)
        assert grid.current_row == following
        grid.selectAll()
        grid.setCurrentIndex(grid.pile_model.index(grid.pile_model.rowCount() - 1))
        finished.outcome.review.decide(Decision.YES)
        assert grid.currentIndex().row() == grid.pile_model.rowCount() - 1

    def test_the_photo_at_the_top_stays_there_at_any_width(self, ready, qtbot, app, window):
        app.photos = 1000
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED, timeout=20000)
        grid = ready.outcome.review.grid
        ready.outcome.review.tabs.choose(Pile.NOT_THEM)
        widest, height = window.width(), window.height()
        grid.verticalScrollBar().setValue(grid.cells.top_of(240) + 10)
        top, columns = grid.cells.first_at(grid.verticalOffset()), set()
        seen = top
        for narrower in (*range(0, 400, 60), 0):
            window.resize(widest - narrower, height)
            columns.add(grid.cells.columns)
            seen = grid.cells.first_at(grid.verticalOffset())
            assert seen <= top < seen + grid.cells.columns
        assert len(columns) > 2
        assert seen == top == 240
        ready.outcome.review.tabs.choose(Pile.CHECK)
        window.resize(widest - 300, height)
        assert grid.verticalOffset() == 0

    def test_every_photo_is_where_it_is_painted(self, finished):
        grid = finished.outcome.review.grid
        finished.outcome.review.tabs.choose(Pile.NOT_THEM)
        grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
        last = grid.pile_model.index(grid.pile_model.rowCount() - 1)
        rect = grid.visualRect(last)
        assert grid.viewport().rect().contains(rect)
        assert grid.indexAt(rect.center()) == last
        assert not grid.indexAt(QPoint(rect.left(), rect.bottom() + 5000)).isValid()

    def test_a_picture_that_came_is_painted_alone(self, finished, monkeypatch):
        grid, asked = finished.outcome.review.grid, []
        viewport = grid.viewport()
        monkeypatch.setattr(viewport, "update", lambda *where: asked.append(where))
        finished.outcome.review.thumbnails.loaded.emit(grid.pile_model.results.photos.at(grid.pile_model.rows[3]).id)
        assert asked == [(grid.visualRect(grid.pile_model.index(3)),)]

    def test_selecting_all_asks_for_no_photo_by_itself(self, finished):
        grid, asked = finished.outcome.review.grid, []

        def watch(frame, event, _):
            if event == "call" and frame.f_code is PileModel.rowCount.__code__:
                asked.append(frame)

        before = sys.getprofile()
        sys.setprofile(watch)
        grid.selectAll()
        sys.setprofile(before)
        assert np.array_equal(np.sort(grid.selected_rows()), np.sort(grid.pile_model.rows))
        assert 0 < len(asked) < len(grid.pile_model.rows)

    def test_a_screen_reader_hears_name_pile_and_similarity(self, finished):
        model = finished.outcome.review.grid.pile_model
        row = int(model.rows[0])
        text = model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole)
        similarity = percent(finished.outcome.run.results.verdict(row, 0)[0].similarity)
        assert text == f"{words.file_name(photo_of(row).path)}: Sure, {similarity}"

    def test_what_is_wrong_with_a_picture_is_told_as_long_as_it_is_looked_at(self, finished, qtbot, app):
        review, picture = finished.outcome.review, app.picture
        review.tabs.choose(Pile.NOT_THEM)
        app.picture = b""
        review.grid.setCurrentIndex(review.grid.pile_model.index(0))
        qtbot.waitUntil(lambda: review.detail._problem.text() == "This file is damaged.")
        review.slider.slider.setValue(-81)
        assert review.detail._problem.isVisible()
        assert review.detail._problem.text() == "This file is damaged."
        app.picture = picture
        review.grid.setCurrentIndex(review.grid.pile_model.index(1))
        assert not review.detail._problem.isVisible()

    def test_a_problem_says_why(self, qtbot, ready, app):
        app.photos = 120
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED)
        ready.outcome.review.tabs.choose(Pile.PROBLEM)
        ready.outcome.review.grid.setCurrentIndex(ready.outcome.review.grid.pile_model.index(0))
        assert ready.outcome.review.detail._problem.text() == "This file is damaged."
        assert not ready.outcome.review.detail.decisions.presses[Decision.YES].isEnabled()

    def test_photos_passed_over_quickly_are_not_read(self, finished, qtbot, monkeypatch):
        review, read, gate = finished.outcome.review, [], threading.Event()

        def slow(app, photo_id, *rest):
            read.append(photo_id)
            gate.wait(10)
            return load_photo(app, photo_id, *rest)

        monkeypatch.setattr(detail_pane, "load_photo", slow)
        review.tabs.choose(Pile.NOT_THEM)
        for _ in range(20):
            press(qtbot, review.grid, Qt.Key.Key_Right)
        gate.set()
        qtbot.waitUntil(lambda: review.detail._loaded is not None)
        assert read[-1] == finished.outcome.run.results.photos.at(review.grid.current_row).id
        assert len(read) < 8

    def test_why_this_answer_names_the_numbers(self, finished):
        finished.outcome.review.tabs.choose(Pile.CHECK)
        finished.outcome.review.grid.setCurrentIndex(finished.outcome.review.grid.pile_model.index(0))
        finished.outcome.review.detail.why.click()
        similarity = finished.outcome.run.results.verdict(finished.outcome.review.grid.current_row, 0)[0].similarity
        text = finished.outcome.review.detail._reasons.text()
        assert percent(similarity) in text
        assert percent(80) in text


class TestTheWindow:
    def test_every_control_has_a_name_and_can_be_reached(self, finished, window):
        window.sidebar.places[Route.COMPARE].click()
        window.sidebar.places[Route.SORT].click()
        kinds = (QAbstractButton, QLineEdit, QAbstractSlider, QComboBox)
        nameless, unreachable = [], []
        for widget in window.findChildren(QWidget):
            if isinstance(widget, kinds) and not widget.objectName().startswith("qt_") and widget.parent():
                if type(widget).__name__ in ("QScrollBar", "QToolButton") and not widget.property("kind"):
                    continue
                if not (widget.accessibleName() or getattr(widget, "text", str)()):
                    nameless.append(widget)
                by_arrows = isinstance(widget, QAbstractButton) and widget.group() is not None
                if not by_arrows and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                    unreachable.append(widget)
        assert [(one, one.parent()) for one in nameless] == []
        assert unreachable == []

    def test_light_and_dark_change_live_and_are_painted(self, finished, window, theme, qtbot):
        def ground():
            return window.grab().toImage().pixelColor(window.width() - 6, window.height() // 2).lightness()

        light = ground()
        theme.choose("dark")
        assert theme.dark
        assert ground() < 60
        assert light > 200
        theme.choose("light")
        assert ground() == light

    @pytest.mark.parametrize("size", [(900, 600), (1280, 800), (2560, 1400)])
    def test_nothing_is_cut_off_at_any_size(self, finished, window, qtbot, size):
        window.resize(*size)
        kinds = ("QPushButton", "QCheckBox")
        buttons = [one for one in window.findChildren(QAbstractButton) if type(one).__name__ in kinds]

        def cut_off():
            return [
                button.text()
                for button in buttons
                if button.isVisible()
                and (
                    button.width() < button.minimumSizeHint().width()
                    or button.height() < button.minimumSizeHint().height()
                    or not window.rect().contains(button.mapTo(window, button.rect().bottomRight()))
                )
            ]

        qtbot.wait(600)
        assert cut_off() == []
        assert len([button for button in buttons if button.isVisible()]) > 10

    def test_the_log_is_never_lower_than_its_button(self, finished, window, qtbot):
        (pane,) = window.findChildren(LogPane)
        (toggle,) = pane.findChildren(QAbstractButton)
        for short in (True, False):
            pane.be_short(short=short)
            qtbot.wait(10)
            frame = pane.layout().contentsMargins()
            assert pane.minimumSizeHint().height() >= toggle.minimumSizeHint().height() + frame.top() + frame.bottom()

    @pytest.mark.parametrize("size", [(900, 600), (1280, 800)])
    def test_the_chosen_photo_has_room_below_a_banner_and_a_paid_engine(self, finished, window, qtbot, size):
        finished.choice.choose(engine="rekognition")
        window.resize(*size)
        finished.outcome.review.grid.setCurrentIndex(finished.outcome.review.grid.pile_model.index(0))
        detail = finished.outcome.review.detail
        qtbot.waitUntil(lambda: detail._photo.shows_something)
        for explained in (False, True):
            detail.why.setChecked(explained)
            for told in (True, False):
                if told:
                    finished.banner.say("The cap of $0.02 is reached after 20 calls.", "Start again with a higher cap.")
                else:
                    finished.banner.hide()
                qtbot.wait(50)
                assert detail.height() >= detail.minimumSizeHint().height()
                assert finished.outcome.height() >= finished.outcome.minimumSizeHint().height()
                assert finished.log.isVisible()

    def test_what_was_chosen_is_remembered(self, finished, window, app, jobs, tmp_path):
        finished.outcome.review.slider.slider.setValue(-71)
        finished.look_first.setChecked(True)
        window.close()
        assert jobs.quit()
        kept = app.settings
        assert kept.threshold == 71
        assert kept.look_first
        assert kept.folders == (str(tmp_path),)
        assert kept.window_geometry
        assert kept.detail_width_px > 0

    def test_looking_first_is_remembered_at_once_and_outlives_a_change_of_the_settings(self, ready, window, qtbot):
        ready.look_first.click()
        qtbot.waitUntil(lambda: ready._app.settings.look_first)
        window.go_to(Route.SETTINGS)
        settings = window.pages.currentWidget()
        assert settings.look_first.isChecked()
        settings.link.setCurrentIndex(1)
        qtbot.waitUntil(lambda: ready._app.settings.link == "hard")
        qtbot.wait(100)
        assert ready.look_first.isChecked()
        assert ready.request().dry_run
        settings.look_first.click()
        qtbot.waitUntil(lambda: not ready.look_first.isChecked())
        assert not ready._app.settings.look_first

    def test_the_wheel_is_left_to_the_page_but_by_a_chosen_slider(self, window, qtbot, app):
        before = app.settings
        window.go_to(Route.SETTINGS)
        settings = window.pages.currentWidget()
        slider = settings.threshold.slider
        assert not any(roll(control) for control in (settings.account.engine, settings.link, slider))
        qtbot.wait(100)
        assert app.settings == before
        assert not slider.hasFocus()
        slider.setFocus()
        assert roll(slider)
        qtbot.waitUntil(lambda: app.settings.threshold > before.threshold)

    def test_a_report_names_every_photo_once(self, finished, qtbot, app):
        finished.outcome.save_report("/anywhere/report.html")
        qtbot.waitUntil(finished.banner.isVisible)
        heads, found = app.report
        assert len(found) == 60
        assert heads[0].summary.startswith("60 photos = ")
        assert "without Anna" in heads[0].summary
        assert heads[0].headshot.startswith(b"\xff\xd8")

    def test_closing_while_a_run_goes_on_stops_it(self, qtbot, ready, window, app, jobs):
        app.photos = 1_000_000
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.done > 100)
        began = time.monotonic()
        window.close()
        assert jobs.quit()
        assert time.monotonic() - began < 2
        assert len(app.closed) == 1

    def test_closing_keeps_what_waits_to_be_remembered(self, finished, qtbot, window, app, jobs):
        gate = threading.Event()

        def hold():
            gate.wait(10)
            yield None

        jobs.write(hold)
        finished.remember()
        finished.outcome.review.tabs.choose(Pile.NOT_THEM)
        grid = finished.outcome.review.grid
        qtbot.waitUntil(lambda: grid.pile_model.rowCount() > 1)
        grid.selectAll()
        answered = len(grid.selected_rows())
        finished.outcome.review.decide(Decision.NO)
        finished.where.subfolders.setChecked(False)
        window.close()
        assert not window.isVisible()
        gate.set()
        assert jobs.quit()
        assert len(app.decided) == answered > 1
        assert not app.settings.recursive
        assert app.settings.window_geometry
