"""Two names that may be one person: a face of each side by side, and what the user says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from facesorter.domain.figures import percent
from facesorter.domain.messages import gettext as _
from facesorter.ui.insights.charts import pairs_of_faces
from facesorter.ui.insights.columns import in_a_flow
from facesorter.ui.people.cards import cut
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import Theme, mark, pixmap
from facesorter.ui.widgets.card import button, label

if TYPE_CHECKING:
    from facesorter.duplicates.pairs import Pair

FACE_WIDTH_PX, FACE_HEIGHT_PX = 84, 98


class PairCard(QFrame):
    """`decided` carries the card and `same`, `different`, or None to take it back; `picture_asked` a face's place."""

    decided = Signal(object, object)
    picture_asked = Signal(object, int)

    def __init__(self, pair: Pair, theme: Theme) -> None:
        super().__init__()
        mark(self, card="true")
        self.pair = pair
        one, other = map(words.in_a_sentence, pair.names)
        title = _("{one} and {other}").format(one=one, other=other)
        self.setAccessibleName(title)
        self.faces = [
            button("", "bare", _("Picture of {name}: show in folder").format(name=name)) for name in pair.names
        ]
        row = QHBoxLayout()
        row.setSpacing(4)
        for place, face in enumerate(self.faces):
            face.setFixedSize(FACE_WIDTH_PX + 8, FACE_HEIGHT_PX + 8)
            face.setIconSize(QSize(FACE_WIDTH_PX, FACE_HEIGHT_PX))
            face.setIcon(QIcon(pixmap("person", theme.colors.dim, FACE_WIDTH_PX)))
            face.setCursor(Qt.CursorShape.PointingHandCursor)
            face.clicked.connect(lambda _checked=False, place=place: self.picture_asked.emit(self, place))
            row.addWidget(face, 0, Qt.AlignmentFlag.AlignTop)
        self.same = button(_("Same person"))
        self.different = button(_("Two people"))
        self.undo = button(_("Undo"), "link")
        self.verdict = label("", "strong", wraps=True)
        for made, said in ((self.same, "same"), (self.different, "different"), (self.undo, None)):
            made.setAccessibleName(_("{answer}: {names}").format(answer=made.text(), names=title))
            made.clicked.connect(lambda _checked=False, said=said: self.decided.emit(self, said))
        answers = in_a_flow(8, self.same, self.different, self.verdict, self.undo)
        said = QVBoxLayout()
        said.setSpacing(4)
        said.addWidget(label(title, "strong", wraps=True))
        alike = _("{similarity} similar · {pairs}").format(
            similarity=percent(pair.best), pairs=pairs_of_faces(pair.faces)
        )
        said.addWidget(label(alike, "small", wraps=True))
        said.addWidget(answers)
        said.addStretch()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(14)
        layout.addLayout(row)
        layout.addLayout(said, 1)
        self.show_verdict(pair.verdict)

    def show_verdict(self, verdict: str | None) -> None:
        """This is what the user said."""
        for answer in (self.same, self.different):
            answer.setVisible(verdict is None)
        self.undo.setVisible(verdict is not None)
        self.verdict.setVisible(verdict is not None)
        self.verdict.setText(_("Same person") if verdict == "same" else _("Two people"))

    def show_face(self, place: int, image: QImage) -> None:
        """A face was cut out."""
        if not image.isNull():
            self.faces[place].setIcon(QIcon(cut(image, FACE_WIDTH_PX, FACE_HEIGHT_PX)))
