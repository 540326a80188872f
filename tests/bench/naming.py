"""How long it takes to name a group in a library in which one person is in 20,000 photos.

`python tests/bench/naming.py [PHOTOS]` fills a profile in a temporary folder with made-up faces: one person who has a
name is in all of these photos, strangers are in a quarter of them, and `GROUPS` groups have none yet. It names these,
of photos that are gone and then of photos of 12 megapixels, and exits with 1 if the middle one of the first takes more
than `MOST_SECONDS` of processor time.
"""

from __future__ import annotations

import facesorter  # noqa: F401  (it says how many threads numpy may have, which must come first)

# isort: split
import hashlib
import io
import os
import statistics
import sys
import tempfile
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from everybody import A_FOLDER, a_face
from PIL import Image

from facesorter.app import App
from facesorter.app.grouping import ProfileGroups
from facesorter.app.people import People
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import Metadata
from facesorter.engines.local.calibrate import unit
from facesorter.engines.local.codec import pack
from facesorter.paths import AppPaths

PHOTOS, GROUPS, A_GROUP = 20_000, 24, 12
STRANGERS = 0.25
LIKE_THEM = 0.75
"""The cosine of a face to the person it shows."""

MOST_SECONDS = 0.2


def filled(app: App, photos: int, folder: Path) -> People:
    """A profile in which Anna is in so many photos, and nobody else has a name; the photos are to lie in `folder`."""
    chance, engine, catalog = np.random.default_rng(1), app.engine, app.catalog
    means: Any = engine._calibration.means
    centers = unit(chance.normal(size=(1 + GROUPS, engine.dimensions)).astype(np.float32))
    total = photos + GROUPS * A_GROUP
    for first in range(0, total, A_FOLDER):
        names = [f"IMG_{number:06}.jpg" for number in range(first, min(total, first + A_FOLDER))]
        catalog.select(Listing(f"{folder}/{first}", tuple(FolderEntry(name, 1, 1) for name in names), {}))
    catalog.commit()
    for number, photo in enumerate(catalog.unanalyzed((engine.name,))):
        who = 0 if number < photos else 1 + (number - photos) // A_GROUP
        vectors = unit(chance.normal(size=(1 + (chance.random() < STRANGERS), engine.dimensions)).astype(np.float32))
        vectors[0] = LIKE_THEM * centers[who] + np.sqrt(1 - LIKE_THEM**2) * vectors[0]
        analysis = pack([a_face(place) for place in range(len(vectors))], unit(vectors) + means[0])
        taken = datetime(1980 + number % 45, 6, 1)
        content = hashlib.sha256(b"%d" % number).digest()
        catalog.record_analyses(photo, content, {engine.name: analysis}, Metadata(1, taken))
    groups = ProfileGroups(app, catalog)
    known, basis, said = groups.restored()
    for chunk in catalog.stored_analyses((engine.name,)):
        known.add(groups.seen(chunk), said)
    groups.keep(known, basis)
    people = People(app)
    people.name(people.unknown()[0].number, "Anna")
    return people


def seconds(what: Any, *arguments: Any) -> float:
    """Of processor time."""
    began = time.process_time()
    what(*arguments)
    return time.process_time() - began


def put_photos(app: App, photos: int) -> None:
    """A photo of 12 megapixels for all that nobody has a name in."""
    file, pixels = io.BytesIO(), np.random.default_rng(0).integers(0, 255, (30, 40, 3), np.uint8)
    Image.fromarray(pixels).resize((4000, 3000), Image.Resampling.BICUBIC).save(file, "JPEG", quality=92)
    contents = [hashlib.sha256(b"%d" % number).digest() for number in range(photos, photos + GROUPS * A_GROUP)]
    for photo in app.catalog.photos_of(contents):
        os.makedirs(os.path.dirname(photo.path), exist_ok=True)
        Path(photo.path).write_bytes(file.getvalue())


def main() -> int:
    photos = int(sys.argv[1]) if len(sys.argv) > 1 else PHOTOS
    with tempfile.TemporaryDirectory() as folder:
        app = App(AppPaths(Path(folder, "profile")))
        app.open()
        people = filled(app, photos, Path(folder, "photos"))
        half = [one.number for one in people.unknown()][: GROUPS // 2]
        gone = [seconds(people.name, number, f"Person {number}") for number in half]
        put_photos(app, photos)
        there = [seconds(people.name, one.number, f"Person {one.number}") for one in people.unknown()]
        born = seconds(people.set_born, people.find("Anna"), date(2010, 1, 1))
        app.close()
    print(
        f"{photos} photos of one person; processor time of naming a group of {A_GROUP} faces, the middle and the most:"
    )
    for which, times in (("photos gone", gone), ("12 megapixels", there)):
        print(f"  {which:14} {statistics.median(times):.2f} s, {max(times):.2f} s ({len(times)} groups)")
    print(f"  a birth date   {born:.2f} s")
    return int(statistics.median(gone) > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
