"""Finds faces with YuNet in a picture at one scale, and puts right what it says of tilted and lying ones.

YuNet sees faces of about 10 to 300 pixels; `search` decides at which scales a picture is looked at.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from operator import itemgetter

import numpy as np
from PIL import Image

from facesorter.engines.local.models import Floats, Network, Pixels
from facesorter.engines.local.spot import PATCH, Spot
from facesorter.engines.local.suppression import overlapping, suppressed
from facesorter.engines.local.warp import Frame

STRIDES = (8, 16, 32)
"""Pixels between YuNet's anchors, one grid each; a picture's sides must be multiples of the last."""

TILE = 1024
"""Longest side of what is shown to YuNet at once; beyond it memory grows and caches miss."""

SEAM = 128
"""Pixels that neighboring tiles share, so that a face of that size is whole in one of them."""

CONFIDENT = 0.7
"""YuNet's score (0-1) from which a detection is a face. Below it backs of heads and hands outnumber faces."""

AGREED, CONFIRMED = 0.7, 0.78
"""Scores that a second look, at one size, must give whatever is not `ACCEPTED`, and that the better of both looks must
have: things have 0.7 to 0.8 far more often than faces, of which none is lost (`tests/bench/false_faces.py`)."""

ACCEPTED = 0.9
"""Score from which a face needs no second look: most upright faces have it, those lying on their side do not."""

CERTAIN = 0.85
"""Score that a face needs if it is found with the picture turned: a hand or a dog's head looks like one so."""

HINT = 0.1
"""Score from which a candidate is glanced at, for it may be a small face, or one that lies on its side: from here 96 in
100 of LFW's faces are found lying, from `POSSIBLE` 82. Three or four other things a photo reach it too."""

POSSIBLE = 0.3
"""Score from which a detection in a face's place is that face seen another way, and a small one may be of a crowd."""

LIKELIER = 0.01
"""How much more certain a face must be to be taken for a turned one: most faces are upright, and some of those that
wear a cap score as well turned."""

PROMISING = 0.5
"""Score from which what a second look is for, or has seen, is turned further, until it stands upright."""

QUARTERS = (1, -1, 2)
TURNS = [quarters * math.pi / 2 for quarters in QUARTERS]
"""Turns of a second look. YuNet gives 99 in 100 faces a score of 0.7 up to 30 degrees from upright, 94 one of 0.5 at
45."""

LEVEL = math.radians(4)
"""Tilt up to which a face's points are taken as they are."""

ASKEW = math.radians(30)
"""Below `ACCEPTED` a face's points are looked for once more, upright and turned both ways, for a cap or a hand can
hide the tilt. Two in a hundred faces; 0.990 of LFW's pairs of the same person are found instead of 0.986 at one false
in 1,000."""

OVERTURN, ROUNDS = 1.8, 3
"""YuNet underrates a tilt by half, and puts the points of a face tilted by 30 degrees so wrongly that its vector has a
cosine of 0.63 to that of the same face upright. Turned back by `OVERTURN` times what was seen, and looked at again, up
to `ROUNDS` times, it has 0.91 (45 degrees: 0.34 and 0.91; on 58 pictures of LFW)."""

GLANCE, GLANCE_FACE = 96, 60
"""Sides in pixels of what a glance at a small candidate sees, and of the candidate itself, which is enlarged for it."""

TURNED_GLANCE, TURNED_FACE, LIKELY = 64, 48, 0.4
"""The same for a glance at what may lie, and the score from which that is looked at turned, at six times the cost. All
of 816 candidates on lying faces have it, of 608 on other things one in fifteen."""

COLUMNS = 15
"""Of a row of detections: left, top, width, height, five points (x, y) in `Landmarks` order, score."""


