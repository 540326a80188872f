"""The window: a slim sidebar with the places that work, and the page of the chosen one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from facesorter.domain.messages import gettext as _
from facesorter.ui.shell.change_relay import ChangeRelay
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.log_pane import LogRelay
from facesorter.ui.shell.routes import Route
from facesorter.ui.shell.theme import Theme
from facesorter.ui.sort.sort_page import SortPage
from facesorter.ui.widgets.card import button, label

if TYPE_CHECKING:
    from facesorter.app.checking import Unfinished
    from facesorter.app.services import Services
    from facesorter.domain.models import Person
    from facesorter.ui.compare.compare_page import ComparePage
    from facesorter.ui.help.help_window import HelpWindow
    from facesorter.ui.insights.insights_page import InsightsPage
    from facesorter.ui.people.people_place import PeoplePlace
    from facesorter.ui.settings.settings_page import SettingsPage

WIDE_PX, NARROW_PX = 176, 56
"""Of the sidebar, with words (more where the font is large) and with icons only."""
NARROW_BELOW_PX = 1080
"""In a window narrower than this the sidebar shows its icons only."""

SIZE_PX, LEAST_PX = (1280, 800), (860, 560)
FRAME_PX = 40
"""What a window's frame may take of the height of the screen; Qt knows it only once the window is shown."""


class Sidebar(QWidget):
    """The places, and who does the work. `asked` carries the `Route` of a place that was clicked."""

    asked = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._name = label("FaceSorter", "large")
        self._engine = label("", "small", wraps=True)
        self._group = QButtonGroup(self)
        self._places: dict[Route, QAbstractButton] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(10, 18, 10, 16)
        self._layout.setSpacing(4)
        self._name.setContentsMargins(10, 0, 6, 10)
        self._engine.setContentsMargins(10, 0, 6, 0)
        self._layout.addWidget(self._name)
        self.help = button(_("Help"), "place", _("Opens the guide, and checks for problems (F1)"))
        self.help.setAccessibleName(self.help.text())
        self.help.setIconSize(QSize(20, 20))
        theme.give_icon(self.help, "help")
        self._layout.addStretch()
        self._layout.addWidget(self.help)
        self._layout.addWidget(self._engine)

    def show_engine(self, note: str) -> None:
        """Say where the faces are compared."""
        self._engine.setText(note)

    def add_place(self, route: Route, text: str, icon: str) -> None:
        """One more place below the others; the first one is chosen."""
        first = not self._places
        place = button(text, "place")
        place.setAccessibleName(text)  # in a narrow window it has no other
        place.setCheckable(True)
        place.setChecked(first)
        place.setIconSize(QSize(20, 20))
        self._theme.give_icon(place, icon, "accent" if first else "dim")
        place.toggled.connect(partial(self._recolor, place, icon))
        place.clicked.connect(lambda: self.asked.emit(route))
        self._group.addButton(place)
        self._places[route] = place
        self._layout.insertWidget(len(self._places), place)

    def _recolor(self, place: QAbstractButton, icon: str, checked: bool) -> None:
        self._theme.give_icon(place, icon, "accent" if checked else "dim")

    @property
    def places(self) -> Mapping[Route, QAbstractButton]:
        """The button of each place, from top to bottom."""
        return self._places

    def be_narrow(self, *, narrow: bool) -> None:
        """Icons only, or icons and words."""
        side = 4 if narrow else 10
        self._layout.setContentsMargins(side, 18, side, 16)
        self._name.setVisible(not narrow)
        self._engine.setVisible(not narrow)
        for place in self._places.values():
            text = place.accessibleName()
            place.setText("" if narrow else text)
            place.setToolTip(text if narrow else "")
        self.help.setText("" if narrow else _("Help"))
        self.help.setToolTip(_("Help") if narrow else "")
        self.setFixedWidth(NARROW_PX if narrow else max(WIDE_PX, self._layout.minimumSize().width()))


