"""How well faces come together without a headshot: `python tests/bench/groups.py`.

Pairwise precision, recall, F1 and groups a person on real photos, beside DBSCAN on the same vectors at its best
threshold (which a user would have to know); then time and memory with made-up vectors of 1.8 faces a photo, seven in
ten of which are of 200 people and the rest of strangers.
"""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from galleries import DATA

from facesorter.domain.formats import is_photo
from facesorter.domain.models import EncodedPicture
from facesorter.engines.local.codec import faces_of, vectors_of
from facesorter.engines.local.engine import LocalEngine
from facesorter.groups.grouping import Groups, Scale

FACES_A_PHOTO = 1.8
KNOWN = 0.7
PEOPLE = 200
TOGETHER = 2000


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
        grow(int(count * FACES_A_PHOTO), count, scale)


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


def grow(faces: int, photos: int, scale: Scale) -> None:
    """Time of grouping so many faces as they come, and of 100 more photos; the peak of memory so far."""
    random = np.random.default_rng(0)

    def unit(vectors: Any) -> Any:
        return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)

    centers = unit(random.normal(size=(PEOPLE, 128)))

    def some(count: int) -> Any:
        known = random.random(count) < KNOWN
        noise = unit(random.normal(size=(count, 128)))
        return unit(np.where(known[:, None], centers[random.integers(0, PEOPLE, count)] + 0.95 * noise, noise))

    groups = Groups(128, scale)
    began = time.process_time()
    for start in range(0, faces, TOGETHER):
        count = min(TOGETHER, faces - start)
        numbers = [int((start + face) / FACES_A_PHOTO) for face in range(count)]
        groups.add(some(count), numbers, [True] * count)
    whole, began = time.process_time() - began, time.perf_counter()
    more = int(100 * FACES_A_PHOTO)
    groups.add(some(more), [photos + int(face / FACES_A_PHOTO) for face in range(more)], [True] * more)
    joined = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{photos:,} photos: {whole:.1f} s of processor, {joined:.2f} s for 100 more, {len(groups.groups()):,} groups,"
        f" {memory:,.0f} MB"
    )


if __name__ == "__main__":
    main()
