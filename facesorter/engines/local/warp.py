"""Cuts turned, scaled squares out of a picture: a face as the recognizer wants it, or as the detector sees it best."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facesorter.engines.local.models import Floats, Pixels

PLACES: Floats = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float32
)
"""Where an aligned face has its right eye, left eye, nose and mouth corners; ArcFace's, in pixels of 112x112."""


class Frame(NamedTuple):
    """Where a square patch lies in a picture: its top left corner, and the way of one patch pixel across and down."""

    corner: NDArray[np.float64]
    across: NDArray[np.float64]
    down: NDArray[np.float64]

    @classmethod
    def around(cls, center: NDArray[Any], side: float, scale: float, turn: float) -> Frame:
        """A patch of `side` pixels around `center`, each `scale` pixels of the picture, turned clockwise by radians."""
        across = scale * np.array([math.cos(turn), math.sin(turn)])
        down = np.array([-across[1], across[0]])
        return cls(center - (across + down) * (side / 2), across, down)

    @classmethod
    def of_face(cls, points: Floats) -> Frame:
        """The patch in which a face with these five points (5, 2) has them at `PLACES`, as nearly as can be.

        The similarity transform (turn, scale, shift) is fitted by least squares: with centered points p and places q,
        p = R q, R = [[a, -b], [b, a]], has a = sum(q . p) / sum(q . q) and b = sum(q x p) / sum(q . q).
        """
        center, home = points.mean(0, dtype=np.float64), PLACES.mean(0, dtype=np.float64)
        moved, places = points - center, PLACES - home
        norm = (places * places).sum()
        a = (places * moved).sum() / norm
        b = (places[:, 0] * moved[:, 1] - places[:, 1] * moved[:, 0]).sum() / norm
        across, down = np.array([a, b]), np.array([-b, a])
        return cls(center - home[0] * across - home[1] * down, across, down)

    @property
    def turn(self) -> float:
        """How far the patch is turned clockwise, in radians."""
        return math.atan2(self.across[1], self.across[0])

    def place(self, points: NDArray[Any]) -> Floats:
        """Where points of the patch, (..., 2), lie in the picture."""
        moved = self.corner + points[..., :1] * self.across + points[..., 1:] * self.down
        return moved.astype(np.float32)


def cut(pixels: Pixels, frame: Frame, side: int, resampling: Image.Resampling = Image.Resampling.BICUBIC) -> Pixels:
    """The patch, (side, side, 3); what lies outside the picture is black.

    A patch much larger in the picture is first reduced by a whole factor, so that shrinking does not alias.
    """
    reach = frame.place(np.array([[0, 0], [side, 0], [0, side], [side, side]], np.float32))
    height, width = pixels.shape[:2]
    left, top = np.floor(reach.min(0)).astype(int).clip(0, (width - 1, height - 1))
    right, bottom = np.ceil(reach.max(0)).astype(int).clip((left + 1, top + 1), (width, height))
    crop = Image.fromarray(pixels[top:bottom, left:right])
    factor = max(1, int(np.hypot(*frame.across)))
    if factor > 1:
        crop = crop.reduce(factor)
    (x, y), across, down = (frame.corner - (left, top)) / factor, frame.across / factor, frame.down / factor
    matrix = [float(value) for value in (across[0], down[0], x, across[1], down[1], y)]
    return np.asarray(crop.transform((side, side), Image.Transform.AFFINE, matrix, resampling))
