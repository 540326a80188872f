"""What the Compare page asks of Amazon Rekognition: its price before, and whether it may be asked at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.paid_work import PaidWork
from facesorter.domain.spending import PricedTerms, SavingsMode, Terms, in_dollars
from facesorter.pipeline.enrol import Headshot
from facesorter.ui.paid.engine_choice import EngineChoice
from facesorter.ui.paid.engine_line import EngineLine
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme

if TYPE_CHECKING:
    from facesorter.app.services import Services


class ComparisonPrice(QObject):
    """Shows prices in a line; `of_a_call` is "" on this computer and until it is known."""

    def __init__(self, app: Services, jobs: Jobs, choice: EngineChoice, line: EngineLine) -> None:
        super().__init__()
        self._app = app
        self._jobs = jobs
        self._choice = choice
        self._line = line
        self._a_call: PricedTerms | None = None
        choice.renewed.connect(self._forget)

    def _forget(self) -> None:
        self._a_call = None

    @property
    def of_a_call(self) -> str:
        return in_dollars(self._a_call.cost.dollars) if self._a_call is not None and self._choice.paid else ""

    @property
    def may_call(self) -> bool:
        """Whether it is known what a single call would cost, if anything."""
        return self._a_call is not None or not self._choice.paid

    @property
    def _terms(self) -> Terms | None:
        """Whole pictures are sent: this computer does not look at them before."""
        terms = self._choice.terms
        return terms and replace(terms, savings=SavingsMode.NONE)

    def ask(self, headshot: Headshot | None, place: str, *, whole: bool) -> None:
        """First of a call, which is what an analysis costs, and of the comparison if there is a headshot already."""
        terms = self._terms
        if terms is None:
            return
        if self._a_call is None or headshot is None:
            wording = _("Amazon Rekognition, {0}: about {2} per call.")
            call = self._job(lambda: self._app.comparisons.price_of_a_call(terms))
            self._line.ask_price("a call", call, wording)
            self._a_call = self._a_call or self._line.price
        if self._a_call is not None and headshot is not None:
            self._line.ask_price(
                (headshot, place, whole),
                self._job(lambda: self._app.comparisons.price_of_comparison(headshot, place, terms, whole=whole)),
            )

    def _job(self, price: Callable[[], PricedTerms]) -> Callable[[], Job]:
        def work_out() -> Iterator[PricedTerms]:
            yield price()

        return lambda: self._jobs.run(work_out)

    def paid_work(
        self, price: str, theme: Theme, parent: QWidget, told: PricedTerms | None = None
    ) -> tuple[bool, PaidWork | None]:
        """Whether the user has agreed that photos are sent, if any are to be; and the paid work, if there is any.

        The paid work keeps to the price that was `told`.
        """
        terms = self._terms
        if terms is None:
            return True, None
        terms = replace(terms, most_calls=None if told is None else told.most.calls)
        from facesorter.ui.paid.consent_dialog import may_send

        return may_send(self._choice, price, terms.most_dollars, theme, parent), PaidWork(terms)
