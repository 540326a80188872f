"""The page of one person: who they are, and all their photos, the newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from facesorter.domain.changes import Change
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Person
from facesorter.ui.people.album import AlbumGrid
from facesorter.ui.people.cards import cut
from facesorter.ui.people.check_button import CheckPerson
from facesorter.ui.people.known_by import KnownBy
from facesorter.ui.people.loading import PersonShown, load_person
from facesorter.ui.people.person_changes import PersonChanges
from facesorter.ui.people.person_head import head_of, line_above
from facesorter.ui.people.photo_actions import PhotoActions
from facesorter.ui.people.set_copying import SetCopying
from facesorter.ui.people.side_column import SideColumn
from facesorter.ui.people.suggestion_card import SuggestionCard
from facesorter.ui.people.summary import of_person
from facesorter.ui.people.told_later import ToldLater
from facesorter.ui.people.why_dialog import Question, WhyDialog
from facesorter.ui.people.with_whom import ALL, WITH, WithWhom
from facesorter.ui.people.year_list import YearList
from facesorter.ui.people.years import of_year
from facesorter.ui.review.thumbnails import Thumbnails
from facesorter.ui.shell.banner import Banner
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme, pixmap
from facesorter.ui.widgets.card import ElidedLabel, button, label, paths_in
from facesorter.ui.widgets.in_folder import show_in_folder
from facesorter.ui.widgets.pictures import Loaded, load_file

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.domain.groups import DatedPhotos

COVER_PX = 72

AFTER_MS = 100
"""Quiet time after something was written elsewhere until it is shown; what is written here is shown at once."""


class PersonPage(QWidget):
    """Shows whoever `show_person` was called for last; `left` when the user goes back to everybody.

    `check_asked` carries what is left to check of them (`Unfinished`).
    """

    left, check_asked = Signal(), Signal(list)

    def __init__(
        self, app: Services, jobs: Jobs, theme: Theme, busy: Callable[[], bool], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._app, self._jobs, self._theme = app, jobs, theme
        self.person: Person | None = None
        self.shown: PersonShown | None = None
        self._asked = 0
        self._year: tuple[int | None] | None = None
        """The only year whose photos are shown (None in it: those without a date)."""
        self._view: tuple[object, ...] = ()
        """Of whom, with whom, and of which year the photos in the grid are."""
        self.back = button(_("All people"), "link")
        self.back.clicked.connect(self.left)
        self._cover = QLabel()
        self._cover.setFixedSize(COVER_PX, COVER_PX)
        self.name = ElidedLabel("huge", cut=Qt.TextElideMode.ElideRight)
        self.summary = label("", "dim", wraps=True)
        self.with_whom = WithWhom()
        self.with_whom.changed.connect(self._choose)
        self.year_button = button("", "link")
        self.year_button.clicked.connect(self._show_all_years)
        self.year_button.hide()
        self._no_photo = _("There is no photo of this person in the folders that were looked through.")
        self._missed = label(_("A photo is missing? Drop it here to see why."), "dim")
        self._nothing = label(self._no_photo, "dim", wraps=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._thumbnails = Thumbnails(jobs, lambda: self._load_photo, self)
        self.grid = AlbumGrid(theme, self._thumbnails, jobs)
        self.years = YearList(self.grid)
        self.grid.opened.connect(partial(show_in_folder, jobs=jobs))
        self.check = CheckPerson(self)
        self.check.asked.connect(self.check_asked)
        self.changes = PersonChanges(app, jobs, self, busy)
        self.photo_actions = PhotoActions(app, jobs, self.grid, busy)
        self.copy_set = SetCopying(app, jobs, busy)
        self.known_by = KnownBy(app, jobs, theme, self)
        self.suggestion = SuggestionCard(app, jobs)
        self._lay_out()
        self.banner = Banner(theme, self)
        for one in (self.changes, self.photo_actions, self.copy_set, self.known_by, self.suggestion):
            one.done.connect(self._tell)
            one.failed.connect(self.banner.tell)
        for one in (self.changes, self.photo_actions, self.known_by, self.suggestion):
            one.changed.connect(self._changed)
        self.changes.forgotten.connect(self.left)
        self.changes.why_asked.connect(self.ask_why)
        self.later = ToldLater(app, jobs, self.known_by, self.suggestion, self)
        self.later.told.connect(self._tell_copied)
        self.later.failed.connect(self.banner.tell)
        self._soon = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._soon.timeout.connect(self._load)
        self.setAcceptDrops(True)
        theme.changed.connect(self._paint_cover)

    def _lay_out(self) -> None:
        self._photos = QStackedWidget()  # a layout without a parent would show the grid as a window
        self._photos.addWidget(self.grid)
        self._photos.addWidget(self._nothing)
        buttons = self.check.button, self.changes.rename_button, self.changes.more_button
        head = head_of(self._cover, (self.name, self.summary), buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(head)
        layout.addLayout(line_above(self.with_whom, self.copy_set, self.photo_actions))
        layout.addWidget(self.year_button, 0, Qt.AlignmentFlag.AlignLeft)
        album = QVBoxLayout()
        album.setSpacing(6)
        photos = QHBoxLayout()
        photos.addWidget(self._photos, 1)
        photos.addWidget(self.years)
        album.addLayout(photos, 1)
        album.addWidget(self._missed)
        below = QHBoxLayout()
        below.setSpacing(14)
        below.addLayout(album, 1)
        beside = self.suggestion, self.known_by, self.changes.merged
        below.addWidget(SideColumn(beside, self.known_by, self.known_by.width_px))
        layout.addLayout(below, 1)

    def open(self, person: Person, year: tuple[int | None] | None = None, other: str = "") -> None:
        """Show this person, of one year or together with somebody else if told so.

        What could not be read before may be there again.
        """
        self._thumbnails.clear()
        self._be_about(person)
        if year is not None or other:
            self.with_whom.reset()
        if other:
            self.with_whom.choose(WITH, other)
        self._year = year
        self.show_person(person)

    def _be_about(self, person: Person) -> None:
        """Nothing of somebody else stays."""
        if self.person is None or self.person.id != person.id:
            self.shown = None
            self._year = None
            self.with_whom.reset()
            self.summary.setText("")
            self.grid.show_photos(())
            self.banner.hide()
        self.person = person
        self.check.be_about(person)

    def _show_all_years(self) -> None:
        self._year = None
        if self.shown is not None:
            self._show(self.shown)
        self.grid.setFocus()

    def show_person(self, person: Person) -> None:
        """Show this person; what is known of them is loaded anew."""
        self._be_about(person)
        self.changes.be_about(None)
        self.photo_actions.be_about(None)
        self._load()

    def follow(self, change: Change) -> None:
        """What was written elsewhere of whoever is shown is shown soon; the focus and what is chosen stay."""
        if self.person is None:
            return
        if change.renamed is not None and change.renamed[1].id == self.person.id:
            self.person = change.renamed[1]
        self._soon.start()

    def _load(self) -> None:
        person = self.person
        if person is None:
            return
        self._soon.stop()
        self.name.show_text(person.name)
        self._paint_cover()
        choice = self.with_whom.choice
        self._asked += 1
        asked = self._asked

        def steps() -> Iterator[PersonShown | None]:
            yield load_person(self._app, person, *choice)

        def take(results: list[PersonShown | None]) -> None:
            if asked == self._asked and results[0] is not None:
                self._show(results[0])
            elif asked == self._asked:
                self.person = None
                self.left.emit()

        job = self._jobs.run(steps)  # not behind the faces of groups, which take their time
        job.reported.connect(take)
        job.failed.connect(self.banner.tell)

    def _photos_shown(self, shown: PersonShown) -> DatedPhotos:
        return shown.photos if self._year is None else of_year(shown.photos, self._year[0])

    def _tell_copied(self, not_copied: int | None) -> None:
        if self.shown is not None:
            self.shown = self.shown._replace(not_copied=not_copied)
            self.summary.setText(of_person(self.shown, self._photos_shown(self.shown)))

    def _show(self, shown: PersonShown) -> None:
        self.later.be_about(shown)
        if self.shown is not None and self.shown.details.person.id == shown.details.person.id:
            shown = shown._replace(not_copied=self.shown.not_copied)  # until it is counted anew
        self.shown, self.person = shown, shown.details.person
        self.name.show_text(self.person.name)
        self.changes.be_about(shown)
        self.photo_actions.be_about(shown)
        for one in (self.known_by, self.suggestion):
            one.be_about(shown.details.person)
        self.with_whom.offer(shown.others)
        self._paint_cover()
        photos = self._photos_shown(shown)
        self.year_button.setVisible(self._year is not None)
        if self._year is not None:
            only = _("Only photos without a date. Show all") if self._year[0] is None else _("Only {year}. Show all")
            self.year_button.setText(only.format(year=self._year[0]))
            self.year_button.setAccessibleName(self.year_button.text())
        self.summary.setText(of_person(shown, photos))
        all_shown = self.with_whom.choice[0] == ALL and self._year is None
        self._nothing.setText(self._no_photo if all_shown else _("There is no such photo."))
        self.copy_set.be_about(shown.wanted if photos and self._year is None else None)
        self._photos.setCurrentWidget(self.grid if photos else self._nothing)
        view = shown.details.person.id, self.with_whom.choice, self._year
        self.grid.show_photos(photos, follow=view == self._view)
        self._view = view

    def ask_why(self, paths: list[str]) -> WhyDialog | None:
        """Show why these photos are not among the person's."""
        if self.person is None or not paths:
            return None
        question = Question(self.person, paths, self._app.settings.threshold)
        dialog = WhyDialog(self._app, self._jobs, self._theme, question, self)
        dialog.decided.connect(self._choose)
        dialog.open()
        return dialog

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Photos can be dropped here, to ask why they are not among these."""
        if self.person is not None and paths_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask about what was dropped."""
        event.acceptProposedAction()
        self.ask_why(paths_in(event.mimeData()))

    def _choose(self) -> None:
        if self.person is not None:
            self.show_person(self.person)

    def _changed(self, person: Person) -> None:
        if self.person is not None and self.person.id == person.id:
            self.show_person(person)

    def _tell(self, sentence: str, more: str, action: tuple[str, Callable[[], None]] | None) -> None:
        """Say what was done, and offer what can be done about it."""

        def act() -> None:
            self.banner.hide()
            if action is not None:
                action[1]()

        self.banner.say(sentence, more, good=True, action=action and (action[0], act))

    def _paint_cover(self) -> None:
        cover = None if self.shown is None else self.shown.cover
        empty = pixmap("person", self._theme.colors.dim, COVER_PX)
        self._cover.setPixmap(empty if cover is None else cut(cover, COVER_PX, COVER_PX))

    def _load_photo(self, _photo_id: int, path: str, side_px: int) -> Loaded:
        return load_file(self._app, path, side_px)
