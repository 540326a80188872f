"""Names that other programs keep in photos and beside them: who is in a photo, and where.

Programs write boxes in the picture as it is stored; a camera's Orientation tag says how it is turned for looking at.
"""

from __future__ import annotations

from typing import NamedTuple

from facesorter.domain.models import BoundingBox


class NamedFace(NamedTuple):
    """Somebody who is named in a photo; `box` (upright) is None where only the name is known."""

    name: str
    box: BoundingBox | None = None


class StoredPicture(NamedTuple):
    """Size (px) of a picture as it is stored, and its Orientation tag, 1 to 8."""

    width: int
    height: int
    orientation: int


def upright(box: BoundingBox, orientation: int) -> BoundingBox:
    """Where a box of the stored picture is in the upright one."""
    left, top, width, height = box
    right, bottom = 1 - left - width, 1 - top - height
    turned = {
        1: (left, top, width, height),
        2: (right, top, width, height),
        3: (right, bottom, width, height),
        4: (left, bottom, width, height),
        5: (top, left, height, width),
        6: (bottom, left, height, width),
        7: (bottom, right, height, width),
        8: (top, right, height, width),
    }
    return BoundingBox(*turned[orientation])


def stored(box: BoundingBox, orientation: int) -> BoundingBox:
    """Where a box of the upright picture is in the stored one; a quarter turn is undone by the other."""
    return upright(box, {6: 8, 8: 6}.get(orientation, orientation))
