"""Step 2, *Where?*: the folders to look through, the place for the copies, and who compares the faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QShortcut
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QMenu, QToolButton, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.places import folder_of
from facesorter.domain.spending import SavingsMode
from facesorter.ui.paid.engine_choice import EngineChoice
from facesorter.ui.paid.engine_line import EngineLine
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import mark
from facesorter.ui.sort.counting import PhotoCounter, Places
from facesorter.ui.sort.names_offer import NamesOffer
from facesorter.ui.widgets.card import Card, ElidedLabel, button, label
from facesorter.ui.widgets.drops import Dropped, named, sort_out
from facesorter.ui.widgets.file_dialogs import ask_for_folder
from facesorter.ui.widgets.flow import FlowLayout
from facesorter.ui.widgets.path_field import PathField
from facesorter.ui.widgets.s3_address import ask_for_s3_address

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.domain.events import PhotosFound
    from facesorter.settings import Settings

MOST_RECENT = 8
"""Folders that are offered again."""

FOLDER_PX = 260
"""The name of the person's folder is cut only where there is less room than this; the path before it is cut first."""


class WhereCard(Card):
    """Folders, sub-folders yes or no, destination; counts the photos while the user thinks.

    `changed` after every choice, `places_changed` if other photos may be found now; `said` carries what could not be
    taken, and what to do instead; `spend_less_asked` and `names_asked` for what opens beyond the card.
    """

    changed = Signal()
    places_changed = Signal()
    said = Signal(str, str)
    spend_less_asked = Signal()
    names_asked = Signal()

    def __init__(self, app: Services, jobs: Jobs, choice: EngineChoice) -> None:
        super().__init__(_("2  Where?"))
        self._choice = choice
        self._jobs = jobs
        settings = app.settings
        self.folders: tuple[str, ...] = settings.folders
        self.recent: tuple[str, ...] = settings.recent_folders
        self._usual_destination = replace(settings, destination="").destination_folder
        self.destination = settings.destination_folder
        self._names: list[str] = []
        self._marks_missing = False
        self.counter = PhotoCounter(app, jobs, self)
        self.counter.told.connect(self._refresh)
        self.counter.ended.connect(self._counted)
        self.names_offer = NamesOffer(app, jobs, self)
        self.head.addStretch()
        self._shown = PathField(_("Drop folders here"))
        self._shown.setAccessibleName(_("Folders of photos"))
        self.choose = QToolButton()
        self.choose.setText(_("Choose…"))
        self.choose.setProperty("kind", "button")
        self.choose.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.choose.setAccessibleDescription(
            _("Adds a folder of photos. The down key shows the chosen folders and other places.")
        )
        self.choose.clicked.connect(self._choose_folder)
        down = QShortcut(Qt.Key.Key_Down, self.choose, context=Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self.choose.showMenu)  # Qt opens it by the mouse alone
        self._films = settings.films
        self.subfolders = QCheckBox(_("Include subfolders"))
        self.subfolders.setChecked(settings.recursive)
        self.subfolders.toggled.connect(self._rules_changed)
        self.companions = self._companions_box(checked=settings.with_companions)
        self._menu = QMenu(self)
        self.choose.setMenu(self._menu)
        self._gone = label("", "warn", wraps=True)
        self._count = label("", "dim", wraps=True)
        self._told = label("", "dim", wraps=True)
        self._target = ElidedLabel("dim", cut=Qt.TextElideMode.ElideLeft)
        self._engine_problem = label("", "small", wraps=True)
        self._folder = ElidedLabel("strong", least_px=FOLDER_PX)
        self._other = button(_("Change…"), "link", _("Changes where the copies go"))
        self._other.clicked.connect(self._choose_destination)
        self.engine = EngineLine(choice)
        self.spend_less = button("", "link")
        self.spend_less.clicked.connect(self.spend_less_asked)
        self.engine.add(self.spend_less)
        self.engine.changed.connect(self._engine_changed)
        self._lay_out()
        self.dropped.connect(self._take)
        self._fill_menu()
        self._refresh()
        self._recount()

    def _companions_box(self, *, checked: bool) -> QCheckBox:
        box = QCheckBox(_("With sidecars"))
        what = _("Also copies what belongs to a photo, under its name: a Live Photo's film, RAW file, edits, sidecars.")
        box.setToolTip(what)
        box.setAccessibleDescription(what)
        box.setChecked(checked)
        box.toggled.connect(self.changed)
        return box

    def _lay_out(self) -> None:
        first, second, third = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        options = QWidget()
        ticks = FlowLayout(options, 8, 2)
        first.addWidget(self._shown, 1)
        first.addWidget(self.choose)
        second.addWidget(self._count, 1)
        second.addWidget(self._told, 1)
        ticks.addWidget(self.companions)
        ticks.addWidget(self.subfolders)
        ticks.addWidget(self.names_offer.button)
        self.names_offer.asked.connect(self.names_asked)
        third.addWidget(label(_("Copies go to"), "dim"))
        third.addSpacing(2)
        third.addWidget(self._target)
        third.addWidget(self._folder)
        third.addStretch()
        third.addWidget(self._other)
        self.body.setSpacing(5)
        for row in (first, second, third):
            row.setSpacing(8 if row is not third else 2)
            self.body.addLayout(row)
            if row is first:
                self.body.addWidget(self._gone)
            elif row is second:
                self.body.addWidget(options)
        self.body.addWidget(self.engine)
        self.body.addWidget(self._engine_problem)
        self.body.addStretch()

    @property
    def chosen_destination(self) -> str:
        """The destination as the settings keep it: "" for the usual one."""
        return "" if self.destination == self._usual_destination else self.destination

    def where_problem(self) -> str:
        """What is missing before a search, as a sentence; "" if nothing is but the folders themselves."""
        if not self.folders:
            return _("Choose a folder of photos.")
        return self.engine.engine_problem() if self.there else ""

    @property
    def needs_attention(self) -> bool:
        """Whether the user has something to do here before a search."""
        return not self.there or self.engine.is_refused

    def show_problem(self, *, shown: bool) -> None:
        """Mark what is missing here from now on, if that is next to be said."""
        self._marks_missing = shown
        self._refresh()

    def _mark_missing(self) -> None:
        problem = self.where_problem() if self._marks_missing else ""
        missing = problem if not self.folders else ""
        mark(self._shown, tone="missing" if missing else "")
        self._shown.setAccessibleDescription(missing)
        trouble = missing or (self.counter.text if self.counter.failed else "")
        told = trouble or ("" if self.folders else _("Your originals are never changed."))
        self._told.setText(told)
        mark(self._told, tone="warn" if trouble else "dim")
        self._told.setVisible(bool(told))
        self._count.setText("" if told else self.counter.text)
        self._count.setVisible(not told)
        self._engine_problem.setText(problem if self.folders else "")
        self._engine_problem.setVisible(bool(self._engine_problem.text()))

    def focus_missing(self) -> None:
        """Lead to what `where_problem` asks for."""
        (self.engine.change if self.folders else self.choose).setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def there(self) -> tuple[str, ...]:
        """The folders that a run looks through: those that were there when they were looked for last."""
        return tuple(folder for folder in self.folders if folder not in self.counter.missing)

    @property
    def counting(self) -> bool:
        return self.counter.counting

    def show_names(self, names: list[str]) -> None:
        """The folders that the copies will go to."""
        self._names = names
        self._refresh()

    def add_folders(self, folders: Sequence[str]) -> None:
        """These folders, or places in S3, too."""
        self._set(tuple(dict.fromkeys((*self.folders, *folders))))

    def _take(self, paths: list[str]) -> None:
        """Whatever was dropped; a worker looks what is what, because a dead share may let one wait."""
        self._jobs.look(lambda: sort_out(paths), self.take)

    def take(self, dropped: Dropped) -> None:
        """Look through these folders, and those that hold these pictures, too. What cannot be used is said."""
        holding = list(dict.fromkeys(folder_of(picture) for picture in dropped.pictures))
        if dropped.folders or holding:
            self.add_folders([*dropped.folders, *holding])
        happened, advice = dropped.refused.sentences()
        if happened:
            self.said.emit(happened, advice)
        elif holding:
            self.said.emit(
                _("Whole folders are searched, so all photos in {} were added.").format(named(holding)),
                _("To use a picture as a headshot, drop it on “Who?”."),
            )

    def choose_only(self, folders: Sequence[str]) -> None:
        """These folders alone, instead of those of last time."""
        self._set(tuple(dict.fromkeys(folders)))

    def _set(self, folders: tuple[str, ...]) -> None:
        self.folders = folders
        self._fill_menu()
        self._rules_changed()

    def _rules_changed(self) -> None:
        self._recount()
        self._refresh()
        self.engine.forget_price()
        self.places_changed.emit()
        self.changed.emit()

    def _engine_changed(self) -> None:
        self._show_savings()
        self.changed.emit()

    def _show_savings(self) -> None:
        savings = self._choice.savings
        self.spend_less.setText(_("Spend less…") if savings is SavingsMode.NONE else words.savings(savings))
        self.spend_less.setEnabled(self.engine.price is not None and not self._choice.held)

    def _choose_folder(self) -> None:
        folder = ask_for_folder(self, _("Choose a folder of photos"))
        if folder:
            self.add_folders([folder])

    def _choose_address(self) -> None:
        address = ask_for_s3_address(self, _("A bucket, or a folder in it:"))
        if address:
            self.add_folders([address])

    def _choose_destination(self) -> None:
        folder = ask_for_folder(self, _("Choose where the copies go"), self.destination)
        if folder:
            self.destination = folder
            self._refresh()
            self.changed.emit()

    def _refresh(self) -> None:
        self._shown.show_path(words.folders(self.folders))
        self._shown.setToolTip("\n".join(words.readable(folder) for folder in self.folders))
        gone = [words.short(folder) for folder in self.folders if folder in self.counter.missing]
        wording = ngettext(
            "{} cannot be found and is skipped until it is available again.",
            "{} cannot be found and are skipped until they are available again.",
            len(gone),
        )
        self._gone.setText(wording.format(", ".join(gone)))
        self._gone.setVisible(bool(gone))
        self._mark_missing()
        self._target.show_text(words.short(self.destination) + "/")
        more = f" +{len(self._names) - 1}" if len(self._names) > 1 else ""
        self._folder.show_text(self._names[0] + more if self._names else "")
        self._folder.setToolTip("\n".join(self._names))
        self._show_savings()

    def _fill_menu(self) -> None:
        """What else the button offers beside asking for a folder."""
        menu = self._menu
        menu.clear()
        menu.addAction(_("Add a folder…"), self._choose_folder)
        menu.addAction(_("Add a place in Amazon S3…"), self._choose_address)
        if self.folders:
            menu.addAction(_("Use names in the photos…"), self.names_asked.emit)
        self._offer_recent()
        menu.addSeparator()
        for folder in self.folders:
            action = QAction(_("Remove {}").format(words.as_written(words.short(folder))), menu)
            action.triggered.connect(partial(self._leave_out, folder))
            menu.addAction(action)

    def _offer_recent(self) -> None:
        """Folders that were searched before and are not chosen now."""
        others = [folder for folder in self.recent if folder not in self.folders]
        if others:
            self._menu.addSection(_("Searched before"))
        for folder in others:
            action = QAction(words.as_written(words.short(folder)), self._menu)
            action.triggered.connect(partial(self._add_again, folder))
            self._menu.addAction(action)

    def _add_again(self, folder: str, _checked: bool = False) -> None:
        self.add_folders([folder])

    def remember_searched(self) -> None:
        """What is chosen now is searched: it is offered again later."""
        self.recent = tuple(dict.fromkeys((*self.folders, *self.recent)))[:MOST_RECENT]
        self._fill_menu()

    def _leave_out(self, gone: str, _checked: bool = False) -> None:
        self._set(tuple(folder for folder in self.folders if folder != gone))

    # Counting

    def look_again(self) -> None:
        """Folders that were missing may be there now, or an account chosen with which they can be counted."""
        if self.isEnabled():
            self.counter.look_again()

    def take_settings(self, settings: Settings) -> None:
        """Films may count now, or not any more; or an account may have been chosen."""
        if settings.films != self._films:
            self._films = settings.films
            self._rules_changed()
        self.look_again()

    def stop_counting(self) -> None:
        """A run begins, and counts for itself."""
        self.counter.stop()
        self.names_offer.stop()

    def _counted(self) -> None:
        self.changed.emit()
        self.names_offer.look(self.there, recursive=self.subfolders.isChecked())

    def _recount(self) -> None:
        self.counter.count(Places(self.folders, self.destination, self.subfolders.isChecked(), self._films))

    def show_count(self, found: PhotosFound) -> None:
        """How many photos there are, and of which formats."""
        self.counter.show(found)
        self._refresh()
