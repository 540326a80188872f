"""Asks which of several faces in a picture is somebody's."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QScrollArea, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.models import BoundingBox
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.card import button, cancel_or, label
from facesorter.ui.widgets.face_button import FaceButton
from facesorter.ui.widgets.flow import FlowLayout

FACE_PX, SIZE_PX = 104, QSize(520, 380)


class FacePicker(QDialog):
    """The faces of a picture, the largest first; once it was accepted, `chosen` is the place of one among them."""

    def __init__(self, name: str, image: QImage, boxes: Sequence[BoundingBox], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Choose a face"))
        self.faces: list[FaceButton] = []
        shown = QWidget()
        shown.setObjectName("scrolled")
        flow = FlowLayout(shown, 8, 8)
        for place, box in enumerate(boxes):
            face = FaceButton(theme, FACE_PX, words.number(place + 1))
            face.setAccessibleName(_("Face {}").format(place + 1))
            face.setCheckable(True)
            face.setAutoExclusive(True)
            face.setChecked(place == 0)
            face.show_face(image, box)
            flow.addWidget(face)
            self.faces.append(face)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(shown)
        take = button(_("It is {name}").format(name=words.as_written(words.in_a_sentence(name))), "primary")
        take.setDefault(True)
        take.clicked.connect(self.accept)
        buttons = cancel_or(self, take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(12)
        question = _("Which of these faces is {name}?").format(name=words.in_a_sentence(name))
        layout.addWidget(label(question, "strong", wraps=True))
        layout.addWidget(scroll, 1)
        layout.addLayout(buttons)
        self.resize(SIZE_PX)
        self.faces[0].setFocus()

    @property
    def chosen(self) -> int:
        return next(place for place, face in enumerate(self.faces) if face.isChecked())
