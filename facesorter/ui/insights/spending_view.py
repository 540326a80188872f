"""What Insights shows of the money that was spent on Amazon Rekognition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.insights.chart_card import ChartCard
from facesorter.ui.insights.charts import spending_chart, spent_in_words
from facesorter.ui.insights.columns import scrolled
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.card import label

if TYPE_CHECKING:
    from facesorter.storage.figures import MonthlySpending


class SpendingView(QWidget):
    """A bar for each month."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        from facesorter.ui.insights.bar_chart import BarChart

        self._theme = theme
        self.card = ChartCard(
            _("Spent on Amazon Rekognition, in dollars"),
            _(
                "Nothing was spent since FaceSorter began to note it. On this computer everything is free; what Amazon "
                "Rekognition costs is told before each search."
            ),
        )
        self.bars = BarChart(theme, self.card.title)
        self.card.put(self.bars)
        self._hint = label(
            _("These are list prices without free calls and discounts. Your bill is in the AWS console."),
            "small",
            wraps=True,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(self.card, self._hint))
        theme.changed.connect(self._show_legend)

    def show_spendings(self, spendings: Sequence[MonthlySpending]) -> None:
        """Draw these."""
        bars = spending_chart(spendings)
        if bars != self.bars.bars:
            self.bars.show_bars(bars)
        self.card.show_note(spent_in_words(spendings) if spendings else "")
        self._show_legend()
        self.card.show_empty(empty=bars.is_empty)
        self._hint.setVisible(not bars.is_empty)

    def _show_legend(self) -> None:
        self.card.show_legend([one.name for one in self.bars.bars.series], self._theme)
