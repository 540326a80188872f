"""Offers to ask Amazon Rekognition about the photos that are left to check, with the price."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.spending import PricedTerms, SavingsMode, Terms, in_dollars
from facesorter.ui.review.run import Run
from facesorter.ui.review.run_copies import PLAN_AFTER_MS
from facesorter.ui.review.run_state import State
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.widgets.card import button, label

if TYPE_CHECKING:
    from facesorter.app.services import Services


class SecondOpinion(QWidget):
    """Shown above the Check pile of a run on this computer, to whoever has set up an account. `asked` has the price."""

    asked = Signal(object)

    def __init__(self, app: Services, jobs: Jobs, run: Run) -> None:
        super().__init__()
        self._app = app
        self._jobs = jobs
        self._run = run
        self._priced: PricedTerms | None = None
        self._asked_for: tuple[int, float, str, Terms] | None = None
        self._useful = False
        self._timer = QTimer(self, singleShot=True, interval=PLAN_AFTER_MS)
        self._timer.timeout.connect(self._work_out)
        self.ask = button(_("Ask Amazon Rekognition about these"), "link")
        self.ask.clicked.connect(self._clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(label(_("Not sure either?"), "dim"))
        layout.addWidget(self.ask)
        layout.addStretch()
        self.hide()

    def refresh(self, *, shown: bool) -> None:
        """Offer it, if it is of use here and now; the price is worked out anew after every change of mind."""
        run, region = self._run, self._app.settings.aws_region
        free = run.request is not None and run.request.terms is None and bool(run.request.folders)
        self._useful = shown and free and run.state is State.FINISHED and not run.busy and bool(region)
        if self._useful and self._asked_for != (question := self._question()):
            self._asked_for, self._priced = question, None
            self._timer.start()
        self._show()

    def _question(self) -> tuple[int, float, str, Terms]:
        """All that the price depends on: decisions about photos, the threshold, the region and the terms."""
        results, settings = self._run.results, self._app.settings
        threshold = 0.0 if results is None else results.threshold
        terms = Terms(SavingsMode.HYBRID, Decimal(settings.cap_cents) / 100)
        return self._run.changes, threshold, settings.aws_region, terms

    def _work_out(self) -> None:
        question, session = self._question(), self._run.session
        if session is None:
            return
        _changes, threshold, _region, terms = question

        def steps() -> Iterator[PricedTerms]:
            yield session.price_of_second_opinion(threshold, terms)

        def keep(priced: list[PricedTerms]) -> None:
            if question == self._asked_for == self._question():
                self._priced = priced[0]
                self._show()

        self._jobs.run(steps).reported.connect(keep)

    def _show(self) -> None:
        priced = self._priced
        self.setVisible(self._useful and priced is not None and priced.most.calls > 0)
        if priced is not None:
            text = _("Ask Amazon Rekognition about these: {}, {}")
            self.ask.setText(text.format(in_dollars(priced.cost.dollars), words.calls(priced.cost.calls)))

    def _clicked(self) -> None:
        if self._priced is not None and self._asked_for == self._question():
            self.asked.emit(self._priced)
        else:
            self.refresh(shown=True)
