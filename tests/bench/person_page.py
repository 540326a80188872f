"""How long it takes until the page of a person with 20,000 photos is open, and for how long it holds the window up.

`QT_QPA_PLATFORM=offscreen python tests/bench/person_page.py [PHOTOS]` fills a profile in a temporary folder: that many
photos of Anna over 25 years, half of them copied by a search, a few answered, a second face in each that is one of some
thousand groups without a name. Then it opens her page several times in the real window, scrolls through it, and jumps
from year to year. It exits with 1 if the page is not painted within `MOST_MS` after the click (of processor time where
the computer is busy with something else), or if the window's thread works for more than `MOST_WORK_MS` in one go.
"""

from __future__ import annotations

import facesorter  # noqa: F401  (it says how many threads numpy may have, which must come first)

# isort: split
import hashlib
import statistics
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
from window import Pulse, spin  # (it says where `made_up` is)

# isort: split
from made_up import drawn

from facesorter.app import App
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import (
    BoundingBox,
    Decision,
    Face,
    FaceKey,
    Landmarks,
    Metadata,
    Person,
    Photo,
    Point,
    Pose,
    Quality,
)
from facesorter.domain.planning import CopyOrder, Placement
from facesorter.engines.local.calibrate import unit
from facesorter.engines.local.codec import pack
from facesorter.groups.former import GroupMeans
from facesorter.groups.stored import FACE, PORTRAIT, StoredGroups, encode_means
from facesorter.paths import AppPaths
from facesorter.ui.people.people_place import PeoplePlace
from facesorter.ui.people.person_page import PersonPage
from facesorter.ui.shell.interpreter import be_brief
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.log_pane import LogRelay
from facesorter.ui.shell.main_window import MainWindow
from facesorter.ui.shell.routes import Route
from facesorter.ui.shell.theme import STYLE, Theme

PHOTOS, A_FOLDER, GROUPS = 20_000, 1000, 3000
YEARS = range(2001, 2026)
COPIED, ANSWERED, PORTRAITS = 2, 40, 4
"""Every second photo was copied, so many were answered, and so many faces she is known by."""

TIMES, FRAMES, BETWEEN_SECONDS = 7, 300, 1.5
MOST_MS, MOST_WORK_MS = 200.0, 33.0
FACES = [
    Face(BoundingBox(left, 0.1, 0.2, 0.2), 99.0, Landmarks(*[Point(0.1, 0.1)] * 5), Pose(0, 0, 0), Quality(50, 50))
    for left in (0.1, 0.6)
]


