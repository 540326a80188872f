"""What Insights shows of everybody in the photos: how many over the years, how many in all, who appears with whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.insights.chart_card import ChartCard
from facesorter.ui.insights.charts import TogetherNet, YearsChart, together_net, totals_chart, years_chart
from facesorter.ui.insights.columns import Columns, scrolled
from facesorter.ui.insights.series import Bars
from facesorter.ui.shell.theme import Theme, mark
from facesorter.ui.widgets.card import button, label

if TYPE_CHECKING:
    from facesorter.app.insights import PeopleFigures
    from facesorter.app.services import Services
    from facesorter.domain.models import Person


class PeopleShown(NamedTuple):
    """All that this view shows."""

    figures: PeopleFigures
    years: YearsChart
    totals: Bars
    together: TogetherNet


def load_people(app: Services) -> PeopleShown:
    """On a worker: the sums, and what the charts make of them."""
    figures = app.insights.people()
    return PeopleShown(figures, years_chart(figures), totals_chart(figures), together_net(figures))


class PeopleView(QWidget):
    """`photos_asked` carries a person; a tuple of the year, None for all of them; the name of somebody else or "".

    `everybody_asked` when the user wants to make people known.
    """

    photos_asked = Signal(object, object, str)
    everybody_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.shown: PeopleShown | None = None
        nobody = _("Nobody with photos is known yet.")
        self.years = ChartCard(_("Photos of each person over the years"), nobody)
        self.totals = ChartCard(_("Photos of each person"), nobody)
        self.together = ChartCard(_("Who appears with whom"), _("No photo shows two people you know."))
        self.people_button = button(_("Go to People"), "primary")
        self.people_button.clicked.connect(self.everybody_asked)
        self._empty = self._nothing_yet()
        self._charts = Columns([self.totals, self.together], [5, 6])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(self._empty, self.years, self._charts, grow=True))
        theme.changed.connect(self._show_legend)
        for one in (self._empty, self.years, self._charts):
            one.hide()

    def furnish(self) -> Iterator[None]:
        """Make the charts, one after the other: each takes as long as the window may be held up."""
        from facesorter.ui.insights.bar_chart import BarChart
        from facesorter.ui.insights.network import Network

        yield
        self.years_bars = BarChart(self._theme, self.years.title)
        self.years.put(self.years_bars, grows=True)
        yield
        self.totals_bars = BarChart(self._theme, self.totals.title, across=True)
        self.totals.put(self.totals_bars, grows=True)
        yield
        self.network = Network(self._theme, self.together.title)
        self.together.put(self.network, grows=True)
        self.years_bars.chosen.connect(self._year_chosen)
        self.totals_bars.chosen.connect(self._total_chosen)
        self.network.tie_chosen.connect(self._tie_chosen)
        self.network.point_chosen.connect(self._point_chosen)

    def _nothing_yet(self) -> QWidget:
        card = QFrame()
        mark(card, card="true")
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(10)
        column.addWidget(label(_("Nothing to show yet"), "title"))
        what_to_do = _(
            "Here you see how many photos of each person there are over the years, and who appears with whom. Search "
            "for somebody under Sort, or have a folder looked through under People and give the groups names."
        )
        column.addWidget(label(what_to_do, "dim", wraps=True))
        column.addWidget(self.people_button, 0, Qt.AlignmentFlag.AlignLeft)
        place = QWidget()
        around = QVBoxLayout(place)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(card)
        around.addStretch(1)
        return place

    def show_people(self, shown: PeopleShown) -> None:
        """Draw these."""
        self.shown = shown
        somebody = bool(shown.figures.people)
        self._empty.setVisible(not somebody)
        self.years.setVisible(somebody)
        self._charts.setVisible(somebody)
        if shown.years.bars != self.years_bars.bars:
            self.years_bars.show_bars(shown.years.bars)
        if shown.totals != self.totals_bars.bars:
            self.totals_bars.show_bars(shown.totals)
        if shown.together.net != self.network.net:
            self.network.show_net(shown.together.net)
        self._show_legend()
        for card, empty in (
            (self.years, shown.years.bars.is_empty),
            (self.totals, shown.totals.is_empty),
            (self.together, shown.together.net.is_empty),
        ):
            card.show_empty(empty=empty)

    def _show_legend(self) -> None:
        if self.shown is not None:
            self.years.show_legend([one.name for one in self.shown.years.bars.series], self._theme)

    def _year_chosen(self, bar: int, series: int) -> None:
        if self.shown is not None:
            person = self.shown.years.people[series]
            if person is None:
                self.everybody_asked.emit()
            else:
                self._ask(person, (self.shown.years.years[bar],))

    def _total_chosen(self, bar: int, _series: int) -> None:
        if self.shown is not None:
            self._ask(self.shown.figures.people[bar].person)

    def _point_chosen(self, place: int) -> None:
        if self.shown is not None:
            self._ask(self.shown.together.people[place])

    def _tie_chosen(self, place: int) -> None:
        if self.shown is not None:
            tie, people = self.shown.together.net.ties[place], self.shown.together.people
            self._ask(people[tie.one], None, people[tie.other].name)

    def _ask(self, person: Person, year: tuple[int | None] | None = None, other: str = "") -> None:
        self.photos_asked.emit(person, year, other)
