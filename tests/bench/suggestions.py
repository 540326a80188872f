"""How long it takes to say who each of 2,000 groups may be, with 200 people, 100,000 photos and 300,000 faces.

`python tests/bench/suggestions.py [PHOTOS [PEOPLE [GROUPS]]]` fills a profile in a temporary folder with made-up faces:
half of them are of people who are known, each by eight portraits; every tenth group is of one of them, too. It exits
with 1 if that takes more than `MOST_SECONDS`, if one of these groups is missed, or if more than `MOST_STRANGERS` of the
others are taken for somebody.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from everybody import A_FOLDER, a_face, peak_mb

from facesorter.app import App
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import Decision, FaceKey, Metadata
from facesorter.engines.local.calibrate import unit
from facesorter.engines.local.codec import pack
from facesorter.groups.former import GroupMeans
from facesorter.groups.stored import FACE, PORTRAIT, StoredGroups, encode_means
from facesorter.paths import AppPaths

PHOTOS, PEOPLE, GROUPS = 100_000, 200, 2_000
FACES_A_PHOTO, PORTRAITS, REFUSED = 3, 8, 20
CROP = bytes(15_000)
"""As large as a portrait's picture."""
LIKE_THEM = 0.6
"""The cosine of a face to the person it shows."""

MOST_SECONDS, MOST_STRANGERS = 2.0, 0.02


def filled(app: App, photos: int, people: int, groups: int) -> set[int]:
    """Make a profile of this size; the numbers of the groups that are somebody's who is known."""
    chance, engine, catalog = np.random.default_rng(1), app.engine, app.catalog
    means: Any = engine._calibration.means
    centers = unit(chance.normal(size=(people + groups, engine.dimensions)).astype(np.float32))
    more = np.arange(0, groups, 10)
    centers[people + more] = centers[more % people]
    total = photos * FACES_A_PHOTO
    # Half of the faces are of people, a quarter in groups, and each of the others is alone.
    whose = np.concatenate(
        [
            np.arange(total // 2) % people,
            people + np.arange(total // 4) % groups,
            people + groups + np.arange(total - total // 2 - total // 4),
        ]
    )
    chance.shuffle(whose)
    noise = unit(chance.normal(size=(total, engine.dimensions)).astype(np.float32))
    together = whose < len(centers)
    noise[together] = unit(LIKE_THEM * centers[whose[together]] + np.sqrt(1 - LIKE_THEM**2) * noise[together])
    faces = [a_face(place) for place in range(FACES_A_PHOTO)]
    for first in range(0, photos, A_FOLDER):
        names = [f"IMG_{number:06}.jpg" for number in range(first, min(photos, first + A_FOLDER))]
        catalog.select(Listing(f"/photos/{first}", tuple(FolderEntry(name, 1, 1) for name in names), {}))
    catalog.commit()
    contents = [hashlib.sha256(b"%d" % number).digest() for number in range(photos)]
    for number, photo in enumerate(catalog.unanalyzed((engine.name,))):
        vectors = noise[number * FACES_A_PHOTO : (number + 1) * FACES_A_PHOTO]
        analysis = pack(faces, (vectors + means[0]).astype(np.float32), None)
        catalog.record_analyses(photo, contents[number], {engine.name: analysis}, Metadata(1))
    catalog.commit()
    with catalog.whole():
        for number in range(people):
            person = catalog.person(f"Person {number:03}")
            own, strangers = np.flatnonzero(whose == number), np.flatnonzero(whose >= people + groups)
            said = [(face, Decision.YES) for face in own.tolist()]
            said += [(face, Decision.NO) for face in strangers[number * REFUSED : (number + 1) * REFUSED].tolist()]
            keys = {
                FaceKey(contents[face // FACES_A_PHOTO], faces[face % FACES_A_PHOTO].box): one for face, one in said
            }
            for key in list(keys)[:PORTRAITS]:
                catalog.add_portrait(person, key, CROP)
            catalog.decide_faces(person, keys)
    _group(app, contents, whose, noise)
    return set((people + 1 + more).tolist())


def _group(app: App, contents: list[bytes], whose: Any, vectors: Any) -> None:
    """Keep groups of these faces; the number of each is one more than whose it is."""
    catalog, people = app.catalog, {one.person.name: one.person.id for one in app.catalog.people()}
    rows = np.zeros(len(whose), FACE)
    rows["box"] = np.tile([a_face(place).box for place in range(FACES_A_PHOTO)], (len(contents), 1))
    rows["seconds"], rows["clear"], rows["sharpness"] = np.nan, True, 50
    rows["group"] = whose + 1
    ids = np.array(list(people.values()))
    rows["owner"] = np.where(whose < len(ids), ids[np.minimum(whose, len(ids) - 1)], 0)
    stored = StoredGroups(contents, np.full(len(contents), FACES_A_PHOTO), rows, np.zeros(0, PORTRAIT))
    labels, place = np.unique(rows["group"], return_inverse=True)
    sums = np.zeros((len(labels), vectors.shape[1]), np.float32)
    np.add.at(sums, place, vectors)
    lengths = np.linalg.norm(sums, axis=1)
    data = stored.encode()
    means = encode_means(GroupMeans(labels.astype(np.int64), sums / lengths[:, None], lengths), data)
    catalog.keep_grouping(app.engine.name, catalog.basis(), data, means)


def main() -> int:
    given = [int(one) for one in sys.argv[1:]]
    photos, people, groups = [*given, *(PHOTOS, PEOPLE, GROUPS)[len(given) :]]
    with tempfile.TemporaryDirectory() as scratch:
        app = App(AppPaths(Path(scratch)))
        app.open()
        try:
            right = filled(app, photos, people, groups)
            unknown = app.people.unknown()
            memory, began, began_cpu = peak_mb(), time.perf_counter(), time.process_time()
            found = app.suggestions.of_groups(unknown)
            seconds, spent = time.perf_counter() - began, time.process_time() - began_cpu
            more = peak_mb() - memory
        finally:
            app.close()
    suggested = {one.group.number for one in found}
    strangers = len(suggested - right) / max(1, len(unknown) - len(right))
    print(f"{people} people, {len(unknown):,} groups, {photos * FACES_A_PHOTO:,} faces in {photos:,} photos")
    print(f"{len(right & suggested)} of {len(right)} groups of people who are known; {strangers:.1%} of all others")
    print(f"{seconds:.2f} s ({spent:.2f} s of processor time), {more:.0f} MB more")
    return 0 if seconds <= MOST_SECONDS and right <= suggested and strangers <= MOST_STRANGERS else 1


if __name__ == "__main__":
    sys.exit(main())
