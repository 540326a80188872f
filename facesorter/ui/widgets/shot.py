"""A headshot that the user has chosen: its file, the face that is meant, and what is known of it by now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from facesorter.pipeline.enrol import HeadshotReport
    from facesorter.ui.widgets.pictures import Loaded


@dataclass
class Shot:
    """A headshot as far as it is known; `report` and `loaded` come later, from workers."""

    path: str
    face_index: int | None = None
    report: HeadshotReport | None = None
    loaded: Loaded | None = None

    @property
    def usable(self) -> bool:
        return self.report is not None and bool(self.report.faces)

    @property
    def unusable(self) -> bool:
        return self.report is not None and not self.report.faces

    @property
    def chosen(self) -> int:
        return self.face_index or 0
