"""How well faces come together without a headshot: `python tests/bench/groups.py`.

Pairwise precision, recall, F1 and groups a person on real photos, beside DBSCAN on the same vectors at its best
threshold (which a user would have to know); then time and memory with made-up vectors of three faces a photo, seven in
ten of which are of 200 people and the rest of strangers.
"""

from __future__ import annotations

import facesorter  # noqa: F401  (it says how many threads numpy may have, which must come first)

# isort: split
import resource
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from galleries import DATA

from facesorter.domain.formats import is_photo
from facesorter.domain.models import BoundingBox, EncodedPicture
from facesorter.engines.local.codec import faces_of, vectors_of
from facesorter.engines.local.engine import LocalEngine
from facesorter.groups.grouping import Groups, Scale
from facesorter.groups.known import KnownGroups
from facesorter.groups.said import PicturesSaid
from facesorter.groups.seen import Kept, SeenFace, SeenPicture
from facesorter.groups.stored import StoredGroups, decode_means, encode_means

FACES_A_PHOTO = 3.0
KNOWN = 0.7
PEOPLE = 200
TOGETHER = 1000
DIMENSIONS = 128
NOTHING_SAID = PicturesSaid()
FACE = SeenFace(BoundingBox(0.25, 0.25, 0.5, 0.5), clear=True, sharpness=80.0)


def main() -> None:
    engine = LocalEngine()
    scale = Scale(*engine.scale)
    for name in ("lfw", "ages", "press"):
        vectors, people, photos = faces_below(engine, DATA / name)
        groups = Groups(vectors.shape[1], scale)
        groups.add(vectors, photos, [True] * len(vectors))
        ours = measure(people, [groups.group_of(face) for face in range(len(vectors))])
        threshold, peer = max(
            ((cosine, measure(people, dbscan(vectors, cosine))) for cosine in np.arange(0.2, 0.7, 0.02)),
            key=lambda one: one[1][2],
        )
        print(f"{name}: {len(vectors)} faces, of {len(set(people) - {None})} people by name")
        print("  FaceSorter       precision {:.3f}  recall {:.3f}  F1 {:.3f}  groups a person {:.2f}".format(*ours))
        print(
            "  DBSCAN at {:.2f}   precision {:.3f}  recall {:.3f}  F1 {:.3f}  groups a person {:.2f}".format(
                threshold, *peer
            )
        )
    for count in (1_000, 10_000, 100_000):
        grow(count, scale)


def faces_below(engine: LocalEngine, folder: Path) -> tuple[Any, list[str | None], list[int]]:
    """Cleared vectors, whose face each is (the largest of a photo is whom its folder names), and the photo's number."""
    found, people, photos = [], [], []
    for number, path in enumerate(path for path in sorted(folder.rglob("*")) if is_photo(path.name)):
        packed = engine.analyze(engine.name, EncodedPicture(str(path), path.read_bytes()))
        areas = [face.box.area for face in faces_of(packed)]
        for index, vector in enumerate(vectors_of([packed])[0]):
            found.append(vector)
            people.append(path.parent.name if areas[index] == max(areas) else None)
            photos.append(number)
    return engine.cleared(np.stack(found)), people, photos


def measure(people: Sequence[str | None], groups: Sequence[int]) -> tuple[float, float, float, float]:
    """Pairwise precision, recall and F1 of the faces whose names are known, and groups of each person with several."""
    named = [(person, group) for person, group in zip(people, groups, strict=True) if person is not None]

    def pairs(counts: Counter[Any]) -> int:
        return sum(count * (count - 1) // 2 for count in counts.values())

    faces = Counter(person for person, _ in named)
    right, told = pairs(Counter(named)), pairs(Counter(group for _, group in named))
    precision, recall = right / max(told, 1), right / max(pairs(faces), 1)
    several = {person for person, count in faces.items() if count > 1}
    parts = len({(person, group) for person, group in named if person in several}) / max(len(several), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9), parts


def dbscan(vectors: Any, cosine: float, least: int = 2) -> list[int]:
    """Groups by DBSCAN, with a distance of `1 - cosine` and `least` neighbors (itself among them) for a core."""
    near = vectors @ vectors.T >= cosine
    core = near.sum(1) >= least
    group = [-1] * len(vectors)
    for start in range(len(vectors)):
        if group[start] < 0:
            group[start] = start
            reached = [start] if core[start] else []
            while reached:
                for other in np.flatnonzero(near[reached.pop()]).tolist():
                    if group[other] < 0:
                        group[other] = start
                        if core[other]:
                            reached.append(other)
    return group


def grow(photos: int, scale: Scale) -> None:
    """Time of grouping the faces of so many photos as they come, and of taking them up again for 100 more photos.

    That is: reading what was kept, grouping the new faces, and writing it again. Then the peak of memory so far.
    """
    random = np.random.default_rng(0)
    centers = unit(random.normal(size=(PEOPLE, DIMENSIONS)))

    def some(first: int, count: int) -> list[SeenPicture]:
        faces = random.poisson(FACES_A_PHOTO, count)
        known = random.random(faces.sum()) < KNOWN
        noise = unit(random.normal(size=(faces.sum(), DIMENSIONS)))
        theirs = centers[random.integers(0, PEOPLE, len(known))] + 0.95 * noise
        vectors = np.split(unit(np.where(known[:, None], theirs, noise)), np.cumsum(faces)[:-1])
        return [
            SeenPicture((first + place).to_bytes(32), [FACE] * len(of_one), of_one)
            for place, of_one in enumerate(vectors)
        ]

    groups = KnownGroups(DIMENSIONS, scale)
    whole = 0.0
    for start in range(0, photos, TOGETHER):
        pictures = some(start, min(TOGETHER, photos - start))
        began = time.process_time()
        groups.add(pictures, NOTHING_SAID)
        whole += time.process_time() - began
    stored, means = groups.stored()
    count, largest, found = len(groups), groups.sizes(1), sum(1 for _ in stored.by_group())
    faces = stored.encode()
    record, more = (faces, encode_means(means, faces)), some(photos, 100)
    del groups, stored, means, faces
    began = time.process_time()
    groups = KnownGroups(DIMENSIONS, scale)
    kept = Kept(StoredGroups.decode(record[0]), decode_means(record[1], record[0], DIMENSIONS), is_current=True)
    groups.restore(kept, AllKnown(), (), NOTHING_SAID)
    taken_up, began = time.process_time() - began, time.process_time()
    groups.add(more, NOTHING_SAID)
    joined, began = time.process_time() - began, time.process_time()
    stored, means = groups.stored()
    faces = stored.encode()
    size = len(faces) + len(encode_means(means, faces))
    written = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{photos:,} photos with {count:,} faces: {whole:.1f} s of processor, {found:,} groups, the largest of"
        f" {largest[0]:,}; 100 more: {taken_up:.2f} s to take up, {joined:.2f} s to join, {written:.2f} s to write"
        f" {size / 2**20:.0f} MB; {memory:,.0f} MB of memory"
    )


class AllKnown:
    """Pictures of which nothing is gone and nothing has to be read."""

    def known(self, contents: Sequence[bytes]) -> list[bool]:
        return [True] * len(contents)

    def vectors(self, contents: Sequence[bytes]) -> Iterator[tuple[bytes, Any]]:
        raise AssertionError(f"{len(contents)} pictures were read.")


def unit(vectors: Any) -> Any:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


if __name__ == "__main__":
    main()
