"""Turns a detected face into a vector: aligned to a fixed place in 112x112 pixels, then through the recognizer."""

from __future__ import annotations

import numpy as np

from facesorter.engines.local.models import FACE_SIDE, Floats, Network, Pixels
from facesorter.engines.local.warp import Frame, cut

TOGETHER = 4
"""Faces of a photo that are shown to a network at once. Without AVX-512 a face takes 31 ms so instead of 40, with it
the same time as alone; more bring no more. The vectors are the same to the bit."""


class Recognizer:
    """Makes vectors of aligned faces. All methods may be called from many threads at once."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._at_once = 1 if network.channels_first else TOGETHER  # a network of the user's may be fixed to one face
        self.dimensions: int = network.run(np.zeros((1, FACE_SIDE, FACE_SIDE, 3), np.uint8))[0].shape[1]

    def vectors(self, faces: Pixels) -> Floats:
        """One vector of length 1 for each of (faces, 112, 112, 3) aligned faces; their product is the cosine."""
        starts = range(0, len(faces), self._at_once)
        rows = [self._network.run(faces[start : start + self._at_once])[0] for start in starts]
        vectors = np.concatenate(rows) if rows else np.empty((0, self.dimensions), np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-12)


def align(pixels: Pixels, points: Floats) -> Pixels:
    """The face whose five points (5, 2) lie at these pixels, turned and sized as the recognizer knows faces."""
    return cut(pixels, Frame.of_face(points), FACE_SIDE)
