"""The faces of a crowd: an answer tells only of the largest ones, so a photo is cut into parts to see the others."""

from __future__ import annotations

import logging
from collections.abc import Callable

from facesorter.domain.errors import PhotoError, StorageUnavailable, UserError
from facesorter.domain.models import BoundingBox, EncodedPicture
from facesorter.domain.spending import CROWD
from facesorter.engines.rekognition.calls import NoFaces, RekognitionCalls
from facesorter.engines.rekognition.codec import ScoredFace
from facesorter.engines.rekognition.uploads import WHOLE, Pixels, Upload, tiles
from facesorter.images import decode

PARTS = 4
MOST_SPLITS = 3
"""A photo may be cut into four parts so many times over: 6,400 faces; see `domain.spending.calls_of_a_crowd`."""

EDGE = 0.01
"""A face this close (ratio) to a cut may be half a face; the part beyond the cut has it whole."""

_log = logging.getLogger(__name__)


class CrowdComparison:
    """Compares the parts of a photo, as far as that is agreed to. An answer that is paid for is never lost by it.

    `compare` asks about one part, and gives its faces where they are in the original.
    """

    def __init__(self, calls: RekognitionCalls, compare: Callable[[Upload], list[ScoredFace]]) -> None:
        self._calls = calls
        self._compare = compare

    def with_the_rest(self, found: list[ScoredFace], read: Callable[[], EncodedPicture]) -> list[ScoredFace]:
        """These faces, and where they may not be all, those beyond the largest. The picture is read only then."""
        if len(found) < CROWD or not self._calls.meter.has_spare(PARTS):
            return found
        try:
            pixels = decode(read().data).pixels
        except (PhotoError, StorageUnavailable) as error:
            _log.info("Of a crowd only the largest faces were compared: %s", error)
            return found
        return self._with_parts(pixels, WHOLE, found)

    def _with_parts(
        self, pixels: Pixels, window: BoundingBox, found: list[ScoredFace], splits: int = 1
    ) -> list[ScoredFace]:
        """The faces found so far, and those that only show when the window is cut into parts."""
        if not self._calls.meter.has_spare(PARTS):
            return found
        scored = list(found)
        for part in tiles(pixels, window):
            try:
                inside = self._compare(part)
            except NoFaces:
                continue
            except (PhotoError, UserError) as error:
                _log.info("Of a crowd not all faces were compared: %s", error)
                break
            if len(inside) >= CROWD and splits < MOST_SPLITS:
                inside = self._with_parts(pixels, part.window, inside, splits + 1)
            boxes = [one.face.box for one in scored]
            scored += [
                one
                for one in inside
                if not _is_cut(one.face.box, part.window) and one.face.box.same_face(boxes) is None
            ]
        return scored


def _is_cut(box: BoundingBox, window: BoundingBox) -> bool:
    """Whether a face touches a border of the window that is not the picture's own."""
    right, bottom = window.left + window.width, window.top + window.height
    return (
        (window.left > 0 and box.left < window.left + EDGE * window.width)
        or (window.top > 0 and box.top < window.top + EDGE * window.height)
        or (right < 1 and box.left + box.width > right - EDGE * window.width)
        or (bottom < 1 and box.top + box.height > bottom - EDGE * window.height)
    )
