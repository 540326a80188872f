"""Starting and ending: the app that comes after the window, a second start, a polite kill."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from PIL import Image
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from facesorter.__main__ import to_open
from facesorter.domain.errors import StorageUnavailable
from facesorter.paths import AppPaths
from facesorter.settings import Settings, load, save
from facesorter.ui.shell.app import _Opening
from facesorter.ui.shell.first_window import FirstWindow, call_first_window
from facesorter.ui.shell.late_app import LateApp
from facesorter.ui.shell.routes import Route
from facesorter.ui.sort.drafts import Draft
from facesorter.ui.sort.kept_people import as_kept, from_kept
from facesorter.ui.widgets.shot import Shot

STARTED = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from facesorter.paths import AppPaths
from facesorter.ui.shell.app import run_window
sys.exit(run_window(AppPaths(Path(sys.argv[1])), sys.argv[2:]))
"""

WARNED = """
import threading, time
from PySide6.QtCore import qWarning

def warn():
    while True:
        time.sleep(0.1)
        qWarning("QSomething: this cannot be")

threading.Thread(target=warn, daemon=True).start()
"""


@pytest.fixture
def paths(tmp_path):
    made = AppPaths(tmp_path / "profile")
    made.make()
    return made


def on_worker(function):
    failures = []

    def run():
        try:
            function()
        except StorageUnavailable as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    return failures


def said_by(program: subprocess.Popen[str]) -> IO[str]:
    """The lines of its log pane, as the terminal has them."""
    assert program.stderr is not None
    return program.stderr


def test_the_window_has_its_settings_before_the_app(paths):
    save(Settings(threshold=71.0), paths.settings)
    late = LateApp(paths)
    assert late.settings.threshold == 71.0
    with pytest.raises(RuntimeError, match="would wait"):
        late.look_at_headshot("x.jpg")


def test_what_is_asked_meanwhile_waits_for_the_app(paths):
    late = LateApp(paths)
    got = []
    asking = threading.Thread(target=lambda: got.append(late.catalog.selected()))
    asking.start()
    assert got == []
    assert on_worker(late.build) == []
    asking.join(30)
    assert got == [0]
    late.save(Settings(threshold=66.0))
    assert late.settings.threshold == 66.0
    late.close()


def test_a_profile_in_use_is_refused_to_whoever_asks(paths):
    first, second = LateApp(paths), LateApp(paths)
    assert on_worker(first.build) == []
    assert len(on_worker(second.build)) == 1
    with pytest.raises(StorageUnavailable):
        second.read("x.jpg")
    second.close()
    first.close()


def test_a_second_start_calls_the_first_window(paths, qtbot):
    assert not call_first_window(paths.profile)
    first = FirstWindow(paths.profile)
    with qtbot.waitSignal(first.called, timeout=5000):
        assert call_first_window(paths.profile)
    assert not call_first_window(paths.profile / "another")
    first.close()
    assert not call_first_window(paths.profile)


def test_a_second_start_hands_over_its_folders(paths, qtbot):
    first = FirstWindow(paths.profile)
    for folders in ([], ["/photos/2019"], ["/photos/line\nbreak", os.fsdecode(b"/photos/\xff"), "/ü" * 2000]):
        with qtbot.waitSignal(first.called, timeout=5000) as called:
            caller = threading.Thread(target=call_first_window, args=(paths.profile, folders))
            caller.start()
        caller.join(10)
        assert called.args == [folders]
    first.close()


def test_what_is_opened_by_events_is_chosen_as_on_macos(paths, window, qapp, qtbot, tmp_path):
    opening = _Opening(qapp, window, paths, [])
    names = "anna.jpg", "IMG_1.jpg", "IMG_2.jpg", "Anna 2.png", "letter.docx"
    for name in names:
        (tmp_path / name).touch()
    window.sidebar.places[Route.SETTINGS].click()
    for path in (tmp_path, *(tmp_path / name for name in names)):
        QApplication.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(path))))
    assert window.sort.isVisible()
    qtbot.waitUntil(lambda: sum(len(draft.shots) for draft in window.sort.who.drafts) == 4)
    # One file at a time says little of whose it is: its name does, and files without one are of one person.
    people = {draft.name: sorted(map(name_of, draft.shots)) for draft in window.sort.who.drafts}
    assert people == {"Anna": ["Anna 2.png", "anna.jpg"], "": ["IMG_1.jpg", "IMG_2.jpg"]}
    qtbot.waitUntil(lambda: "letter.docx is not a picture" in window.sort.banner.accessibleName())
    assert window.sort.where.folders == (str(tmp_path),)
    qapp.removeEventFilter(opening)


