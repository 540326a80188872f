"""Labelled photos for measuring: who is searched for with which headshots, and who is in which photo.

Faces are found by the real engine and decided on by the real pipeline; only the catalog is a list in memory.
"""

from __future__ import annotations

import csv
import hashlib
import os
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from PIL import Image

from facesorter.domain.errors import PhotoError
from facesorter.domain.formats import is_photo
from facesorter.domain.matching import CHECK, SURE
from facesorter.domain.models import EncodedPicture, Person, Photo, Portrait
from facesorter.domain.ports import Analyses, AnalyzedPage, AnalyzedPhoto, Catalog, FacePacking
from facesorter.engines.local.codec import faces_of, vectors_of
from facesorter.engines.local.engine import LocalEngine
from facesorter.pipeline.decide import decide_pages
from facesorter.pipeline.grow_references import grow_references
from facesorter.pipeline.person_query import PersonQuery

DATA = Path(os.environ.get("FACESORTER_TEST_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


@dataclass(frozen=True)
class Task:
    """`headshots[name]` are the pictures a person is searched with; `people[photo]` are the names in each photo."""

    title: str
    headshots: dict[str, list[Path]]
    people: dict[Path, set[str]]
    dates: dict[Path, int] = field(default_factory=dict[Path, int])
    """The years in which photos were taken, for pictures that do not say so themselves."""


def one_folder_a_person(
    folder: Path, title: str, choose: Callable[[list[Path]], Path], *more: Callable[[list[Path]], Path]
) -> Task:
    """Everybody with two photos or more is searched with the chosen one, or several, among all the other photos."""
    photos = {
        one.name: sorted(path for path in one.iterdir() if is_photo(path.name))
        for one in sorted(folder.iterdir())
        if one.is_dir()
    }
    headshots = {
        name: list(dict.fromkeys(chosen(paths) for chosen in (choose, *more)))
        for name, paths in photos.items()
        if len(paths) > 1
    }
    used = {path for paths in headshots.values() for path in paths}
    return Task(
        title, headshots, {path: {name} for name, paths in photos.items() for path in paths if path not in used}
    )


def with_dates(task: Task) -> Task:
    """The same with the dates of FG-NET's pictures: somebody's age (`001A05`), and a year of birth drawn for each."""
    chance = random.Random(0)
    born = {name: chance.randrange(1930, 2000) for name in sorted({path.parent.name for path in _all(task)})}
    dates = {path: born[path.parent.name] + int(path.stem[4:6]) for path in _all(task)}
    return replace(task, title=f"{task.title}, with dates", dates=dates)


def _all(task: Task) -> list[Path]:
    return [*task.people, *(path for paths in task.headshots.values() for path in paths)]


def album(data: Path) -> Task:
    """A small album: headshots of its own, or somebody's first photo, among groups, crowds and name-alikes.

    `labels.csv` does not name everybody in the groups; who was found there was looked at.
    """
    people = {path: names for path, names in _labels(data).items() if "album" in path.parts}
    headshots = {one.name: sorted(one.iterdir()) for one in sorted((data / "album" / "heads").iterdir())}
    for path in sorted(people):
        for name in people[path]:
            headshots.setdefault(name, [path])
    for number in (1, 2, 4, 5):
        people[data / "album" / "photos" / "groups" / f"group-{number}.jpg"].add("vlado")
    return _task("album", headshots, people)


GOOD_HEADSHOTS = ("mel_gibson_030", "virat_kohli_086", "will_smith_002")


def press(data: Path) -> Task:
    """Three public figures, each with a good headshot, in sport, with caps, in crowds; a folder's name is a search's.

    So not every photo of a folder need show the person, and recall is at most as high as the search was right.
    """

    def headshot(paths: list[Path]) -> Path:
        return next(path for path in paths if path.stem in GOOD_HEADSHOTS)

    return one_folder_a_person(data / "press", "press", headshot)


def cast_of_a_series(data: Path) -> Task:
    """Eight actors, each with a grey crop of 150 pixels, in five pictures of groups and the other crops."""
    people = {path: names for path, names in _labels(data).items() if "bbt" in path.parts}
    headshots = {one.name: sorted(one.iterdir())[:1] for one in sorted((data / "groups" / "bbt" / "refs").iterdir())}
    return _task("groups", headshots, people)


def _task(title: str, headshots: dict[str, list[Path]], people: dict[Path, set[str]]) -> Task:
    used = {path for paths in headshots.values() for path in paths}
    return Task(title, headshots, {path: names for path, names in people.items() if path not in used})


def _labels(data: Path) -> dict[Path, set[str]]:
    with (data / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = [(data / row["file"], row["people"].split(" (")[0]) for row in csv.DictReader(file)]
    return {path: set(people.split("+")) - {""} for path, people in rows}


def picture(path: Path, year: int | None = None) -> EncodedPicture:
    """The picture as it is, or as if a camera had written that it was taken in that year."""
    data = path.read_bytes()
    if year is not None:
        exif = Image.Exif()
        exif.get_ifd(0x8769)[0x9003] = f"{year}:07:01 12:00:00"
        said = b"Exif\0\0" + exif.tobytes().removeprefix(b"Exif\0\0")
        data = data[:2] + b"\xff\xe1" + (len(said) + 2).to_bytes(2, "big") + said + data[2:]
    return EncodedPicture(str(path), data)


class Answered:
    """What the engine answers of photos, asked once each."""

    def __init__(self, engine: LocalEngine) -> None:
        self.engine = engine
        self._known: dict[Path, Analyses | None] = {}

    def of_task(self, task: Task) -> list[Analyses | None]:
        """The answers of the task's photos, as if they said when they were taken."""
        if not task.dates:
            return self.of(list(task.people))
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            return list(threads.map(lambda path: self._ask(path, task.dates.get(path)), task.people))

    def of(self, paths: Sequence[Path]) -> list[Analyses | None]:
        """One answer a picture; None where it cannot be read."""
        missing = [path for path in paths if path not in self._known]
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            self._known.update(zip(missing, threads.map(self._ask, missing), strict=True))
        return [self._known[path] for path in paths]

    def _ask(self, path: Path, year: int | None = None) -> Analyses | None:
        try:
            return (self.engine.analyze(self.engine.name, picture(path, year)),)
        except PhotoError:
            return None

    def vectors(self, path: Path) -> tuple[Any, int]:
        """Plain vectors of a picture's faces, (faces, dimensions), and which face is the largest."""
        analyses = self.of([path])[0]
        if analyses is None:
            return np.empty((0, 1), np.float32), 0
        boxes = [face.box.area for face in faces_of(analyses[0])]
        return vectors_of([analyses[0]])[0], boxes.index(max(boxes)) if boxes else 0


class Outcome:
    """Piles of a task: by the headshots alone (`bare`), and after the references have `grown`."""

    def __init__(self, task: Task, analyzed: Answered) -> None:
        engine = analyzed.engine
        photos = list(task.people)
        names = list(task.headshots)
        gallery = _Gallery(photos, analyzed.of_task(task))
        person_queries: tuple[PersonQuery, ...] = tuple(
            PersonQuery(
                Person(index, name, name),
                engine.enrol(name, [Portrait(picture(path, task.dates.get(path))) for path in paths]),
                {},
            )
            for index, (name, paths) in enumerate(task.headshots.items())
        )
        self.truth = np.array([[name in task.people[photo] for name in names] for photo in photos])
        self.bare = _piles(person_queries, engine, gallery, len(photos))
        grown, self.added = grow_references(person_queries, engine, cast("Catalog", gallery))
        self.grown = _piles(grown, engine, gallery, len(photos))


def _piles(person_queries: tuple[PersonQuery, ...], engine: LocalEngine, gallery: _Gallery, photos: int) -> Any:
    """2 sure, 1 to check, 0 neither: (photos, people)."""
    rank = {SURE: 2, CHECK: 1}
    piles = np.zeros((photos, len(person_queries)), int)
    row = 0
    for decided in decide_pages(person_queries, 80.0, engine, cast("Catalog", gallery)):
        for of_photo in zip(*decided.columns, strict=True):
            piles[row] = [rank.get(number, 0) for number in of_photo]
            row += 1
    return piles


class _Gallery:
    """The part of a catalog that scoring reads."""

    def __init__(self, paths: Sequence[Path], analyses: Sequence[Analyses | None]) -> None:
        self._photos = [
            AnalyzedPhoto(
                Photo(number, str(path), 0, 0, hashlib.sha256(str(path).encode()).digest()),
                answer,
                None if answer else "unreadable",
            )
            for number, (path, answer) in enumerate(zip(paths, analyses, strict=True))
        ]

    def analyzed(
        self, queries: Sequence[str], chunk: int = 2000, packing: FacePacking | None = None
    ) -> Iterator[AnalyzedPage]:
        for start in range(0, len(self._photos), chunk):
            yield AnalyzedPage(self._photos[start : start + chunk])


def measured(found: Any, truth: Any) -> tuple[float, float, float]:
    """Precision, recall and F1 over all pairs of a photo and a person."""
    right, claimed, wanted = int((found & truth).sum()), int(found.sum()), int(truth.sum())
    precision, recall = right / max(1, claimed), right / max(1, wanted)
    return precision, recall, 2 * right / max(1, claimed + wanted)
