"""Offers to ask Amazon Rekognition about the photos that are left to check, with the price."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from facesorter.domain.spending import PricedTerms, Terms, Thrift, in_dollars
from facesorter.ui import words
from facesorter.ui.card import button, label
from facesorter.ui.jobs import Jobs
from facesorter.ui.run import Run, State

if TYPE_CHECKING:
    from facesorter.bootstrap import Workshop


class SecondOpinion(QWidget):
    """Shown above the Check pile of a run on this computer, to whoever has set up an account. `asked` has the price."""

    asked = Signal(object)

    def __init__(self, workshop: Workshop, jobs: Jobs, run: Run) -> None:
        super().__init__()
        self._workshop = workshop
        self._jobs = jobs
        self._run = run
        self._priced: PricedTerms | None = None
        self._asked_for: tuple[object, ...] = ()
        self.ask = button("", "link", self.tr("Ask Amazon Rekognition about these"))
        self.ask.clicked.connect(self._clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(label(self.tr("Not sure either?"), "dim"))
        layout.addWidget(self.ask)
        layout.addStretch()
        self.hide()

    def refresh(self, *, shown: bool) -> None:
        """Offer it, if it is of use here and now; the price is worked out anew after every change of mind."""
        run, settings = self._run, self._workshop.settings
        free = run.request is not None and run.request.terms is None
        if not shown or not free or run.state is not State.FINISHED or run.busy or not settings.aws_region:
            self.hide()
            return
        if run.results is not None and self._asked_for != (key := (run.request, run.results.threshold, run.answered)):
            self._asked_for, self._priced = key, None
            self._work_out(run.results.threshold, Terms(Thrift.HYBRID, Decimal(settings.cap_cents) / 100))
        self._show()

    def _work_out(self, threshold: float, terms: Terms) -> None:
        key = self._asked_for

        def steps() -> Iterator[PricedTerms]:
            yield self._workshop.price_of_second_opinion(threshold, terms)

        def keep(priced: list[PricedTerms]) -> None:
            if key == self._asked_for:
                self._priced = priced[0]
                self._show()

        self._jobs.run(steps).reported.connect(keep)

    def _show(self) -> None:
        priced = self._priced
        self.setVisible(priced is not None and priced.cost.calls > 0)
        if priced is not None:
            text = self.tr("Ask Amazon Rekognition about these, {} for {}")
            self.ask.setText(text.format(in_dollars(priced.cost.dollars), words.calls(priced.cost.calls)))
            self.ask.setAccessibleName(self.ask.text())

    def _clicked(self) -> None:
        if self._priced is not None:
            self.asked.emit(self._priced)
