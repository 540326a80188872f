"""One photo in the whole width: every face boxed and named, enlarged at will, answered with the keys of the grid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Pile
from facesorter.ui.review.face_names import heading, named_faces
from facesorter.ui.review.large_bars import BottomBar, TopBar
from facesorter.ui.review.large_loading import LargeLoading, Shown
from facesorter.ui.review.photo_grid import DECISION_KEYS
from facesorter.ui.review.results import Results
from facesorter.ui.review.run import Run
from facesorter.ui.review.said_faces import Sayable, sayable
from facesorter.ui.review.thumbnails import Thumbnails
from facesorter.ui.shell import words
from facesorter.ui.shell.announcing import announce
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.picture_with_faces import Mark
from facesorter.ui.widgets.pictures import Loaded
from facesorter.ui.widgets.zoom_picture import STEP, ZoomPicture

SHARPEN_AFTER_MS = 150
"""Quiet time after the size of a photo has changed before more of its pixels are loaded."""

PANNED = 0.15
"""So much of its width or height a picture moves with a key."""

_STEPS = {
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageDown: 1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageUp: -1,
    Qt.Key.Key_Home: -(1 << 30),
    Qt.Key.Key_End: 1 << 30,
}
_PANS = {Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Down: (0, 1), Qt.Key.Key_Up: (0, -1)}
_CLOSING = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class LargeView(QWidget):
    """Shows what the grid says is looked at. `decided` carries what the user said of it, `undo_asked` when the last
    answer is to be undone, `step_asked` how many photos further to go, `closed` when the grid is wanted again.
    Where there are several faces, one of them can be chosen and said to be the person's too."""

    decided = Signal(object)
    undo_asked = Signal()
    step_asked = Signal(int)
    closed = Signal()

    def __init__(self, run: Run, jobs: Jobs, theme: Theme, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self._shown: Shown | None = None
        self._loaded: Loaded | None = None
        self._next: int | None = None
        self._face: int | None = None
        self._run = run
        self.setAccessibleName(_("Large view"))
        self.picture = ZoomPicture(theme, _("Photo"))
        self.top = TopBar(theme, self.picture)
        self.bottom = BottomBar(jobs)
        self._loading = LargeLoading(run, jobs, self)
        self._loading.loaded.connect(self._arrived)
        self._loading.failed.connect(self._failed)
        self._sharpen = QTimer(self, singleShot=True, interval=SHARPEN_AFTER_MS)
        self._sharpen.timeout.connect(self._ask)
        self.picture.zoomed.connect(self._sharpen.start)
        self.top.closed.connect(self.closed)
        self.top.step_asked.connect(self.step_asked)
        self.bottom.decided.connect(self.decided)
        self.bottom.face_said.connect(self._say_face)
        self.picture.face_chosen.connect(self._choose_face)
        self.bottom.undo.clicked.connect(self.undo_asked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.top)
        layout.addWidget(self.picture, 1)
        layout.addWidget(self.bottom)

    def start_over(self) -> None:
        """Forget all photos."""
        self._shown = self._loaded = None
        self._loading.clear()
        self.picture.clear()

    def show_photo(self, results: Results, row: int, number: int) -> None:
        """This photo for this person; the picture itself follows from a worker, after the grid's small one."""
        shown = Shown(results, row, number)
        if self._shown != shown:
            self._shown, self._loaded, self._face = shown, None, None
            self.bottom.tell("")
            known = self._loading.kept(shown)
            if known is not None:
                self._show_picture(known, same=False)
            else:
                self._show_small(shown)
            announce(self, f"{words.file_name(results.photos.path(row))}: {self._heading(shown)}")
        self.refresh()
        self._ask()

    def show_none(self, sentence: str) -> None:
        """There is no photo to show, and why."""
        self._shown = self._loaded = None
        self._loading.stop()
        self.picture.say(sentence)
        self.top.show_photo("", "")
        self.top.show_place(0, 0)
        self.bottom.tell("")
        self.bottom.show_photo("", "", None, answerable=False)
        self.bottom.play.hide()

    def show_place(self, place: int, count: int, following: int | None) -> None:
        """Which of so many it is, and the row of the one that may be asked for next."""
        self._next = following
        self.top.show_place(place, count)

    def let_undo(self, *, possible: bool) -> None:
        """Whether there is an answer to undo."""
        self.bottom.undo.setEnabled(possible)

    def refresh(self) -> None:
        """The same photo, but what is known of it may have changed."""
        if self._shown is None:
            return
        results, row, number = self._shown
        photo = results.photos.at(row)
        which = results.pile_of(row, number)
        reason = results.reason(row, number) if which is Pile.PROBLEM else ""
        if reason:
            self.bottom.tell(reason)
        facts = [words.day_of(self._loaded.taken_at if self._loaded else None, photo.modified_ns)]
        seconds = self._loaded.seconds if self._loaded else None
        if seconds is not None:
            facts.append(_("video, at {}").format(words.moment(seconds)))
        if self._loaded is not None:
            marks = self._marks(self._shown, self._loaded)
            facts.append(words.faces(len(marks)))
            if tuple(marks) != self.picture.marks:
                self.picture.mark(marks)
        self.bottom.offer(self._sayable.words if self._sayable is not None else "")
        name = words.readable(results.photos.short_name(row))
        self.top.show_photo(name, " · ".join(filter(None, facts)))
        self.picture.setAccessibleName(f"{name}: {self._heading(self._shown)}")
        said = results.verdict(row, number)[1]
        answerable = bool(len(results.answerable(np.array([row]))))
        self.bottom.show_photo(photo.path, self._heading(self._shown), said, answerable=answerable)
        self.bottom.play.show_for(photo.path, seconds)

    @staticmethod
    def _heading(shown: Shown) -> str:
        results, row, number = shown
        return heading(results.names[number], results.pile_of(row, number), results.verdict(row, number)[0])

    # The picture

    def _show_small(self, shown: Shown) -> None:
        """What the grid shows, until there is more."""
        small = self._thumbnails.get(shown.results.photos.at(shown.row), 0)
        if small is None or small.pixmap is None:
            self.picture.clear()
            return
        self._show_picture(Loaded(small.pixmap.toImage(), 0, 0, small.faces, None, small.seconds), same=False)
        self._loaded = None

    def _show_picture(self, loaded: Loaded, *, same: bool) -> None:
        if self._shown is None:
            return
        self._loaded = loaded
        full = QSize(loaded.full_width, loaded.full_height) if loaded.full_width else None
        self.picture.show_zoomable(loaded.image, full, self._marks(self._shown, loaded), same=same)

    def _marks(self, shown: Shown, loaded: Loaded) -> list[Mark]:
        """Every face named; the one that is chosen stands out."""
        marks = named_faces(*shown, loaded)
        if self._face is None or self._face >= len(marks):
            return marks
        return [replace(mark, strong=place == self._face) for place, mark in enumerate(marks)]

    # Faces

    def _choose_face(self, place: int) -> None:
        self._face = place
        self.refresh()
        announce(self, self.picture.marks[place].spoken)

    def _next_face(self) -> None:
        faces = len(self.picture.marks)
        if faces > 1:
            strong = next((place for place, mark in enumerate(self.picture.marks) if mark.strong), -1)
            self._choose_face((strong + 1) % faces)

    @property
    def _sayable(self) -> Sayable | None:
        """What can be said of the face that is chosen; of a film's nothing."""
        if self._shown is None or self._loaded is None or self._face is None or self._loaded.seconds is not None:
            return None
        return sayable(*self._shown, self._loaded, self._face) if self._face < len(self._loaded.faces) else None

    def _say_face(self) -> None:
        said = self._sayable
        if said is not None and self._shown is not None:
            announce(self, said.words)
            self._run.decisions.say_faces(self._shown.number, self._shown.row, said.now, said.before)
            self.refresh()

    def _arrived(self, shown: Shown, loaded: Loaded) -> None:
        if shown != self._shown:
            return
        self._show_picture(loaded, same=self._loaded is not None)
        self.refresh()
        if self._next is not None:
            self._loading.ask_ahead(shown._replace(row=self._next), self._fitting_px)

    def _failed(self, shown: Shown, sentence: str) -> None:
        if shown == self._shown:
            self.picture.clear()
            self.bottom.tell(sentence)

    @property
    def _fitting_px(self) -> int:
        return round(max(self.picture.width(), self.picture.height()) * self.devicePixelRatioF())

    def _ask(self) -> None:
        """Load as many pixels as are shown."""
        if self._shown is None or not self.isVisible():
            return
        enlarged = 0 if self._loaded is None or self.picture.fits else self.picture.side_px
        self._loading.ask(self._shown, max(self._fitting_px, enlarged))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A larger view, more pixels."""
        super().resizeEvent(event)
        self._sharpen.start()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Y, N and Space decide, arrows go on, F and M are about faces, + and - enlarge, Escape goes back."""
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = not held & ~Qt.KeyboardModifier.ShiftModifier
        if key in DECISION_KEYS and not held:
            self.decided.emit(DECISION_KEYS[key])
        elif key in _PANS and held == Qt.KeyboardModifier.ShiftModifier:
            across, down = _PANS[key]
            self.picture.pan(across * PANNED, down * PANNED)
        elif key in _STEPS and not held:
            self.step_asked.emit(_STEPS[key])
        elif key == Qt.Key.Key_F and not held:
            self._next_face()
        elif key == Qt.Key.Key_M and not held:
            self._say_face()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.picture.zoom_by(STEP)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.picture.zoom_by(1 / STEP)
        elif key == Qt.Key.Key_0:
            self.picture.fit()
        elif key == Qt.Key.Key_1 and plain:
            self.picture.zoom_to(1.0)
        elif key in _CLOSING and not held:
            pressed = self.focusWidget()
            if key != Qt.Key.Key_Escape and isinstance(pressed, QAbstractButton):
                pressed.click()
            else:
                self.closed.emit()
        else:
            super().keyPressEvent(event)
