"""The bars of QualityFilter: which detected faces are too poor to compare or to index, and why."""

from __future__ import annotations

from dataclasses import dataclass

from facesorter.domain.models import Face


@dataclass(frozen=True, slots=True)
class Bar:
    """What a face must reach: sizes and qualities from below, angles (degrees) from above."""

    confidence: float
    side_ratio: float
    turn_degrees: float
    brightness: float
    sharpness: float


LOW = Bar(confidence=70, side_ratio=0.01, turn_degrees=75, brightness=10, sharpness=5)
MEDIUM = Bar(confidence=80, side_ratio=0.02, turn_degrees=50, brightness=20, sharpness=25)
HIGH = Bar(confidence=88, side_ratio=0.04, turn_degrees=30, brightness=30, sharpness=55)
BARS = {"LOW": LOW, "AUTO": LOW, "MEDIUM": MEDIUM, "HIGH": HIGH}
"""Rekognition does not publish its figures; these go by the local engine's.

LOW drops only what can hardly be recognized: of 89 faces in 80 pictures of LFW, the poorest figures were confidence 72,
turned by 52 degrees, brightness 20, sharpness 19. HIGH keeps about half of them.
"""


def reasons(face: Face, quality_filter: str) -> list[str]:
    """Rekognition's words for what the face lacks, empty if it is good enough; `NONE` lacks nothing."""
    bar = BARS.get(quality_filter)
    if bar is None:
        return []
    failures = {
        "EXTREME_POSE": max(abs(face.pose.yaw), abs(face.pose.pitch)) > bar.turn_degrees,
        "LOW_BRIGHTNESS": face.quality.brightness < bar.brightness,
        "LOW_SHARPNESS": face.quality.sharpness < bar.sharpness,
        "LOW_CONFIDENCE": face.confidence < bar.confidence,
        "SMALL_BOUNDING_BOX": max(face.box.width, face.box.height) < bar.side_ratio,
    }
    return [reason for reason, failed in failures.items() if failed]
