"""Makes the picture of the window that the README shows, from a real run over made-up photos.

The photos are made from scikit-image's astronaut and its pictures without people, so nobody's private face is in it.
Run `QT_QPA_PLATFORM=offscreen python tests/bench/screenshot.py [light|dark] [FILE]`.
"""

from __future__ import annotations

import logging
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image, ImageEnhance, ImageOps
from PySide6.QtCore import QEventLoop, QLocale, QTimer
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication
from skimage import data

from facesorter.app import App
from facesorter.paths import AppPaths
from facesorter.ui.review.run_state import State
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.log_pane import LogRelay
from facesorter.ui.shell.main_window import MainWindow
from facesorter.ui.shell.theme import STYLE, Theme

SIZE = (1280, 800)
PORTRAITS, OTHERS = 16, 9
FONTS = ("Inter", "Segoe UI", "SF Pro Text", "Noto Sans")


def make_album(folder: Path) -> Path:
    """A small album below `folder`; the headshot's path."""
    chance = random.Random(7)
    person = Image.fromarray(data.astronaut())
    headshot = folder / "Eileen.jpg"
    person.crop((120, 0, 360, 280)).save(headshot, quality=92)
    album = folder / "Holiday"
    album.mkdir()
    for number in range(PORTRAITS):
        save(vary(person, chance), album / f"IMG_{2031 + 3 * number}.jpg", number)
    scenes = [data.chelsea(), data.coffee(), data.rocket()]
    for number in range(OTHERS):
        scene = Image.fromarray(scenes[number % len(scenes)])
        save(vary(scene, chance), album / f"IMG_{2032 + 3 * number}.jpg", number)
    return headshot


def save(picture: Image.Image, path: Path, number: int) -> None:
    """As a camera would, some days apart."""
    picture.save(path, quality=90)
    taken = time.mktime((2023, 7, 2 + number, 12, 0, 0, 0, 0, -1))
    os.utime(path, (taken, taken))


def vary(picture: Image.Image, chance: random.Random) -> Image.Image:
    """Another photo of the same: cut, mirrored, tilted, lit and tinted differently."""
    width, height = picture.size
    left, right = chance.uniform(0, 0.14) * width, chance.uniform(0.82, 1) * width
    picture = picture.rotate(chance.uniform(-7, 7), Image.Resampling.BICUBIC, fillcolor=(120, 110, 105))
    picture = picture.crop((round(left), 0, round(right), round(chance.uniform(0.62, 1) * height)))
    if chance.random() < 0.4:
        picture = ImageOps.mirror(picture)
    picture = ImageEnhance.Brightness(picture).enhance(chance.uniform(0.75, 1.2))
    picture = ImageEnhance.Color(picture).enhance(chance.choice([0.0, 0.5, 0.8, 1.0, 1.2]))
    return picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC)


def wait(seconds: float) -> None:
    """Let the window live."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def main() -> int:
    """Run it and save the picture."""
    look = sys.argv[1] if len(sys.argv) > 1 else "light"
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parents[2] / ".github" / "window.png"
    QLocale.setDefault(QLocale("en_US"))
    application = QApplication(["facesorter", *STYLE])
    font = next((name for name in FONTS if name in QFontDatabase.families()), application.font().family())
    application.setFont(QFont(font, 10))
    target = target.absolute()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        os.chdir(place)
        folder = Path("Pictures")
        folder.mkdir()
        headshot = make_album(folder)
        app = App(AppPaths(Path(place) / "profile"))
        app.open()
        relay, jobs = LogRelay(), Jobs()
        logging.getLogger().addHandler(relay)
        logging.getLogger().setLevel(logging.INFO)
        window = MainWindow(app, jobs, Theme(application, look), relay)
        window.resize(*SIZE)
        window.show()
        page = window.sort
        page.where.copies_to.destination = str(folder / "FaceSorter")
        page.who.add_headshots([str(headshot)])
        page.where.add_folders([str(folder / "Holiday")])
        while not page.go.isEnabled():
            wait(0.1)
        page.start()
        assert page.outcome is not None
        while page.outcome.run.state is not State.FINISHED:
            wait(0.1)
        grid = page.outcome.review.grid
        grid.setFocus()
        grid.setCurrentIndex(grid.pile_model.index(2))
        wait(2)
        target.parent.mkdir(exist_ok=True)
        window.grab().save(str(target))
        window.close()
        jobs.quit()
        app.close()
    print(f"saved {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
