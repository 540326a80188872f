"""Which faces of a film are kept: of everybody in it, the few that are seen best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from facesorter.domain.films import seen_well
from facesorter.domain.models import Face
from facesorter.engines.local import codec as packed
from facesorter.engines.local.calibrate import Calibration
from facesorter.engines.local.models import Floats

KEPT_OF_ONE = 4
"""Most faces of one person: three that are alike make *Sure* of *Check*, and one more for somebody else's mistake."""

KEPT = 120
"""Most faces of a film, which take 40 kB; beyond them those who are seen in one frame only, and badly, go first."""

APART = 0.9
"""Seconds between two kept faces of one person, as far as there are such: neighboring frames say the same."""

MOST_COMPARED = 4000
"""Faces of a film that are compared with each other, those that are seen best."""


def of_film(frames: Sequence[tuple[float, bytes]], calibration: Calibration) -> bytes:
    """The analysis of a film from those of its frames, which are neither empty nor of different models."""
    faces = [replace(face, seconds=seconds) for seconds, analysis in frames for face in packed.faces_of(analysis)]
    vectors, _ = packed.vectors_of([analysis for _, analysis in frames])
    if not faces:
        return packed.pack_film([], vectors)
    order = sorted(range(len(faces)), key=lambda place: -_goodness(faces[place]))[:MOST_COMPARED]
    groups = _groups(order, calibration.cleared(vectors), calibration.sure)
    kept = _kept([_best([faces[place] for place in group], group) for group in groups], groups, faces)
    kept.sort(key=lambda place: -faces[place].box.area)
    return packed.pack_film([faces[place] for place in kept], vectors[kept])


def _goodness(face: Face) -> float:
    """How well a face is seen, 0-1."""
    turn = max(abs(face.pose.yaw), abs(face.pose.pitch))
    straight = max(0.1, 1 - turn / 90)
    return (
        straight * min(1.0, face.box.width / 0.1) * (0.2 + 0.8 * face.quality.sharpness / 100) * face.confidence / 100
    )


def _groups(order: Sequence[int], cleared: Floats, alike: float) -> list[list[int]]:
    """The faces in this order, each with the first group whose best face, or second, looks like it."""
    groups: list[list[int]] = []
    leaders = np.empty((0, cleared.shape[1]), np.float32)
    owners: list[int] = []
    for place in order:
        likeness = leaders @ cleared[place]
        nearest = int(likeness.argmax()) if len(likeness) else -1
        if nearest >= 0 and likeness[nearest] >= alike:
            group = owners[nearest]
            groups[group].append(place)
            if len(groups[group]) != 2:
                continue
        else:
            group = len(groups)
            groups.append([place])
        owners.append(group)
        leaders = np.concatenate([leaders, cleared[place][None]])
    return groups


def _best(faces: Sequence[Face], places: Sequence[int]) -> list[int]:
    """The places of the faces to keep of one person, best first; at different times if there are such."""
    chosen: list[int] = []
    for apart in (APART, 0.0):
        for place, face in zip(places, faces, strict=True):
            times = [faces[places.index(other)].seconds or 0.0 for other in chosen]
            far = all(abs((face.seconds or 0.0) - time) > apart for time in times)
            if place not in chosen and far and len(chosen) < KEPT_OF_ONE:
                chosen.append(place)
    return chosen


def _kept(best: Sequence[list[int]], groups: Sequence[list[int]], faces: Sequence[Face]) -> list[int]:
    """Everybody's best face, then everybody's second, and so on, up to `KEPT`."""
    matter = sorted(
        range(len(groups)),
        key=lambda group: (not seen_well(faces[best[group][0]]), len(groups[group]) < 2, best[group][0]),
    )
    ranked = [best[group][rank] for rank in range(KEPT_OF_ONE) for group in matter if rank < len(best[group])]
    return ranked[:KEPT]
