"""A window on made-up photos for the tests of the user interface."""

import logging
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QFont

sys.path.insert(0, str(Path(__file__).parent))
from made_up import MadeUpApp

from facesorter.app import App
from facesorter.paths import AppPaths
from facesorter.ui.shell.interpreter import SWITCH_SECONDS
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.log_pane import LogRelay
from facesorter.ui.shell.main_window import MainWindow
from facesorter.ui.shell.theme import STYLE, Theme


@pytest.fixture(scope="session")
def qapp_args():
    return ["facesorter", *STYLE]


@pytest.fixture
def app(tmp_path):
    made = MadeUpApp(tmp_path)
    yield made
    made.close()


@pytest.fixture
def open_app(tmp_path):
    """Opens a real app, once what it shall find in its environment is there; it is closed after the test."""
    with ExitStack() as opened:

        def app():
            made = App(AppPaths(tmp_path / "profile"))
            opened.callback(made.close)
            made.open()
            return made

        yield app


@pytest.fixture
def jobs(qapp):
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)  # as in the window
    made = Jobs()
    yield made
    assert made.quit()
    for gone in (*made._alive, made):
        gone.deleteLater()
    QCoreApplication.sendPostedEvents(
        None, QEvent.Type.DeferredDelete.value
    )  # or all that jobs refer to stays for good
    sys.setswitchinterval(usual)


@pytest.fixture(params=[10, 16])
def points(qapp, request):
    """The size of the font, an ordinary one and a large one."""
    before = qapp.font()
    qapp.setFont(QFont(before.family(), request.param))
    yield request.param
    qapp.setFont(before)


@pytest.fixture
def theme(qapp):
    return Theme(qapp, "light")


@pytest.fixture
def relay():
    made = LogRelay()
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.INFO)
    root.addHandler(made)
    yield made
    root.removeHandler(made)
    root.setLevel(level)


@pytest.fixture
def window(qtbot, app, jobs, theme, relay):
    made = MainWindow(app, jobs, theme, relay)
    qtbot.addWidget(made)
    made.resize(1280, 800)  # larger than the screen there may be
    made.show()
    yield made
    made.close()
    jobs.quit()


@pytest.fixture
def ready(window, qtbot, tmp_path):
    """The Sort page with a headshot, a name and a folder chosen."""
    page = window.sort
    page.who.add_headshots(["/heads/anna.jpg"])
    page.where.add_folders([str(tmp_path)])
    qtbot.waitUntil(page.go.isEnabled, timeout=10000)
    return page


@pytest.fixture
def finished(ready, qtbot):
    """The page after a whole run."""
    from facesorter.ui.review.run_state import State

    ready.start()
    qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED, timeout=10000)
    qtbot.waitUntil(lambda: ready.outcome.review.grid.pile_model.rowCount() > 0)
    return ready
