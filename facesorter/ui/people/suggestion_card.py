"""Asks whether a group that nobody has named is somebody who is known: one click each, and the answer is for good."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from facesorter.domain.messages import gettext as _
from facesorter.ui.people import suggested
from facesorter.ui.people.cards import cut
from facesorter.ui.people.loading import load_faces
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import mark
from facesorter.ui.widgets.card import button, label

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.app.suggestions import Answered, Suggestion
    from facesorter.domain.models import Person

FACE_WIDTH_PX, FACE_HEIGHT_PX, FACES = 58, 66, 3


class SuggestionCard(QFrame):
    """Shows the most alike group; the next one follows an answer. Hidden while there is nothing to ask.

    `changed` carries the person after an answer, `done` a sentence, what to do about it, and a button's text with its
    action, `failed` what could not be done.
    """

    changed = Signal(object)
    done = Signal(str, str, object)
    failed = Signal(object)

    def __init__(self, app: Services, jobs: Jobs) -> None:
        super().__init__()
        mark(self, card="true")
        self._app, self._jobs = app, jobs
        self._person: Person | None = None
        self.suggestions: list[Suggestion] = []
        self._question = label("", "strong", wraps=True)
        self._pictures = [QLabel() for _place in range(FACES)]
        self._about = label("", "small", wraps=True)
        self.yes = button(_("Yes"), "primary")
        self.no = button(_("No"))
        self.yes.clicked.connect(lambda: self._answer(agrees=True))
        self.no.clicked.connect(lambda: self._answer(agrees=False))
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        faces = QHBoxLayout()
        faces.setSpacing(4)
        for picture in self._pictures:
            picture.setFixedSize(FACE_WIDTH_PX, FACE_HEIGHT_PX)
            faces.addWidget(picture)
        faces.addStretch()
        buttons = QHBoxLayout()
        for one in (self.yes, self.no):
            buttons.addWidget(one, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(6)
        layout.addWidget(self._question)
        layout.addLayout(faces)
        layout.addWidget(self._about)
        layout.addLayout(buttons)

    def be_about(self, person: Person) -> None:
        """Ask of this person, and of nobody else any more, once `look` has found what may be theirs."""
        if self._person is None or self._person.id != person.id:
            self.suggestions = []
            self._show()
        self._person = person

    def look(self) -> None:
        """Look for groups that may be the person's."""
        person = self._person
        if person is None:
            return

        def keep(found: list[Suggestion]) -> None:
            if self._person is not None and self._person.id == person.id:
                before, self.suggestions = self.suggestions[:1], found
                if before != found[:1] or self.isHidden():
                    self._show()

        self._jobs.look(lambda: self._app.suggestions.of(person), keep).failed.connect(self.failed)

    def _show(self) -> None:
        had_focus = self.yes.hasFocus() or self.no.hasFocus()
        for picture in self._pictures:
            picture.clear()
        if not self.suggestions:
            self.hide()
            return
        first = self.suggestions[0]
        self._question.setText(suggested.question(first))
        self._about.setText(suggested.about(first))
        for one in (self.yes, self.no):
            one.setEnabled(True)
            one.setAccessibleDescription(f"{self._question.text()} {self._about.text()}")
        self.setAccessibleName(self._question.text())
        self.show()
        if had_focus:
            self.yes.setFocus(Qt.FocusReason.OtherFocusReason)

        def show(images: list[QImage]) -> None:
            if self.suggestions and self.suggestions[0] is first:
                for picture, image in zip(self._pictures, images, strict=False):
                    picture.setPixmap(cut(image, FACE_WIDTH_PX, FACE_HEIGHT_PX))

        self._jobs.look(partial(load_faces, self._app, first.group.best[:FACES]), show).failed.connect(self.failed)

    def _answer(self, *, agrees: bool) -> None:
        if not self.suggestions:
            return
        asked = self.suggestions[0]
        service = self._app.suggestions
        for one in (self.yes, self.no):
            one.setEnabled(False)

        def tell(answered: Answered) -> None:
            self.suggestions = self.suggestions[1:]
            self._show()
            self.done.emit(suggested.after(asked, agrees=agrees), "", (_("Undo"), partial(self._undo, answered)))

        self._write(asked.person, lambda: service.agree(asked) if agrees else service.refuse(asked), tell)

    def _undo(self, answered: Answered) -> None:
        self._write(answered.suggestion.person, lambda: self._app.suggestions.undo(answered), lambda _nothing: None)

    def _write(self, person: Person, change: Callable[[], Any], then: Callable[[Any], None]) -> None:
        job = self._jobs.remember(change, then)
        job.failed.connect(self.failed)
        job.finished.connect(partial(self.changed.emit, person))
