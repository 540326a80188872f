"""What stands above and below a photo in the large view: which one it is, how large, whose, and what can be done."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from facesorter.domain.figures import percent
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Decision
from facesorter.domain.places import kind_of
from facesorter.ui.review.play_link import PlayLink
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme, mark
from facesorter.ui.widgets.card import ElidedLabel, button, button_told_later, label
from facesorter.ui.widgets.flow import FlowLayout
from facesorter.ui.widgets.in_folder import show_in_folder
from facesorter.ui.widgets.zoom_picture import STEP, ZoomPicture


class TopBar(QWidget):
    """The way back, the photo's name, its place among the others, and its size.

    `closed` when the other photos are wanted again; `step_asked` carries how many photos further.
    """

    closed = Signal()
    step_asked = Signal(int)

    def __init__(self, theme: Theme, picture: ZoomPicture) -> None:
        super().__init__()
        self._picture = picture
        self.back = button(_("All photos"), "link", _("Back to all photos (Escape)"))
        self.back.setToolTip(self.back.accessibleDescription())
        self.back.clicked.connect(self.closed)
        self._file, self._facts = ElidedLabel("strong"), ElidedLabel("dim", cut=Qt.TextElideMode.ElideRight)
        self._place, self._zoom = label("", "dim"), label("", "dim")
        self.previous = button("", "bare", _("Previous photo (left arrow)"))
        self.next = button("", "bare", _("Next photo (right arrow)"))
        self.smaller = button("", "bare", _("Smaller (-)"))
        self.larger = button("", "bare", _("Larger (+)"))
        self.fit = button(_("Fit"), "link", _("Shows the whole photo (0)"))
        self.own = button(_("1:1"), "link", _("Shows the photo in its own pixels (1)"))
        for press, icon in (
            (self.previous, "left"),
            (self.next, "right"),
            (self.smaller, "minus"),
            (self.larger, "add"),
        ):
            theme.give_icon(press, icon)
        for press in (self.fit, self.own):
            press.setToolTip(press.accessibleDescription())
        self.previous.clicked.connect(partial(self._step, -1))
        self.next.clicked.connect(partial(self._step, 1))
        self.smaller.clicked.connect(partial(self._zoom_by, 1 / STEP))
        self.larger.clicked.connect(partial(self._zoom_by, STEP))
        self.fit.clicked.connect(picture.fit)
        self.own.clicked.connect(self._show_own_pixels)
        picture.zoomed.connect(self._show_zoom)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.back)
        layout.addSpacing(10)
        layout.addWidget(self._file)
        layout.addWidget(self._facts, 1)
        steps = QWidget()
        steps.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as the arrow keys, and as the photos in the grid
        line = QHBoxLayout(steps)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        for widget in (self.previous, self._place, self.next):
            line.addWidget(widget)
        layout.addWidget(steps)
        layout.addSpacing(10)
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget in (self.smaller, self._zoom, self.larger, self.fit, self.own):
            layout.addWidget(widget)

    def _step(self, photos: int, _checked: bool = False) -> None:
        self.step_asked.emit(photos)

    def _zoom_by(self, factor: float, _checked: bool = False) -> None:
        self._picture.zoom_by(factor)

    def _show_own_pixels(self) -> None:
        self._picture.zoom_to(1.0)

    def _show_zoom(self) -> None:
        shown = self._picture.shows_something and self._picture.size_known
        self._zoom.setText(percent(100 * self._picture.zoom) if shown else "")
        self._zoom.setMinimumWidth(self._zoom.fontMetrics().horizontalAdvance(percent(8888)))  # nothing moves meanwhile
        for press in (self.smaller, self.larger, self.fit, self.own):
            press.setEnabled(shown)

    def show_photo(self, name: str, facts: str) -> None:
        """Which photo it is, and what is known of it."""
        self._file.show_text(name)
        self._facts.show_text(facts)

    def show_place(self, place: int, count: int) -> None:
        """Which of so many it is, counted from 0."""
        self._place.setText(_("{} of {}").format(words.number(place + 1), words.number(count)) if count else "")
        self.previous.setEnabled(place > 0)
        self.next.setEnabled(place < count - 1)


class BottomBar(QWidget):
    """Whose photo it is, and what can be said and done. `decided` carries what the user said of it.

    `face_said` when what `face` offers is said of the face that is chosen.
    """

    decided = Signal(object)
    face_said = Signal()

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._path = ""
        self._heading = label("", "large")
        self.problem = label("", "bad", wraps=True)
        self.problem.hide()
        self.decision_buttons: dict[Decision, QPushButton] = {}
        tips = {Decision.YES: "Y", Decision.NO: "N", Decision.UNSURE: _("Space")}
        self.play = PlayLink(jobs)
        self.play.failed.connect(self.tell)
        self.folder = button(_("Show in folder"), "link")
        self.folder.clicked.connect(self._show_in_folder)
        self.copy = button(_("Copy path"), "link")
        self.copy.clicked.connect(self._copy_path)
        self.undo = button(_("Undo answer"), "link", _("Undoes your last answer (Ctrl+Z)"))
        self.undo.setToolTip(self.undo.accessibleDescription())
        line = QWidget()
        flow = FlowLayout(line, 10, 6)
        flow.addWidget(self._heading)
        for decision, tip in tips.items():
            press = self.decision_buttons[decision] = button(words.decision_button(decision, 1))
            press.setToolTip(tip)
            press.clicked.connect(partial(self._pressed, decision))
            flow.addWidget(press)
        self.face = button_told_later(
            "", _("Somebody is in a photo once, unless you say otherwise: a mirror, a collage (M)")
        )
        self.face.clicked.connect(self.face_said)
        self.face.hide()
        flow.addWidget(self.face)
        for link in (self.undo, self.play, self.folder, self.copy):
            flow.addWidget(link)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.problem)
        layout.addWidget(line)

    def _pressed(self, decision: Decision, _checked: bool = False) -> None:
        self.decided.emit(decision)

    def show_photo(self, path: str, heading: str, said: Decision | None, *, answerable: bool) -> None:
        """The photo at this path, and what the user said of it."""
        self._path = path
        self._heading.setText(heading)
        for decision, press in self.decision_buttons.items():
            press.setEnabled(answerable)
            mark(press, kind="chosen" if decision is said else "")
        self.folder.setVisible(bool(path) and kind_of(path).has_files)
        self.copy.setVisible(bool(path))

    def offer(self, sentence: str) -> None:
        """What can be said of the face that is chosen; "" if nothing can."""
        self.face.setText(sentence)
        self.face.setVisible(bool(sentence))

    def tell(self, sentence: str) -> None:
        """What is wrong with the photo; "" if nothing is."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _show_in_folder(self) -> None:
        show_in_folder(self._path, self._jobs)

    def _copy_path(self) -> None:
        QGuiApplication.clipboard().setText(words.readable(self._path))
