"""Decides at which scales a photo is looked at for faces.

YuNet sees faces of about 10 to 300 pixels, so a close-up must be shrunk for it and a crowd enlarged. Four times the
pixels take four times as long, so a large photo is looked at small first, and larger only as long as something small
was seen in it that is a face at a glance.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from facesorter.engines.local.detect import ACCEPTED, COLUMNS, CONFIDENT, HINT, POSSIBLE, Detector
from facesorter.engines.local.models import Floats, Pixels
from facesorter.engines.local.suppression import suppressed
from facesorter.images import Picture

FIRST_LOOK = 960
"""Pixels that the longer side has at least when a photo is first looked at: a quarter of 12 megapixels."""

CLOSE_UP, WIDE = 384, 1024
"""Longer sides of the first looks: for faces that fill a picture, and, at every picture, for smaller ones."""

NEARLY = 0.9
"""A decoding of this part of a look's size will do: half of 12 megapixels for 2048, in a third of the whole's time."""

LARGE = 200
"""A larger candidate that is not `ACCEPTED` makes a close-up look worth its time. Of 2,808 faces of 150 to 1,000
pixels, upright and turned, 1,619 are seen better close up, and none of them goes without."""

TINY, SMALL = 16, 32
"""Pixels below which a face, or a candidate that may be one, makes a larger scale worth its time."""

CLEAR = 0.75
"""Score at a glance from which a small candidate makes a larger scale worth its time. Of 50 lone faces of 64 pixels in
12 megapixels 42 are found by it, of 48 pixels 31; by the score of the first look alone it was 34 and 14, and of 76
pictures without a face nine were looked at larger instead of two."""

GLANCES = 6
"""Most small candidates that are glanced at, the most certain ones; where more are `POSSIBLE`, it is a crowd."""

BLURRED, SHARP = 48, 64
"""A face of fewer than `BLURRED` pixels is worth decoding the photo larger, so that it has `SHARP`: at 64 a vector is
as good as at 100, at 48 one in a hundred pairs of the same person is lost at cosine 0.5, at 32 one in twenty."""

SECOND_LOOKS = 12
"""Most candidates of one picture that get a second look."""

MOST_CANDIDATES = 1000
"""The most certain candidates are enough for a school's picture; a poster of 14,000 portraits would take minutes."""


def find_faces(detector: Detector, first: Picture, enlarge: Callable[[int], Picture]) -> tuple[Floats, Picture]:
    """All faces, largest first, (faces, `COLUMNS`) in pixels of the decoding that is returned with them.

    `first` has a longer side of at least `FIRST_LOOK`, if the photo has; `enlarge` decodes it anew with at least so
    many pixels. In a photo of up to 1920 pixels a face is found from some 10 pixels; in a larger one from 20 pixels
    at a scale of 1000, and smaller ones where what is seen of them there is worth a closer look (see `CLEAR`).
    """
    rows, picture = _look_larger_and_larger(detector, first, enlarge)
    if len(rows) > MOST_CANDIDATES:
        rows = rows[np.argsort(-rows[:, 14], kind="stable")[:MOST_CANDIDATES]]
    accepted, doubtful = rows[rows[:, 14] >= ACCEPTED], rows[rows[:, 14] < ACCEPTED][:SECOND_LOOKS]
    lying = detector.lying(picture.pixels, doubtful[[not _holds(row, accepted) for row in doubtful]])
    upright = [
        detector.checked(picture.pixels, detector.straightened(picture.pixels, row))
        for row in rows[rows[:, 14] >= CONFIDENT]
    ]
    rows = suppressed(np.concatenate([*upright, lying]))  # checked points first where scores are equal
    smallest = rows[:, 2:4].max(1).min(initial=BLURRED)
    if smallest < BLURRED:
        larger = _larger(picture, max(picture.pixels.shape[:2]) * SHARP / smallest, enlarge)
        rows[:, :14] *= larger.pixels.shape[1] / picture.pixels.shape[1]
        picture = larger
    return rows[np.argsort(-rows[:, 2] * rows[:, 3], kind="stable")], picture


def _look_larger_and_larger(
    detector: Detector, picture: Picture, enlarge: Callable[[int], Picture]
) -> tuple[Floats, Picture]:
    """Candidates of at least `HINT`, in pixels of the largest decoding that was looked at."""
    full = max(picture.full_width, picture.full_height)
    stretch = max(1.0, 0.75 * full / min(picture.full_width, picture.full_height))
    rows = np.empty((0, COLUMNS), np.float32)
    side, near = WIDE * stretch, None
    for level in itertools.count():
        if max(picture.pixels.shape[:2]) < NEARLY * side:
            larger = _larger(picture, NEARLY * side, enlarge)
            ratio = larger.pixels.shape[1] / picture.pixels.shape[1]
            rows[:, :14] *= ratio
            near = None if near is None else near * ratio
            picture = larger
        longer = max(picture.pixels.shape[:2])
        if longer == full < 2 * FIRST_LOOK:
            side = full
        # The second scale shows a crowd whole; a third one is worth its time only where something is still unclear.
        seen = detector.look(picture.pixels, side, HINT, near if level > 1 else None)
        px = seen[:, 2:4].max(1) * side / longer
        large = (px > LARGE) & (seen[:, 14] < ACCEPTED)
        if level == 0 and (large.any() or not detector.sees_whole(picture.pixels, side)):
            rows = detector.look(picture.pixels, CLOSE_UP * stretch, HINT)
        rows = suppressed(np.concatenate([rows, seen]))
        if side > 0.75 * full:
            break
        near = _worth_a_closer_look(detector, picture.pixels, seen, px)
        if not len(near):
            break
        side *= 2
    return rows, picture


def _worth_a_closer_look(detector: Detector, pixels: Pixels, seen: Floats, px: Floats) -> Floats:
    """Which of the candidates, seen with so many pixels, are too small to be sure of, yet likely faces."""
    score = seen[:, 14]
    doubtful = seen[(px < SMALL) & (score < CONFIDENT)]
    tiny = seen[(px < TINY) & (score >= CONFIDENT)]
    possible = doubtful[doubtful[:, 14] >= POSSIBLE]
    if len(tiny) or len(possible) > GLANCES:
        return np.concatenate([tiny, possible])
    likeliest = doubtful[:GLANCES]
    return likeliest[detector.glances(pixels, likeliest) >= CLEAR]


def _holds(row: Floats, faces: Floats) -> bool:
    """Whether the middle of a face lies in this box."""
    inside = np.abs(faces[:, :2] + faces[:, 2:4] / 2 - row[:2] - row[2:4] / 2) < row[2:4] / 2
    return bool(inside.all(1).any())


def _larger(picture: Picture, side: float, enlarge: Callable[[int], Picture]) -> Picture:
    full = max(picture.full_width, picture.full_height)
    return picture if max(picture.pixels.shape[:2]) == full else enlarge(min(full, round(side)))
