"""Which detections are of the same face: a face is seen by several anchors, at several scales, in several tiles."""

from __future__ import annotations

import numpy as np

from facesorter.engines.local.models import Floats

SAME_FACE_OVERLAP = 0.3
"""Overlap from which two detections are of the same face."""

BLOCK = 100
"""Detections that are compared with each other at once: all that a photo has, but for a crowd's."""


def suppressed(rows: Floats) -> Floats:
    """The detections, most certain first, without those that are of the same face as a more certain one."""
    if len(rows) < 2:
        return rows
    rows = rows[np.argsort(-rows[:, 14], kind="stable")]
    kept = rows[:0]
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        block = block[(_overlaps(block, kept) <= SAME_FACE_OVERLAP).all(1)]
        other = _overlaps(block, block) <= SAME_FACE_OVERLAP
        left = np.ones(len(block), np.bool_)
        for index in range(len(block)):
            if left[index]:
                left[index + 1 :] &= other[index, index + 1 :]
        kept = np.concatenate([kept, block[left]])
    return kept


def overlapping(row: Floats, rows: Floats) -> Floats:
    """Those of the detections that are of the same face as this one, in the order they have."""
    return rows[_overlaps(rows, row[None])[:, 0] > SAME_FACE_OVERLAP]


def _overlaps(rows: Floats, others: Floats) -> Floats:
    """How much of what either covers each detection shares with each of the others, (rows, others).

    Sharing the smaller whole counts half.
    """
    shared = _shared_span(rows[:, [0, 2]], others[:, [0, 2]]) * _shared_span(rows[:, [1, 3]], others[:, [1, 3]])
    areas, other_areas = rows[:, 2:3] * rows[:, 3:4], others[:, 2] * others[:, 3]
    return np.maximum(shared / (areas + other_areas - shared), shared / np.minimum(areas, other_areas) / 2)


def _shared_span(spans: Floats, others: Floats) -> Floats:
    """How much of a line two spans (start, length) have in common, (spans, others)."""
    ends = np.minimum(spans.sum(1)[:, None], others.sum(1))
    return (ends - np.maximum(spans[:, :1], others[:, 0])).clip(0)
