"""What can be told of a face from its five points and its aligned pixels: pose and quality."""

from __future__ import annotations

import math
from typing import cast

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.models import Pose, Quality
from facesorter.engines.local.models import Floats, Pixels

HEAD = np.array([[-19.3, -19.4, 0], [19.3, -19.4, 0], [0, 1.9, 18], [-16.5, 18.5, 5], [16.5, 18.5, 5]])
"""An average head's points: right, down and toward the viewer, 38.6 between the eyes (some 63 mm). Right and down are
where YuNet has them, on average of 353 faces of LFW that look ahead; the depths are those of an average face."""

_CENTERED = HEAD - HEAD.mean(0)
_FIT = cast(NDArray[np.float64], np.linalg.pinv(_CENTERED))  # pyright: ignore[reportUnknownMemberType]


def pose(points: Floats) -> Pose:
    """The head's pose from its five points (5, 2), in pixels.

    A scaled orthographic camera is fitted to `HEAD` by least squares, and the nearest rotation is read as roll about
    the line of sight, then yaw, then pitch. Good to some 10 degrees.
    """
    camera = (_FIT @ (points - points.mean(0))).T
    left, _, right = np.linalg.svd(camera, full_matrices=False)
    across, down = left @ right
    toward = np.cross(across, down)
    # The columns of (across, down, toward) are the head's axes in the picture; the third is where the face looks.
    roll = math.atan2(down[0], across[0])
    sideways = across[2] * math.cos(roll) + down[2] * math.sin(roll)
    downward = down[2] * math.cos(roll) - across[2] * math.sin(roll)
    yaw = math.atan2(sideways, toward[2])
    pitch = -math.asin(max(-1.0, min(1.0, downward)))
    return Pose(*(round(math.degrees(angle), 2) for angle in (roll, yaw, pitch)))


def quality(face: Pixels) -> Quality:
    """Brightness and sharpness of an aligned face, both 0-100.

    Brightness is the mean luma of the face's middle (ITU-R BT.601) in percent. Sharpness is 100 * (1 - exp(-s / 6)),
    s the mean absolute response of a Laplacian there: a face enlarged from few pixels has a low one, as a blurred has.
    """
    luma = face[16:104, 16:96].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    middle = luma[1:-1, 1:-1]
    edges = 4 * middle - luma[:-2, 1:-1] - luma[2:, 1:-1] - luma[1:-1, :-2] - luma[1:-1, 2:]
    sharpness = 100 * (1 - math.exp(-float(np.abs(edges).mean()) / 6))
    return Quality(round(float(middle.mean()) / 2.55, 2), round(sharpness, 2))
