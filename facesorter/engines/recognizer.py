"""Turns a detected face into a vector: aligned to a fixed place in 112x112 pixels, then through the recognizer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facesorter.engines.models import FACE_SIDE, Floats, Network, Pixels

PLACES: Floats = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float32
)
"""Where an aligned face has its right eye, left eye, nose and mouth corners; ArcFace's, in pixels."""


class Recognizer:
    """Makes vectors of aligned faces. All methods may be called from many threads at once."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._dimensions: int = network.run(np.zeros((1, FACE_SIDE, FACE_SIDE, 3), np.uint8))[0].shape[1]

    def vectors(self, faces: Pixels) -> Floats:
        """One vector of length 1 for each of (faces, 112, 112, 3) aligned faces; their product is the cosine."""
        # One at a time: a batch is no faster, and a network may be fixed to a batch of one.
        rows = [self._network.run(face[None])[0] for face in faces]
        vectors = np.concatenate(rows) if rows else np.empty((0, self._dimensions), np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-12)


def align(pixels: Pixels, points: Floats) -> Pixels:
    """The face whose five points (5, 2) lie at these pixels, moved onto `PLACES`: (112, 112, 3).

    A similarity transform (turn, scale, shift) fitted by least squares. A large face is first reduced by a whole
    factor, so that shrinking it does not alias; what lies outside the picture is black.
    """
    across, down, offset = _similarity(points)
    corners = np.array([[0, 0], [FACE_SIDE, 0], [0, FACE_SIDE], [FACE_SIDE, FACE_SIDE]], np.float32)
    reach = corners[:, :1] * across + corners[:, 1:] * down + offset
    height, width = pixels.shape[:2]
    left, top = np.floor(reach.min(0)).astype(int).clip(0, (width - 1, height - 1))
    right, bottom = np.ceil(reach.max(0)).astype(int).clip((left + 1, top + 1), (width, height))
    crop = Image.fromarray(pixels[top:bottom, left:right])
    factor = max(1, int(np.hypot(*across)))
    if factor > 1:
        crop = crop.reduce(factor)
    across, down, offset = across / factor, down / factor, (offset - (left, top)) / factor
    matrix = (across[0], down[0], offset[0], across[1], down[1], offset[1])
    resample = Image.Resampling.BICUBIC
    return np.asarray(
        crop.transform((FACE_SIDE, FACE_SIDE), Image.Transform.AFFINE, [float(value) for value in matrix], resample)
    )


def _similarity(points: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """How the picture moves for a step across and a step down in the aligned face, and where its corner comes from.

    With centered points p and places q the least squares fit p = R q, R = [[a, -b], [b, a]], has
    a = sum(p . q) / sum(q . q) and b = sum(q x p) / sum(q . q).
    """
    center, home = points.mean(0, dtype=np.float64), PLACES.mean(0, dtype=np.float64)
    moved, places = points - center, PLACES - home
    norm = (places * places).sum()
    a = (moved * places).sum() / norm
    b = (places[:, 0] * moved[:, 1] - places[:, 1] * moved[:, 0]).sum() / norm
    across, down = np.array([a, b]), np.array([-b, a])
    return across, down, center - home[0] * across - home[1] * down
