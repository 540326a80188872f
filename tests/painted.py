"""A face engine for painted pictures: every patch on the grey ground is a face, and its color says whose.

It decodes real files and looks at real pixels, so limits, formats and orientation are tried for what they are, and a
picture with a hundred faces costs milliseconds.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
from packed_as_stored import PackedAsStored
from PIL import Image
from scipy import ndimage

from facesorter.domain.errors import NoFaceInHeadshot
from facesorter.domain.loaded_photos import ScoredAnew
from facesorter.domain.matching import Highest, highest
from facesorter.domain.models import (
    Appearance,
    BoundingBox,
    Comparison,
    EncodedPicture,
    Face,
    Landmarks,
    Match,
    Point,
    Portrait,
    Pose,
    Quality,
    Reference,
)
from facesorter.domain.ports import Analyses, Example
from facesorter.domain.wire import face_detail
from facesorter.images import decode

ANNA = (220, 40, 40)
ANNA_OLDER = (200, 60, 60)
LIKE_ANNA = (200, 65, 65)
"""Anna at a glance, and to be checked."""
BEN = (40, 60, 220)
IN_THE_DARK = (24, 0, 0)

Color = tuple[int, int, int]
Patch = tuple[int, int, int, Color]
"""Left, top and side in pixels, and the color."""


def painted(
    *patches: Patch, size: tuple[int, int] = (400, 300), image_format: str = "PNG", orientation: int = 1
) -> bytes:
    """The bytes of a picture with these patches; `orientation` goes into its EXIF, the pixels stay as they are."""
    image = Image.new("RGB", size, (128, 128, 128))
    for left, top, side, color in patches:
        image.paste(color, (left, top, left + side, top + side))
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    image.save(file, image_format, exif=exif.tobytes(), **({"quality": 95} if image_format == "JPEG" else {}))
    return file.getvalue()


def photographed(*patches: Patch, seed: int = 0, image_format: str = "JPEG") -> bytes:
    """A painted picture with the grain of a camera, which makes it as large as a photo."""
    with Image.open(io.BytesIO(painted(*patches))) as opened:
        pixels = np.asarray(opened).astype(np.int16)
    grain = np.random.default_rng(seed).integers(-9, 10, pixels.shape)
    file = io.BytesIO()
    Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8)).save(file, image_format, quality=97)
    return file.getvalue()


class PaintedEngine:
    """Implements the endpoint's `RecallingEngine`; its answers are the faces' boxes and colors as JSON."""

    name = "painted-1"
    paid = False
    contrast = 1.0
    """Points of similarity that a step of color takes off."""

    def faces(self, picture: EncodedPicture) -> tuple[Face, ...]:
        return self.faces_in((self.analyze(self.name, picture),))

    def enrol(self, name: str, portraits: Sequence[Portrait]) -> Reference:
        examples = [Example((self.analyze(self.name, it.picture),), it.face_index or 0) for it in portraits]
        if not all(example.face_index < len(self.faces_in(example.analyses)) for example in examples):
            raise NoFaceInHeadshot("No face was found in the headshot.")
        return self.grow(self.recall(name, examples[0]), examples)

    def queries(self, people: Sequence[Reference]) -> tuple[str, ...]:
        return (self.name,)

    def analyze(self, query: str, picture: EncodedPicture) -> bytes:
        pixels = decode(picture.data).pixels.astype(int)
        height, width = pixels.shape[:2]
        found = []
        for number, (rows, columns) in enumerate(ndimage.find_objects(patches := _patches(pixels)), 1):
            inside = pixels[rows, columns][patches[rows, columns] == number]
            across, down = columns.stop - columns.start, rows.stop - rows.start
            if min(across, down) > 2:
                box = [columns.start / width, rows.start / height, across / width, down / height]
                found.append((box, inside.mean(0).tolist()))
        return json.dumps(sorted(found, key=lambda face: -face[0][2] * face[0][3])).encode()

    looker = None

    def of_film(self, frames: Sequence[tuple[float, bytes]]) -> bytes:
        """All faces of all frames, each with its time."""
        found = [[box, color, seconds] for seconds, analysis in frames for box, color in json.loads(analysis)]
        return json.dumps(sorted(found, key=lambda face: -face[0][2] * face[0][3])).encode()

    def faces_in(self, analyses: Analyses) -> tuple[Face, ...]:
        return tuple(
            replace(_face(BoundingBox(*box), color), seconds=time[0] if time else None)
            for box, color, *time in json.loads(analyses[0])
        )

    def similarities(self, people: Sequence[Reference], photos: Sequence[Analyses]) -> list[list[list[float]]]:
        return [
            [[self._similarity(color, person) for person in people] for _, color, *_ in json.loads(analyses[0])]
            for analyses in photos
        ]

    def highest(self, people: Sequence[Reference], photos: Sequence[Analyses]) -> list[Highest]:
        return highest(self.similarities(people, photos), len(people))

    def load(self, photos: Sequence[Analyses]) -> ScoredAnew:
        return ScoredAnew(self, photos)

    @property
    def packing(self) -> PackedAsStored:
        return PackedAsStored(self)

    def grow(self, person: Reference, examples: Sequence[Example]) -> Reference:
        colors = [json.loads(example.analyses[0])[example.face_index][1] for example in examples]
        return Reference(person.name, person.face, tuple(colors))

    scale = (0.9, 0.999)

    def vectors(self, examples: Sequence[Example]) -> np.ndarray:
        """The colors as directions."""
        colors = [json.loads(example.analyses[0])[example.face_index][1] for example in examples]
        found = np.array(colors, np.float32).reshape(-1, 3) - 100
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    def set_apart(self, person: Reference, others: Sequence[Example], sure_from: float = 80.0) -> Reference:
        return person

    def recall(self, name: str, example: Example) -> Reference:
        face = self.faces_in(example.analyses)[example.face_index]
        return self.grow(Reference(name, face, ()), [example])

    def compare(self, source: Portrait, target: EncodedPicture) -> Comparison:
        person = self.enrol("", [source])
        analyses = (self.analyze(self.name, target),)
        scores = self.similarities([person], [analyses])[0]
        matches = [Match(face, score) for face, (score,) in zip(self.faces_in(analyses), scores, strict=True)]
        return Comparison(person.face, tuple(sorted(matches, key=lambda match: -match.similarity)))

    def face_details(self, picture: EncodedPicture) -> list[dict[str, Any]]:
        return [face_detail(face, Appearance()) for face in self.faces(picture)]

    def stop(self) -> None:
        pass

    def _similarity(self, color: Sequence[float], person: Reference) -> float:
        known = np.array(person.payload)
        return max(0.0, 100.0 - self.contrast * float(np.linalg.norm(known - color, axis=1).min()))


def _patches(pixels: np.ndarray) -> np.ndarray:
    labels, _count = cast("tuple[np.ndarray, int]", ndimage.label(np.abs(pixels - 128).max(2) > 30))
    return labels


def _face(box: BoundingBox, color: Sequence[float]) -> Face:
    """Marks where a face that looks straight ahead has them; only the brightness is measured."""
    places = ((0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.35, 0.8), (0.65, 0.8))
    marks = Landmarks(*(Point(box.left + x * box.width, box.top + y * box.height) for x, y in places))
    return Face(box, 99.5, marks, Pose(0, 0, 0), Quality(max(color) / 2.55, 80))
