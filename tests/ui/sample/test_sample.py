"""The sample: drawings that the engine tells apart, searched in a window of its own that leaves nothing behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from facesorter import settings
from facesorter.domain.models import EncodedPicture, Portrait
from facesorter.engines.local.engine import LocalEngine
from facesorter.paths import AppPaths
from facesorter.settings import Settings
from facesorter.ui.review.run_state import State
from facesorter.ui.sample import window as sample
from facesorter.ui.sample.photos import PHOTOS, WHO, draw_album
from facesorter.ui.sample.window import SampleRun
from facesorter.ui.shell import app

CHECK, SURE = 50, 80

RUN = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from facesorter.__main__ import main
from facesorter.ui.review.run_state import State
from facesorter.ui.shell import main_window

class Window(main_window.MainWindow):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self._timer = QTimer(self, interval=50)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        QTimer.singleShot(90_000, QApplication.quit)

    def _look(self):
        outcome = self.sort.outcome
        if outcome is not None and outcome.run.state is State.FINISHED:
            self._timer.stop()
            balance = outcome.run.results.balance(0)
            print(self.windowTitle(), balance.copied, balance.no_face, self.sort.banner.accessibleName(), flush=True)
            self.close()

main_window.MainWindow = Window
import facesorter.ui.shell.app as app
app.MainWindow = Window
sys.argv = ["facesorter", "--sample"]
sys.exit(main())
"""


@pytest.fixture(scope="module")
def album(tmp_path_factory):
    return draw_album(tmp_path_factory.mktemp("sample"))


def test_the_engine_finds_whom_it_shall_and_nobody_else(album):
    headshot, photos = album
    engine = LocalEngine()

    def picture(path):
        return EncodedPicture(str(path), path.read_bytes())

    mia = engine.enrol(WHO, [Portrait(picture(headshot))])
    [query] = engine.queries([mia])
    analyses = [(engine.analyze(query, picture(photo)),) for photo in sorted(photos.iterdir())]
    assert [len(engine.faces_in(one)) for one in analyses] == [len(people) for people in PHOTOS]
    for people, faces in zip(PHOTOS, engine.similarities([mia], analyses), strict=True):
        best = max((similarity for [similarity] in faces), default=0)
        if WHO in people:
            assert best >= SURE
        elif "Nora" not in people:
            assert best < CHECK


def test_the_album_is_the_same_each_time(album, tmp_path):
    headshot, photos = draw_album(tmp_path / "again")
    assert headshot.read_bytes() == album[0].read_bytes()
    again, before = ([one.read_bytes() for one in sorted(folder.iterdir())] for folder in (photos, album[1]))
    assert again == before


def test_the_search_begins_by_itself_and_is_explained(window, album, qtbot):
    page = window.sort
    SampleRun(window, str(album[0]))
    page.where.choose_only([str(album[1])])
    qtbot.waitUntil(lambda: page.outcome is not None and page.outcome.run.state is State.FINISHED, timeout=10000)
    assert page.who.folder_names() == ["PhotosWithMia"]
    assert page.banner.isVisible()
    assert "drawn" in page.banner.accessibleName()
    assert "sample" in window.windowTitle()


def test_it_speaks_and_looks_as_the_window_does(tmp_path, monkeypatch):
    paths = AppPaths(tmp_path / "profile")
    paths.make()
    settings.save(Settings(language="de", look="dark"), paths.settings)
    begun = []
    monkeypatch.setattr(sample.AppPaths, "default", lambda: paths)
    monkeypatch.setattr(sample, "draw_album", lambda folder: (folder / "mia.jpg", folder / "photos"))
    monkeypatch.setattr(app, "run_window", lambda paths, *_: begun.append(settings.load(paths.settings)) or 0)
    assert sample.run_sample() == 0
    assert [(one.language, one.look) for one in begun] == [("de", "dark")]


def test_it_leaves_nothing_behind(tmp_path):
    home = tmp_path / "home"
    temporary = tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    places = {"HOME": str(home), "TMPDIR": str(temporary), "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        env=kept | places | {"QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "FaceSorter: sample 6 1 This is a sample." in done.stdout
    assert [file for file in home.rglob("*") if file.is_file()] == []
    assert list(temporary.iterdir()) == []