def name_of(shot):
    return os.path.basename(shot.path)


@contextmanager
def start(paths, *opened, before=""):
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": "1"}
    program = [sys.executable, "-c", before + STARTED, str(paths.profile), *map(str, opened)]
    with subprocess.Popen(program, stderr=subprocess.PIPE, env=environment, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_what_is_wrong_in_the_profile_is_told_once_on_the_terminal_and_in_the_log(paths):
    paths.settings.write_text("threshold = 900\n")
    paths.catalog.write_bytes(b"no catalog" * 1000)
    with start(paths) as program:
        lines = []
        for line in said_by(program):
            lines.append(line)
            if "ready" in line:
                break
    for told in ("".join(lines), paths.log.read_text()):
        assert told.count("threshold cannot be 900; 80.0 is used") == 1
        assert told.count("The catalog was damaged") == 1


def test_what_qt_warns_of_is_in_the_log(paths):
    with start(paths, before=WARNED) as program:
        for number, line in enumerate(said_by(program)):
            if "Qt (default): QSomething" in line or number > 600:
                break
        wanted = "WARNING facesorter.ui.shell.qt_log: Qt (default): QSomething: this cannot be"
        until = time.monotonic() + 10
        while wanted not in paths.log.read_text() and time.monotonic() < until:
            time.sleep(0.05)
    assert wanted in paths.log.read_text()


@pytest.mark.skipif(os.name == "nt", reason="there is no polite kill on Windows")
def test_a_polite_kill_ends_it_with_0_and_a_second_start_leaves_with_0(paths):
    with start(paths) as first:
        for line in said_by(first):
            if "ready" in line:
                break
        with start(paths) as second:
            assert second.wait(30) == 0
        assert first.poll() is None
        first.send_signal(signal.SIGTERM)
        assert first.wait(10) == 0
    assert paths.settings.exists()


def test_folders_that_the_program_is_opened_with_are_chosen_and_later_ones_added(paths, tmp_path):
    last_time, first_folder, second_folder = (tmp_path / name for name in ("old", "one", "two"))
    for folder in (last_time, first_folder, second_folder):
        folder.mkdir()
    save(Settings(folders=(str(last_time),)), paths.settings)
    with start(paths, first_folder) as first:
        for line in said_by(first):
            if "ready" in line:
                break
        with start(paths, second_folder) as second:
            assert second.wait(30) == 0
        first.send_signal(signal.SIGTERM)
        assert first.wait(10) == 0
    assert load(paths.settings).folders == (str(first_folder), str(second_folder))


def test_pictures_that_the_program_is_opened_with_are_headshots_instead_of_those_of_last_time(paths, tmp_path):
    last_time, anna, ben = (tmp_path / f"{name}.png" for name in ("Zoe", "anna", "ben"))
    for picture in (last_time, anna, ben):
        Image.new("RGB", (90, 90)).save(picture)
    kept = as_kept([Draft("Zoe", [Shot(str(last_time))], is_named=True)])
    save(Settings(people=kept), paths.settings)
    with start(paths, anna) as first:
        for line in said_by(first):
            if "ready" in line:
                break
        with start(paths, ben) as second:
            assert second.wait(30) == 0
        first.send_signal(signal.SIGTERM)
        assert first.wait(10) == 0
    drafts = from_kept(load(paths.settings).people)
    assert [[shot.path for shot in draft.shots] for draft in drafts] == [[str(anna)], [str(ben)]]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["photos"], ["photos"]),
        (["photos", "sort"], ["photos", "sort"]),
        (["./sort"], ["sort"]),
        (["sort"], []),
        (["sort", "photos"], []),
        (["photos", "missing"], []),
        (["a.jpg"], ["a.jpg"]),
        (["photos", "a.jpg"], ["photos", "a.jpg"]),
        (["b.jpg"], []),
        (["notes.txt"], []),
        (["sort", "a.jpg"], []),
        (["--help"], []),
        ([], []),
    ],
)
def test_folders_and_pictures_are_told_from_commands(arguments, expected, tmp_path, monkeypatch):
    for name in ("photos", "sort"):
        (tmp_path / name).mkdir()
    (tmp_path / "a.jpg").touch()
    (tmp_path / "notes.txt").touch()
    monkeypatch.chdir(tmp_path)
    assert to_open(arguments) == [str(tmp_path / name) for name in expected]
