"""What stands below a thumbnail of a person's photos."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from facesorter.domain.groups import DatedPhoto
from facesorter.ui.shell import words


def caption(photo: DatedPhoto) -> str:
    """The day a photo was taken, or the name of its file where it does not say so."""
    return words.file_name(photo.photo.path) if photo.taken_at is None else words.day(photo.taken_at)


def caption_within(photo: DatedPhoto, metrics: QFontMetrics, width_px: int) -> str:
    """The caption in so much room: a day in its longest form that fits, the name of a file cut in its middle."""

    def cut(text: str) -> str:
        return metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width_px)

    forms: Iterable[str] = () if photo.taken_at is None else words.day_forms(photo.taken_at)
    return next((form for form in forms if cut(form) == form), cut(caption(photo)))
