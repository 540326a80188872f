"""The headshot and the face in the photo, side by side, so that the user can say whether they are one person."""

from __future__ import annotations

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout

from facesorter.domain.messages import gettext as _
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.card import label
from facesorter.ui.widgets.picture_with_faces import PictureWithFaces
from facesorter.ui.widgets.pictures import Loaded
from facesorter.ui.widgets.shot import Shot

FACES_PX = 160
"""The two faces to compare are at least this high, unless the window is lower than it is made for."""

LEAST_FACES_PX, FACES_APART_PX, CAPTION_APART_PX = 48, 12, 2


class TwoFaces(QGridLayout):
    """Two squares of one size, and below them what they are, where there is room for that."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.reference = PictureWithFaces(theme, _("Headshot"))
        self.face = PictureWithFaces(theme, _("Face in this photo"))
        self._captions = [label(text, "small") for text in (_("Headshot"), _("In this photo"))]
        self.setHorizontalSpacing(FACES_APART_PX)
        self.setVerticalSpacing(CAPTION_APART_PX)
        for column, picture in enumerate((self.reference, self.face)):
            self.addWidget(picture, 0, column)
            self.addWidget(self._captions[column], 1, column)
        self.setColumnStretch(2, 1)

    @property
    def captions_px(self) -> int:
        """How much height the captions take."""
        return self._captions[0].sizeHint().height() + CAPTION_APART_PX

    def fit(self, side_px: int, *, with_captions: bool) -> None:
        """Be so high, without the captions; a square each, so that no head is cut off."""
        for caption in self._captions:
            caption.setVisible(with_captions)
        side_px = max(LEAST_FACES_PX, side_px)
        for picture in (self.reference, self.face):
            picture.setFixedSize(side_px, side_px)

    def show_reference(self, shot: Shot | QImage | None) -> None:
        """A headshot, or the picture of whoever is known without one."""
        if isinstance(shot, QImage):
            self.reference.show_face(shot, None)
        elif shot is not None and shot.loaded is not None and shot.report is not None:
            self.reference.show_face(shot.loaded.image, shot.report.faces[shot.chosen].box)
        else:
            self.reference.clear()

    def show_face(self, loaded: Loaded, index: int | None) -> None:
        """The face of this number, if it is in the picture that was loaded of the photo or film."""
        if index is not None and index < len(loaded.faces) and loaded.faces[index][0].seconds == loaded.seconds:
            self.face.show_face(loaded.image, loaded.faces[index][0].box)
        else:
            self.face.clear()
