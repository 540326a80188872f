"""The people chosen last, as the settings keep them: for each a line of JSON with name and headshots."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, cast

from facesorter.ui.sort.drafts import MOST_HEADSHOTS, Draft
from facesorter.ui.widgets.shot import Shot


def as_kept(drafts: Iterable[Draft]) -> tuple[str, ...]:
    """A line for each person of whom there is a picture."""
    return tuple(
        json.dumps(
            {
                "name": draft.name,
                "named": draft.is_named,
                "headshots": [[shot.path, shot.face_index] for shot in draft.shots],
            }
        )
        for draft in drafts
        if draft.shots
    )


def from_kept(lines: Sequence[str]) -> list[Draft]:
    """The people again, their pictures not looked at yet. A line that cannot be read is left out."""
    return [draft for draft in map(_from_line, lines) if draft is not None]


def _from_line(line: str) -> Draft | None:
    try:
        kept = cast("dict[str, Any]", json.loads(line))
        shots = [
            Shot(path, face)
            for path, face in kept["headshots"]
            if isinstance(path, str) and isinstance(face, int | None)
        ]
        name = kept["name"]
        if not isinstance(name, str) or not 0 < len(shots) <= MOST_HEADSHOTS:
            return None
        return Draft(name, shots, is_named=bool(kept["named"]))
    except (ValueError, TypeError, KeyError):
        return None
