"""Shows why a photo is not among those of a person, and takes the answer: a face is theirs, or one is drawn by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from facesorter.domain.errors import PhotoError
from facesorter.domain.figures import percent
from facesorter.domain.matching import CHECK_FROM
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import BoundingBox, Decision, Person, Pile
from facesorter.domain.why import Hindrance, WhyFace, WhyNot, face_in_words, summary
from facesorter.ui.shell import words
from facesorter.ui.shell.banner import Banner
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.card import ElidedLabel, button, label
from facesorter.ui.widgets.drawable_picture import DrawablePicture
from facesorter.ui.widgets.picture_with_faces import Mark
from facesorter.ui.widgets.pictures import Loaded, load_file

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.pipeline.person_query import PersonQuery

SIZE = (900, 560)
TEXT_WIDTH_PX, TEXT_CHARACTERS = 280, 32
"""How wide the text beside the photo is: so many pixels, or so many characters of a large font."""
PICTURE_PX = 1600


@dataclass(frozen=True, slots=True)
class Question:
    """Whom and which photos it is about, and from which similarity (0-100) faces are sure.

    `run` are the people of the search whose results are looked at, if they are.
    """

    person: Person
    paths: Sequence[str]
    threshold: float
    run: Sequence[PersonQuery] = ()


class _Shown(NamedTuple):
    found: WhyNot
    picture: Loaded | None


class WhyDialog(QDialog):
    """One photo after the other. `decided` when the user has said something of one and it is remembered.

    Before it is, `deciding` carries the decision if it is one on the photo as a whole.
    """

    deciding = Signal(object)
    decided = Signal()

    def __init__(self, app: Services, jobs: Jobs, theme: Theme, question: Question, parent: QWidget) -> None:
        super().__init__(parent)
        self._app, self._jobs, self._question = app, jobs, question
        self._number = 0
        self._found: WhyNot | None = None
        self._chosen: int | None = None
        name = words.in_a_sentence(question.person.name)
        self.setWindowTitle(_("Why not {name}?").format(name=name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.picture = DrawablePicture(theme, _("The photo"))
        self.picture.face_chosen.connect(self._choose)
        self.picture.drawn.connect(self._show_choice)
        self.file = ElidedLabel("small")
        self.summary = label("", "strong", wraps=True)
        self.reasons, self.face, self.advice = (label("", tone, wraps=True) for tone in ("", "", "dim"))
        hint = _("Is {name} where no face is marked? Draw a box there with the mouse.").format(name=name)
        self.hint = label(hint, "dim", wraps=True)
        self.yes = button(_("It is {name}").format(name=words.as_written(name)), "primary")
        self.yes.clicked.connect(lambda: self._decide(Decision.YES))
        self.no = button(_("It is not {name}").format(name=words.as_written(name)))
        self.no.clicked.connect(lambda: self._decide(Decision.NO))
        self.following = button(_("Next photo"))
        self.following.clicked.connect(self._go_on)
        self.close_button = button(_("Close"))
        self.close_button.clicked.connect(self.accept)
        self._lay_out()
        self.banner = Banner(theme, self)
        self.resize(*SIZE)
        self._ask()

    def _lay_out(self) -> None:
        text = QWidget()
        text.setFixedWidth(max(TEXT_WIDTH_PX, TEXT_CHARACTERS * self.fontMetrics().averageCharWidth()))
        column = QVBoxLayout(text)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for one in (self.file, self.summary, self.reasons, self.face, self.advice, self.hint):
            column.addWidget(one)
        column.addStretch()
        for one in (self.yes, self.no):
            column.addWidget(one)
        upper = QHBoxLayout()
        upper.setSpacing(16)
        upper.addWidget(self.picture, 1)
        upper.addWidget(text)
        lower = QHBoxLayout()
        lower.addStretch()
        lower.addWidget(self.following)
        lower.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(12)
        layout.addLayout(upper, 1)
        layout.addLayout(lower)

    @property
    def path(self) -> str:
        """The photo that is shown."""
        return self._question.paths[self._number]

    def _go_on(self) -> None:
        self._number += 1
        self._ask()

    def _ask(self) -> None:
        self._found, self._chosen = None, None
        path, question = self.path, self._question
        self.file.show_text(words.short(path))
        self.summary.setText(_("Looking…"))
        for one in (self.reasons, self.face, self.advice, self.hint, self.yes, self.no):
            one.hide()
        self.following.setVisible(self._number + 1 < len(question.paths))
        self.picture.drop_box()

        def look() -> _Shown:
            found = self._app.why.ask(path, question.person, question.threshold, question.run)
            try:
                return _Shown(found, load_file(self._app, path, PICTURE_PX))
            except PhotoError:
                return _Shown(found, None)  # the answer says why

        def show(shown: _Shown) -> None:
            if path == self.path:
                self._show(shown)

        self._jobs.look(look, show).failed.connect(self._give_up)

    def _give_up(self, error: BaseException) -> None:
        self.summary.setText("")
        self.banner.tell(error)

    def _show(self, shown: _Shown) -> None:
        found = shown.found
        self._found, self._chosen = found, found.nearest
        if shown.picture is None:
            self.picture.say(_("This photo cannot be shown."))
        else:
            self.picture.show_picture(shown.picture.image)
        self.summary.setText(summary(found))
        _tell(self.reasons, "\n".join(reason.sentence for reason in found.reasons))
        _tell(self.advice, "\n".join(_advice(found)))
        readable = found.pile is not Pile.PROBLEM
        for one in (self.hint, self.yes, self.no):
            one.setVisible(readable)
        self._show_choice()
        (self.picture if len(found.faces) > 1 else self.close_button).setFocus()

    def _choose(self, place: int) -> None:
        self._chosen = place
        self._show_choice()

    def _show_choice(self, _drawn: BoundingBox | None = None) -> None:
        """Mark the faces, and say what hinders the one that is chosen."""
        found = self._found
        if found is None:
            return
        drawn = self.picture.box is not None
        marks = [
            self._mark(place, one, strong=place == self._chosen and not drawn) for place, one in enumerate(found.faces)
        ]
        name = found.person.name
        marks += [Mark(box, "good", name, spoken=name) for box in found.drawn]
        self.picture.mark(marks if self.picture.shows_something else ())
        if drawn:
            _tell(self.face, _("The box that you have drawn"))
        elif self._chosen is None:
            _tell(self.face, "")
        else:
            _tell(self.face, face_in_words(self._chosen + 1, found.faces[self._chosen]))
        self.no.setEnabled(not drawn)
        self._grow()

    def _grow(self) -> None:
        """Become as high as the text needs."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    def _mark(self, place: int, one: WhyFace, *, strong: bool) -> Mark:
        is_theirs = not one.reasons
        tone = "good" if is_theirs else "warn" if one.other is None and one.similarity >= CHECK_FROM else "bad"
        text = one.other or percent(one.similarity)
        return Mark(one.face.box, tone, text, strong, face_in_words(place + 1, one))

    def _decide(self, decision: Decision) -> None:
        found, box, place = self._found, self.picture.box, self._chosen
        if found is None:
            return
        self.yes.setEnabled(False)
        self.no.setEnabled(False)
        if decision is Decision.YES or place == found.nearest:
            self.deciding.emit(decision)

        def say() -> None:
            if box is not None and decision is Decision.YES:
                self._app.why.draw(found, box)
            else:
                self._app.why.decide(found, decision, place)

        def said(_nothing: None) -> None:
            self.yes.setEnabled(True)
            self.decided.emit()
            self._ask()

        self._jobs.remember(say, said).failed.connect(self.banner.tell)


def _tell(where: QLabel, text: str) -> None:
    """Show this, and nothing where there is nothing to say."""
    where.setText(text)
    where.setVisible(bool(text))


def _advice(found: WhyNot) -> Iterator[str]:
    """What else would decide it."""
    if found.hindered_by(Hindrance.UNREADABLE):
        return
    if found.hindered_by(Hindrance.PASSED_OVER):
        yield _("To have it looked at, choose its folder itself on the Sort page.")
    elif found.hindered_by(Hindrance.NOT_LOOKED_THROUGH):
        yield _("To have it looked at, search its folder on the Sort page.")
    if found.decision is Decision.YES:
        yield _("The next search copies it.")
    elif found.pile is Pile.CHECK and found.nearest is not None:
        sentence = _("A threshold of {threshold} would take it for sure, and others like it.")
        yield sentence.format(threshold=int(found.faces[found.nearest].similarity))
    if found.hindered_by(Hindrance.UNBORN):
        yield _("If the birth date is wrong, correct it on this person's page.")
