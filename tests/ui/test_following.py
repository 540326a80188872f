"""Pages show anew what was written elsewhere while they are in view."""

import hashlib
import threading

import pytest
from PySide6.QtCore import Qt

from facesorter.domain.changes import Subject
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import Decision, Metadata
from facesorter.paths import AppPaths
from facesorter.ui.people.cards import PersonCard
from facesorter.ui.shell.late_app import LateApp
from facesorter.ui.shell.routes import Route

WAIT_MS = 30_000
CONTENTS = [hashlib.sha256(b"photo %d" % number).digest() for number in range(3)]


@pytest.fixture
def app(open_app):
    """Knows Anna and Ben by what the user said of three photos."""
    made = open_app()
    catalog = made.new_catalog()
    catalog.select(Listing("/photos", tuple(FolderEntry(f"{number}.jpg", 5, 7) for number in range(3)), {}))
    for photo, content in zip(catalog.unanalyzed(("query",)), CONTENTS, strict=True):
        catalog.record_analyses(photo, content, {"query": b"x"}, Metadata(5))
    for name, contents in (("Anna", CONTENTS), ("Ben", CONTENTS[:1])):
        made.catalog.decide(made.catalog.person(name), dict.fromkeys(contents, Decision.YES))
    return made


def elsewhere(write):
    """Write on another thread, as a job does."""
    thread = threading.Thread(target=write)
    thread.start()
    thread.join()


def in_charts(window):
    view = window.pages.currentWidget().people
    return [] if view is None or view.shown is None else [one.name for one in view.years_bars.bars.series]


def names(everybody):
    return " ".join(card.accessibleName() for card in everybody.findChildren(PersonCard))


def test_the_charts_name_somebody_as_they_are_called_now(window, app, qtbot):
    window.go_to(Route.INSIGHTS)
    qtbot.waitUntil(lambda: in_charts(window) == ["Anna", "Ben"], timeout=WAIT_MS)
    elsewhere(lambda: app.people.rename(app.people.find("Ben"), "Benny"))
    qtbot.waitUntil(lambda: in_charts(window) == ["Anna", "Benny"], timeout=WAIT_MS)


def test_a_headshot_is_of_whoever_has_the_name_now(window, app, qtbot):
    window.sort.who.add_person("Ben", [])
    elsewhere(lambda: app.people.rename(app.people.find("Ben"), "Benny"))
    qtbot.waitUntil(lambda: "Benny" in [draft.name for draft in window.sort.who.drafts], timeout=WAIT_MS)
    elsewhere(lambda: app.people.forget(app.people.find("Benny")))
    qtbot.waitUntil(lambda: "Benny" not in [draft.name for draft in window.sort.who.drafts], timeout=WAIT_MS)


def test_everybody_is_shown_with_what_a_search_has_just_copied(window, app, qtbot):
    window.go_to(Route.PEOPLE)
    everybody = window.pages.currentWidget().everybody
    qtbot.waitUntil(lambda: bool(names(everybody)), timeout=WAIT_MS)
    app.catalog.decide(app.catalog.person("Cleo"), {CONTENTS[2]: Decision.YES})
    assert "Cleo" not in names(everybody)
    elsewhere(lambda: app.changes.tell(Subject.COPIES))
    qtbot.waitUntil(lambda: "Cleo" in names(everybody), timeout=WAIT_MS)


def test_a_window_that_was_closed_hears_nothing(window, app, qtbot):
    window.close()
    app.changes.tell(*Subject)
    assert not app.changes._listeners


def test_what_the_app_behind_a_window_that_opened_first_writes_is_heard(tmp_path):
    late, heard = LateApp(AppPaths(tmp_path / "profile")), []
    late.changes.subscribe(heard.append)
    late.build()
    try:
        late.people.rename(late.catalog.person("Anna"), "Anne")
    finally:
        late.close()
    assert [change.renamed[0] for change in heard] == ["Anna"]


@pytest.fixture
def anna(window, app, qtbot):
    """Anna's page, with three photos."""
    window.go_to(Route.PEOPLE)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    place = window.pages.currentWidget()
    place.open(app.people.find("Anna"))
    qtbot.waitUntil(lambda: len(place.one.grid.album.photos) == 3, timeout=WAIT_MS)
    return place.one


def chosen(page):
    return [one.photo.content for one in page.grid.chosen]


def test_a_persons_page_follows_what_is_said_elsewhere_and_keeps_what_is_chosen(anna, app, qtbot):
    said = anna.grid.album.photos[0].photo.content
    anna.grid.setFocus()
    qtbot.keyClick(anna.grid, Qt.Key.Key_Home)
    qtbot.keyClick(anna.grid, Qt.Key.Key_End)
    before = chosen(anna)
    assert len(before) == 1
    app.catalog.decide(app.people.find("Anna"), {said: Decision.NO})
    elsewhere(lambda: app.changes.tell(Subject.DECISIONS))
    qtbot.waitUntil(lambda: len(anna.grid.album.photos) == 2, timeout=WAIT_MS)
    assert chosen(anna) == before
    assert anna.grid.currentIndex().row() == 1
    assert anna.grid.hasFocus()


def test_a_persons_page_has_the_name_given_elsewhere(anna, app, qtbot):
    anna.changes.rename_button.setFocus()
    elsewhere(lambda: app.people.rename(app.people.find("Anna"), "Anne"))
    qtbot.waitUntil(lambda: anna.name.text() == "Anne", timeout=WAIT_MS)
    qtbot.wait(300)
    assert anna.changes.rename_button.hasFocus()
    assert anna.person.name == "Anne"


@pytest.mark.parametrize("gone", ["forgotten", "merged"])
def test_the_page_of_somebody_who_is_known_no_longer_is_left(window, anna, app, qtbot, gone):
    who = app.people.find("Anna")
    if gone == "merged":
        elsewhere(lambda: app.people.merge(app.people.find("Ben"), who))
    else:
        elsewhere(lambda: app.people.forget(who))
    place = window.pages.currentWidget()
    qtbot.waitUntil(lambda: place.currentWidget() is place.everybody, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "Anna" not in names(place.everybody), timeout=WAIT_MS)


def test_who_has_the_focus_among_everybody_keeps_it(window, app, qtbot):
    window.go_to(Route.PEOPLE)
    everybody = window.pages.currentWidget().everybody
    qtbot.waitUntil(lambda: "Ben" in names(everybody), timeout=WAIT_MS)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    next(one for one in everybody.findChildren(PersonCard) if one.person.name == "Ben").setFocus()
    elsewhere(lambda: app.people.rename(app.people.find("Ben"), "Benny"))
    qtbot.waitUntil(lambda: "Benny" in names(everybody), timeout=WAIT_MS)
    assert window.focusWidget().person.name == "Benny"
