"""What a screen reader finds on the pages: a role and a name for all that takes the keys, and the way through it."""

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget

from facesorter.app import ThreadExecutor
from facesorter.app.people import People
from facesorter.app.people_scan import scan_for_everybody
from facesorter.domain.models import Pile
from facesorter.ui.people.cards import PersonCard
from facesorter.ui.people.why_dialog import WhyDialog
from facesorter.ui.shell.main_window import MainWindow
from facesorter.ui.shell.routes import Route

WAIT_MS = 30_000
NOTHING = (QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.StaticText, QAccessible.Role.Grouping)
"""Roles that say nothing of what keys do in a widget."""


def taking_keys(root):
    """The widgets below `root` that a user comes to with the Tab key."""
    return [
        one
        for one in root.findChildren(QWidget)
        if one.isVisible() and one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus and not one.focusProxy()
    ]


def told(widget):
    """Role and name of a widget as a screen reader is told; on Linux, Qt gives the text of a combo box for its name."""
    interface = QAccessible.queryAccessibleInterface(widget)
    if isinstance(widget, QComboBox):
        return interface.role(), widget.accessibleName()
    return interface.role(), interface.text(QAccessible.Text.Name)


def shown(one):
    """What a button shows, without the mark of its key and the dots of what asks further."""
    return one.text().replace("&", "").rstrip("…")


def group(widget):
    """What the nearest part of the page that has a name is called."""
    parent = widget.parentWidget()
    while parent is not None and not parent.accessibleName():
        parent = parent.parentWidget()
    return "" if parent is None else parent.accessibleName()


def faults(root):
    """What is wrong with what takes keys, in words."""
    found = []
    for one in taking_keys(root):
        role, name = told(one)
        if not name.strip():
            found.append(f"{type(one).__name__} {one.objectName()} has no name")
        elif isinstance(one, QAbstractButton) and one.text() and shown(one) not in name:
            found.append(f"{type(one).__name__} shows {one.text()!r} and is called {name!r}")
        if role in NOTHING:
            found.append(f"{type(one).__name__} {name!r} has the role {role.name}")
    names = [(told(one), group(one)) for one in taking_keys(root)]
    found += [
        f"two in {where!r} are called {heard[1]!r}" for heard, where in set(names) if names.count((heard, where)) > 1
    ]
    return found


def in_turn(window, root, qtbot):
    """The widgets below `root` in the order in which the Tab key comes to them, until the first again."""
    inside = taking_keys(root)
    inside[0].setFocus(Qt.FocusReason.TabFocusReason)
    visited = [window.focusWidget()]
    for _ in range(300):
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        now = window.focusWidget()
        if now is visited[0]:
            break
        visited.append(now)
    else:
        raise AssertionError(f"The Tab key goes round in {[told(one)[1] for one in visited[-5:]]}")
    return [one for one in visited if root.isAncestorOf(one)]


def walk(window, root, qtbot):
    """All that takes keys has a role and a name, and the Tab key comes to each once."""
    assert faults(root) == []
    visited = in_turn(window, root, qtbot)
    missed = {told(one)[1] for one in taking_keys(root)} - {told(one)[1] for one in visited}
    groups = {
        told(one)[1]
        for one in taking_keys(root)
        if isinstance(one, QAbstractButton) and one.group() is not None and one.autoExclusive()
    }
    assert missed <= groups
    assert len(visited) == len(set(visited))


def test_the_results(finished, window, qtbot):
    finished.outcome.review.tabs.choose(Pile.CHECK)
    qtbot.keyClick(finished.outcome.review.grid, Qt.Key.Key_Home)
    walk(window, finished, qtbot)


def test_the_large_view(finished, window, qtbot):
    review = finished.outcome.review
    review.tabs.choose(Pile.CHECK)
    qtbot.keyClick(review.grid, Qt.Key.Key_Home)
    qtbot.keyClick(review.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: review.large.view._loaded is not None)
    walk(window, finished, qtbot)


def test_the_end_of_a_run_is_announced(ready, window, qtbot, monkeypatch):
    said = []
    monkeypatch.setattr("facesorter.ui.review.outcome.announce", lambda _widget, text, **_how: said.append(text))
    ready.start()
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT_MS)
    assert "Searched 60 photos" in said[0]
    assert "to check" in said[0]


@pytest.fixture
def known(data, tmp_path, open_app):
    """A program that knows Anna, and a group that nobody has named."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 4]
    for person in several[:2]:
        (tmp_path / "photos" / person.name).mkdir(parents=True)
        for photo in sorted(person.iterdir())[:3]:
            shutil.copy(photo, tmp_path / "photos" / person.name)
    app, executor = open_app(), ThreadExecutor()
    list(scan_for_everybody(app, [str(tmp_path / "photos")], executor))
    executor.close()
    People(app).name(People(app).unknown()[0].number, "Anna")
    return app


@pytest.fixture
def people(known, qtbot, jobs, theme, relay):
    made = MainWindow(known, jobs, theme, relay)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.sidebar.places[Route.PEOPLE].click()
    assert made._people is not None
    page = made._people.everybody
    qtbot.waitUntil(lambda: bool(page.findChildren(PersonCard)) and bool(page.cards), timeout=WAIT_MS)
    yield made
    made.close()
    jobs.quit()


def test_the_people_page(people, qtbot):
    walk(people, people._people, qtbot)


def test_a_persons_page_is_opened_and_left_by_keys(people, qtbot):
    place = people._people
    (card,) = place.everybody.findChildren(PersonCard)
    card.setFocus()
    qtbot.keyClick(people.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: place.currentWidget() is place.one and bool(place.one.grid.album.photos), timeout=WAIT_MS)
    assert people.focusWidget() is place.one.grid
    qtbot.waitUntil(lambda: len(place.one.known_by.buttons) > 1, timeout=WAIT_MS)
    walk(people, place, qtbot)


@pytest.mark.parametrize("route", [Route.COMPARE, Route.INSIGHTS, Route.SETTINGS, Route.SORT])
def test_the_other_places(people, route, qtbot):
    people.sidebar.places[route].click()
    page = people.pages.currentWidget()
    qtbot.waitUntil(lambda: bool(taking_keys(page)), timeout=WAIT_MS)
    if route is Route.INSIGHTS:
        qtbot.waitUntil(lambda: page.people is not None and page.people.shown is not None, timeout=WAIT_MS)
    qtbot.wait(300)
    walk(people, page, qtbot)


def test_why_not(people, known, qtbot):
    person = known.catalog.person("Anna")
    (group,) = People(known).unknown()
    photo = next(known.catalog.photos_of([group.best[0].content]))
    people._people._ask_why(person, [photo.path])
    qtbot.waitUntil(lambda: bool(people.findChildren(WhyDialog)), timeout=WAIT_MS)
    (dialog,) = people.findChildren(WhyDialog)
    qtbot.waitUntil(dialog.yes.isVisible, timeout=WAIT_MS)
    assert faults(dialog) == []
    assert told(dialog)[1]
    dialog.yes.setFocus()
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.summary.text() == "This photo is one of Anna.", timeout=WAIT_MS)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=WAIT_MS)
