"""The analysis of the picture in one of the cards: whose it is, what it says, and where that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from facesorter.domain.messages import gettext as _
from facesorter.domain.models import BoundingBox, Point
from facesorter.domain.paid_work import PaidWork
from facesorter.ui.compare.analyzing import Analyzing, Details
from facesorter.ui.compare.comparison_pane import ComparisonPane
from facesorter.ui.shell import words
from facesorter.ui.widgets.picture_card import PictureCard


class CardAnalysis(QObject):
    """`card` is the one whose picture is analyzed, None if neither is.

    `changed` when `answer` may be another one, `shown` after its faces are listed, `failed` with the error that ended
    the analysis.
    """

    changed = Signal()
    shown = Signal()
    failed = Signal(object)

    def __init__(self, analyzing: Analyzing, pane: ComparisonPane, cards: Sequence[PictureCard]) -> None:
        super().__init__()
        self.card: PictureCard | None = None
        self._analyzing = analyzing
        self._pane = pane
        self._cards = cards
        self._details: Details = []
        analyzing.told.connect(self._show)
        analyzing.failed.connect(self._fail)
        pane.analysis.face_chosen.connect(self._light)

    def start(self, card: PictureCard, paid_work: PaidWork | None) -> None:
        """Ask the engine for all that it knows of the faces of a card's picture."""
        self.forget()
        self.card = card
        self._pane.analysis.say(_("Looking…"))
        self._pane.show_analysis()
        self._analyzing.start(card.shown, paid_work)

    def forget(self) -> None:
        """No picture is analyzed."""
        self.card, self._details = None, []
        self._pane.analysis.clear()
        self.changed.emit()

    def answer(self) -> dict[str, Any] | None:
        """What DetectFaces would answer about the picture; None until its faces are listed."""
        return {"FaceDetails": self._details} if self._details else None

    def _show(self, details: Details) -> None:
        card = self.card
        if card is None or card.loaded is None:
            return
        self._details = details
        paid_work = self._analyzing.paid_work
        spent = None if paid_work is None else paid_work.spent
        self._pane.analysis.show_faces(words.file_name(card.shown), card.loaded.image, details, spent)
        self.changed.emit()
        self.shown.emit()

    def _fail(self, error: BaseException) -> None:
        self.forget()
        self.failed.emit(error)

    def _light(self, box: BoundingBox, points: list[Point]) -> None:
        """Show in the picture which face is read about."""
        for card in self._cards:
            card.picture.light(box if card is self.card else None, points)
