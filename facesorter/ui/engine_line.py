"""Who compares the faces: on this computer, or Amazon Rekognition with its price, its cap and ways to spend less."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from facesorter.domain.errors import UserError
from facesorter.domain.spending import PricedTerms, Terms, Thrift, in_dollars
from facesorter.settings import Settings
from facesorter.ui import words
from facesorter.ui.cap_field import CapField
from facesorter.ui.card import button, label
from facesorter.ui.jobs import Job, Jobs
from facesorter.ui.theme import Theme, mark

if TYPE_CHECKING:
    from facesorter.bootstrap import Workshop
    from facesorter.pipeline.sort import SortRequest

LOCAL, REKOGNITION = "local", "rekognition"


class EngineLine(QWidget):
    """One line, and for Amazon Rekognition a second one.

    `changed` after every choice and when the price is known, `chosen` after every choice; `spend_less_asked` and
    `account_asked` for what opens beyond the line.
    """

    changed = Signal()
    chosen = Signal()
    spend_less_asked = Signal()
    account_asked = Signal()

    def __init__(self, workshop: Workshop, jobs: Jobs, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workshop = workshop
        self._jobs = jobs
        self.engine = LOCAL
        self.thrift = Thrift.NONE
        self.price: PricedTerms | None = None
        self._refusal = ""
        self._asked: SortRequest | None = None
        self._job: Job | None = None
        self._text = label("", "small", wraps=True)
        self.change = QToolButton()
        self.change.setText(self.tr("Change…"))
        self.change.setProperty("kind", "link")
        self.change.setAccessibleName(self.tr("Change who compares the faces"))
        self.change.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.change.setCursor(Qt.CursorShape.PointingHandCursor)
        self.cap = CapField()
        self.cap.typed.connect(self._tell)
        self.spend_less = button("", "link", self.tr("Ways to spend less"))
        self.spend_less.clicked.connect(self.spend_less_asked)
        self._fill_menu(theme)
        self._lay_out()
        self.take_settings(workshop.settings)

    def _fill_menu(self, theme: Theme) -> None:
        menu = QMenu(self)
        group = QActionGroup(menu)
        self.choices: dict[str, QAction] = {}
        for engine, text in ((LOCAL, self.tr("On this computer")), (REKOGNITION, self.tr("Amazon Rekognition"))):
            action = QAction(text, group, checkable=True)
            action.triggered.connect(lambda _checked=False, chosen=engine: self.choose(chosen))  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType]
            menu.addAction(action)
            self.choices[engine] = action
        menu.addSeparator()
        menu.addAction(self.tr("AWS account…")).triggered.connect(self.account_asked)
        self.change.setMenu(menu)

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self._text, 1)
        first.addWidget(self.change, 0, Qt.AlignmentFlag.AlignTop)
        self._second = QWidget()
        self._second.setLayout(second)
        second.setContentsMargins(0, 0, 0, 0)
        second.addWidget(label(self.tr("Never more than"), "small"))
        second.addWidget(self.cap)
        second.addStretch()
        second.addWidget(self.spend_less)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addLayout(first)
        layout.addWidget(self._second)

    # What is chosen

    @property
    def terms(self) -> Terms | None:
        """What a run started now may do and cost; None on this computer."""
        if self.engine == LOCAL:
            return None
        return Terms(self.thrift, Decimal(self.cap.cents) / 100)

    def _tell(self) -> None:
        self._refresh()
        self.chosen.emit()
        self.changed.emit()

    def choose(self, engine: str) -> None:
        """This engine from now on."""
        self.engine = engine
        self._tell()

    def choose_thrift(self, thrift: Thrift) -> None:
        """Send photos in this way from now on."""
        self.thrift = thrift
        self._tell()

    def take_settings(self, settings: Settings) -> None:
        """Show what is set, and ask for the price anew: the account may be another one."""
        self.engine, self.thrift = settings.engine, Thrift(settings.thrift)
        self.cap.show_cents(settings.cap_cents)
        self.forget_price()

    def choices_made(self) -> dict[str, str | int]:
        """What was chosen here, by the names of the settings."""
        return {"engine": self.engine, "thrift": str(self.thrift), "cap_cents": self.cap.cents}

    # The price

    def forget_price(self) -> None:
        """Other photos, another account, or answers that are known by now: the price is not what it was."""
        self._asked = None
        self._job = None
        self.price, self._refusal = None, ""
        self._refresh()

    def ask_price(self, request: SortRequest) -> None:
        """Work out what this request costs at most, if that is not known or asked already."""
        if request.terms is None or (self._asked is not None and _same_price(request, self._asked)):
            return
        self.forget_price()
        self._asked = request

        def work_out() -> Iterator[PricedTerms]:
            yield self._workshop.price(request)

        job = self._job = self._jobs.select(work_out)

        def show(prices: list[PricedTerms]) -> None:
            if job is self._job:
                self.price = prices[0]
                self._refresh()
                self.changed.emit()

        def refuse(error: BaseException) -> None:
            if job is self._job:
                known = isinstance(error, UserError)
                self._refusal = (
                    str(error) if known else self.tr("The price could not be worked out; the log says more.")
                )
                self._refresh()
                self.changed.emit()

        job.reported.connect(show)
        job.failed.connect(refuse)

    def engine_problem(self) -> str:
        """Why a run cannot begin with this engine, as a sentence; "" if it can."""
        if self.engine == LOCAL or self.price is not None:
            return ""
        return self._refusal or self.tr("Working out the price…")

    def sentence(self) -> str:
        """Who compares, where, and for how much."""
        if self.engine == LOCAL:
            return self.tr("On this computer. Nothing is uploaded.")
        if self.price is None:
            if self._refusal:
                return self.tr("Amazon Rekognition cannot be used yet.")
            return self.tr("Amazon Rekognition: its price depends on the photos.")
        region, cost = self.price.region, self.price.cost
        if not cost.calls:
            return self.tr("Amazon Rekognition, {}: its answers are here already, nothing to pay.").format(region)
        return self.tr("Amazon Rekognition, {}: up to {}, about {}.").format(
            region, words.calls(cost.calls), in_dollars(cost.dollars)
        )

    def _refresh(self) -> None:
        paid = self.engine == REKOGNITION
        self.choices[self.engine].setChecked(True)
        self._text.setText(self.sentence())
        mark(self._text, tone="warn" if paid and self._refusal else "small")
        self._second.setVisible(paid)
        self.spend_less.setText(self.tr("Spend less…") if self.thrift is Thrift.NONE else words.thrift(self.thrift))
        self.spend_less.setEnabled(self.price is not None)


def _same_price(one: SortRequest, other: SortRequest) -> bool:
    """Whether what differs between two requests, if anything, does not change the price."""
    thrifts = [request.terms and request.terms.thrift for request in (one, other)]
    same = [
        ([wanted.headshots for wanted in request.people], request.folders, request.recursive)
        for request in (one, other)
    ]
    return thrifts[0] == thrifts[1] and same[0] == same[1]
