"""Names that other programs wrote into the photos, offered and taken over."""

import itertools

import pytest
from made_up import MadeUpApp, MadeUpNames
from PySide6.QtCore import Qt

from facesorter.domain.errors import StorageUnavailable
from facesorter.pipeline.named_people import NamedPerson
from facesorter.ui.sort.names_dialog import NamesDialog


@pytest.fixture
def app(tmp_path):
    made = MadeUpApp(tmp_path)
    made.names = MadeUpNames(NamedPerson("Anna", 214, 200), NamedPerson("Ben", 1, 0))
    return made


@pytest.fixture
def dialog(window, app, qtbot):
    made = NamesDialog(app, window._jobs, ["/photos"], window.sort)
    qtbot.addWidget(made)
    made.show()
    return made


def tick(dialog, row):
    dialog.people.item(row).setCheckState(Qt.CheckState.Checked)


def test_everybody_is_offered_with_the_number_of_photos(dialog, app, qtbot):
    qtbot.waitUntil(lambda: dialog.people.count() == 2)
    assert dialog.people.item(0).text() == "Anna is named in 214 photos"
    assert dialog.people.item(1).text() == "Ben is named in 1 photo"
    assert app.names.asked == [["/photos"]]
    assert not dialog.use.isEnabled()


@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_tick_can_be_seen(dialog, theme, qtbot, look):
    theme.choose(look)
    qtbot.waitUntil(lambda: dialog.people.count() == 2)
    tick(dialog, 0)
    dialog.people.setCurrentRow(-1)
    image = dialog.people.viewport().grab().toImage()

    def light(row):
        box = dialog.people.visualItemRect(dialog.people.item(row))
        places = itertools.product(range(box.left(), box.left() + 22), range(box.top(), box.bottom()))
        return [image.pixelColor(*place).lightness() for place in places]

    told = sum(abs(one - other) > 60 for one, other in zip(light(0), light(1), strict=True))
    assert told > 80, "most of a box of 15 by 15 pixels"


def test_long_names_are_cut_and_told_in_full(dialog, app, window, qtbot):
    name = "Maximiliane Friederike von und zu Hohenberg-Lauterstein, geborene Freifrau von Ravensburg"
    app.names.people = [NamedPerson(name, 3, 3)]
    long = NamesDialog(app, window._jobs, ["/photos"], window.sort)
    qtbot.addWidget(long)
    long.show()
    qtbot.waitUntil(lambda: long.people.count() == 1)
    item = long.people.item(0)
    assert item.text().startswith("Maximiliane")
    assert item.text().endswith(" is named in 3 photos")
    assert item.toolTip() == name
    assert long.people.visualItemRect(item).width() <= long.people.viewport().width()
    assert long.people.horizontalScrollBar().maximum() == 0


def test_the_chosen_ones_are_looked_for(dialog, qtbot):
    qtbot.waitUntil(lambda: dialog.people.count() == 2)
    tick(dialog, 0)
    with qtbot.waitSignal(dialog.accepted):
        dialog.use.click()
    assert [person.name for person in dialog.chosen] == ["Anna"]


def test_somebody_without_a_face_is_said_to_have_none(dialog, qtbot):
    qtbot.waitUntil(lambda: dialog.people.count() == 2)
    tick(dialog, 1)
    dialog.use.click()
    qtbot.waitUntil(lambda: dialog.said.text() == "No face was found where these people are marked.")
    assert dialog.isVisible()


def test_what_stands_in_the_way_is_said(window, app, qtbot):
    def fail(_places, **_how):
        raise StorageUnavailable("The share is gone.", "Connect it.")
        yield

    app.names.find = fail
    dialog = NamesDialog(app, window._jobs, ["/photos"], window.sort)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog.said.text() == "The share is gone. Connect it.")


def test_closing_it_stops_the_search(window, app, qtbot):
    app.names.gate.clear()
    dialog = NamesDialog(app, window._jobs, ["/photos"], window.sort)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: "20" in dialog.said.text())
    dialog.reject()
    app.names.gate.set()
    qtbot.wait(50)
    assert dialog.people.count() == 0


@pytest.mark.parametrize("recursive", [True, False])
def test_subfolders_are_looked_through_if_a_search_would(window, app, qtbot, monkeypatch, recursive):
    monkeypatch.setattr(NamesDialog, "exec", lambda dialog: qtbot.waitUntil(lambda: dialog.people.count() == 2))
    window.sort.where.subfolders.setChecked(recursive)
    window.sort.where.names_asked.emit()
    assert app.names.recursive is recursive


def test_the_page_takes_them_over_with_their_faces(window, app, qtbot, monkeypatch):
    def choose(dialog):
        qtbot.waitUntil(lambda: dialog.people.count() == 2)
        tick(dialog, 0)
        with qtbot.waitSignal(dialog.accepted):
            dialog.use.click()

    monkeypatch.setattr(NamesDialog, "exec", choose)
    page = window.sort
    page.where.names_asked.emit()
    (draft,) = page.who.drafts
    qtbot.waitUntil(lambda: not draft.is_pending)
    assert (draft.name, [(shot.path, shot.face_index) for shot in draft.shots]) == ("Anna", [("/photos/Anna.jpg", 0)])
