"""What can be told of a face from its five points and its aligned pixels: pose and quality."""

from __future__ import annotations

import math

import numpy as np

from facesorter.domain.models import Pose, Quality
from facesorter.engines.models import Floats, Pixels
from facesorter.engines.patches import PLACES

DEPTHS = np.array([0.0, 0.0, 18.0, 5.0, 5.0])
"""How far the points of `PLACES` lie before the eyes, in its pixels (35 between the eyes, some 63 mm)."""

_HEAD = np.column_stack([PLACES - PLACES.mean(0), DEPTHS - DEPTHS.mean()])
_FIT = np.linalg.pinv(_HEAD)


def pose(points: Floats) -> Pose:
    """The head's pose from its five points (5, 2), in pixels.

    A scaled orthographic camera is fitted to an average head (`PLACES`, `DEPTHS`) by least squares, and the nearest
    rotation is read as roll about the line of sight, then yaw, then pitch. Good to some 10 degrees.
    """
    camera = (_FIT @ (points - points.mean(0))).T
    left, _, right = np.linalg.svd(camera, full_matrices=False)
    across, down = left @ right
    toward = np.cross(across, down)
    roll = math.atan2(down[0], across[0])
    # rows of the rotation are the picture's axes in the head's; its columns are the head's axes in the picture
    facing = np.array([across[2], down[2]])
    turned = facing[0] * math.cos(-roll) - facing[1] * math.sin(-roll)
    raised = facing[0] * math.sin(-roll) + facing[1] * math.cos(-roll)
    yaw = math.atan2(turned, toward[2])
    pitch = math.asin(max(-1.0, min(1.0, -raised)))
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
