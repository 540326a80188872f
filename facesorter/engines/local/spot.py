"""The surroundings of what may be a face, at one size, so that another look at them costs little, also turned."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from facesorter.engines.local.models import Floats, Pixels
from facesorter.engines.local.warp import Frame, cut

PATCH, PATCH_FACE = 160, 72
"""Sides in pixels of what such another look sees, and of the face in its middle."""

TURNABLE = 228
"""Side in pixels of a square that holds one of `PATCH` however that is turned."""


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A candidate's surroundings, brought to a size at which turning them costs little: where they lie, and pixels."""

    frame: Frame
    scale: float
    pixels: Pixels

    @classmethod
    def around(cls, pixels: Pixels, row: Floats, reach: int = TURNABLE, face: int = PATCH_FACE) -> Spot:
        """A square of `reach` pixels around the candidate of this row, which is made `face` pixels large in it."""
        scale = float(row[2:4].max()) / face
        frame = Frame.around(row[:2] + row[2:4] / 2, reach, scale, 0)
        skip = max(1, int(scale) // 2)  # where four pixels or more become one, every second of them will do
        sampled = Frame((frame.corner - (skip - 1) / 2) / skip, frame.across / skip, frame.down / skip)
        return cls(frame, scale, cut(pixels[::skip, ::skip], sampled, reach, Image.Resampling.BILINEAR))

    def patch(self, frame: Frame) -> Pixels:
        """The middle, (`PATCH`, `PATCH`, 3), turned as the frame is; a quarter turn only moves pixels, in no time."""
        quarters = frame.turn / (math.pi / 2)
        if abs(quarters - round(quarters)) > 1e-9:
            return cut(self.pixels, frame, PATCH, Image.Resampling.BILINEAR)
        edge = (self.pixels.shape[0] - PATCH) // 2
        return np.rot90(self.pixels[edge : edge + PATCH, edge : edge + PATCH], round(quarters))
