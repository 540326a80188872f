"""Takes the pictures of the user guide: `python3 packaging/guide_pictures.py`, where FaceSorter is installed with Qt.

They show the sample: everybody on them is drawn. Each is written to `resources/guide/pictures`.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from facesorter import settings as settings_file
from facesorter.app import App
from facesorter.domain.models import Pile
from facesorter.paths import AppPaths
from facesorter.settings import Settings
from facesorter.ui.review.run import State
from facesorter.ui.sample.photos import draw_album
from facesorter.ui.sample.window import SampleRun
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.log_pane import LogRelay
from facesorter.ui.shell.main_window import MainWindow
from facesorter.ui.shell.theme import STYLE, Theme

PICTURES = Path(__file__).parents[1] / "resources" / "guide" / "pictures"
SIZE_PX, SHOWN_PX, QUALITY = (1180, 740), 650, 85
MOST_MS = 120_000


def wait(milliseconds: int) -> None:
    """Let the window work for so long."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def take(window: MainWindow, name: str) -> None:
    """Save the window as a small picture."""
    wait(400)
    PICTURES.mkdir(parents=True, exist_ok=True)
    shown = window.grab().toImage().scaledToWidth(SHOWN_PX, Qt.TransformationMode.SmoothTransformation)
    shown.save(str(PICTURES / f"{name}.jpg"), quality=QUALITY)


def main() -> None:
    """Take all of them."""
    application = QApplication(["facesorter", *STYLE])
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "Pictures")
        headshot, photos = draw_album(folder)
        paths = AppPaths(Path(scratch, "profile"))
        paths.make()
        settings_file.save(Settings(look="light", destination=str(folder)), paths.settings)
        app, jobs = App(paths), Jobs()
        app.open()
        window = MainWindow(app, jobs, Theme(application, "light"), LogRelay())
        window.resize(*SIZE_PX)
        window.show()
        take(window, "start")
        run = SampleRun(window, str(headshot))
        window.sort.where.choose_only([str(photos)])
        waited = 0
        while window.sort.outcome is None or window.sort.outcome.run.state is not State.FINISHED:
            wait(100)
            waited += 100
            if waited > MOST_MS:
                raise SystemExit("The sample was not searched in time.")
        run.deleteLater()
        window.sort.banner.hide()
        window.sort.outcome.review.tabs.choose(Pile.CHECK)
        wait(1000)
        window.sort.outcome.review.grid.setFocus()
        take(window, "results")
        window.close()
        jobs.quit()
        app.close()


if __name__ == "__main__":
    main()
