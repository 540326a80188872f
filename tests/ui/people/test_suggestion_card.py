"""A person's page asks whether a group that looks like them is them, too; one key answers, and the answer lasts."""

import shutil

import pytest
from PySide6.QtCore import Qt

from facesorter.app import ThreadExecutor
from facesorter.app.people_scan import scan_for_everybody
from facesorter.ui.people.person_page import PersonPage

WAIT_MS = 20_000


@pytest.fixture
def app(data, tmp_path, open_app):
    """A profile that knows Anna by three of her photos; two others are a group of their own."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 6]
    (tmp_path / "photos").mkdir()
    for photo in sorted(several[0].iterdir())[:5]:
        shutil.copy(photo, tmp_path / "photos")
    made, executor = open_app(), ThreadExecutor()
    list(scan_for_everybody(made, [str(tmp_path / "photos")], executor))
    executor.close()
    group = made.people.unknown()[0]
    faces = made.people.faces_of(group.number)
    made.catalog.set_apart([(faces[:2], False), (faces[2:], False)])
    (rest,) = (one for one in made.people.unknown() if one.faces == 3)
    made.people.name(rest.number, "Anna")
    return made


@pytest.fixture
def page(app, jobs, theme, qtbot):
    made = PersonPage(app, jobs, theme, lambda: False)
    qtbot.addWidget(made)
    made.resize(900, 640)
    made.show()
    made.open(app.people.find("Anna"))
    qtbot.waitUntil(made.suggestion.isVisible, timeout=WAIT_MS)
    return made


def test_yes_brings_the_photos_and_undo_takes_them_away_again(page, app, qtbot):
    card = page.suggestion
    assert card.accessibleName() == "Is this Anna, too?"
    assert card.yes.accessibleDescription().startswith("Is this Anna, too? 2 photos, ")
    qtbot.waitUntil(lambda: all(not one.pixmap().isNull() for one in card._pictures[:2]), timeout=WAIT_MS)
    assert len(page.grid.album.photos) == 3
    card.yes.setFocus()
    qtbot.keyClick(card.yes, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(page.grid.album.photos) == 5, timeout=WAIT_MS)
    assert card.isHidden()
    assert page.banner.accessibleName() == "Anna is in 2 more photos."
    qtbot.keyClick(page.banner.action, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(page.grid.album.photos) == 3 and card.isVisible(), timeout=WAIT_MS)


def test_no_is_not_asked_again(page, app, qtbot):
    qtbot.keyClick(page.suggestion.no, Qt.Key.Key_Space)
    qtbot.waitUntil(page.banner.isVisible, timeout=WAIT_MS)
    assert page.banner.accessibleName() == "It is somebody else. FaceSorter will not ask again."
    assert page.suggestion.isHidden()
    page.open(page.person)
    qtbot.waitUntil(page.photo_actions.export_button.isEnabled, timeout=WAIT_MS)
    qtbot.wait(300)
    assert page.suggestion.isHidden()
    assert not app.suggestions.of(page.person)
    assert len(page.grid.album.photos) == 3
