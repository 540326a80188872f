"""The cards of the People page: somebody who is known, and a group without a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from facesorter.domain.figures import whole
from facesorter.domain.groups import KnownPerson, UnknownGroup
from facesorter.domain.messages import gettext as _
from facesorter.ui.people.card_question import CardQuestion
from facesorter.ui.people.known_names import KnownNames
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import Theme, mark, pixmap
from facesorter.ui.widgets.card import ElidedLabel, button, label, paths_in

if TYPE_CHECKING:
    from facesorter.app.suggestions import Suggestion

COVER_PX, FACE_WIDTH_PX, FACE_HEIGHT_PX = 96, 74, 84
ROUND_PX = 6
CARD_PX, CARD_LINES = 150, 7
"""How wide the card of a person is: so many pixels, or so many lines of a large font."""
BEST_SHOWN = 4
"""Faces of a group; as many as `UnknownGroup.best` has at most."""


class PersonCard(QPushButton):
    """A cover, a name, in how many photos the person is, and how many are to check; a click leads to their page.

    `dropped` carries the photos that were dropped on it.
    """

    dropped = Signal(list)

    def __init__(self, one: KnownPerson, cover: QImage | None, theme: Theme) -> None:
        super().__init__()
        mark(self, kind="person")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.person = one.details.person
        name = self.person.name
        photos = words.photos(one.pictures)
        if one.details.hidden:
            photos = _("{photos}, hidden").format(photos=photos)
        self._photos = photos
        self.setFixedWidth(max(CARD_PX, CARD_LINES * self.fontMetrics().lineSpacing()))
        layout = QVBoxLayout(self)
        picture = QLabel()
        drawn = pixmap("person", theme.colors.dim, COVER_PX) if cover is None else cut(cover, COVER_PX, COVER_PX)
        picture.setPixmap(drawn)
        title, count = ElidedLabel("strong", cut=Qt.TextElideMode.ElideRight), label(photos, "small", wraps=True)
        title.show_text(name)
        self.left = label("", "warn", wraps=False)
        for widget in (picture, title, count, self.left):
            widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(widget)
        layout.addStretch()  # beside a higher card all of it stays above
        self._layout = layout
        self.setAcceptDrops(True)
        self.show_left(0)

    def show_left(self, photos: int) -> None:
        """So many photos are left to check."""
        said = _("{} to check").format(whole(photos)) if photos else ""
        self.left.setText(said or "\u00a0")  # cards are alike, whatever is left
        sentence = _("{name}, {photos}, {left}") if said else _("{name}, {photos}")
        self.setAccessibleName(sentence.format(name=self.person.name, photos=self._photos, left=said))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Photos can be dropped here, to ask why they are not among this person's."""
        if paths_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask about what was dropped."""
        event.acceptProposedAction()
        self.dropped.emit(paths_in(event.mimeData()))

    def sizeHint(self) -> QSize:
        """Room for what it holds; a button knows of a text alone."""
        return self._layout.sizeHint()


class GroupCard(QFrame):
    """Some faces of a group, who it may be, a field for its name, and a button that hides it, or shows it again.

    `named` carries the group's number and the name, `hidden` the number and whether it is to be hidden from now on,
    `opened` the number of a group all of whose faces are to be shown, `answered` those of `CardQuestion`, `chosen` the
    person who the group is, from the list of names.
    """

    answered = Signal(object, bool)
    named = Signal(int, str)
    hidden = Signal(int, bool)
    opened = Signal(int)
    chosen = Signal(object)

    def __init__(self, group: UnknownGroup, names: KnownNames) -> None:
        super().__init__()
        mark(self, card="true")
        self._names = names
        self.group, self.number, self.faces = group, group.number, group.best
        count = words.photos_taken(group.pictures, group.first, group.last)
        self.setAccessibleName(_("Somebody without a name, {photos}").format(photos=count))
        self.question: CardQuestion | None = None
        layout = self._layout = QVBoxLayout(self)
        layout.addStrut(BEST_SHOWN * FACE_WIDTH_PX + (BEST_SHOWN - 1) * 6)  # all cards alike, whatever they show
        layout.setSpacing(8)
        self._row = QHBoxLayout()
        self._row.setSpacing(6)
        self._pictures = [QLabel() for _face in group.best]
        for picture in self._pictures:
            picture.setFixedSize(FACE_WIDTH_PX, FACE_HEIGHT_PX)
            self._row.addWidget(picture)
        self._row.addStretch()
        self.name = QLineEdit()
        self.name.setPlaceholderText(_("Name"))
        self.name.setAccessibleName(_("Name of the person in {photos}").format(photos=count))
        self.name.setCompleter(names)
        hide = button(_("Hide"), "", _("Never show this group again"))
        self.hide_button = button(_("Show again")) if group.hidden else hide
        below = QHBoxLayout()
        below.addWidget(self.name, 1)
        below.addWidget(self.hide_button)
        layout.addLayout(self._row)
        all_faces = _("Show all, take wrong ones out") if group.faces > 1 else _("Show the face")
        self.show_all = button(all_faces, "link")
        self.show_all.setAccessibleDescription(self.accessibleName())
        self.show_all.clicked.connect(lambda: self.opened.emit(self.number))
        self._count = label(count, "small")
        self._count.setMinimumHeight(self.hide_button.sizeHint().height())  # so that nothing moves for a question
        layout.addWidget(self._count)
        layout.addLayout(below)
        layout.addWidget(self.show_all, 0, Qt.AlignmentFlag.AlignLeft)
        self.name.returnPressed.connect(self._name)
        self.hide_button.clicked.connect(lambda: self.hidden.emit(self.number, not group.hidden))

    @property
    def tab_order(self) -> list[QWidget]:
        """What can have the focus, in the order in which it is seen."""
        asks = [] if self.question is None else [self.question.yes, self.question.no]
        return [*asks, self.name, self.hide_button, self.show_all]

    def ask(self, suggestion: Suggestion | None) -> None:
        """Ask whether the group is this person, or nothing any more. Most groups are never asked about."""
        if suggestion is not None:
            if self.question is None:
                self.question = CardQuestion()
                self.question.answered.connect(self.answered)
                self._layout.insertWidget(self._layout.indexOf(self._count), self.question)
            self.question.ask(suggestion)
            self._count.hide()  # first, or there would have to be room for both
            self.question.show()
        elif self.question is not None:
            self.question.hide()
            self._count.show()

    def show_faces(self, images: Sequence[QImage]) -> None:
        """The faces have been cut out."""
        for picture, image in zip(self._pictures, images, strict=False):
            picture.setPixmap(cut(image, FACE_WIDTH_PX, FACE_HEIGHT_PX))

    def _name(self) -> None:
        person = self._names.chosen_in(self.name)
        if person is not None:
            self.chosen.emit(person)
        elif self.name.text().strip():
            self.named.emit(self.number, self.name.text().strip())


def cut(image: QImage, width: int, height: int) -> QPixmap:
    """The middle of a picture, filling this size, with round corners."""
    filled = image.scaled(
        2 * width,
        2 * height,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    drawn = QPixmap(2 * width, 2 * height)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    outline = QPainterPath()
    outline.addRoundedRect(0, 0, 2 * width, 2 * height, 2 * ROUND_PX, 2 * ROUND_PX)
    painter.setClipPath(outline)
    painter.drawImage((2 * width - filled.width()) // 2, (2 * height - filled.height()) // 2, filled)
    painter.end()
    drawn.setDevicePixelRatio(2)
    return drawn