class Detector:
    """Finds faces in pixels. All methods may be called from many threads at once."""

    def __init__(self, network: Network) -> None:
        self._network = network
        outputs = network.outputs
        self._order = {
            kind: [outputs.index(f"{kind}_{stride}") for stride in STRIDES] for kind in ("cls", "obj", "bbox", "kps")
        }

    def look(
        self, pixels: Pixels, longer_side: float, at_least: float = CONFIDENT, near: Floats | None = None
    ) -> Floats:
        """Detections of at least this score, (faces, `COLUMNS`), in `pixels`' own coordinates, at one scale.

        The picture is reduced by the whole factor that brings its longer side nearest to `longer_side`, and cut into
        tiles if it is still large, of which only those are looked at that hold the middle of a detection in `near`.
        """
        factor = _factor(pixels, longer_side)
        if factor > 1:
            pixels = np.asarray(Image.fromarray(pixels).reduce(factor))
        centers = None if near is None else (near[:, :2] + near[:, 2:4] / 2) / factor
        found = [np.empty((0, COLUMNS), np.float32)]
        for left, top, right, bottom in self._tiles(pixels.shape[1], pixels.shape[0]):
            if centers is not None and not ((centers >= (left, top)) & (centers < (right, bottom))).all(1).any():
                continue
            rows = self._run(pixels[top:bottom, left:right], at_least)
            rows[:, [0, 4, 6, 8, 10, 12]] += left
            rows[:, [1, 5, 7, 9, 11, 13]] += top
            found.append(rows)
        rows = suppressed(np.concatenate(found))
        rows[:, :14] *= factor
        return rows

    def sees_whole(self, pixels: Pixels, longer_side: float) -> bool:
        """Whether such a look shows the picture at once and not in tiles, in which a face may be cut."""
        height, width = (-(-length // _factor(pixels, longer_side)) for length in pixels.shape[:2])
        return len(list(self._tiles(width, height))) == 1

    def glances(self, pixels: Pixels, rows: Floats) -> Floats:
        """How certain (0-1) each of these small candidates is of being a face once it is enlarged, (rows,)."""
        return self._glances(pixels, rows, GLANCE, GLANCE_FACE, [0])

    def lying(self, pixels: Pixels, rows: Floats) -> Floats:
        """The faces around these candidates, (faces, `COLUMNS`), seen with the picture turned: they may lie.

        Those are left out that are seen best as they are and `CONFIDENT`, for they are known already.
        """
        likely = self._glances(pixels, rows, TURNED_GLANCE, TURNED_FACE, QUARTERS) >= LIKELY
        found = [self._turned(pixels, row, turned) for row, turned in zip(rows, likely, strict=True)]
        return np.concatenate([rows[:0], *found])

    def straightened(self, pixels: Pixels, row: Floats, turn: float = 0) -> Floats:
        """A detection made with the picture turned so, its points and box those that are seen with the face upright."""
        spot: Spot | None = None
        for _ in range(ROUNDS):
            tilt = math.remainder(Frame.of_face(row[4:14].reshape(5, 2)).turn - turn, math.tau)
            if abs(tilt) <= LEVEL:
                break
            turn += OVERTURN * tilt
            spot = spot or Spot.around(pixels, row)
            seen = self._look_turned(spot, turn, POSSIBLE)
            same = overlapping(row, seen)
            if not len(same):
                break
            row = same[0]
        return row

    def checked(self, pixels: Pixels, row: Floats) -> Floats:
        """The detection if it is `ACCEPTED`, or if the best of three looks has `AGREED` with it; (0 or 1, `COLUMNS`).

        The points of a doubtful one are those of that look, its score is the better one.
        """
        if row[14] >= ACCEPTED:
            return row[None]
        spot = Spot.around(pixels, row)
        looks = [self._look_turned(spot, turn, AGREED) for turn in (0.0, -ASKEW, ASKEW)]
        seen = overlapping(row, np.concatenate(looks))
        if not len(seen):
            return row[None][:0]
        best = seen[seen[:, 14].argmax()]
        score = max(row[14], best[14])
        return np.hstack([row[:4], best[4:14], score])[None][: bool(score >= CONFIRMED)]

    def _glances(self, pixels: Pixels, rows: Floats, side: int, face: int, quarters: Sequence[int]) -> Floats:
        """The score in the middle of each candidate's surroundings, turned by so many quarters, the best of all turns.

        The candidates are shown below one another and their turns side by side, as one picture.
        """
        best = np.zeros(len(rows), np.float32)
        at_once = (self._network.height or TILE) // side
        for start in range(0, len(rows), at_once):
            spots = [Spot.around(pixels, row, side, face).pixels for row in rows[start : start + at_once]]
            columns, outputs = self._outputs(np.vstack([np.hstack([np.rot90(s, q) for q in quarters]) for s in spots]))
            for grid, stride in enumerate(STRIDES):
                cells = side // stride
                chances = self._chances(outputs, grid).reshape(-1, columns // stride)
                chances = chances[: len(spots) * cells, : len(quarters) * cells]
                middle = np.abs((np.arange(cells) + 0.5) * stride - side / 2) < face / 2
                seen = chances.reshape(len(spots), cells, len(quarters), cells)[:, middle][..., middle].max((1, 2, 3))
                best[start : start + at_once] = np.maximum(best[start : start + at_once], seen)
        return np.sqrt(best)

    def _turned(self, pixels: Pixels, row: Floats, turned: bool) -> Floats:
        """The most certain detection around a candidate, (0 or 1, `COLUMNS`), upright and, if so asked, turned."""
        seen: list[tuple[float, Floats]] = []
        if turned:
            spot = Spot.around(pixels, row, PATCH)
            seen = [(turn, found) for turn in TURNS for found in self._look_turned(spot, turn, PROMISING)[:1]]
        if row[14] >= PROMISING:
            seen.append((0.0, row))
        straight = [(self.straightened(pixels, found, turn), turn) for turn, found in seen]
        certain = [
            (found[14] + (0 if turn else LIKELIER), turn, found) for found, turn in straight if found[14] >= CERTAIN
        ]
        _, turn, best = max(certain, key=itemgetter(0), default=(0, 0.0, row))
        known = not turn and row[14] >= CONFIDENT
        return best[None][: bool(certain) and not known]

    def _look_turned(self, spot: Spot, turn: float, at_least: float) -> Floats:
        frame = Frame.around(np.full(2, spot.pixels.shape[0] / 2), PATCH, 1, turn)
        rows = self._run(spot.patch(frame), at_least)
        if not len(rows):
            return rows
        # the upright box around an ellipse of the detected size that is turned so
        extent = spot.scale * np.hypot(rows[:, 2:4] * math.cos(turn), rows[:, [3, 2]] * math.sin(turn))
        center = spot.frame.place(frame.place(rows[:, :2] + rows[:, 2:4] / 2))
        points = spot.frame.place(frame.place(rows[:, 4:14].reshape(-1, 5, 2)))
        return np.hstack([center - extent / 2, extent, points.reshape(-1, 10), rows[:, 14:]], dtype=np.float32)

    def _tiles(self, width: int, height: int) -> Iterator[tuple[int, int, int, int]]:
        columns = _spans(width, self._network.width or TILE)
        for top, bottom in _spans(height, self._network.height or TILE):
            for left, right in columns:
                yield left, top, right, bottom

    def _run(self, pixels: Pixels, at_least: float) -> Floats:
        """Detections in one tile, none of them twice.

        Decoding is OpenCV's for the same network: an anchor at (column, row) of a grid of `stride` pixels has its
        center at (column + dx, row + dy) * stride, its size is exp(log size) * stride, its points lie at
        (column + x, row + y) * stride, and its score is the root of class times objectness.
        """
        columns, outputs = self._outputs(pixels)
        found: list[Floats] = []
        for grid, stride in enumerate(STRIDES):
            chances = self._chances(outputs, grid)
            chosen = np.flatnonzero(chances >= at_least * at_least)
            if not chosen.size:
                continue
            boxes, points = (outputs[self._order[kind][grid]][0] for kind in ("bbox", "kps"))
            anchors = np.stack([chosen % (columns // stride), chosen // (columns // stride)], 1).astype(np.float32)
            size = np.exp(boxes[chosen, 2:]) * stride
            corner = (anchors + boxes[chosen, :2]) * stride - size / 2
            places = (anchors[:, None] + points[chosen].reshape(-1, 5, 2)) * stride
            found.append(np.hstack([corner, size, places.reshape(-1, 10), np.sqrt(chances[chosen, None])]))
        return suppressed(np.concatenate(found)) if found else np.empty((0, COLUMNS), np.float32)

    def _outputs(self, pixels: Pixels) -> tuple[int, Sequence[Floats]]:
        """How wide the picture was shown to the network, and what that made of it."""
        height, width = pixels.shape[:2]
        rows = self._network.height or -height % STRIDES[-1] + height
        columns = self._network.width or -width % STRIDES[-1] + width
        canvas = np.zeros((1, rows, columns, 3), np.uint8)
        canvas[0, :height, :width] = pixels
        return columns, self._network.run(canvas)

    def _chances(self, outputs: Sequence[Floats], grid: int) -> Floats:
        """Each anchor's class times objectness, row by row: its score squared."""
        classes, objects = (outputs[self._order[kind][grid]][0] for kind in ("cls", "obj"))
        return (classes * objects)[:, 0]


def _factor(pixels: Pixels, longer_side: float) -> int:
    """By what a picture is to be reduced so that its longer side comes nearest to this."""
    return max(1, round(max(pixels.shape[:2]) / longer_side))


def _spans(length: int, most: int) -> list[tuple[int, int]]:
    """The fewest equal spans of at most `most` pixels that cover `length` and overlap by at least `SEAM`."""
    if length <= most:
        return [(0, length)]
    count = -(-(length - SEAM) // (most - SEAM))
    span = -(-(length + (count - 1) * SEAM) // count)
    starts = (round(number * (length - span) / (count - 1)) for number in range(count))
    return [(start, start + span) for start in starts]
