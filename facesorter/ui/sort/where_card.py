"""Step 2, *Where?*: the folders to look through, the place for the copies, and who compares the faces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

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
from facesorter.ui.sort.destination_row import DestinationRow
from facesorter.ui.sort.folders_button import FoldersButton
from facesorter.ui.sort.names_offer import NamesOffer
from facesorter.ui.widgets.card import Card, button, label
from facesorter.ui.widgets.drops import Dropped, named, sort_out
from facesorter.ui.widgets.file_dialogs import ask_for_folder
from facesorter.ui.widgets.flow import FlowLayout
from facesorter.ui.widgets.path_field import PathField
from facesorter.ui.widgets.s3_address import ask_for_s3_address

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.domain.events import PhotosFound
    from facesorter.settings import Settings


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
        self.copies_to = DestinationRow(settings)
        self.copies_to.changed.connect(self.changed)
        self._marks_missing = False
        self.counter = PhotoCounter(app, jobs, self)
        self.counter.told.connect(self._refresh)
        self.counter.ended.connect(self._counted)
        self.names_offer = NamesOffer(app, jobs, self)
        self.head.addStretch()
        self._shown = PathField(_("Drop folders here"))
        self._shown.setAccessibleName(_("Folders of photos"))
        self.choose = FoldersButton(settings.recent_folders)
        self.choose.folder_asked.connect(self._choose_folder)
        self.choose.address_asked.connect(self._choose_address)
        self.choose.names_asked.connect(self.names_asked)
        self.choose.added.connect(self._add_again)
        self.choose.removed.connect(self._leave_out)
        self._films = settings.films
        self.subfolders = QCheckBox(_("Include subfolders"))
        self.subfolders.setChecked(settings.recursive)
        self.subfolders.toggled.connect(self._rules_changed)
        self.companions = self._companions_box(checked=settings.with_companions)
        self._gone = label("", "warn", wraps=True)
        self._count = label("", "dim", wraps=True)
        self._told = label("", "dim", wraps=True)
        self._engine_problem = label("", "small", wraps=True)
        self.engine = EngineLine(choice)
        self.spend_less = button("", "link")
        self.spend_less.clicked.connect(self.spend_less_asked)
        self.engine.add(self.spend_less)
        self.engine.changed.connect(self._engine_changed)
        self._lay_out()
        self.dropped.connect(self._take)
        self.choose.show_folders(self.folders)
        self._refresh()
        self._recount()

    def _companions_box(self, *, checked: bool) -> QCheckBox:
        box = QCheckBox(_("With sidecars"))
        what = _(
            "Also copies what belongs to a photo, under its name: a Live Photo's video, RAW file, edits, sidecars."
        )
        box.setToolTip(what)
        box.setAccessibleDescription(what)
        box.setChecked(checked)
        box.toggled.connect(self.changed)
        return box

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
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
        first.setSpacing(8)
        second.setSpacing(8)
        self.body.setSpacing(5)
        self.body.addLayout(first)
        self.body.addWidget(self._gone)
        self.body.addLayout(second)
        self.body.addWidget(options)
        self.body.addLayout(self.copies_to)
        self.body.addWidget(self.engine)
        self.body.addWidget(self._engine_problem)
        self.body.addStretch()

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
        self.choose.show_folders(folders)
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
        self._show_savings()

    def _add_again(self, folder: str) -> None:
        self.add_folders([folder])

    def _leave_out(self, gone: str) -> None:
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
        self.counter.count(Places(self.folders, self.copies_to.destination, self.subfolders.isChecked(), self._films))

    def show_count(self, found: PhotosFound) -> None:
        """How many photos there are, and of which formats."""
        self.counter.show(found)
        self._refresh()
