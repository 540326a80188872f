"""What can be done with a person's photos, chosen or all that are shown: take them out, or export them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from facesorter.domain.errors import WrongUse
from facesorter.domain.events import CopyKept, CopyTakenBack
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.ui.people.album import AlbumGrid
from facesorter.ui.people.export_dialog import ExportDialog, Exported
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.widgets.card import button, button_told_later, label
from facesorter.ui.widgets.flow import FlowLayout
from facesorter.ui.widgets.in_folder import show_in_folder

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.app.taking_out import TakenOut
    from facesorter.domain.models import Person
    from facesorter.ui.people.loading import PersonShown


class PhotoActions(QWidget):
    """Follows a grid. `done` carries a sentence, what to do about it, and what a button does: its text and the action.

    `changed` carries the person of whom something was written, `failed` what could not be done.
    """

    done = Signal(str, str, object)
    changed = Signal(object)
    failed = Signal(object)

    def __init__(self, app: Services, jobs: Jobs, grid: AlbumGrid, busy: Callable[[], bool]) -> None:
        super().__init__()
        self._app, self._jobs, self._grid, self._busy = app, jobs, grid, busy
        self._about: PersonShown | None = None
        self._count = label("", "strong")
        self.refuse_button = button_told_later("", _("Takes the chosen photos out; also N or Delete"))
        self.refuse_button.clicked.connect(self.refuse)
        self.copies_button = button_told_later("link", _("Removes the copies, if they are unchanged"))
        self.copies_button.clicked.connect(self._take_copies_back)
        self.export_button = button("")
        self.export_button.clicked.connect(self.export)
        line = FlowLayout(self, 10, 4)
        line.at_end = True
        for one in (self._count, self.copies_button, self.refuse_button, self.export_button):
            line.addWidget(one)
        policy = self.export_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # nothing below moves when there is no photo
        self.export_button.setSizePolicy(policy)
        grid.chosen_changed.connect(self.refresh)
        grid.refused.connect(self.refuse)
        grid.menu_asked.connect(self._extend)
        self.be_about(None)

    def be_about(self, shown: PersonShown | None) -> None:
        """Offer what can be done with the photos of this person."""
        self._about = shown
        self.refresh()

    def refresh(self) -> None:
        """Follow what is chosen."""
        chosen, shown = self._grid.chosen_count, len(self._grid.album.photos)
        about = self._about
        self._count.setText(ngettext("{} chosen", "{} chosen", chosen).format(words.number(chosen)))
        for one in (self._count, self.refuse_button):
            one.setVisible(bool(chosen))
        count = chosen or shown
        self.export_button.setText(_("Export {photos}…").format(photos=words.photos(count)))
        self.export_button.setVisible(bool(shown))
        for one in (self.refuse_button, self.export_button):
            one.setEnabled(about is not None)
        if about is not None:
            name = words.as_written(words.in_a_sentence(about.details.person.name))
            self.refuse_button.setText(_("Not {name}").format(name=name))
            stale = len(about.stale)
            self.copies_button.setText(ngettext("Take back {} copy", "Take back {} copies", stale).format(stale))
        self.copies_button.setVisible(about is not None and bool(about.stale) and not chosen)

    def _extend(self, menu: QMenu) -> None:
        if self._about is not None and self._grid.chosen_count:
            menu.addSeparator()
            menu.addAction(self.refuse_button.text(), self.refuse)
            menu.addAction(self.export_button.text(), self.export)

    # Photos that are somebody else's

    def refuse(self) -> None:
        """Somebody else is in the chosen photos."""
        chosen = [one.photo for one in self._grid.chosen]
        if self._about is None or not chosen:
            return
        person = self._about.details.person

        self._write(person, lambda: self._app.albums.take_out(person, chosen), partial(self._tell_taken, person))

    def _tell_taken(self, person: Person, taken: TakenOut) -> None:
        name = words.in_a_sentence(person.name)
        sentence = ngettext(
            "{count} photo was taken out of {name}'s photos.",
            "{count} photos were taken out of {name}'s photos.",
            taken.faces,
        )
        more = ""
        if taken.alike:
            alike = ngettext(
                "{count} more looked like what you took out, and went too.",
                "{count} more looked like what you took out, and went too.",
                taken.alike,
            )
            more = alike.format(count=words.number(taken.alike))

        def undo() -> None:
            self._write(person, lambda: self._app.albums.put_back(person, taken), lambda _nothing: None)

        figures = {"count": words.number(taken.faces), "name": name}
        self.done.emit(sentence.format(**figures), more, (_("Undo"), undo))

    def _take_copies_back(self) -> None:
        if self._about is None:
            return
        if self._busy():
            self.failed.emit(
                WrongUse(_("Photos are being searched just now."), _("Wait until it has ended, or stop it."))
            )
            return
        person, stale = self._about.details.person, self._about.stale

        self.copies_button.setEnabled(False)
        events: list[Any] = []
        job = self._jobs.write(lambda: self._app.albums.take_back_copies(stale))
        job.reported.connect(events.extend)
        job.failed.connect(self.failed)

        def tell() -> None:
            self.copies_button.setEnabled(True)
            self.changed.emit(person)
            if job.error is None:
                self._tell_copies(events)

        job.finished.connect(tell)

    def _tell_copies(self, events: Sequence[Any]) -> None:
        gone = sum(isinstance(event, CopyTakenBack) for event in events)
        kept = [event for event in events if isinstance(event, CopyKept)]
        sentence = ngettext("{} copy was taken back.", "{} copies were taken back.", gone).format(words.number(gone))
        more = "" if not kept else f"{words.file_name(kept[0].target)}: {kept[0].reason}"
        self.done.emit(sentence, more, None)

    def _write(self, person: Person, change: Callable[[], Any], then: Callable[[Any], None]) -> None:
        self.be_about(None)
        job = self._jobs.remember(change, then)
        job.failed.connect(self.failed)
        job.finished.connect(partial(self.changed.emit, person))

    # Export

    def export(self) -> ExportDialog | None:
        """Ask where to, and export them."""
        photos = self._grid.chosen or self._grid.album.photos
        if self._about is None or not photos:
            return None
        person = self._about.details.person
        dialog = ExportDialog(self._app, self._jobs, person, photos, self.window())
        dialog.failed.connect(self.failed)
        dialog.ended.connect(partial(self._tell_exported, person.name))
        dialog.open()
        return dialog

    def _tell_exported(self, name: str, exported: Exported) -> None:
        show = partial(show_in_folder, exported.to, self._jobs)
        self.done.emit(*exported.sentences(name), (_("Show in folder"), show) if exported.to else None)
