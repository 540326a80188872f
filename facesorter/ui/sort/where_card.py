"""Step 2, *Where?*: the folders to look through, the place for the copies, and who compares the faces."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QShortcut
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLineEdit, QMenu, QToolButton

from facesorter.domain.places import is_in_s3
from facesorter.domain.spending import SavingsMode
from facesorter.ui.paid.engine_choice import EngineChoice
from facesorter.ui.paid.engine_line import EngineLine
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Job, Jobs
from facesorter.ui.widgets.card import Card, ElidedLabel, button, label
from facesorter.ui.widgets.s3_address import ask_for_s3_address

if TYPE_CHECKING:
    from facesorter.app import Workshop
    from facesorter.domain.events import Event, PhotosFound


class WhereCard(Card):
    """Folders, sub-folders yes or no, destination; counts the photos while the user thinks.

    `changed` after every choice, `places_changed` if other photos may be found now; `spend_less_asked` for what opens
    beyond the card.
    """

    changed = Signal()
    places_changed = Signal()
    spend_less_asked = Signal()

    def __init__(self, workshop: Workshop, jobs: Jobs, choice: EngineChoice) -> None:
        super().__init__(words.tr("WhereCard", "2  Where?"))
        self._choice = choice
        self._workshop = workshop
        self._jobs = jobs
        settings = workshop.settings
        self.folders: tuple[str, ...] = settings.folders
        self._missing: frozenset[str] = frozenset()
        self._usual_destination = replace(settings, destination="").destination_folder
        self.destination = settings.destination_folder
        self._names: list[str] = []
        self._counting: Job | None = None
        self._looking: Job | None = None
        self._count_text = ""
        self._uncounted = False
        self.head.addStretch()
        self._shown = QLineEdit(readOnly=True, placeholderText=self.tr("Drop folders of photos here"))
        self._shown.setAccessibleName(self.tr("Folders of photos"))
        self.choose = QToolButton()
        self.choose.setText(self.tr("Choose…"))
        self.choose.setProperty("kind", "button")
        self.choose.setAccessibleName(self.tr("Choose folders of photos"))
        self.choose.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.choose.setAccessibleDescription(self.tr("The down key shows the folders and other places."))
        self.choose.clicked.connect(self._choose_folder)
        down = QShortcut(Qt.Key.Key_Down, self.choose, context=Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self.choose.showMenu)  # Qt opens it by the mouse alone
        self.subfolders = QCheckBox(self.tr("with sub-folders"))
        self.subfolders.setChecked(settings.recursive)
        self.subfolders.toggled.connect(self._rules_changed)
        self._menu = QMenu(self)
        self.choose.setMenu(self._menu)
        self._gone = label("", "warn", wraps=True)
        self._count = ElidedLabel("dim", cut=Qt.TextElideMode.ElideRight)
        self._target = ElidedLabel("dim", cut=Qt.TextElideMode.ElideLeft)
        self._folder = ElidedLabel("strong", least_px=150)
        self._other = button(self.tr("Change…"), "link", self.tr("Change where the copies go"))
        self._other.clicked.connect(self._choose_destination)
        self.engine = EngineLine(choice)
        self.spend_less = button("", "link", self.tr("Ways to spend less"))
        self.spend_less.clicked.connect(self.spend_less_asked)
        self.engine.add(self.spend_less)
        self.engine.changed.connect(self._engine_changed)
        self._lay_out()
        self.dropped.connect(self.add_folders)
        self._fill_menu()
        self._refresh()
        self._recount()

    def _lay_out(self) -> None:
        first, second, third = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        first.addWidget(self._shown, 1)
        first.addWidget(self.choose)
        second.addWidget(self._count, 1)
        second.addWidget(self.subfolders)
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
        self.body.addWidget(self.engine)
        self.body.addStretch()

    @property
    def chosen_destination(self) -> str:
        """The destination as the settings keep it: "" for the usual one."""
        return "" if self.destination == self._usual_destination else self.destination

    def where_problem(self) -> str:
        """What is missing before a search, as a sentence; "" if nothing is but the folders themselves."""
        if not self.folders:
            return self.tr("Choose a folder of photos.")
        return self.engine.engine_problem() if self.there else ""

    @property
    def there(self) -> tuple[str, ...]:
        """The folders that a run looks through: those that were there when they were looked for last."""
        return tuple(folder for folder in self.folders if folder not in self._missing)

    @property
    def counting(self) -> bool:
        return self._counting is not None

    def show_names(self, names: list[str]) -> None:
        """The folders that the copies will go to."""
        self._names = names
        self._refresh()

    def add_folders(self, paths: list[str]) -> None:
        """These folders (of dropped pictures: theirs) too, or places in S3."""
        folders = [path if is_in_s3(path) or os.path.isdir(path) else os.path.dirname(path) for path in paths]
        self._set(tuple(dict.fromkeys((*self.folders, *folders))))

    def _set(self, folders: tuple[str, ...]) -> None:
        self.folders = folders
        self._missing &= frozenset(folders)
        self._fill_menu()
        self._rules_changed()

    def _rules_changed(self) -> None:
        self._refresh()
        self.engine.forget_price()
        self._recount()
        self.places_changed.emit()
        self.changed.emit()

    def _engine_changed(self) -> None:
        self._show_savings()
        self.changed.emit()

    def _show_savings(self) -> None:
        savings = self._choice.savings
        self.spend_less.setText(self.tr("Spend less…") if savings is SavingsMode.NONE else words.savings(savings))
        self.spend_less.setEnabled(self.engine.price is not None and not self._choice.held)

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder of photos"))
        if folder:
            self.add_folders([folder])

    def _choose_address(self) -> None:
        address = ask_for_s3_address(self, self.tr("A bucket, or a folder in it:"))
        if address:
            self.add_folders([address])

    def _choose_destination(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose where the copies go"), self.destination)
        if folder:
            self.destination = folder
            self._refresh()
            self.changed.emit()

    def _refresh(self) -> None:
        self._shown.setText(words.folders(self.folders))
        self._shown.setToolTip("\n".join(words.readable(folder) for folder in self.folders))
        gone = [words.short(folder) for folder in self.folders if folder in self._missing]
        wording = (
            self.tr("{} is not there now and is left out until it is back.")
            if len(gone) == 1
            else self.tr("{} are not there now and are left out until they are back.")
        )
        self._gone.setText(wording.format(", ".join(gone)))
        self._gone.setVisible(bool(gone))
        self._count.show_text(self._count_text if self.folders else self.tr("Photos are only read."))
        self._target.show_text(self.tr("Copies go to {}").format(words.short(self.destination) + "/"))
        more = f" +{len(self._names) - 1}" if len(self._names) > 1 else ""
        self._folder.show_text(self._names[0] + more if self._names else "")
        self._folder.setToolTip("\n".join(self._names))
        self._show_savings()

    def _fill_menu(self) -> None:
        """What else the button offers beside asking for a folder."""
        menu = self._menu
        menu.clear()
        menu.addAction(self.tr("Add a folder…"), self._choose_folder)
        menu.addAction(self.tr("Add a place in Amazon S3…"), self._choose_address)
        menu.addSeparator()
        for folder in self.folders:
            action = QAction(self.tr("Leave out {}").format(words.as_written(words.short(folder))), menu)
            action.triggered.connect(lambda _checked=False, gone=folder: self._leave_out(gone))  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType]
            menu.addAction(action)

    def _leave_out(self, gone: str) -> None:
        self._set(tuple(folder for folder in self.folders if folder != gone))

    # Missing folders and counting

    def look_again(self) -> None:
        """Count anew if folders that were missing are there now; on a worker, because a network may let one wait.

        So if they could not be counted: an account may have been chosen since.
        """
        if self._uncounted and self.isEnabled() and not self.counting:
            self._recount()
        if not self._missing or self.counting or self._looking is not None:
            return
        folders, before = self.folders, self._missing

        def compare(missing: frozenset[str]) -> None:
            if missing != before and folders == self.folders and self.isEnabled() and not self.counting:
                self._recount()
                self.changed.emit()

        def settle() -> None:
            self._looking = None

        self._looking = self._jobs.look(lambda: _missing_of(folders), compare)
        self._looking.finished.connect(settle)

    def stop_counting(self) -> None:
        """A run begins, and counts for itself."""
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None

    def _recount(self) -> None:
        self.stop_counting()
        self._count_text, self._uncounted = "", False
        if not self.folders:
            return
        folders, destination, recursive = self.folders, self.destination, self.subfolders.isChecked()

        def count() -> Iterator[frozenset[str] | Event]:
            from facesorter.pipeline.sort import SortRequest  # the pipeline may come after the window

            missing = _missing_of(folders)
            yield missing
            there = tuple(folder for folder in folders if folder not in missing)
            if there:
                yield from self._workshop.count(SortRequest((), there, destination, recursive=recursive))

        job = self._counting = self._jobs.select(count)

        def show(events: list[Any]) -> None:
            from facesorter.domain.events import PhotosFound

            if job is not self._counting:
                return
            if isinstance(events[0], frozenset):
                self._missing = events[0]
                self._refresh()
            found = [event for event in events if isinstance(event, PhotosFound)]
            if found:
                self.show_count(found[-1])
                self._count_text += self.tr(" so far…")
                self._refresh()

        def show_error(error: BaseException) -> None:
            if job is self._counting:
                self._count_text, self._uncounted = str(error), True
                self._refresh()

        def settle() -> None:
            if job is self._counting:
                self._counting = None
                self._count_text = self._count_text.removesuffix(self.tr(" so far…"))
                self._refresh()
                self.changed.emit()

        job.reported.connect(show)
        job.failed.connect(show_error)
        job.finished.connect(settle)

    def show_count(self, found: PhotosFound) -> None:
        """How many photos there are, and of which formats."""
        formats = words.formats(found.formats)
        self._count_text = words.photos(found.total) + (f" · {formats}" if formats else "")
        self._refresh()


def _missing_of(folders: tuple[str, ...]) -> frozenset[str]:
    return frozenset(folder for folder in folders if not (is_in_s3(folder) or os.path.isdir(folder)))
