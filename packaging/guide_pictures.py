"""Takes the pictures of the user guide: `python3 packaging/guide_pictures.py`, where FaceSorter is installed with Qt.

They show the sample: everybody on them is drawn. Those of each language are written to its `pictures` folder; with
languages as arguments only theirs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEventLoop, QLocale, Qt, QTimer
from PySide6.QtWidgets import QApplication

from facesorter import settings as settings_file
from facesorter.app import App
from facesorter.domain import messages
from facesorter.domain.models import Pile
from facesorter.paths import AppPaths
from facesorter.settings import Settings
from facesorter.ui.people.people_place import PeoplePlace
from facesorter.ui.review.run import State
from facesorter.ui.sample.photos import draw_album
from facesorter.ui.sample.window import SampleRun
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.log_pane import LogRelay
from facesorter.ui.shell.main_window import MainWindow
from facesorter.ui.shell.routes import Route
from facesorter.ui.shell.theme import STYLE, Theme

RESOURCES = Path(__file__).parents[1] / "resources"
SIZE_PX, SHOWN_PX, QUALITY = (1180, 740), 650, 85
MOST_MS = 120_000


def wait(milliseconds: int) -> None:
    """Let the window work for so long."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(done: Callable[[], bool]) -> None:
    """Let the window work until that is true."""
    waited = 0
    while not done():
        wait(100)
        waited += 100
        if waited > MOST_MS:
            raise SystemExit("The window did not get on in time.")


def take(window: MainWindow, name: str) -> None:
    """Save the window as a small picture of the language that is spoken."""
    wait(400)
    pictures = RESOURCES / "guide" / messages.language() / "pictures"
    pictures.mkdir(exist_ok=True)
    shown = window.grab().toImage().scaledToWidth(SHOWN_PX, Qt.TransformationMode.SmoothTransformation)
    shown.save(str(pictures / f"{name}.jpg"), quality=QUALITY)


def take_all(language: str) -> None:
    """The pictures of one language."""
    application = QApplication(["facesorter", *STYLE])
    messages.speak([language], RESOURCES / "locale")
    QLocale.setDefault(QLocale(language))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "Pictures")
        headshot, photos = draw_album(folder)
        paths = AppPaths(Path(scratch, "profile"))
        paths.make()
        settings_file.save(Settings(look="light", destination=str(folder / "FaceSorter")), paths.settings)
        app, jobs = App(paths), Jobs()
        app.open()
        window = MainWindow(app, jobs, Theme(application, "light"), LogRelay())
        window.resize(*SIZE_PX)
        window.show()
        take(window, "start")
        take_results(window, str(headshot), str(photos))
        take_people(window, str(photos))
        window.close()
        jobs.quit()
        app.close()


def take_results(window: MainWindow, headshot: str, photos: str) -> None:
    """Search the sample, and look at what is to be checked."""
    run = SampleRun(window, headshot)
    window.sort.where.choose_only([photos])
    wait_until(lambda: window.sort.outcome is not None and window.sort.outcome.run.state is State.FINISHED)
    run.deleteLater()
    outcome = window.sort.outcome
    assert outcome is not None
    window.sort.banner.hide()
    outcome.review.tabs.choose(Pile.CHECK)
    wait(1000)
    outcome.review.grid.setFocus()
    take(window, "results")


def take_people(window: MainWindow, photos: str) -> None:
    """Look who is in the photos, and go to somebody's page."""
    window.sidebar.places[Route.PEOPLE].click()
    people = window.pages.currentWidget()
    assert isinstance(people, PeoplePlace)
    people.everybody.look_through([photos])
    wait_until(lambda: not people.everybody.scanning)
    wait(1500)
    take(window, "people")


def main() -> None:
    """Take all of them, each language in a process of its own: it is chosen when the program starts."""
    languages = sys.argv[1:] or [folder.name for folder in sorted((RESOURCES / "guide").iterdir())]
    if len(languages) == 1:
        take_all(languages[0])
        return
    for language in languages:
        subprocess.run([sys.executable, __file__, language], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
