"""The first opening of each place: what it needs is there already, and nothing is made to look right twice."""

import subprocess
import sys
from itertools import count

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from facesorter.ui.shell.in_steps import take_steps
from facesorter.ui.shell.routes import Route

MANY = 45
"""Widgets in a part of a page that may be put together before it comes into the page."""

STARTED = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from facesorter.paths import AppPaths
from facesorter.ui.shell.app import run_window

PAGES = ["people.people_place", "compare.compare_page", "settings.settings_page"]
watching = QTimer(interval=20)

def begin(window):
    def look():
        if all(f"facesorter.ui.{page}" in sys.modules for page in PAGES):
            print("imported", "pyqtgraph" in sys.modules, window.pages.count(), flush=True)
            window.close()
    watching.timeout.connect(look)
    watching.start()

sys.exit(run_window(AppPaths(Path(sys.argv[1])), begin=begin))
"""


class Moves(QObject):
    """Notes how many widgets were moved that had their look already."""

    def __init__(self):
        super().__init__()
        self.moved = []

    def eventFilter(self, watched, event):  # noqa: N802
        if event.type() == QEvent.Type.ParentChange and isinstance(watched, QWidget):
            polished = [
                one for one in watched.findChildren(QWidget) if one.testAttribute(Qt.WidgetAttribute.WA_WState_Polished)
            ]
            self.moved.append(len(polished))
        return False


def test_a_started_window_imports_what_the_other_places_need_but_not_the_library_for_charts(tmp_path):
    program = [sys.executable, "-c", STARTED, str(tmp_path / "profile")]
    ended = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.stdout.split(), ended.returncode) == (["imported", "False", "1"], 0), ended.stderr


@pytest.mark.parametrize("route", [Route.PEOPLE, Route.COMPARE, Route.SETTINGS])
def test_a_place_is_made_within_the_window(route, window, qapp):
    moves = Moves()
    qapp.installEventFilter(moves)
    window.go_to(route)
    qapp.removeEventFilter(moves)
    assert max(moves.moved, default=0) < MANY


def test_steps_are_taken_one_at_a_time_and_end_with_their_owner(qtbot):
    taken, owner = [], QObject()

    def steps():
        for number in count():
            taken.append(number)
            yield

    take_steps(steps(), owner)
    assert taken == [0]
    qtbot.waitUntil(lambda: len(taken) >= 3)
    owner.deleteLater()
    qtbot.wait(50)
    stopped = len(taken)
    qtbot.wait(50)
    assert len(taken) == stopped
