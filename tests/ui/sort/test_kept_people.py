"""People, folders and dialogs as they were left: what the next start brings back."""

import os

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog

from facesorter.paths import AppPaths
from facesorter.settings import Settings, load, save
from facesorter.ui.review.run_state import State
from facesorter.ui.shell.log_pane import LogRelay
from facesorter.ui.shell.main_window import MainWindow
from facesorter.ui.sort.drafts import Draft
from facesorter.ui.sort.kept_people import as_kept, from_kept
from facesorter.ui.widgets import file_dialogs
from facesorter.ui.widgets.shot import Shot


def test_people_are_kept_with_their_faces_and_any_path(tmp_path):
    odd = os.fsdecode(b"/heads/\xff\n.jpg")
    drafts = [
        Draft("Zoë", [Shot("/heads/zoe.jpg", 2), Shot(odd)], is_named=True),
        Draft("Anna", [Shot("/heads/anna.jpg")]),
        Draft("Nobody"),
    ]
    path = AppPaths(tmp_path).settings
    save(Settings(people=as_kept(drafts)), path)
    zoe, anna = from_kept(load(path).people)
    assert (zoe.name, zoe.is_named, [(shot.path, shot.face_index) for shot in zoe.shots]) == (
        "Zoë",
        True,
        [("/heads/zoe.jpg", 2), (odd, None)],
    )
    assert (anna.name, anna.is_named) == ("Anna", False)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "{}",
        '{"name": "A", "named": true, "headshots": []}',
        '{"name": 3, "named": true, "headshots": [["a", null]]}',
        '{"name": "A", "named": true, "headshots": [["a"]]}',
        '{"name": "A", "named": true, "headshots": 7}',
    ],
)
def test_what_cannot_be_read_is_left_out(line):
    assert from_kept([line]) == []


def test_the_next_window_has_people_and_folders_again(ready, app, jobs, theme, qtbot, tmp_path):
    ready.who.add_person("Ben", ["/heads/two.jpg"])
    qtbot.waitUntil(ready.go.isEnabled, timeout=10000)
    ready.who.pick_face(ready.who.current.shots[0], 1)
    qtbot.waitUntil(ready.go.isEnabled, timeout=10000)
    ready.start()
    qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED, timeout=10000)
    qtbot.waitUntil(lambda: len(app.settings.people) == 2)
    again = MainWindow(app, jobs, theme, LogRelay())
    qtbot.addWidget(again)
    qtbot.waitUntil(again.sort.go.isEnabled, timeout=10000)
    anna, ben = again.sort.who.people()
    assert (anna.name, [shot.path for shot in anna.headshots]) == ("Anna", ["/heads/anna.jpg"])
    assert (ben.name, ben.headshots[0].face_index) == ("Ben", 1)
    assert again.sort.where.folders == (str(tmp_path),)


def test_searched_folders_are_offered_again(finished, tmp_path):
    where = finished.where
    assert where.choose.recent == (str(tmp_path),)
    texts = [action.text() for action in where.choose.menu().actions()]
    assert "Searched before" not in texts
    where.choose_only(["/elsewhere"])
    [again] = [action for action in where.choose.menu().actions() if action.text().endswith(tmp_path.name)]
    again.trigger()
    assert where.folders == ("/elsewhere", str(tmp_path))


def test_dialogs_open_among_the_pictures_and_then_where_the_last_one_was(window, qapp, monkeypatch, tmp_path):
    qapp.setProperty(file_dialogs._LAST_FOLDER, None)
    asked = []

    def files(_parent, _title, folder):
        asked.append(folder)
        return [str(tmp_path / "heads" / "anna.jpg")], ""

    def folder(_parent, _title, folder):
        asked.append(folder)
        return ""

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", files)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", folder)
    window.sort.who.fields.add.click()
    window.sort.where.choose.click()
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    assert asked == [pictures, str(tmp_path / "heads")]
    qapp.setProperty(file_dialogs._LAST_FOLDER, None)
