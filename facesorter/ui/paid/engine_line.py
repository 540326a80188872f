"""Who compares the faces: on this computer, or Amazon Rekognition with its price and its cap."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from facesorter.domain.errors import PhotoError, UserError
from facesorter.domain.messages import gettext as _
from facesorter.domain.spending import PricedTerms, in_dollars
from facesorter.ui.paid.cap_field import CapField
from facesorter.ui.paid.engine_choice import LOCAL, REKOGNITION, EngineChoice
from facesorter.ui.shell import words
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.theme import mark
from facesorter.ui.widgets.card import label

ONE_ROW_CHARACTERS = 90
"""A wide line that is narrower than so many characters has two rows."""


class EngineLine(QWidget):
    """Shows the choice and changes it; `wide` lines have all in one row and room to say why a price is not known.

    `changed` after every choice and when the price is known; `account_asked` for what opens beyond the line.
    """

    changed = Signal()
    account_asked = Signal()

    def __init__(self, choice: EngineChoice, *, wide: bool = False) -> None:
        super().__init__()
        self._choice = choice
        self._wide = wide
        self.price: PricedTerms | None = None
        self._wording = ""
        self._refusal = ""
        self._asked: object = None
        self._job: Job | None = None
        self._text = label("", "small", wraps=True)
        self.change = QToolButton()
        self.change.setText(_("Change…"))
        self.change.setProperty("kind", "link")
        self.change.setAccessibleDescription(_("Changes what compares the faces"))
        self.change.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.change.setCursor(Qt.CursorShape.PointingHandCursor)
        self.cap = CapField()
        self.cap.show_cents(choice.cap_cents)
        self.cap.typed.connect(lambda: choice.choose(cap_cents=self.cap.cents))
        self._fill_menu()
        self._lay_out()
        choice.renewed.connect(self.forget_price)
        choice.changed.connect(self._tell)
        self._refresh()

    def _fill_menu(self) -> None:
        menu = QMenu(self)
        group = QActionGroup(menu)
        self.choices: dict[str, QAction] = {}
        for engine, text in ((LOCAL, _("On this computer")), (REKOGNITION, _("Amazon Rekognition"))):
            action = QAction(text, group, checkable=True)
            action.triggered.connect(partial(self._chosen, engine))
            menu.addAction(action)
            self.choices[engine] = action
        menu.addSeparator()
        menu.addAction(_("AWS account…")).triggered.connect(self.account_asked)
        self.change.setMenu(menu)

    def _lay_out(self) -> None:
        self._second = QWidget()
        cap = QHBoxLayout(self._second)
        cap.setContentsMargins(0, 0, 0, 0)
        cap.addWidget(label(_("Never more than"), "small"))
        cap.addWidget(self.cap)
        first = self._first = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        first.addWidget(self._text, 1)
        if self._wide:
            tail = QHBoxLayout()
            for layout in (first, tail):
                layout.setSpacing(16)
            tail.addWidget(self._second)
            tail.addStretch()
            tail.addWidget(self.change)
            first.addLayout(tail)
        else:
            cap.addStretch()
            first.addWidget(self.change, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addLayout(first)
        if not self._wide:
            layout.addWidget(self._second)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the rest of a wide line goes below its sentence."""
        super().resizeEvent(event)
        if self._wide:
            roomy = self.width() >= ONE_ROW_CHARACTERS * self.fontMetrics().averageCharWidth()
            direction = QBoxLayout.Direction
            self._first.setDirection(direction.LeftToRight if roomy else direction.TopToBottom)
            self._first.setSpacing(16 if roomy else 2)

    def add(self, widget: QWidget) -> None:
        """Show this too where photos are sent, at the end of the row with the cap."""
        row = self._second.layout()
        if row is not None:
            row.addWidget(widget)

    def _chosen(self, engine: str, _checked: bool = False) -> None:
        if self._refusal:
            self.forget_price()  # what stood in the way may be gone: chosen again, it is asked again
        self._choice.choose(engine=engine)

    def _tell(self) -> None:
        if self._refusal and not self._choice.paid:  # it was chosen in another line
            self.forget_price()
        self._refresh()
        self.changed.emit()

    # The price

    def forget_price(self) -> None:
        """Other photos, another account, or answers that are known by now: the price is not what it was."""
        self._asked = self._job = self.price = None
        self._refusal = ""
        self._refresh()

    def ask_price(self, what: object, begin: Callable[[], Job], wording: str = "") -> None:
        """Show the price of `what`, unless it is shown or being worked out already.

        `begin` starts the job that yields it. `wording` has places for the region, the calls and the dollars.
        """
        if what == self._asked:
            return
        self.forget_price()
        self._asked, self._wording = what, wording or _("Amazon Rekognition, {}: up to {}, about {}.")
        job = self._job = begin()

        def show(prices: list[PricedTerms]) -> None:
            if job is self._job:
                self.price = prices[0]
                self._tell()

        def refuse(error: BaseException) -> None:
            if job is self._job:
                known = isinstance(error, UserError | PhotoError)
                self._refusal = (
                    str(error) if known else _("The price could not be calculated. See the log for details.")
                )
                self._tell()

        job.reported.connect(show)
        job.failed.connect(refuse)

    @property
    def is_refused(self) -> bool:
        """Whether the chosen service cannot be used as things are, so that no photo is sent."""
        return self._choice.paid and bool(self._refusal)

    def engine_problem(self) -> str:
        """Why a run cannot begin with this engine, as a sentence; "" if it can."""
        if not self._choice.paid or self.price is not None:
            return ""
        return self._refusal or _("Calculating the price…")

    def sentence(self) -> str:
        """Who compares, where, and for how much."""
        if not self._choice.paid:
            if self._choice.sends:
                return _("On this computer. The photos to check are being sent to Amazon Rekognition.")
            return _("On this computer. Nothing is uploaded.")
        if self.price is None:
            if self._refusal:
                refused = _("Amazon Rekognition cannot be used yet.")
                return f"{refused} {self._refusal}" if self._wide else refused
            return _("Amazon Rekognition: the price depends on the photos.")
        region, cost = self.price.region, self.price.cost
        if not self.price.most.calls:
            return _("Amazon Rekognition, {}: all results are already here, so there is nothing to pay.").format(region)
        if self.price.most != cost:
            return _("Amazon Rekognition, {}: {}.").format(region, words.price(cost, self.price.most))
        return self._wording.format(region, words.calls(cost.calls), in_dollars(cost.dollars))

    def _refresh(self) -> None:
        choice = self._choice
        self.choices[choice.engine].setChecked(True)
        self._text.setText(self.sentence())
        mark(self._text, tone="warn" if choice.paid and self._refusal else "small")
        self._second.setVisible(choice.paid)
        if self.cap.cents != choice.cap_cents:
            self.cap.show_cents(choice.cap_cents)
        for widget in (self.change, self.cap):
            widget.setEnabled(not choice.held)
