"""All headshots of a person: which face in each is the right one, what is wrong with it, and away with it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import Theme
from facesorter.ui.sort.headshot_words import quality_of
from facesorter.ui.sort.who_card import WhoCard
from facesorter.ui.widgets.card import button, label
from facesorter.ui.widgets.face_button import FaceButton
from facesorter.ui.widgets.picture_with_faces import Mark, PictureWithFaces
from facesorter.ui.widgets.shot import Shot

SIZE_PX = (860, 640)
PICTURE_PX = (250, 190)
FACE_PX, GAP_PX = 104, 8
AROUND_FACES_PX = 100
"""What a tile and the dialog have beside a picture and its faces: margins, gaps, and a scroll bar."""


class HeadshotsDialog(QDialog):
    """Follows the card's current person; every change is made there at once."""

    def __init__(self, card: WhoCard, theme: Theme) -> None:
        super().__init__(card.window())
        self._card = card
        self._theme = theme
        self._draft = card.current
        self._faces_in_a_row = 1
        name = card.current.name.strip()
        self.setWindowTitle(_("Headshots of {}").format(name) if name else _("Headshots of this person"))
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(QWidget())
        self._tiles: list[QWidget] = []
        self._add = button(_("Add headshots…"))
        self._add.clicked.connect(card.fields.add.click)
        done = button(_("Done"), "primary")
        done.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(self._add)
        buttons.addStretch()
        buttons.addWidget(done)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        self._advice = label("", "dim", wraps=True)
        layout.addWidget(self._advice)
        layout.addWidget(self._scroll, 1)
        layout.addLayout(buttons)
        self.resize(QSize(*SIZE_PX).boundedTo(self.screen().availableSize()))
        card.changed.connect(self._fill)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More width, more faces in a row."""
        super().resizeEvent(event)
        width = self.width() - PICTURE_PX[0] - AROUND_FACES_PX
        fitting = max(1, width // (FACE_PX + GAP_PX))
        if fitting != self._faces_in_a_row or not self._tiles:
            self._faces_in_a_row = fitting
            self._fill()

    def _fill(self) -> None:
        """Build the tiles anew, with the focus and the scroll bar where they were."""
        if self._card.current is not self._draft or not self._draft.shots:
            self.accept()
            return
        several = any(shot.report is not None and len(shot.report.faces) > 1 for shot in self._draft.shots)
        self._advice.setText(
            _("Click the right person's face. Clear pictures taken at different ages give the best results.")
            if several
            else _("Clear pictures taken at different ages give the best results.")
        )
        focused = self._focused()
        content = QWidget()
        content.setObjectName("scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(10)
        self._tiles = [self._tile(shot) for shot in self._draft.shots]
        for tile in self._tiles:
            column.addWidget(tile)
        column.addStretch()
        bar = self._scroll.verticalScrollBar()
        scrolled_px = bar.value()
        self._scroll.takeWidget().deleteLater()  # what was clicked or pressed in it is still at work
        self._scroll.setWidget(content)
        content.adjustSize()
        bar.setValue(scrolled_px)
        if focused is not None:
            self._focus(*focused)

    def _focused(self) -> tuple[int, type[QWidget]] | None:
        """In which tile the focus is, and on what."""
        focus = self.focusWidget()
        within = (place for place, tile in enumerate(self._tiles) if tile.isAncestorOf(focus))
        return next(((place, type(focus)) for place in within), None)

    def _focus(self, place: int, kind: type[QWidget]) -> None:
        """Give the focus to the same in the tile that is there now, and of several faces to the chosen one."""
        tile = self._tiles[min(place, len(self._tiles) - 1)]
        for widget in tile.findChildren(kind):
            if not isinstance(widget, FaceButton) or widget.isChecked():
                widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tile(self, shot: Shot) -> QWidget:
        name = words.file_name(shot.path)
        tile = QFrame()
        tile.setProperty("card", "true")
        row = QHBoxLayout(tile)
        row.setContentsMargins(14, 14, 14, 12)
        row.setSpacing(16)
        frame = QWidget()
        frame.setFixedWidth(PICTURE_PX[0])
        framed = QVBoxLayout(frame)
        framed.setContentsMargins(0, 0, 0, 0)
        framed.addWidget(self._picture(shot, name), 0, Qt.AlignmentFlag.AlignHCenter)
        row.addWidget(frame, 0, Qt.AlignmentFlag.AlignTop)
        told = QVBoxLayout()
        told.setSpacing(8)
        told.addWidget(label(name, "strong", wraps=True))
        sentence, tone = quality_of(shot)
        told.addWidget(label(sentence, tone, wraps=True))
        if shot.report is not None and shot.loaded is not None and len(shot.report.faces) > 1:
            told.addWidget(self._choices(shot))
        remove = button(_("Remove"), "link")
        remove.setAccessibleDescription(name)
        remove.clicked.connect(partial(self._remove, shot))
        told.addWidget(remove, 0, Qt.AlignmentFlag.AlignLeft)
        told.addStretch()
        row.addLayout(told, 1)
        return tile

    def _remove(self, shot: Shot, _checked: bool = False) -> None:
        self._card.remove(shot)

    def _picture(self, shot: Shot, name: str) -> PictureWithFaces:
        picture = PictureWithFaces(self._theme, name)
        size = QSize(*PICTURE_PX)
        if shot.loaded is not None:
            size = shot.loaded.image.size().scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
        picture.setFixedSize(size)
        picture.face_chosen.connect(partial(self._card.pick_face, shot))
        faces = shot.report.faces if shot.report is not None else ()
        if shot.loaded is not None:
            several = len(faces) > 1
            marks = [
                Mark(
                    face.box,
                    "accent" if place == shot.chosen else "dim",
                    str(place + 1) if several else "",
                    strong=place == shot.chosen,
                )
                for place, face in enumerate(faces)
            ]
            picture.show_picture(shot.loaded.image, marks)
        return picture

    def _choices(self, shot: Shot) -> QWidget:
        """The faces of a group, each large enough to recognize; one is checked, and the arrow keys check another."""
        choices = QWidget()
        grid = QGridLayout(choices)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GAP_PX)
        grid.setColumnStretch(self._faces_in_a_row, 1)
        if shot.report is not None and shot.loaded is not None:
            for place, face in enumerate(shot.report.faces):
                choice = FaceButton(self._theme, FACE_PX, str(place + 1))
                choice.setAccessibleName(_("Face {}").format(place + 1))
                choice.setCheckable(True)
                choice.setAutoExclusive(True)
                choice.setChecked(place == shot.chosen)
                choice.show_face(shot.loaded.image, face.box)
                choice.clicked.connect(partial(self._pick, shot, place))
                grid.addWidget(choice, *divmod(place, self._faces_in_a_row))
        return choices

    def _pick(self, shot: Shot, place: int, _checked: bool = False) -> None:
        self._card.pick_face(shot, place)
