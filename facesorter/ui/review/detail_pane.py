"""The photo being looked at: the face beside the headshot, the whole photo, and the question who it is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from facesorter.domain.errors import PhotoError
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Decision, Pile
from facesorter.ui.review.explanation import explain
from facesorter.ui.review.piles import name_of, tone_of
from facesorter.ui.review.results import Results
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Job, Jobs
from facesorter.ui.shell.theme import Theme, mark
from facesorter.ui.sort.drafts import Shot
from facesorter.ui.widgets.card import ElidedLabel, button, label
from facesorter.ui.widgets.picture_with_faces import Mark, PictureWithFaces
from facesorter.ui.widgets.pictures import Loaded, load_photo

if TYPE_CHECKING:
    from facesorter.app import Workshop

PHOTO_PX = 1400
"""Photos are loaded this large, so that a face cut out of a group is still a face."""

LOW_PX, LOWEST_PX = 400, 280
"""Below this height of the pane lines are saved; below the second one the whole photo moves up beside the faces."""


class DetailPane(QFrame):
    """`answered` carries the user's decision on the photo shown."""

    answered = Signal(object)

    def __init__(self, workshop: Workshop, jobs: Jobs, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workshop = workshop
        self._jobs = jobs
        self._loaded: Loaded | None = None
        self._damage = ""
        self._loading: Job | None = None
        self._shown: tuple[Results, int, int] | None = None
        mark(self, card="true")
        self.setAccessibleName(_("The chosen photo"))
        self.setMinimumWidth(250)
        self._reference = PictureWithFaces(theme, _("Headshot"))
        self._face = PictureWithFaces(theme, _("Face in this photo"))
        self._photo = PictureWithFaces(theme, _("The whole photo"))
        self._title = label("", "large", wraps=True)
        self._file = ElidedLabel("dim")
        self._facts = ElidedLabel("dim")
        self._room = QWidget()
        self._faces = QGridLayout()
        self._column = QVBoxLayout(self)
        self._captions: list[QLabel] = []
        self._photo_place = 0
        self._low = self._beside = False
        self._problem = label("", "bad", wraps=True)
        self._reasons = label("", "dim", wraps=True)
        self._reasons.hide()
        self.why = button(_("Why this answer?"), "link")
        self.why.setCheckable(True)
        self.why.toggled.connect(self._explain)
        self.answers = {
            Decision.YES: button(_("Yes"), "", _("Yes, this is the person (Y)")),
            Decision.NO: button(_("No"), "", _("No, this is somebody else (N)")),
            Decision.UNSURE: button(_("Not sure"), "", _("Not sure (Space)")),
        }
        self._lay_out()
        self.show_nothing()

    def _lay_out(self) -> None:
        faces = self._faces
        faces.setHorizontalSpacing(12)
        faces.setVerticalSpacing(4)
        for column, (picture, text) in enumerate(((self._reference, _("Headshot")), (self._face, _("In this photo")))):
            faces.addWidget(picture, 0, column)
            faces.setColumnStretch(column, 1)
            caption = label(text, "small")
            faces.addWidget(caption, 1, column)
            self._captions.append(caption)
        keys = {Decision.YES: "Y", Decision.NO: "N", Decision.UNSURE: _("Space")}
        buttons = QGridLayout()
        buttons.setHorizontalSpacing(8)
        buttons.setVerticalSpacing(2)
        for column, (decision, press) in enumerate(self.answers.items()):
            press.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            press.clicked.connect(partial(self._pressed, decision))
            buttons.addWidget(press, 0, column)
            key = label(keys[decision], "small")
            key.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            buttons.addWidget(key, 1, column)
            self._captions.append(key)
            buttons.setColumnStretch(column, 1)
        head = self._head = QHBoxLayout()
        head.addWidget(self._title, 1)
        links = self._links = QHBoxLayout()
        links.addWidget(self.why)
        links.addStretch()
        told = self._told = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        told.setSpacing(5)
        told.addWidget(self._file)
        told.addWidget(self._facts)
        layout = self._column
        layout.setContentsMargins(14, 14, 14, 8)
        layout.setSpacing(5)
        layout.addLayout(faces)
        layout.addLayout(head)
        layout.addLayout(told)
        layout.addWidget(self._problem)
        layout.addWidget(self._reasons)
        layout.addWidget(self._photo, 1)
        self._photo_place = layout.indexOf(self._photo)
        layout.addWidget(self._room, 1)
        layout.addSpacing(3)
        layout.addLayout(buttons)
        layout.addLayout(links)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little height, less stands in lines of its own, and captions go."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        low, beside = self.height() < LOW_PX, self.height() < LOWEST_PX
        columns = 3 if beside else 2
        side = (self.width() - 28 - 12 * (columns - 1)) // columns
        rest = (130 if beside else 230 if low else 330) + (50 if self.why.isChecked() else 0)
        for picture in (self._reference, self._face):
            picture.setFixedHeight(min(side, max(40, self.height() - rest)))
        if low != self._low:
            self._low = low
            self._save_lines(low=low)
        if beside != self._beside:
            self._beside = beside
            self._place_photo(beside=beside)
        self._show_photo_room(shown=self._loaded is not None)

    def _save_lines(self, *, low: bool) -> None:
        """The question moves up beside the title, what is known of the photo into one line, and captions go."""
        here, there = (self._head, self._links) if low else (self._links, self._head)
        there.removeWidget(self.why)
        here.insertWidget(1 if low else 0, self.why)
        self._told.setDirection(QBoxLayout.Direction.LeftToRight if low else QBoxLayout.Direction.TopToBottom)
        for caption in self._captions:
            caption.setVisible(not low)

    def _place_photo(self, *, beside: bool) -> None:
        """The whole photo beside the faces, or below what is said of it."""
        if beside:
            self._column.removeWidget(self._photo)
            self._faces.addWidget(self._photo, 0, 2)
        else:
            self._faces.removeWidget(self._photo)
            self._column.insertWidget(self._photo_place, self._photo, 1)
        self._faces.setColumnStretch(2, int(beside))

    def _pressed(self, decision: Decision, _checked: bool = False) -> None:
        self.answered.emit(decision)

    def _explain(self, wanted: bool) -> None:
        self._reasons.setVisible(wanted)
        for facts in (self._file, self._facts):
            facts.setVisible(not (wanted and self._low))
        self._fit()

    def show_nothing(self) -> None:
        """No photo is chosen."""
        self._shown = self._loaded = None
        self._damage = ""
        for picture in (self._reference, self._face, self._photo):
            picture.clear()
        self._show_photo_room(shown=False)
        self._problem.hide()
        self._file.hide()
        self._title.setText(_("Choose a photo"))
        self._facts.show_text(_("Then say yes or no, and go on."))
        self._reasons.setText("")
        for press in self.answers.values():
            press.setEnabled(False)
        self.why.setEnabled(False)
        self._facts.show()

    def show_photo(self, results: Results, row: int, number: int, shot: Shot | None) -> None:
        """This photo for this person; the picture itself follows from a worker."""
        if self._shown != (results, row, number):
            self._loaded, self._damage = None, ""
            self._face.clear()
        self._shown = results, row, number
        if shot is not None and shot.loaded is not None and shot.report is not None:
            self._reference.show_face(shot.loaded.image, shot.report.faces[shot.chosen].box)
        else:
            self._reference.clear()
        self._paint()
        if self._loaded is None:
            self._load(results, row, number)

    def _load(self, results: Results, row: int, number: int) -> None:
        photo = results.photo(row)
        if self._loading is not None:
            self._loading.cancel()  # nobody looks at that photo any more; if it waits still, it is not read

        def load() -> Loaded | str:
            try:
                return load_photo(self._workshop, photo.id, photo.path, PHOTO_PX)
            except PhotoError as error:
                return error.reason

        def keep(loaded: Loaded | str) -> None:
            if self._shown != (results, row, number):
                return
            if isinstance(loaded, Loaded):
                self._loaded, self._damage = loaded, ""
            else:
                self._damage = loaded
            self._paint()

        self._loading = self._jobs.look(load, keep)

    def refresh(self) -> None:
        """The same photo, but what is known of it may have changed."""
        self._paint()

    def _paint(self) -> None:
        if self._shown is None:
            return
        results, row, number = self._shown
        photo, name = results.photo(row), results.names[number]
        which = results.pile_of(row, number)
        score, decision = results.verdict(row, number)
        if which is Pile.PROBLEM or score.face_index is None:
            self._title.setText(name_of(which))
        else:
            self._title.setText(f"{name}, {words.percent(score.similarity)}")
        facts = [words.date(photo.modified_ns)]
        reason = results.reason(row, number) if which is Pile.PROBLEM else ""
        self._problem.setText(reason or self._damage)
        self._problem.setVisible(bool(reason or self._damage))
        self._show_photo_room(shown=self._loaded is not None)
        self._file.show_text(words.file_name(photo.path))
        self._explain(self.why.isChecked())
        if self._loaded is not None:
            if self._loaded.taken_at is not None:
                facts[0] = words.day(self._loaded.taken_at)
            facts.append(words.faces(len(self._loaded.faces)))
            self._show_picture(self._loaded, which, score.face_index)
        self._facts.show_text(" · ".join(facts))
        self._reasons.setText(reason or explain(name, which, score, decision, results.threshold))
        answerable = bool(len(results.answerable(np.array([row]))))
        for answer, press in self.answers.items():
            press.setEnabled(answerable)
            mark(press, kind="chosen" if decision is answer else "")
        self.why.setEnabled(True)

    def _show_photo_room(self, *, shown: bool) -> None:
        self._photo.setVisible(shown)
        self._room.setVisible(self._beside or not shown)

    def _show_picture(self, loaded: Loaded, which: Pile, best: int | None) -> None:
        marks = [
            Mark(face.box, tone_of(which) if place == best else "bad", strong=place == best)
            for place, (face, _) in enumerate(loaded.faces)
        ]
        self._photo.show_picture(loaded.image, marks)
        if best is not None and best < len(loaded.faces):
            self._face.show_face(loaded.image, loaded.faces[best][0].box)
        else:
            self._face.clear()
