"""What the window says and offers in each state of a run is true of that state."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton

from facesorter.domain.errors import BudgetReached, StorageUnavailable
from facesorter.domain.models import Decision, Pile
from facesorter.ui.review.advice import empty_sentence
from facesorter.ui.review.run_state import State
from facesorter.ui.shell import announcing

GONE = StorageUnavailable("The folder is out of reach.", "Connect the drive.")


def counts(**given):
    return {which: given.get(which.name.lower(), 0) for which in Pile}


@pytest.mark.parametrize(
    ("which", "given", "state", "said"),
    [
        (Pile.SURE, {"check": 2}, State.FINISHED, "Look through Check"),
        (Pile.SURE, {"not_them": 9}, State.FINISHED, "none are left to check"),
        (Pile.SURE, {"no_face": 9}, State.FINISHED, "no faces were found"),
        (Pile.SURE, {"problem": 9}, State.FINISHED, "none of them could be read"),
        (Pile.SURE, {"not_them": 9}, State.STOPPED, "sure so far"),
        (Pile.SURE, {"check": 2}, State.STOPPED, "Look through Check"),
        (Pile.CHECK, {"not_them": 9}, State.FAILED, "Nothing to check so far"),
        (Pile.SURE, {}, State.FINISHED, "no photos in these folders"),
        (Pile.SURE, {}, State.FAILED, "No photos were searched"),
        (Pile.SURE, {"check": 2}, State.PAUSED, "Nothing here yet"),
        (Pile.PROBLEM, {"sure": 1}, State.FINISHED, "every photo could be read"),
        (Pile.PROBLEM, {"sure": 1}, State.FAILED, "so far"),
        (Pile.NO_FACE, {"sure": 1, "problem": 1}, State.FINISHED, "that could be read"),
    ],
)
def test_advice_fits_the_state(which, given, state, said):
    sentence = empty_sentence(which, counts(**given), state)
    assert said in sentence
    assert ("Check" in sentence) == (said == "Look through Check")


def test_a_search_that_cannot_start_keeps_what_was_found_before(finished, qtbot, app):
    run, review = finished.outcome.run, finished.outcome.review
    qtbot.keyClick(review.grid, Qt.Key.Key_Home)
    qtbot.keyClick(review.grid, Qt.Key.Key_N)
    before, ids, sentence = run.results, run.session, finished.outcome.strip.sentence()
    app.fails_with = GONE
    finished.start()
    qtbot.waitUntil(finished.banner.isVisible)
    qtbot.waitUntil(lambda: run.state is State.FINISHED)
    assert (run.results, run.session) == (before, ids)
    assert finished.outcome.strip._text.text() == sentence
    assert review.tabs.count_of(Pile.SURE) == before.counts(0)[Pile.SURE] > 0
    qtbot.waitUntil(lambda: review.grid.pile_model.results is before)
    assert finished.outcome.change.undo.isEnabled()
    assert review.detail.undo.isEnabled()
    review.undo_decision()
    assert before.decisions(0, review.grid.selected_rows()).tolist() == [0]


def test_a_first_search_that_cannot_start_says_so(ready, qtbot, app):
    app.fails_with = GONE
    ready.start()
    qtbot.waitUntil(lambda: ready.outcome.run.state is State.FAILED)
    assert ready.outcome.strip._text.text() == "The search could not start."
    assert ready.outcome.review._nothing.text() == "No photos were searched."
    assert not ready.outcome.change.report.isEnabled()


def test_a_cap_that_is_reached_keeps_what_was_found(ready, qtbot, app):
    usual = app._events

    def events(number, people, request, *, final):
        if number == 20:
            raise BudgetReached("The cap of $0.02 is reached after 20 calls.", "Start again with a higher cap.")
        yield from usual(number, people, request, final=True)

    app._events = events
    ready.start()
    qtbot.waitUntil(lambda: not ready.outcome.run.busy and ready.outcome.run.done == 20)
    assert ready.outcome.strip._text.text() == (
        "Stopped after 20 of 60 photos. What was found and copied so far is kept."
    )
    assert "cap of $0.02" in ready.banner.accessibleName()


def test_a_saved_report_is_good_news_and_can_be_opened(finished, qtbot, monkeypatch):
    opened = []
    monkeypatch.setattr("facesorter.ui.sort.sort_page.QDesktopServices.openUrl", opened.append)
    finished.outcome.save_report("/anywhere/report.html")
    qtbot.waitUntil(finished.banner.isVisible)
    assert finished.banner._good
    assert finished.banner.accessibleName() == "The report was saved as /anywhere/report.html."
    finished.banner.action.click()
    assert [url.toLocalFile() for url in opened] == ["/anywhere/report.html"]
    finished.banner.tell(GONE)
    assert not finished.banner._good
    assert not finished.banner.action.isVisible()


def primary(page):
    return [
        one.text()
        for one in page.findChildren(QPushButton)
        if one.isVisible() and one.isEnabled() and one.property("kind") == "primary"
    ]


def test_one_button_at_a_time_is_the_next_thing_to_do(ready, qtbot, app):
    assert primary(ready) == ["Find and copy"]
    app.pauses = 1
    ready.start()
    run = ready.outcome.run
    qtbot.waitUntil(lambda: run.state is State.PAUSED)
    assert primary(ready) == ["Resume"]
    assert ready.outcome.strip._text.property("tone") == ready.outcome.strip._bar.property("tone") == "warn"
    assert "The disk is full." in ready.outcome.strip._text.text()
    ready.outcome.strip.pause.click()
    qtbot.waitUntil(lambda: run.state is State.FINISHED and bool(run.copies.plans))
    assert primary(ready) == ["Find and copy"]
    ready.outcome.review.slider.slider.setValue(-70)
    qtbot.waitUntil(ready.outcome.change.carry_out.isVisible)
    assert primary(ready) == [ready.outcome.change.carry_out.text()]
    assert ready.outcome.change.carry_out.text().startswith("Copy ")


def test_what_only_removes_is_never_the_next_thing_to_do(finished, qtbot):
    grid, change = finished.outcome.review.grid, finished.outcome.change
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    qtbot.keyClick(grid, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: change.carry_out.isVisible() and change.carry_out.text() == "Remove 1 copy")
    assert primary(finished) == ["Find and copy"]


@pytest.mark.parametrize("agreed", [False, True])
def test_undoing_the_copying_asks_and_its_usual_answer_removes_nothing(finished, qtbot, app, agreed):
    asked = {}

    def answer():
        question = QApplication.activeModalWidget()
        assert isinstance(question, QMessageBox)
        asked["text"] = question.text()
        if agreed:
            next(one for one in question.buttons() if one.text() == "Remove copies").click()
        else:
            qtbot.keyClick(question, Qt.Key.Key_Return)

    copied = len(app.copied)
    assert finished.outcome.change.undo.text() == "Undo copying…"
    QTimer.singleShot(100, answer)
    finished.outcome.change.undo.click()
    assert asked["text"] == f"Remove the {copied} copies this run made?"
    qtbot.waitUntil(lambda: not finished.outcome.run.busy)
    assert len(app.copied) == (0 if agreed else copied)


def test_piles_are_tabs_named_as_they_read(finished, qtbot):
    tabs = finished.outcome.review.tabs
    heard = QAccessible.queryAccessibleInterface(tabs)
    assert heard.role() == QAccessible.Role.PageTabList
    pages = [heard.child(place) for place in range(len(Pile))]
    assert {page.role() for page in pages} == {QAccessible.Role.PageTab}
    names = [page.text(QAccessible.Text.Name) for page in pages]
    assert names[0] == f"Sure {tabs.count_of(Pile.SURE)}"
    assert names[2] == f"Other people {tabs.count_of(Pile.NOT_THEM)}"
    tabs.setFocus()
    qtbot.keyClick(tabs, Qt.Key.Key_Right)
    assert tabs.current is Pile.CHECK
    assert finished.outcome.review.grid.pile is Pile.CHECK


def test_the_end_of_a_run_is_announced(ready, qtbot, monkeypatch):
    heard = []
    monkeypatch.setattr(
        announcing.QAccessible,
        "updateAccessibility",
        lambda event: heard.append(event.message()) if hasattr(event, "message") else None,
    )
    ready.start()
    qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED)
    found = ready.outcome.run.results.balance(0)
    assert len(heard) == 1
    assert heard[0].startswith("Searched 60 photos in ")
    assert f"Anna: 60 photos = {found.copied} copied + " in heard[0]
    ready.banner.tell(GONE)
    assert heard[-1] == "The folder is out of reach. Connect the drive."


def test_the_balance_names_the_person(finished):
    links = finished.outcome.review.balance.links
    assert links["not_them"].text() == f"{finished.outcome.run.results.balance(0).not_them} without Anna"
    assert [part for part, link in links.items() if link.isVisible()] == ["copied", "check", "not_them", "no_face"]


def test_why_says_the_limits_in_words(finished, qtbot):
    review = finished.outcome.review
    review.tabs.choose(Pile.CHECK)
    qtbot.keyClick(review.grid, Qt.Key.Key_Home)
    review.detail.why.click()
    assert "80% or more is Sure; 50\u201379% goes to Check." in review.detail._reasons.text()
    review.decide(Decision.UNSURE)


def test_a_photo_is_asked_for_only_where_there_are_some(finished):
    review = finished.outcome.review
    review.tabs.choose(Pile.NOT_THEM)
    assert review.detail._title.text() == "Choose a photo"
    review.tabs.choose(Pile.PROBLEM)
    assert not review.detail._title.text()
    assert not review.detail.file_line.facts.text()


@pytest.mark.parametrize("pile", [Pile.NOT_THEM, Pile.PROBLEM])
def test_whoever_is_looked_for_is_seen_while_no_photo_is_chosen(finished, pile, qtbot):
    review = finished.outcome.review
    review.tabs.choose(pile)
    assert not review.detail.shows_photo
    qtbot.waitUntil(lambda: review.detail._faces.reference.shows_something)
    assert not review.detail._face.shows_something
