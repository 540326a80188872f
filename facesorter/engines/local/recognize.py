"""Turns a detected face into a vector: aligned to a fixed place in 112x112 pixels, then through the recognizer."""

from __future__ import annotations

import numpy as np

from facesorter.engines.local.models import FACE_SIDE, Floats, Network, Pixels
from facesorter.engines.local.warp import Frame, cut


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
    """The face whose five points (5, 2) lie at these pixels, turned and sized as the recognizer knows faces."""
    return cut(pixels, Frame.of_face(points), FACE_SIDE)
