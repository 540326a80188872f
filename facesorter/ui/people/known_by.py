"""The faces a person is known by, each with its age and how good it is: more are added, wrong ones removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QScrollArea, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.ui.people.cards import cut
from facesorter.ui.people.face_words import in_words
from facesorter.ui.people.reference_adding import ReferenceAdding
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme, mark
from facesorter.ui.widgets.card import DropArea, button, button_told_later, label
from facesorter.ui.widgets.file_dialogs import ask_for_pictures

if TYPE_CHECKING:
    from facesorter.app.age_gaps import AgeGap
    from facesorter.app.references import KnownFace
    from facesorter.app.services import Services
    from facesorter.domain.models import Person, PersonPortrait

WIDTH_PX = 216
MARGINS_PX = 12, 10, 8, 12
CROP_PX = 64, 72
FACE_MARGIN_PX, FACE_SPACING_PX, SCROLL_MARGIN_PX = 6, 8, 4


class _Loaded(NamedTuple):
    face: KnownFace
    image: QImage


class ReferenceButton(QPushButton):
    """A face, its age or year, and how good it is. `removed` by Delete or from its menu, `chosen` to be the cover."""

    removed = Signal()
    chosen = Signal()
    stepped = Signal(int)

    def __init__(self, number: int, face: KnownFace, image: QImage) -> None:
        super().__init__()
        mark(self, kind="person")
        self.setAutoDefault(False)
        self._face = face
        when, quality, tone = in_words(face)
        name = _("Face {number}: {when}, {quality}")  # or two would be called the same
        self.setAccessibleName(name.format(number=words.number(number), when=when, quality=quality))
        self.setAccessibleDescription(_("Delete removes this face"))
        picture = QLabel()
        picture.setPixmap(cut(image, *CROP_PX))
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addStretch()
        for line in (label(when, "strong", wraps=True), label(quality, tone, wraps=True)):
            lines.addWidget(line)
        if face.is_cover:
            lines.addWidget(label(_("Cover"), "small"))
        lines.addStretch()
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(FACE_MARGIN_PX, FACE_MARGIN_PX, FACE_MARGIN_PX, FACE_MARGIN_PX)
        self._layout.setSpacing(FACE_SPACING_PX)
        self._layout.addWidget(picture)
        self._layout.addLayout(lines, 1)
        for child in self.findChildren(QLabel):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.clicked.connect(self._offer)

    def sizeHint(self) -> QSize:
        """Room for what it holds; a button knows of a text alone."""
        return self._layout.sizeHint()

    def menu_of(self) -> QMenu:
        """What can be done with this face."""
        menu = QMenu(self)
        if not self._face.is_cover:
            menu.addAction(_("Use as cover"), self.chosen.emit)
        menu.addAction(_("Remove"), self.removed.emit)
        return menu

    def _offer(self) -> None:
        menu = self.menu_of()
        menu.exec(self.mapToGlobal(QPoint(0, self.height())))
        menu.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes it; Up and Down lead to the others."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif step is not None:
            self.stepped.emit(step)
        else:
            super().keyPressEvent(event)


class KnownBy(DropArea):
    """`changed` carries the person after a change, `done` a sentence, what to do about it, and a button's text with its
    action, `failed` what could not be done. Pictures can be dropped on it."""

    changed = Signal(object)
    done = Signal(str, str, object)
    failed = Signal(object)

    def __init__(self, app: Services, jobs: Jobs, theme: Theme, page: QWidget) -> None:
        super().__init__("true")
        self._app, self._jobs = app, jobs
        self._person: Person | None = None
        self.buttons: list[ReferenceButton] = []
        self._shown: tuple[Person, Sequence[KnownFace]] | None = None
        self.setAccessibleName(_("Known by"))
        self._hint, self._gap_hint = label("", "small", wraps=True), label("", "small", wraps=True)
        self.gap_button = button_told_later("link", _("Adds the best face of this person's photos of that time"))
        self.gap_button.clicked.connect(self._fill_gap)
        self._gap: AgeGap | None = None
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self.add_button = button(_("Add a picture…"), "", _("Chooses a picture of this person, to know them by"))
        self.add_button.clicked.connect(self._choose)
        self._adding = ReferenceAdding(app, jobs, theme, page)
        self._adding.added.connect(self._tell_added)
        self._adding.failed.connect(self.failed)
        self.dropped.connect(self.add)
        self._lay_out()

    def _lay_out(self) -> None:
        content = QWidget()
        content.setObjectName("scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, SCROLL_MARGIN_PX, 0)
        column.addLayout(self._rows)
        column.addStretch()
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setMinimumHeight(CROP_PX[1] + 2 * FACE_MARGIN_PX)
        self._scroll.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*MARGINS_PX)
        layout.setSpacing(6)
        layout.addWidget(label(_("Known by"), "strong"))
        layout.addWidget(self._hint)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self._gap_hint)
        layout.addWidget(self.gap_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.add_button)
        self._show_gap(None)

    @property
    def width_px(self) -> int:
        """How wide this card is: in a large font its button and what is said of faces need more."""
        self.add_button.ensurePolished()
        font = QFont(self.add_button.font())
        font.setBold(True)
        text = QFontMetrics(font).horizontalAdvance(_("no date"))
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        row = CROP_PX[0] + FACE_SPACING_PX + text + 2 * FACE_MARGIN_PX + bar + SCROLL_MARGIN_PX
        return max(WIDTH_PX, max(row, self.add_button.sizeHint().width()) + MARGINS_PX[0] + MARGINS_PX[2] + 2)

    def be_about(self, person: Person) -> None:
        """Show the faces this person is known by, as they are now."""
        if not self._is_about(person):
            self._show_gap(None)
        self._person = person

        def load() -> list[_Loaded]:
            return [_Loaded(one, QImage.fromData(one.portrait.crop)) for one in self._app.references.of(person)]

        def show(faces: list[_Loaded]) -> None:
            if self._is_about(person):
                self._show(person, faces)

        self._jobs.look(load, show).failed.connect(self.failed)

    def look_for_gap(self) -> None:
        """Tell of which age no face is known, once that is worked out."""
        person, references = self._person, self._app.references
        if person is None:
            return

        def show(gap: AgeGap | None) -> None:
            if self._is_about(person):
                self._show_gap(gap)

        self._jobs.look(lambda: references.gap(person, references.of(person)), show).failed.connect(self.failed)

    def _is_about(self, person: Person) -> bool:
        return self._person is not None and self._person.id == person.id

    def _show(self, person: Person, faces: Sequence[_Loaded]) -> None:
        shown = person, [one.face for one in faces]
        if shown == self._shown:
            return
        self._shown = shown
        focused = next((place for place, one in enumerate(self.buttons) if one.hasFocus()), None)
        for one in self.buttons:
            self._rows.removeWidget(one)
            one.hide()
            one.deleteLater()
        self.buttons = [ReferenceButton(number, *one) for number, one in enumerate(faces, start=1)]
        for place, ((face, _image), one) in enumerate(zip(faces, self.buttons, strict=True)):
            one.removed.connect(partial(self._remove, person, face))
            one.chosen.connect(partial(self._stand_for, person, face))
            one.stepped.connect(partial(self._step, place))
            self._rows.addWidget(one)
            one.show()  # or it could not take the focus yet
        if focused is not None:
            (self.buttons[min(focused, len(faces) - 1)] if faces else self.add_button).setFocus()
        self._hint.setText(
            _("One good face for each age is best.")
            if faces
            else _("No face is known. Add a picture, so that searches find this person.")
        )

    def _show_gap(self, gap: AgeGap | None) -> None:
        self._gap = gap
        self._gap_hint.setVisible(gap is not None)
        self.gap_button.setVisible(gap is not None and gap.face is not None)
        if gap is not None:
            first, last = words.number(gap.first), words.number(gap.last)
            self._gap_hint.setText(_("No face of {first} to {last} years.").format(first=first, last=last))
            self.gap_button.setText(_("Add one"))

    def _fill_gap(self) -> None:
        if self._gap is None or self._gap.face is None or self._person is None:
            return
        person, face, references = self._person, self._gap.face, self._app.references

        def tell(added: PersonPortrait | None) -> None:
            self._tell_added(person, 0 if added is None else 1, added)

        self._jobs.remember(lambda: references.add_face(person, face), tell).failed.connect(self.failed)

    def _step(self, place: int, step: int) -> None:
        if 0 <= place + step < len(self.buttons):
            following = self.buttons[place + step]
            following.setFocus(Qt.FocusReason.OtherFocusReason)
            self._scroll.ensureWidgetVisible(following)

    def _choose(self) -> None:
        self.add(ask_for_pictures(self, _("Add a picture")))

    def add(self, paths: list[str]) -> None:
        """The person is known by the faces in these pictures, too."""
        if self._person is not None and paths:
            self._adding.add(self._person, paths)

    def _tell_added(self, person: Person, count: int, added: PersonPortrait | None = None) -> None:
        if count:
            sentence = ngettext(
                "{name} is known by {count} more face.", "{name} is known by {count} more faces.", count
            )
            name = words.in_a_sentence(person.name)
            undo = None
            if added is not None:
                take_back = partial(self._app.references.remove, person, added)
                undo = _("Undo"), partial(self._write, person, take_back)
            self.done.emit(sentence.format(name=name, count=words.number(count)), "", undo)
            self.changed.emit(person)

    def _remove(self, person: Person, face: KnownFace) -> None:
        references = self._app.references

        def put_back() -> None:
            references.put_back(person, face)

        def tell() -> None:
            sentence = _("{name} is not known by this face any more.").format(name=words.in_a_sentence(person.name))
            self.done.emit(sentence, "", (_("Undo"), partial(self._write, person, put_back)))

        self._write(person, lambda: references.remove(person, face.portrait), tell)

    def _stand_for(self, person: Person, face: KnownFace) -> None:
        self._write(person, lambda: self._app.references.stand_for(person, face.portrait))

    def _write(self, person: Person, change: Callable[[], None], then: Callable[[], None] | None = None) -> None:
        def tell(_nothing: None) -> None:
            self.changed.emit(person)
            if then is not None:
                then()

        self._jobs.remember(change, tell).failed.connect(self.failed)