def filled(app: App, photos: int) -> Person:
    """Anna, who is in so many photos."""
    chance, engine, catalog = np.random.default_rng(1), app.engine, app.catalog
    for first in range(0, photos, A_FOLDER):
        names = [f"IMG_{number:06}.jpg" for number in range(first, min(photos, first + A_FOLDER))]
        catalog.select(Listing(f"/photos/{first // A_FOLDER:03}", tuple(FolderEntry(one, 1, 1) for one in names), {}))
    catalog.commit()
    contents: list[bytes] = []
    for number, photo in enumerate(list(catalog.unanalyzed((engine.name,)))):
        vectors = unit(chance.normal(size=(2, engine.dimensions)).astype(np.float32))
        contents.append(hashlib.sha256(b"%d" % number).digest())
        year, day = YEARS[number * len(YEARS) // photos], number % 365
        taken = None if number % 50 == 0 else datetime.strptime(f"{year} {day + 1}", "%Y %j")
        catalog.record_analyses(photo, contents[-1], {engine.name: pack(FACES, vectors)}, Metadata(1, taken))
    catalog.commit()
    anna = catalog.person("Anna")
    for content in contents[:PORTRAITS]:
        catalog.add_portrait(anna, FaceKey(content, FACES[0].box), drawn())
    said = {
        FaceKey(content, FACES[0].box): (Decision.YES, Decision.NO)[number % 2]
        for number, content in enumerate(contents[PORTRAITS : PORTRAITS + ANSWERED])
    }
    catalog.decide_faces(anna, said)
    copied(app, anna, contents)
    keep_groups(app, anna, contents)
    return anna


def copied(app: App, anna: Person, contents: list[bytes]) -> None:
    """A search has copied many of them."""
    run = app.journal.begin_run([anna], "/copies")
    folder = f"/copies/{anna.folder_name}"
    for first in range(0, len(contents), A_FOLDER):
        some = list(enumerate(contents))[first : first + A_FOLDER : COPIED]
        orders = [
            CopyOrder(Photo(number, f"/photos/IMG_{number:06}.jpg", 1, 1, content), anna, folder)
            for number, content in some
        ]
        placed = [
            (one, Placement(f"{folder}/{one.photo.id}.jpg", ".", one.photo.content or b"", new_folder=False))
            for one in orders
        ]
        app.journal.published(dict.fromkeys(app.journal.intend(run, placed), (1, 1)))


def keep_groups(app: App, anna: Person, contents: list[bytes]) -> None:
    """Her faces are a group, and the others are in many."""
    faces = np.zeros(2 * len(contents), FACE)
    for place, face in enumerate(FACES):
        box = face.box
        faces["box"][place::2] = box.left, box.top, box.width, box.height
    faces["seconds"], faces["clear"], faces["sharpness"] = np.nan, True, 50
    faces["group"][::2], faces["owner"][::2] = 1, anna.id
    faces["group"][1::2] = 2 + np.arange(len(contents)) % GROUPS
    stored = StoredGroups(contents, np.full(len(contents), 2), faces, np.zeros(0, PORTRAIT))
    stored.next_number = GROUPS + 2
    encoded = stored.encode()
    directions = unit(np.random.default_rng(2).normal(size=(GROUPS + 1, app.engine.dimensions)).astype(np.float32))
    labels, lengths = np.arange(1, GROUPS + 2), np.ones(GROUPS + 1, np.float32)
    means = encode_means(GroupMeans(labels, directions, lengths), encoded)
    app.catalog.keep_grouping(app.engine.name, app.catalog.basis(), encoded, means)


class Painted(QEventLoop):
    """Ends when a page's grid is painted with photos in it."""

    def __init__(self, page: PersonPage) -> None:
        super().__init__()
        self._page, self._paint = page, page.grid.paintEvent
        page.grid.paintEvent = self._painted

    def _painted(self, event: Any) -> None:
        self._paint(event)
        if len(self._page.grid.album.photos):
            self._page.grid.paintEvent = self._paint
            self.quit()


def leave(place: PeoplePlace, jobs: Jobs) -> None:
    """Go back to everybody, and wait until all that this page counts is counted."""
    place.one.grid.show_photos(())
    place.show_everybody()
    spin(BETWEEN_SECONDS)
    while jobs._alive:
        spin(0.1)


def opened(place: PeoplePlace, jobs: Jobs, anna: Person) -> tuple[float, float]:
    """Open the page, from everybody, until its photos are painted: ms that pass, and ms of processor time."""
    leave(place, jobs)
    painted, began, worked = Painted(place.one), time.perf_counter(), time.process_time()
    place.open(anna)
    painted.exec()
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked)


def held_up(place: PeoplePlace, jobs: Jobs, anna: Person) -> float:
    """The most work of the window's thread in one go, in ms, while the page is opened."""
    leave(place, jobs)
    pulse = Pulse()
    place.open(anna)
    spin(BETWEEN_SECONDS)
    return pulse.reset()[1]


def frames(page: PersonPage) -> list[float]:
    """The window's work for each frame of scrolling through all photos, in ms."""
    bar, found = page.grid.verticalScrollBar(), []
    for step in range(FRAMES):
        began = time.thread_time()
        bar.setValue(bar.maximum() * step // FRAMES)
        page.grid.viewport().repaint()
        found.append(1000 * (time.thread_time() - began))
        QApplication.processEvents()
    for row in range(page.years.count()):
        began = time.thread_time()
        page.years.setCurrentRow(row)
        page.grid.viewport().repaint()
        found.append(1000 * (time.thread_time() - began))
        QApplication.processEvents()
    return sorted(found)


def main() -> int:
    photos = int(sys.argv[1]) if len(sys.argv) > 1 else PHOTOS
    application = QApplication(["facesorter", *STYLE])
    be_brief(application)
    with tempfile.TemporaryDirectory() as scratch:
        app, jobs = App(AppPaths(Path(scratch))), Jobs()
        app.open()
        try:
            anna = filled(app, photos)
            window = MainWindow(app, jobs, Theme(application), LogRelay())
            window.resize(1366, 768)
            window.show()
            window.go_to(Route.PEOPLE)
            place = window._people_page()
            spin(3)
            shown = [opened(place, jobs, anna) for _time in range(TIMES)]
            work = [held_up(place, jobs, anna) for _time in range(TIMES)]
            each = frames(place.one)
            window.close()
            jobs.quit()
        finally:
            app.close()
    waited, worked = (statistics.median(one[column] for one in shown) for column in (0, 1))
    print(f"{photos:,} photos: open within {waited:.0f} ms, {worked:.0f} ms of processor time,")
    print(f"the window's thread works for {statistics.median(work):.1f} ms in one go (at most {max(work):.1f});")
    print(f"scrolling: 95 % of {len(each)} frames take less than {each[int(0.95 * len(each))]:.1f} ms of work.")
    return int(min(waited, worked) > MOST_MS or statistics.median(work) > MOST_WORK_MS)


if __name__ == "__main__":
    sys.exit(main())
