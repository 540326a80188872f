"""The Insights page: charts of people and photos, of duplicates of people, and of the money spent."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from facesorter.domain.changes import Change
from facesorter.domain.errors import UserError
from facesorter.domain.messages import gettext as _
from facesorter.ui.insights.plotting import bring_in
from facesorter.ui.insights.saving import ask_where, drawn, save_drawing, save_table
from facesorter.ui.shell.banner import Banner
from facesorter.ui.shell.in_steps import take_steps
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.card import label
from facesorter.ui.widgets.in_folder import show_in_folder

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.ui.insights.chart_card import ChartCard
    from facesorter.ui.insights.duplicates_view import DuplicatesView
    from facesorter.ui.insights.people_view import PeopleView
    from facesorter.ui.insights.spending_view import SpendingView

PHOTOS, DUPLICATES, MONEY = range(3)


class InsightsPage(QWidget):
    """Once the library for charts is imported, the views are made one after the other; the first is shown meanwhile.

    `photos_asked` carries a person, a tuple of the year (None: all years), and the name of somebody else or "".
    """

    photos_asked = Signal(object, object, str)
    everybody_asked = Signal()

    def __init__(self, app: Services, jobs: Jobs, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._app, self._jobs, self._theme = app, jobs, theme
        self.people: PeopleView | None = None
        self.duplicates: DuplicatesView | None = None
        self.spending: SpendingView | None = None
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(_("Insights"))
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for text in (_("All photos"), _("Duplicates of people"), _("Money spent")):
            self.tabs.addTab(text)
        self._pages = QStackedWidget()
        self.waiting = label(_("Adding up…"), "dim", wraps=True)
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._pages.addWidget(self.waiting)
        head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        head.setSpacing(16)
        head.addWidget(label(_("Insights"), "large"))
        head.addWidget(self.tabs, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(self._pages, 1)
        self.banner = Banner(theme, self)
        self.tabs.currentChanged.connect(self._turn)
        take_steps(self._furnish(), self)

    def _furnish(self) -> Iterator[None]:
        yield
        yield from bring_in()
        yield
        from facesorter.ui.insights.people_view import PeopleView

        yield
        people = PeopleView(self._theme)
        yield
        yield from people.furnish()
        people.photos_asked.connect(self.photos_asked)
        people.everybody_asked.connect(self.everybody_asked)
        self.people = people
        self._take(people, PHOTOS, people.years, people.totals, people.together)
        yield
        from facesorter.ui.insights.duplicates_view import DuplicatesView

        yield
        duplicates = DuplicatesView(self._app, self._jobs, self._theme)
        duplicates.failed.connect(self.banner.tell)
        duplicates.pairs.save_asked.connect(self._save_pairs)
        yield
        yield from duplicates.furnish()
        self.duplicates = duplicates
        self._take(duplicates, DUPLICATES, duplicates.alike, duplicates.taken)
        yield
        from facesorter.ui.insights.spending_view import SpendingView

        self.spending = SpendingView(self._theme)
        self._take(self.spending, MONEY, self.spending.card)

    def _take(self, view: QWidget, place: int, *cards: ChartCard) -> None:
        """A view is there now, and is shown if somebody waits for it."""
        self._pages.addWidget(view)
        for card in cards:
            card.save_asked.connect(partial(self._save, card))
        if self.tabs.currentIndex() == place:
            self._turn(place)

    @property
    def searching(self) -> bool:
        """Whether a search for duplicates goes on."""
        return self.duplicates is not None and self.duplicates.searching.busy

    def follow(self, _change: Change) -> None:
        """What was written while the figures are in view is added up anew."""
        if self.isVisible():
            self.show_figures()

    def show_figures(self) -> None:
        """Load anew what is shown: it may have changed elsewhere."""
        self._turn(self.tabs.currentIndex())

    def _turn(self, place: int) -> None:
        if place == DUPLICATES:
            self._pages.setCurrentWidget(self.duplicates or self.waiting)
        elif place == PHOTOS:
            self._load_people(self.people)
        else:
            self._load_spendings(self.spending)

    def _load_people(self, view: PeopleView | None) -> None:
        if view is None:
            self._pages.setCurrentWidget(self.waiting)
            return
        from facesorter.ui.insights.people_view import PeopleShown, load_people

        def steps() -> Iterator[PeopleShown]:
            yield load_people(self._app)

        def show(results: list[PeopleShown]) -> None:
            view.show_people(results[0])
            if self.tabs.currentIndex() == PHOTOS:
                self._pages.setCurrentWidget(view)

        self._pages.setCurrentWidget(self.waiting if view.shown is None else view)
        job = self._jobs.run(steps)
        job.reported.connect(show)
        job.failed.connect(self._tell)

    def _load_spendings(self, view: SpendingView | None) -> None:
        if view is None:
            self._pages.setCurrentWidget(self.waiting)
            return

        def load() -> list[object]:
            return [*self._app.insights.spendings()]

        self._pages.setCurrentWidget(view)
        self._jobs.look(load, view.show_spendings).failed.connect(self.banner.tell)  # pyright: ignore[reportArgumentType]

    def _tell(self, error: BaseException) -> None:
        self.waiting.setText("")
        self.banner.tell(error)

    def _save(self, card: ChartCard, kind: str) -> None:
        path = ask_where(self, card.title, kind)
        chart = card.chart
        if not path or chart is None:
            return
        if kind == "csv":
            shown = getattr(chart, "net", None) or getattr(chart, "bars", None)
            save = partial(save_table, shown.rows if shown is not None else (), path)
        else:
            drawing = drawn(chart, card.title, self._theme.colors, kind)  # pyright: ignore[reportArgumentType]
            save = partial(save_drawing, drawing, path)

        def write() -> Iterator[None]:
            yield save()

        def told(_steps: list[None]) -> None:
            self._saved(path)

        job = self._jobs.write(write)
        job.reported.connect(told)
        job.failed.connect(self.banner.tell)

    def _saved(self, path: str) -> None:
        from facesorter.ui.shell import words

        told = _("Saved as {file}.").format(file=words.in_a_sentence(words.file_name(path)))
        self.banner.say(told, good=True, action=(_("Open folder"), lambda: show_in_folder(path, self._jobs)))

    def _save_pairs(self) -> None:
        duplicates = self.duplicates
        found = None if duplicates is None else duplicates.searching.found
        if duplicates is None or found is None:
            return
        path = ask_where(self, _("The same person under two names"), "csv")
        threshold = duplicates.threshold.value()
        if not path:
            return

        def steps() -> Iterator[str]:
            try:
                found.write_csv(path, threshold)
            except OSError as error:
                raise UserError(
                    _("The list could not be saved ({reason}).").format(reason=error.strerror),
                    _("Choose another place."),
                ) from error
            yield path

        job = self._jobs.run(steps)

        def tell(written: list[str]) -> None:
            self._saved(written[0])

        job.reported.connect(tell)
        job.failed.connect(self.banner.tell)
