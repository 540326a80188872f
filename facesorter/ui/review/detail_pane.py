"""The photo being looked at: the face beside the headshot, the whole photo, and the question who it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from facesorter.domain.errors import PhotoError
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Decision, Pile
from facesorter.ui.review.decision_buttons import DecisionButtons
from facesorter.ui.review.decision_codes import common_decision
from facesorter.ui.review.explanation import explain
from facesorter.ui.review.face_names import heading
from facesorter.ui.review.file_line import FileLine
from facesorter.ui.review.photo_table import Rows
from facesorter.ui.review.piles import tone_of
from facesorter.ui.review.play_link import PlayLink
from facesorter.ui.review.results import Results
from facesorter.ui.review.two_faces import FACES_APART_PX, FACES_PX, LEAST_FACES_PX, TwoFaces
from facesorter.ui.shell import words
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme, mark
from facesorter.ui.widgets.card import button, label
from facesorter.ui.widgets.picture_with_faces import Mark, PictureWithFaces
from facesorter.ui.widgets.pictures import Loaded, load_photo
from facesorter.ui.widgets.shot import Shot

if TYPE_CHECKING:
    from facesorter.ui.review.run import Run

PHOTO_PX = 1400
"""Photos are loaded this large, so that a face cut out of a group is still a face."""

LEAST_PHOTO_PX = 56
"""The whole photo is shown if there is so much height for it beside the faces."""

LINES_APART_PX = 5
BORDER_PX = 1
"""Of a card in the style sheet, which widgets learn of only when they are shown."""
FACTS, HEADING = 1, 2
"""What is left out where the height is small, in this order."""


class DetailPane(QFrame):
    """`decided` carries the user's decision on what is chosen; `undo_asked` when the last one is to be undone.

    `larger_asked` when the photo is wanted in the whole width.
    """

    decided = Signal(object)
    undo_asked = Signal()
    larger_asked = Signal()

    def __init__(self, run: Run, jobs: Jobs, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._jobs = jobs
        self._loaded: Loaded | None = None
        self._damage = ""
        self._loading: Job | None = None
        self._shown: tuple[Results, int, int] | None = None
        self._chosen: Rows = np.empty(0, np.intp)
        mark(self, card="true")
        self.setAccessibleName(_("Selected photo"))
        self._faces = TwoFaces(theme)
        self._face = self._faces.face
        self._photo = PictureWithFaces(theme, _("Whole photo"))
        self._title = label("", "large", wraps=True)
        self.file_line = FileLine()
        self._room = QWidget()
        self._column = QVBoxLayout(self)
        self._problem = label("", "bad", wraps=True)
        self._reasons = label("", "dim", wraps=True)
        self._reasons.hide()
        self.why = button(_("Why this result?"), "link")
        self.why.setCheckable(True)
        self.why.toggled.connect(self._explain)
        self.larger = button("", "bare", _("Shows the photo in the whole width (Enter)"))
        theme.give_icon(self.larger, "larger", "accent")
        self.larger.clicked.connect(self.larger_asked)
        self.play = PlayLink(jobs)
        self.play.failed.connect(self._tell)
        self.undo = button(_("Undo answer"), "link", _("Undoes your last answer (Ctrl+Z)"))
        self.undo.setToolTip(self.undo.accessibleDescription())
        self.undo.clicked.connect(self.undo_asked)
        self.decisions = DecisionButtons()
        self.decisions.decided.connect(self.decided)
        self._lay_out()
        self.let_undo(possible=False)
        self.show_nothing()

    def _lay_out(self) -> None:
        links = QHBoxLayout()
        for link in (self.why, self.larger, self.undo):
            link.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        links.addWidget(self.why)
        links.addWidget(self.play)
        links.addStretch()
        links.addWidget(self.undo)
        layout = self._column
        layout.setContentsMargins(14, 14, 14, 8)
        layout.setSpacing(LINES_APART_PX)
        layout.addLayout(self._faces)
        title = QHBoxLayout()
        title.addWidget(self._title, 1)
        title.addWidget(self.larger, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(title)
        layout.addLayout(self.file_line)
        for widget in (self._problem, self._reasons):
            layout.addWidget(widget)
        layout.addWidget(self._photo, 1)
        layout.addWidget(self._room, 1)
        layout.addLayout(self.decisions)
        layout.addLayout(links)

    # How the height is shared out

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size, another share for each part."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Wide enough for large faces; as low as can be."""
        margins = self._column.contentsMargins()
        rows = [row for row in self._column.children() if isinstance(row, QLayout) and row is not self._faces]
        width = max(2 * FACES_PX + FACES_APART_PX, *(row.minimumSize().width() for row in rows))
        least = self._lines_height(left_out=HEADING) + LEAST_FACES_PX
        return QSize(width + margins.left() + margins.right() + 2 * BORDER_PX, least)

    def _lines_height(self, *, left_out: int = 0) -> int:
        """Of all but pictures and captions; first the file and the date can be left out, then the heading too."""
        margins = self._column.contentsMargins()
        width = max(1, self.width() - margins.left() - margins.right() - 2 * BORDER_PX)
        heights = [text.heightForWidth(width) for text in (self._problem, self._reasons) if not text.isHidden()]
        if left_out < HEADING:
            larger = self.larger.sizeHint()
            title = self._title.heightForWidth(max(1, width - larger.width() - LINES_APART_PX))
            heights.append(max(title, larger.height()))
        if left_out < FACTS:
            heights.append(self.file_line.height_within(width))
        heights += [self.decisions.presses[Decision.YES].sizeHint().height(), self.why.sizeHint().height()]
        border = self.height() - self.contentsRect().height()
        return sum(heights) + LINES_APART_PX * (len(heights) + 1) + margins.top() + margins.bottom() + border

    def _fit(self) -> None:
        """The whole photo yields first, then captions, file and date, the heading, and the faces last."""
        margins = self._column.contentsMargins()
        width = self.width() - margins.left() - margins.right() - 2 * BORDER_PX
        side = (width - FACES_APART_PX) // 2
        least = self.height() - min(side, FACES_PX)
        left_out = next((one for one in (0, FACTS) if self._lines_height(left_out=one) <= least), HEADING)
        self._title.setVisible(left_out < HEADING)
        self.larger.setVisible(left_out < HEADING)
        self.file_line.fit(width, shown=left_out < FACTS)
        free = self.height() - self._lines_height(left_out=left_out)
        small = self._faces.captions_px
        with_captions = free - 2 * small >= min(side, FACES_PX)
        for key in self.decisions.keys:
            key.setVisible(with_captions)
        free -= 2 * small if with_captions else 0
        with_photo = free - LINES_APART_PX - min(side, FACES_PX) >= LEAST_PHOTO_PX
        height = min(side, max(FACES_PX, free // 2) if with_photo else free)
        self._faces.fit(height, with_captions=with_captions)
        shown = with_photo and self._loaded is not None
        self._photo.setVisible(shown)
        self._room.setVisible(not shown)

    def _tell(self, sentence: str) -> None:
        self._damage = sentence
        self.refresh()

    def _explain(self, wanted: bool) -> None:
        self._reasons.setVisible(wanted and bool(self._reasons.text()))
        self._fit()

    # What is shown

    @property
    def shows_photo(self) -> bool:
        return self._shown is not None

    def let_undo(self, *, possible: bool) -> None:
        """Whether there is a decision to undo."""
        self.undo.setEnabled(possible)

    def show_nothing(self, shot: Shot | QImage | None = None, *, choosable: bool = False) -> None:
        """No photo is chosen, only whoever is looked for; `choosable` says that there are some to choose from."""
        self._shown = self._loaded = None
        self._damage = ""
        self._faces.show_reference(shot)
        for picture in (self._face, self._photo):
            picture.clear()
        self._problem.hide()
        self._title.setText(_("Choose a photo") if choosable else "")
        self.file_line.show_sentence(_("Then answer yes or no.") if choosable else "")
        self._reasons.setText("")
        self.why.setEnabled(False)
        self.larger.setEnabled(False)
        self.play.hide()
        self._name_decisions()
        self._fit()

    def _name_decisions(self) -> None:
        if self._shown is None:
            count, said = 0, None
        else:
            results, _row, number = self._shown
            rows = results.answerable(self._chosen)
            count, said = len(rows), common_decision(results.decisions(number, rows))
        self.decisions.show_count(count, said)

    def show_photo(self, results: Results, row: int, number: int, shot: Shot | QImage | None, chosen: Rows) -> None:
        """This photo for this person; the picture itself follows from a worker. Decisions are about all of `chosen`."""
        self._chosen = chosen
        if self._shown != (results, row, number):
            self._loaded, self._damage = None, ""
            self._face.clear()
        self._shown = results, row, number
        self._faces.show_reference(shot)
        self.refresh()
        if self._loaded is None:
            self._load(results, row, number)

    def _load(self, results: Results, row: int, number: int) -> None:
        photo = results.photos.at(row)
        face_index, session = results.verdict(row, number)[0].face_index, self._run.begun
        if self._loading is not None:
            self._loading.cancel()  # nobody looks at that photo any more; if it waits still, it is not read

        def load() -> Loaded | str:
            try:
                return load_photo(session, photo.id, photo.path, PHOTO_PX, face_index)
            except PhotoError as error:
                return error.reason

        def keep(loaded: Loaded | str) -> None:
            if self._shown != (results, row, number):
                return
            if isinstance(loaded, Loaded):
                self._loaded, self._damage = loaded, ""
            else:
                self._damage = loaded
            self.refresh()

        self._loading = self._jobs.look(load, keep)

    def refresh(self) -> None:
        """The same photo, but what is known of it may have changed."""
        if self._shown is None:
            return
        results, row, number = self._shown
        photo, name = results.photos.at(row), results.names[number]
        which = results.pile_of(row, number)
        score, decision = results.verdict(row, number)
        chosen = len(self._chosen)
        several = _("{} photos selected").format(words.number(chosen))
        self._title.setText(several if chosen > 1 else heading(name, which, score))
        reason = results.reason(row, number) if which is Pile.PROBLEM else ""
        self._problem.setText(reason or self._damage)
        self._problem.setVisible(bool(reason or self._damage))
        self.file_line.show_file(words.readable(results.photos.short_name(row)), photo.modified_ns, self._loaded)
        if self._loaded is not None:
            self._show_picture(self._loaded, which, score.face_index)
        self._reasons.setText("" if reason else explain(name, which, score, decision, results.threshold))
        self.why.setEnabled(not reason)
        self.larger.setEnabled(True)
        self.play.show_for(photo.path, self._loaded.seconds if self._loaded else None)
        self._name_decisions()
        self._explain(self.why.isChecked())

    def _show_picture(self, loaded: Loaded, which: Pile, best: int | None) -> None:
        marks = [
            Mark(face.box, tone_of(which) if place == best else "bad", strong=place == best)
            for place, (face, _likeness) in enumerate(loaded.faces)
            if face.seconds == loaded.seconds
        ]
        self._photo.show_picture(loaded.image, marks)
        self._faces.show_face(loaded, best)
