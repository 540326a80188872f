"""How long it takes to know what is left to check of 200 people in 100,000 photos, beside the bare matrix product.

`python tests/bench/everybody.py [PHOTOS [PEOPLE]]` fills a profile in a temporary folder with made-up faces: families
of eight who are in photos together, strangers beside them, portraits, answers and birth dates; then it counts what is
left. It exits with 1 if that takes more than `MOST_TIMES` as long as multiplying each face with each look once, or
if memory grows by more than `MOST_MB`.
"""

from __future__ import annotations

import facesorter  # noqa: F401  (it says how many threads numpy may have, which must come first)

# isort: split
import hashlib
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from facesorter.app import App
from facesorter.app.checking import left_of_everybody
from facesorter.app.known_looks import known_queries
from facesorter.app.known_photos import everything_known
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import (
    BoundingBox,
    Decision,
    Face,
    FaceKey,
    Landmarks,
    Metadata,
    PersonDetails,
    Point,
    Pose,
    Quality,
)
from facesorter.engines.local.calibrate import unit
from facesorter.engines.local.codec import pack, vectors_of
from facesorter.paths import AppPaths

PHOTOS, PEOPLE, FAMILY = 100_000, 200, 8
A_FOLDER = 1000
FACES_A_PHOTO = (1, 2, 3, 4, 5)
STRANGERS = 0.3
"""How many of the faces are nobody's who is known."""

LIKE_THEM = (0.2, 0.8)
"""Cosines of faces to the person they show, from the least to the most."""

PORTRAITS, ANSWERED = 3, 20
MOST_TIMES, MOST_MB = 60.0, 300.0


def a_face(place: int) -> Face:
    box = BoundingBox(0.02 + 0.19 * place, 0.1, 0.15, 0.15)
    return Face(box, 99.0, Landmarks(*[Point(0.1, 0.1)] * 5), Pose(0, 0, 0), Quality(50, 50))


def filled(app: App, photos: int, people: int, seed: int = 1) -> None:
    """A profile in which so many people are known, and so many photos."""
    chance, engine, catalog = np.random.default_rng(seed), app.engine, app.catalog
    means: Any = engine._calibration.means
    centers = unit(chance.normal(size=(people, engine.dimensions)).astype(np.float32))
    faces = [a_face(place) for place in range(max(FACES_A_PHOTO))]
    shown: dict[int, list[FaceKey]] = {number: [] for number in range(people)}
    for first in range(0, photos, A_FOLDER):
        names = [f"IMG_{number:06}.jpg" for number in range(first, min(photos, first + A_FOLDER))]
        folder = f"/photos/{first // A_FOLDER:03}"
        catalog.select(Listing(folder, tuple(FolderEntry(name, 1, 1) for name in names), {}))
    catalog.commit()
    for number, photo in enumerate(catalog.unanalyzed((engine.name,))):
        count = int(chance.choice(FACES_A_PHOTO))
        family = int(chance.integers(max(1, people // FAMILY))) * FAMILY
        present = chance.permutation(min(FAMILY, people))[:count] + family
        vectors = unit(chance.normal(size=(count, engine.dimensions)).astype(np.float32))
        known = chance.random(count) >= STRANGERS
        cosines = chance.uniform(*LIKE_THEM, size=(count, 1)).astype(np.float32)
        turned = cosines * centers[present] + np.sqrt(1 - cosines**2) * vectors
        vectors[known] = unit(turned)[known]
        content = hashlib.sha256(b"%d" % number).digest()
        taken = int(chance.integers(1980, 2025))
        metadata = Metadata(1, datetime(taken, 6, 1)) if number % 2 else Metadata(1)
        stored = (vectors + means[0]).astype(np.float32)
        analysis = pack(faces[:count], stored, taken if number % 2 else None)
        catalog.record_analyses(photo, content, {engine.name: analysis}, metadata)
        for place in np.flatnonzero(known).tolist():
            of_one = shown[int(present[place])]
            if len(of_one) < PORTRAITS + ANSWERED and (cosines[place] > 0.5 or len(of_one) >= PORTRAITS):
                of_one.append(FaceKey(content, faces[place].box))
    catalog.commit()
    for number, of_one in shown.items():
        person = catalog.person(f"Person {number:03}")
        for face in of_one[:PORTRAITS]:
            catalog.add_portrait(person, face, b"")
        said = {face: (Decision.YES, Decision.NO)[place % 2] for place, face in enumerate(of_one[PORTRAITS:])}
        if number % 2:
            catalog.decide(person, {face.content: decision for face, decision in said.items()})
        else:
            catalog.decide_faces(person, dict(said))
        if number % 10 == 0:
            catalog.keep(PersonDetails(person, born=date(1990, 1, 1)))


def pages(app: App) -> Iterator[np.ndarray]:
    """The vectors of all faces as they are compared, page by page."""
    with everything_known(app) as catalog:
        for page in catalog.analyzed((app.engine.name,)):
            yield app.engine.cleared(vectors_of([one[0] for one in page.analyses if one])[0])


def floor(app: App) -> tuple[float, int, int]:
    """Seconds of processor time of multiplying each face with each look, the number of faces, and of looks."""
    looks = np.concatenate([one.reference.payload.looks for one in known_queries(app)])  # type: ignore[attr-defined]
    spent, faces = 0.0, 0
    for page in pages(app):
        began = time.process_time()
        np.matmul(page, looks.T)
        spent += time.process_time() - began
        faces += len(page)
    return spent, faces, len(looks)


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    given = [int(one) for one in sys.argv[1:]]
    photos, people = [*given, *(PHOTOS, PEOPLE)[len(given) :]]
    with tempfile.TemporaryDirectory() as scratch:
        app = App(AppPaths(Path(scratch)))
        app.open()
        try:
            filled(app, photos, people)
            bare, faces, looks = floor(app)
            memory, began, began_cpu = peak_mb(), time.perf_counter(), time.process_time()
            left = left_of_everybody(app, 80.0)
            seconds, spent = time.perf_counter() - began, time.process_time() - began_cpu
            more = peak_mb() - memory
        finally:
            app.close()
    print(f"{people} people, {photos:,} photos, {faces:,} faces: {sum(one.photos for one in left):,} photos to check")
    print(f"{seconds:.1f} s ({spent:.1f} s of processor time), {more:.0f} MB more")
    print(f"each face with each of {looks} looks once: {bare:.2f} s, so {spent / bare:.1f} times the bare product")
    return 0 if spent <= MOST_TIMES * bare and more <= MOST_MB else 1


if __name__ == "__main__":
    sys.exit(main())
