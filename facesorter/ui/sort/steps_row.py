"""The first steps side by side: the cards of *Who?* and *Where?*, and what begins a search; or all in one line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import Theme, mark
from facesorter.ui.widgets.card import ElidedLabel, button, label
from facesorter.ui.widgets.picture_with_faces import PictureWithFaces
from facesorter.ui.widgets.shot import Shot

WIDE_CHARACTERS = 96
"""A row that is narrower than so many characters of its font, or than all in it, has the button below the cards."""

APART_PX = 14

WHO_SHARE, WHERE_SHARE = 42, 45

FACE_PX = 30
"""Of the headshot in the line."""


class Summary(QFrame):
    """Who is searched for, where, and where copies go, in a line; what a paid search costs stands below it.

    `opened` when the user wants to see or change it: the link says so, and a click anywhere does it.
    """

    opened = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        mark(self, card="true")
        self.setAccessibleName(_("Who and where"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._face = PictureWithFaces(theme, _("Headshot"))
        self._face.setFixedSize(FACE_PX, FACE_PX)
        self._face.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.people = ElidedLabel("strong", least_px=120)
        self.folders = ElidedLabel("dim", cut=Qt.TextElideMode.ElideRight)
        self.target = ElidedLabel("dim", cut=Qt.TextElideMode.ElideRight)
        self.price = label("", "small", wraps=True)
        self.change = button(_("Change…"), "link", _("Shows whom to look for, and where"))
        self.change.clicked.connect(self.opened)
        line = QHBoxLayout()
        line.setSpacing(10)
        for widget in (self._face, self.people, self.folders, self.target, self.change):
            line.addWidget(widget)
        line.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 1, 10, 1)
        layout.setSpacing(2)
        layout.addLayout(line)
        layout.addWidget(self.price)

    def show_choice(self, people: Sequence[str], folders: tuple[str, ...], targets: Sequence[str]) -> None:
        """These names, folders, and names of folders for copies."""
        self.people.show_text(", ".join(people))
        self.folders.show_text(_("in {folders}").format(folders=words.folders(folders)) if folders else "")
        self.target.show_text(_("to {folders}").format(folders=", ".join(targets)) if targets else "")

    def show_looked_back(self, people: Sequence[str]) -> None:
        """These people were looked for in what earlier searches have found."""
        self.people.show_text(", ".join(people))
        self.folders.show_text(_("in all photos that were searched before"))
        self.target.show_text("")
        self.show_face(None)

    def show_face(self, shot: Shot | None) -> None:
        """The headshot of the first of them."""
        if shot is not None and shot.loaded is not None and shot.report is not None:
            self._face.show_face(shot.loaded.image, shot.report.faces[shot.chosen].box)
        else:
            self._face.clear()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens it."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit()


class StepsRow(QWidget):
    """The button and its option stand beside the cards, or in a line below them where there is less width.

    Shrunk, only the button is left, beside a summary; `opened` says that the user wants the cards again, `folded` that
    the line will do.
    """

    opened = Signal()
    folded = Signal()

    def __init__(self, who: QWidget, where: QWidget, go: QPushButton, option: QCheckBox, theme: Theme) -> None:
        super().__init__()
        self.shrunk = False
        self._go, self._option = go, option
        self._cards = QWidget()
        cards = QHBoxLayout(self._cards)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(APART_PX)
        for card, share in ((who, WHO_SHARE), (where, WHERE_SHARE)):
            card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            cards.addWidget(card, share)
        self.summary = Summary(theme)
        self.summary.opened.connect(self.opened)
        self.summary.hide()
        self.fold = button(_("Show less"), "link", _("Shows whom to look for, and where, in one line"))
        self.fold.clicked.connect(self.folded)
        self.fold.hide()
        self._begin = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._begin.setSpacing(8)
        go.setMinimumWidth(go.sizeHint().width())  # as wide as its longest text, whatever it says later
        for widget in (go, option, self.fold):
            widget.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            self._begin.addWidget(widget)
        self._begin.addStretch()
        self._all = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._all.setContentsMargins(0, 0, 0, 0)
        self._all.setSpacing(APART_PX)
        self._all.addWidget(self._cards, 1)
        self._all.addWidget(self.summary, 1)
        self._all.addLayout(self._begin)

    def shrink(self, *, shrunk: bool, foldable: bool) -> None:
        """Be a line, or show the cards, which the user may fold away if it is `foldable`."""
        self.fold.setVisible(foldable and not shrunk)
        if shrunk != self.shrunk:
            self.shrunk = shrunk
            self._cards.setVisible(not shrunk)
            self._option.setVisible(not shrunk)
            self.summary.setVisible(shrunk)
            mark(self._go, scale="" if shrunk else "large")
            self._arrange()

    def height_in(self, width_px: int) -> int:
        """What is needed at this width, at least, for nothing to be cut."""
        return self._all.totalMinimumHeightForWidth(width_px)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside, or below."""
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        """What is in it needs another width."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)

    def _arrange(self) -> None:
        begin = max(one.sizeHint().width() for one in (self._go, self._option))
        needed = self._cards.minimumSizeHint().width() + APART_PX + begin
        wide = self.shrunk or self.width() >= max(WIDE_CHARACTERS * self.fontMetrics().averageCharWidth(), needed)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._all.setDirection(across if wide else down)
        self._all.setSpacing(APART_PX if wide else 10)
        self._begin.setDirection(down if wide else across)
