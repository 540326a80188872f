"""What Insights shows of people under different names: a search, how alike faces are, who is taken for whom, pairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSlider, QVBoxLayout, QWidget

from facesorter.domain.errors import PhotoError
from facesorter.domain.figures import percent
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.places import kind_of
from facesorter.ui.insights.chart_card import ChartCard
from facesorter.ui.insights.columns import Columns, scrolled
from facesorter.ui.insights.pairs_card import PairsCard
from facesorter.ui.insights.search_card import SearchCard
from facesorter.ui.insights.searching import LEAST, Found, Searching
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.card import label
from facesorter.ui.widgets.in_folder import menu_for, show_in_folder

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.ui.insights.pair_card import PairCard

_STILL_MS = 150
"""So long after the last move of the threshold the pairs are asked for anew."""


class DuplicatesView(QWidget):
    """`failed` carries what stood in the way."""

    failed = Signal(object)

    def __init__(self, app: Services, jobs: Jobs, theme: Theme) -> None:
        super().__init__()
        self._app, self._jobs, self._theme = app, jobs, theme
        self.searching = Searching(app, jobs, self)
        self.found: Found | None = None
        self.search = SearchCard(app.settings, self.searching)
        self.alike = ChartCard(_("How similar faces under different names are"), _("No two names have similar faces."))
        self.threshold = _Slider(Qt.Orientation.Horizontal)
        self.threshold.setRange(LEAST, 100)
        self.threshold.setPageStep(5)
        self.threshold.setAccessibleName(_("Similarity threshold"))
        self._from = label("", "dim")
        self.taken = ChartCard(_("Who is taken for whom"), _("No two names are this similar."))
        self.pairs = PairsCard(theme)
        self.outcomes = label("", "dim", wraps=True)
        self.alike.add_row(self._slider_row())
        self._later = QTimer(self, singleShot=True, interval=_STILL_MS)
        self._later.timeout.connect(self.load)
        self._lay_out()

    def furnish(self) -> Iterator[None]:
        """Make the charts, one after the other: each takes as long as the window may be held up."""
        from facesorter.ui.insights.bar_chart import BarChart
        from facesorter.ui.insights.network import Network

        self.bars = BarChart(self._theme, self.alike.title)
        self.alike.put(self.bars)
        yield
        self.network = Network(self._theme, self.taken.title)
        self.taken.put(self.network)
        self._connect()
        self.threshold.setValue(self._app.settings.duplicates_from)
        self._threshold_moved()
        if self.search.source:
            self.searching.open_earlier(self.search.source)

    def _slider_row(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        line.addWidget(self._from)
        line.addWidget(self.threshold, 1)
        return row

    def _lay_out(self) -> None:
        charts = QWidget()
        column = QVBoxLayout(charts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.alike)
        column.addWidget(self.taken)
        column.addStretch(1)
        right = QWidget()
        pairs = QVBoxLayout(right)
        pairs.setContentsMargins(0, 0, 0, 0)
        pairs.addWidget(self.pairs)
        pairs.addStretch(1)
        self._results = Columns([charts, right], [1, 1])
        self._area: QScrollArea = scrolled(self.search, self.outcomes, self._results)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._area)
        for one in (self._results, self.outcomes):
            one.hide()

    def _connect(self) -> None:
        self.search.search_asked.connect(self._search)
        self.search.reports_asked.connect(self.searching.open_reports)
        self.search.chosen.connect(self.searching.open_earlier)
        self.searching.read.connect(self.load)
        self.searching.failed.connect(self.failed)
        self.threshold.valueChanged.connect(self._threshold_moved)
        self.bars.threshold_moved.connect(self.threshold.setValue)
        self.bars.chosen.connect(self._bar_chosen)
        self.network.tie_chosen.connect(self._show_tied)
        self.network.point_chosen.connect(self._show_point)
        self.pairs.more_asked.connect(self.load)
        self.pairs.all_asked.connect(lambda: self.show_percent(None))
        self.pairs.faces_wanted.connect(self._load_faces)
        self.pairs.decided.connect(self._decide)
        self.pairs.picture_asked.connect(self._show_picture)

    def _search(self, source: str, rule: str) -> None:
        self._remember(duplicates_source=source, duplicates_names=rule)
        self.searching.search(source, rule)

    def _remember(self, **what: Any) -> None:
        def save() -> None:
            self._app.save(replace(self._app.settings, **what))

        self._jobs.remember(save, decisions=0).failed.connect(self.failed)

    def _threshold_moved(self) -> None:
        value = self.threshold.value()
        text = _("Similar from {similarity}").format(similarity=percent(value))
        self._from.setText(text)
        self.threshold.setAccessibleDescription(text)
        if self.bars.threshold is not None:
            self.bars.move_threshold(value)
        self._later.start()

    def load(self) -> None:
        """Show what was found, for the threshold of now."""
        if self.searching.found is not None:
            threshold = self.threshold.value()
            if threshold != self._app.settings.duplicates_from:
                self._remember(duplicates_from=threshold)
            self.searching.show(threshold, self.pairs.percent, self.pairs.wanted, self._show)

    def _bar_chosen(self, bar: int, _series: int) -> None:
        self.show_percent(self.bars.first + bar)

    def show_percent(self, value: int | None) -> None:
        """Only the pairs of names of whom two faces are alike by just so much; None for all from the threshold on."""
        self.pairs.be_about(value)
        self.load()

    def _show(self, found: Found) -> None:
        self.found = found
        place = self.searching.found.place if self.searching.found is not None else ""
        if place and place != self.search.source and not self.searching.busy:
            self.search.show_source(place)
        self._results.show()
        self.outcomes.show()
        self.outcomes.setText(_in_words(found.outcomes))
        if found.bars != self.bars.bars or found.first != self.bars.first:
            self.bars.show_bars(found.bars, found.first, self.threshold.value())
        if found.net != self.network.net:
            self.network.show_net(found.net)
        self.alike.show_empty(empty=found.bars.is_empty)
        self.taken.show_empty(empty=found.net.is_empty)
        self.pairs.show_pairs(found.pairs, found.number)

    def _show_tied(self, place: int) -> None:
        if self.found is not None and place < len(self.found.tied):
            self._show_pair(self.found.tied[place].names)

    def _show_point(self, place: int) -> None:
        if self.found is not None:
            name = self.network.net.names[place]
            pair = next((pair for pair in self.found.tied if name in pair.names), None)
            if pair is not None:
                self._show_pair(pair.names)

    def _show_pair(self, names: tuple[str, str]) -> None:
        """Bring the pair's card into view, and the keyboard to it; more are shown if it is not among them yet."""
        card = self.pairs.card_of(names)
        if card is None and self.found is not None:
            card = self.pairs.put_first(next(pair for pair in self.found.tied if pair.names == names))
        if card is not None:
            self._area.ensureWidgetVisible(card)
            (card.same if card.pair.verdict is None else card.undo).setFocus()

    def _load_faces(self, card: PairCard) -> None:
        found, pair = self.searching.found, card.pair
        if found is None:
            return

        def cut() -> list[QImage]:
            images: list[QImage] = []
            for face in pair.pictures:
                try:
                    images.append(QImage.fromData(found.crop(face)))
                except PhotoError:
                    images.append(QImage())  # the empty place says that there is none
            return images

        def show(images: list[QImage]) -> None:
            if card in self.pairs.cards:
                for place, image in enumerate(images):
                    card.show_face(place, image)

        self._jobs.look(cut, show).failed.connect(self.failed)

    def _decide(self, card: PairCard, verdict: Any) -> None:
        pair = card.pair

        def kept() -> None:
            self.pairs.show_verdict(pair.names, verdict)
            self.load()

        self.searching.decide(pair.names, verdict, kept)

    def _show_picture(self, card: PairCard, place: int) -> None:
        found, face = self.searching.found, card.pair.pictures[place]
        if found is None:
            return

        def show(path: str) -> None:
            if kind_of(path).has_files:
                show_in_folder(path, self._jobs)
            else:
                shown = card.faces[place]
                menu_for(path, self._jobs, shown).popup(shown.mapToGlobal(shown.rect().bottomLeft()))

        self._jobs.look(lambda: found.path_of(face), show).failed.connect(self.failed)


class _Slider(QSlider):
    """The wheel scrolls the page."""

    def wheelEvent(self, e: Any) -> None:
        e.ignore()


def _in_words(outcomes: dict[str, int]) -> str:
    """As `574 pictures: 269 look like somebody under another name · 290 like nobody · 12 without a face`."""
    whole = sum(outcomes.values())
    parts = [
        sentence.format(words.number(outcomes[kind]))
        for kind, sentence in (
            ("matched", _("{} look like somebody under another name")),
            ("alone", _("{} look like nobody else")),
            ("no_face", _("{} without a face")),
            ("too_poor", _("{} too poor to compare")),
            ("problem", _("{} could not be read")),
        )
        if outcomes[kind]
    ]
    pictures = ngettext("{} picture", "{} pictures", whole).format(words.number(whole))
    return _("{pictures}: {parts}").format(pictures=pictures, parts=" · ".join(parts)) if parts else pictures
