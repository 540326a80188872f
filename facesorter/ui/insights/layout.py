"""Where the points of a network go: those that are tied together near each other, all of them apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 160


def laid_out(count: int, ties: Sequence[tuple[int, int, float]]) -> NDArray[np.float64]:
    """Places (count, 2) within the unit circle, the same for the same ties (two points and a weight above 0).

    The method is Fruchterman and Reingold's (1991), begun from a circle, with a pull to the middle.
    """
    angles = 2 * np.pi * np.arange(count) / max(1, count)
    places = np.stack([np.cos(angles), np.sin(angles)], 1)
    if count < 3:
        return places * 0.5
    pull = np.zeros((count, count))
    heaviest = max((weight for _, _, weight in ties), default=1.0)
    for one, other, weight in ties:
        pull[one, other] = pull[other, one] = 0.08 + 0.3 * weight / heaviest
    ideal = 1.5 / np.sqrt(count)
    for round_ in range(_ROUNDS):
        apart = places[:, None] - places[None, :]
        distance = np.maximum(np.linalg.norm(apart, axis=2), 1e-3)
        force = ideal**2 / distance**2 - pull * distance / ideal
        moved = (apart * force[:, :, None]).sum(1) - 0.6 * places
        length = np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
        places = places + moved / length * np.minimum(length, 0.12 * (1 - round_ / _ROUNDS))
    places = places - (places.max(0) + places.min(0)) / 2
    return places / max(1e-9, float(np.abs(places).max()))
