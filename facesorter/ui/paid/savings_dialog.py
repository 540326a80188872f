"""Ways to spend less at Amazon Rekognition, each with its price, which this computer works out for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from facesorter.domain.events import CostEstimated, Event, PhotoCompared, PhotoFailed, PhotosFound
from facesorter.domain.messages import gettext as _
from facesorter.domain.spending import SavingsMode, in_dollars
from facesorter.ui.shell import words
from facesorter.ui.shell.banner import in_words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import mark
from facesorter.ui.widgets.calm_bar import CalmBar
from facesorter.ui.widgets.card import button, label

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.pipeline.sort_request import SortRequest

WIDTH_CHARACTERS = 76


class SpendDialog(QDialog):
    """Accepted means that `savings` was chosen. Closed early, what was looked at is kept for a run or the next time."""

    def __init__(self, app: Services, jobs: Jobs, request: SortRequest, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Spend less"))
        self._found = self._looked_at = 0
        self.savings = request.terms.savings if request.terms is not None else SavingsMode.NONE
        self._head = label("", "dim", wraps=True)
        self._bar = CalmBar()
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(_("Progress"))
        keeps = self._bar.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(keeps)
        self._refusal = ""
        self.done_button = button(_("Use this option"), "primary")
        self.done_button.clicked.connect(self.accept)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.done_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(10)
        layout.addWidget(label(_("What is sent to Amazon Rekognition?"), "large"))
        layout.addWidget(self._head)
        layout.addWidget(self._bar)
        self.prices: dict[SavingsMode, QLabel] = {}
        self.choices: dict[SavingsMode, QRadioButton] = {}
        self._group = QButtonGroup(self)
        for savings in SavingsMode:
            layout.addWidget(self._row(savings))
        layout.addSpacing(4)
        layout.addLayout(buttons)
        self.setFixedWidth(WIDTH_CHARACTERS * self.fontMetrics().averageCharWidth())
        self._refresh()

        def estimate() -> Iterator[Event]:
            session = app.session()
            try:
                yield from session.estimate(request, jobs.executor)
            finally:
                session.close()

        job = jobs.select(estimate)
        job.reported.connect(self._take)
        job.failed.connect(self._refuse)
        self.finished.connect(job.cancel)

    def _row(self, savings: SavingsMode) -> QFrame:
        choice = QRadioButton(words.savings(savings))
        choice.setChecked(savings is self.savings)
        choice.toggled.connect(partial(self._chosen, savings))
        self._group.addButton(choice)
        price = label("…", "strong")
        self.choices[savings], self.prices[savings] = choice, price
        line = QHBoxLayout()
        line.addWidget(choice, 1)
        line.addWidget(price)
        explanation = label(self._explanation(savings), "dim", wraps=True)
        explanation.setContentsMargins(20, 0, 90, 0)
        row = QFrame()
        mark(row, card="true")
        layout = QVBoxLayout(row)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(3)
        layout.addLayout(line)
        layout.addWidget(explanation)
        return row

    def _explanation(self, savings: SavingsMode) -> str:
        return {
            SavingsMode.NONE: _("Rekognition analyzes every photo."),
            SavingsMode.FACELESS: _("Photos in which this computer finds no face are not sent."),
            SavingsMode.HYBRID: _("This computer compares the faces. Only photos it is unsure about are sent."),
            SavingsMode.SHEETS: _("If a face is not recognized this way, its whole photo is sent too."),
        }[savings]

    def _chosen(self, savings: SavingsMode, checked: bool) -> None:
        if checked:
            self.savings = savings

    def _take(self, events: list[Event]) -> None:
        for event in events:
            match event:
                case PhotosFound(total):
                    self._found = total
                case PhotoCompared() | PhotoFailed():
                    self._looked_at += 1
                case CostEstimated(savings, cost, most):
                    self.prices[savings].setText(in_dollars(cost.dollars))
                    told = words.price(cost, most)
                    self.prices[savings].setToolTip(told)
                    self.choices[savings].setAccessibleDescription(told)
                    self._bar.setVisible(savings is not list(SavingsMode)[-1])
                case _:
                    pass
        self._refresh()

    def _refuse(self, error: BaseException) -> None:
        """Said in place of the explanation, so that nothing moves."""
        self._refusal = " ".join(in_words(error)).strip()
        self._bar.hide()
        self._refresh()

    def _refresh(self) -> None:
        if self._looked_at:
            self._bar.setRange(0, max(1, self._found))
            self._bar.setValue(self._looked_at)
        text = _(
            "This computer goes through the photos first to calculate the prices. Nothing is sent, and it is free."
        )
        if self._looked_at and not self._bar.isHidden():
            text += " " + _("{} of {}").format(words.number(self._looked_at), words.photos(self._found))
        self._head.setText(self._refusal or text)
        mark(self._head, tone="warn" if self._refusal else "dim")
