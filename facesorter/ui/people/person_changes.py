"""What a user can say of a person on their page: name, who they also are, birth date; and hide or forget them.

Each is asked for in the window and written by a job.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QMessageBox, QToolButton, QWidget

from facesorter.domain.errors import WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Person
from facesorter.ui.people.birth_dialog import BirthDialog
from facesorter.ui.people.loading import PersonShown
from facesorter.ui.people.merged_with import MergedWith
from facesorter.ui.people.rename_dialog import RenameDialog
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.widgets.card import button
from facesorter.ui.widgets.file_dialogs import ask_for_pictures
from facesorter.ui.widgets.removal_question import RemovalQuestion, with_what_stays

if TYPE_CHECKING:
    from facesorter.app.services import PeopleService, Services


class PersonChanges(QObject):
    """Two buttons, *Rename…* and *More* with a menu, and who was `merged`.

    They are about whoever was given to `be_about` last.

    `changed` carries the person (renamed perhaps) once something was written, `forgotten` what was shown of somebody
    who is known no longer, `failed` the error if it could not be. `why_asked` carries photos that the user misses.
    Nobody is forgotten, and no folder renamed, while a search is `busy`. `done` carries a sentence, what to do about
    it, and a button's text with its action.
    """

    changed = Signal(object)
    forgotten = Signal(object)
    failed = Signal(object)
    why_asked = Signal(list)
    done = Signal(str, str, object)

    def __init__(self, app: Services, jobs: Jobs, page: QWidget, busy: Callable[[], bool]) -> None:
        super().__init__(page)
        self._app, self._jobs, self._page = app, jobs, page
        self._busy = busy
        self._about: PersonShown | None = None
        self.rename_button = button(_("Rename…"))
        self.rename_button.clicked.connect(self._ask_name)
        self.menu = QMenu(page)
        self.menu.aboutToShow.connect(self._fill)
        self.more_button = QToolButton()
        self.more_button.setText(_("More ▾"))
        self.more_button.setProperty("kind", "button")
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more_button.setMenu(self.menu)
        self.merged = MergedWith()
        self.merged.apart.connect(self._unmerge)
        self.be_about(None)

    def be_about(self, shown: PersonShown | None) -> None:
        """Offer what can be said of this person; nothing while nobody is shown."""
        self._about = shown
        for one in (self.rename_button, self.more_button, self.merged):
            one.setEnabled(shown is not None)
        if shown is not None:
            self.merged.be_about(shown.merged)

    def _fill(self) -> None:
        self.menu.clear()
        if self._about is None:
            return
        self.menu.addAction(_("Merge with…"), self._ask_same)
        for merge in self._about.merged:
            text = _("Take {name} apart again").format(name=words.as_written(merge.person.name))
            self.menu.addAction(text, partial(self._unmerge, merge.person.name))
        self.menu.addAction(_("Birth date…"), self._ask_born)
        self.menu.addAction(_("Why is a photo missing?…"), self._ask_why)
        hidden = self._about.details.hidden
        self.menu.addAction(_("Show again") if hidden else _("Hide"), partial(self._hide, not hidden))
        self.menu.addSeparator()
        self.menu.addAction(_("Forget…"), self._ask_forget)

    def _ask_name(self) -> None:
        if self._about is None:
            return
        person, folders = self._about.details.person, self._about.folders
        dialog = RenameDialog(person.name, person.folder_name, has_folder=bool(folders), parent=self._page)
        chosen, name, with_folder = dialog.exec(), dialog.new_name, dialog.with_folder
        dialog.deleteLater()
        if chosen and name and name != person.name:
            self._rename(person, name, with_folder=with_folder)

    def _rename(self, person: Person, name: str, *, with_folder: bool) -> None:
        if with_folder and self._busy():
            self.failed.emit(
                WrongUse(
                    _("No folder can be renamed while photos are searched."), _("Wait until it has ended, or stop it.")
                )
            )
            return

        def tell(renamed: Person) -> None:
            sentence = _("{before} is called {name} now, and the folder {folder}.")
            undo = partial(self._rename, renamed, person.name, with_folder=True)
            said = sentence.format(before=person.name, name=renamed.name, folder=renamed.folder_name)
            self.done.emit(said, "", (_("Undo"), undo))

        self._write(
            person, lambda people: people.rename(person, name, with_folder=with_folder), tell if with_folder else None
        )

    def _ask_same(self) -> None:
        if self._about is None:
            return
        person = self._about.details.person

        def names() -> list[str]:
            return self._app.people.names_beside(person)

        def ask(others: list[str]) -> None:
            question = _("Who is the same person as {name}?").format(name=person.name)
            if not others:
                QMessageBox.information(self._page, "FaceSorter", _("You know nobody else yet."))
                return
            other, chosen = QInputDialog.getItem(self._page, _("Merge"), question, others, 0, editable=False)
            if chosen:
                self._write(person, lambda people: people.merge(person, people.find(other)))

        self._jobs.look(names, ask).failed.connect(self.failed)

    def _unmerge(self, name: str) -> None:
        def take_apart(people: PeopleService) -> None:
            people.unmerge(name)

        if self._about is not None:
            self._write(self._about.details.person, take_apart)

    def _ask_born(self) -> None:
        if self._about is None:
            return
        person, born = self._about.details.person, self._about.details.born
        dialog = BirthDialog(person.name, born, self._page)
        if dialog.exec() and dialog.born != born:
            said = dialog.born
            self._write(person, lambda people: people.set_born(person, said))
        dialog.deleteLater()

    def _ask_why(self) -> None:
        self.why_asked.emit(ask_for_pictures(self._page, _("Why is a photo missing?")))

    def _hide(self, hidden: bool) -> None:
        if self._about is not None:
            person = self._about.details.person
            self._write(person, lambda people: people.hide(person, hidden=hidden))

    def _ask_forget(self) -> None:
        """Calmly, with the harmless answer as the usual one."""
        if self._about is None:
            return
        about, person = self._about, self._about.details.person
        if self._busy():
            self.failed.emit(
                WrongUse(
                    _("Nobody can be forgotten while photos are searched."), _("Wait until it has ended, or stop it.")
                )
            )
            return
        question = RemovalQuestion(
            _("Forget"),
            _("Forget {name}?").format(name=person.name),
            with_what_stays(
                _(
                    "The name, the faces this person is known by, and all you have said of this person are erased for "
                    "good. Your photos and the PhotosWith… folders are kept."
                ),
                about.stays,
            ),
            _("Forget"),
            _("Keep it"),
        )
        if question.is_agreed(self._page):
            self._forget(about)

    def _forget(self, about: PersonShown) -> None:
        def forget(people: PeopleService) -> None:
            people.forget(about.details.person)

        self._write(about.details.person, forget, lambda _nobody: self.forgotten.emit(about), gone=True)

    def _write(
        self,
        person: Person,
        change: Callable[[PeopleService], Any],
        then: Callable[[Any], None] | None = None,
        *,
        gone: bool = False,
    ) -> None:
        """Make the change of a person, tell of it, hand over what it gave; nobody is shown any more who is `gone`."""
        self.be_about(None)

        def tell(result: Any) -> None:
            changed = result if isinstance(result, Person) else person
            if not gone:
                self.changed.emit(changed)
            if then is not None:
                then(result)

        def give_up(error: BaseException) -> None:
            self.failed.emit(error)
            self.changed.emit(person)

        self._jobs.remember(lambda: change(self._app.people), tell).failed.connect(give_up)
