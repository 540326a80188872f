"""Names in the chosen photos are offered without being asked for."""

import pytest
from PySide6.QtCore import Qt

from facesorter.pipeline.named_people import NamedPerson


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    return str(folder)


def offer(window):
    return window.sort.where.names_offer.button


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        (("Anna",), "Names in the photos: Anna"),
        (("Anna", "Ben"), "Names in the photos: Anna +1"),
        (("A && B", "Ben", "Carl"), "Names in the photos: A && B +2"),
        (("Maximiliane Friederike",), "Names in the photos: Maximiliane Fried…"),
    ],
)
def test_who_is_named_is_offered(window, app, photos, qtbot, named, sentence):
    app.names.people = [NamedPerson(name.replace("&&", "&"), 1) for name in named]
    asked = []
    window.sort.where.names_asked.disconnect()
    window.sort.where.names_asked.connect(lambda: asked.append(True))
    window.sort.where.add_folders([photos])
    qtbot.waitUntil(lambda: offer(window).isVisible())
    assert offer(window).text() == sentence
    assert not offer(window).accessibleName()
    offer(window).setFocus()
    qtbot.keyClick(offer(window), Qt.Key.Key_Space)
    assert asked


def test_nothing_is_offered_where_nobody_is_named(window, app, photos, qtbot):
    looked = []
    app.names.peek = lambda folders, **how: iter([[], looked.append(folders) or []])
    window.sort.where.add_folders([photos])
    qtbot.waitUntil(lambda: bool(looked) and window.sort.where.names_offer._job is None)
    assert not offer(window).isVisible()


def test_other_folders_are_looked_into_anew(window, app, photos, qtbot):
    app.names.people = [NamedPerson("Anna", 1)]
    window.sort.where.add_folders([photos])
    qtbot.waitUntil(lambda: offer(window).isVisible())
    app.names.people = []
    window.sort.where.subfolders.click()
    qtbot.waitUntil(lambda: not offer(window).isVisible())