class MainWindow(QMainWindow):
    """Closing it stops what goes on; what was found and copied stays."""

    def __init__(self, app: Services, jobs: Jobs, theme: Theme, relay: LogRelay) -> None:
        super().__init__()
        self._app = app
        self._jobs = jobs
        self._theme = theme
        self._keeps = True
        self.setWindowTitle("FaceSorter")
        self._free = self.screen().availableSize() - QSize(0, FRAME_PX)
        self.setMinimumSize(QSize(*LEAST_PX).boundedTo(self._free))
        self.sidebar, self.pages = Sidebar(theme), QStackedWidget()
        self._lay_out()
        # Within the window from its first widget on: moving a whole page there costs as much as making half of it.
        self.sort = SortPage(app, jobs, theme, relay, self.pages)
        self._compare: ComparePage | None = None
        self._settings: SettingsPage | None = None
        self._help: HelpWindow | None = None
        self._people: PeoplePlace | None = None
        self._insights: InsightsPage | None = None
        self.pages.addWidget(self.sort)
        self._changes = ChangeRelay(app.changes, self)
        self._changes.told.connect(self.sort.follow)
        self.sidebar.add_place(Route.SORT, _("Sort"), "sort")
        self.sidebar.add_place(Route.PEOPLE, _("People"), "person")
        self.sidebar.add_place(Route.COMPARE, _("Compare"), "compare")
        self.sidebar.add_place(Route.INSIGHTS, _("Insights"), "insights")
        self.sidebar.add_place(Route.SETTINGS, _("Settings"), "settings")
        self.sidebar.asked.connect(self.go_to)
        self.sidebar.help.clicked.connect(self.show_help)
        QShortcut(QKeySequence.StandardKey.HelpContents, self).activated.connect(self.show_help)
        self.sidebar.show_engine(self.sort.engine_note())
        self.sort.engine_changed.connect(self.sidebar.show_engine)
        self.sort.account_asked.connect(partial(self.go_to, Route.SETTINGS))
        self.sort.everybody_asked.connect(partial(self.go_to, Route.PEOPLE))
        self.sort.who.fields.add.setFocus()
        relay.crashed.connect(self._tell_of_crash)
        self._restore()

    def _lay_out(self) -> None:
        content = QWidget()
        content.setObjectName("content")
        layout = QHBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.sidebar)
        layout.addWidget(self.pages, 1)
        self.setCentralWidget(content)

    def _restore(self) -> None:
        kept = self._app.settings.window_geometry
        if not kept or not self.restoreGeometry(QByteArray.fromBase64(kept.encode())):
            self.resize(QSize(*SIZE_PX).boundedTo(self._free))

    def go_to(self, route: Route) -> None:
        """Show a place, as a click in the sidebar does."""
        pages: dict[Route, Callable[[], QWidget]] = {
            Route.SORT: self._sort_page,
            Route.PEOPLE: self._people_page,
            Route.COMPARE: self._compare_page,
            Route.INSIGHTS: self._insights_page,
            Route.SETTINGS: self._settings_page,
        }
        self.sidebar.places[route].setChecked(True)
        self.pages.setCurrentWidget(pages[route]())

    def _sort_page(self) -> SortPage:
        return self.sort

    def _people_page(self) -> PeoplePlace:
        if self._people is None:
            from facesorter.ui.people.people_place import PeoplePlace

            self._people = PeoplePlace(self._app, self._jobs, self._theme, lambda: self._searching, self.pages)
            self._people.check_asked.connect(self._check)
            self._people.sort_asked.connect(partial(self.go_to, Route.SORT))
            self.pages.addWidget(self._people)
            self._changes.told.connect(self._people.follow)
        else:
            self._people.show_everybody()
        return self._people

    def _check(self, left: list[Unfinished]) -> None:
        """Show the photos that are left to check of everybody, as far as one session can take them."""
        from facesorter.app.checking import at_once

        self.go_to(Route.SORT)
        self.sort.continue_checking(at_once(left), among_all=True)

    def _insights_page(self) -> InsightsPage:
        if self._insights is None:
            from facesorter.ui.insights.insights_page import InsightsPage

            self._insights = InsightsPage(self._app, self._jobs, self._theme, self.pages)
            self._insights.photos_asked.connect(self._show_photos)
            self._insights.everybody_asked.connect(partial(self.go_to, Route.PEOPLE))
            self.pages.addWidget(self._insights)
            self._changes.told.connect(self._insights.follow)
        else:
            self._insights.show_figures()
        return self._insights

    def _show_photos(self, person: Person, year: tuple[int | None] | None, other: str) -> None:
        """Show the photos that a bar of a chart stands for, on the person's page."""
        self.go_to(Route.PEOPLE)
        self._people_page().open(person, year, other)

    @property
    def _searching(self) -> bool:
        return self.sort.searching or (self._insights is not None and self._insights.searching)

    def _compare_page(self) -> ComparePage:
        if self._compare is None:
            from facesorter.ui.compare.compare_page import ComparePage

            self._compare = ComparePage(self._app, self._jobs, self._theme, self.sort.choice, self.pages)
            self._compare.account_asked.connect(partial(self.go_to, Route.SETTINGS))
            self.pages.addWidget(self._compare)
        return self._compare

    def _settings_page(self) -> SettingsPage:
        if self._settings is None:
            from facesorter.ui.settings.settings_page import SettingsPage

            self._settings = SettingsPage(self._app, self._jobs, self._theme, self.sort.choice, self.pages)
            self._settings.changed.connect(self.sort.take_settings)
            self._settings.forgotten.connect(self._leave)
            self.pages.addWidget(self._settings)
        else:
            self._settings.show_settings()
        return self._settings

    def show_help(self) -> None:
        """Open the guide, or bring it to the front."""
        if self._help is None:
            from facesorter.ui.help.help_window import HelpWindow

            self._help = HelpWindow(self._app, self._jobs, self)
        self._help.show()
        self._help.raise_()
        self._help.activateWindow()

    def _tell_of_crash(self) -> None:
        self.sort.banner.tell(RuntimeError())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Less room, slimmer sidebar."""
        super().resizeEvent(event)
        self.sidebar.be_narrow(narrow=self.width() < NARROW_BELOW_PX)

    def changeEvent(self, event: QEvent) -> None:
        """Whoever comes back to the window may have connected a disk meanwhile."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.sort.where.look_again()

    def _leave(self) -> None:
        """Everything was deleted: keep nothing, and go."""
        self.forget()
        self.close()

    def forget(self) -> None:
        """Keep nothing of this window: it may not use the profile."""
        self._keeps = False

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember how the window looked, after all that waits to be remembered; the window is gone by then."""
        super().closeEvent(event)
        self._changes.stop()
        if not self._keeps:
            return
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()

        def save() -> Iterator[None]:
            yield self._app.save(replace(self._app.settings, window_geometry=geometry))

        self.sort.remember()
        self._jobs.write(save)
