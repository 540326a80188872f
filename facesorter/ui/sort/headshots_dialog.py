"""All headshots of a person: which face of each is meant, what is wrong with it, and away with it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from facesorter.ui.shell import words
from facesorter.ui.shell.theme import Theme
from facesorter.ui.sort.drafts import Shot
from facesorter.ui.sort.who_card import WhoCard
from facesorter.ui.widgets.card import button, label
from facesorter.ui.widgets.pictures import Box, FacePicture

PICTURE_PX = 260


class HeadshotsDialog(QDialog):
    """Follows the card's current person; every change is made there at once."""

    def __init__(self, card: WhoCard, theme: Theme) -> None:
        super().__init__(card.window())
        self._card = card
        self._theme = theme
        self._draft = card.current
        self.setWindowTitle(self.tr("Headshots of {}").format(card.current.name or self.tr("this person")))
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setWidget(QWidget())
        self._tiles: list[QWidget] = []
        add = button(self.tr("Add a headshot…"))
        add.clicked.connect(card.add.click)
        done = button(self.tr("Done"), "primary")
        done.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(add)
        buttons.addStretch()
        buttons.addWidget(done)
        layout = QVBoxLayout(self)
        layout.addWidget(label(self.tr("Click the face that is meant. Clear pictures of different ages help."), "dim"))
        layout.addWidget(self._scroll, 1)
        layout.addLayout(buttons)
        self.resize(660, 460)
        card.changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        if self._card.current is not self._draft or not self._draft.shots:
            self.accept()
            return
        focused = self._focused()
        content = QWidget()
        content.setObjectName("scrolled")
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 4, 0, 4)
        self._tiles = [self._tile(shot) for shot in self._draft.shots]
        for tile in self._tiles:
            row.addWidget(tile, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch()
        scrolled_px = self._scroll.horizontalScrollBar().value()
        self._scroll.takeWidget().deleteLater()  # what was clicked or pressed in it is still at work
        self._scroll.setWidget(content)
        self._scroll.horizontalScrollBar().setValue(scrolled_px)
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
            if not isinstance(widget, QRadioButton) or widget.isChecked():
                widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tile(self, shot: Shot) -> QWidget:
        tile = QFrame()
        tile.setProperty("card", "true")
        tile.setFixedWidth(PICTURE_PX + 28)
        layout = QVBoxLayout(tile)
        layout.setContentsMargins(14, 14, 14, 10)
        picture = FacePicture(self._theme, words.file_name(shot.path))
        picture.setFixedSize(PICTURE_PX, PICTURE_PX)
        picture.face_clicked.connect(partial(self._card.pick_face, shot))
        layout.addWidget(picture)
        colors = self._theme.colors
        report = shot.report
        faces = report.faces if report is not None else ()
        if shot.loaded is not None:
            boxes = [
                Box(
                    face.box,
                    colors.good if place == shot.chosen else colors.bad,
                    2.5 if place == shot.chosen else 1.5,
                    str(place + 1) if len(faces) > 1 else "",
                )
                for place, face in enumerate(faces)
            ]
            picture.show_picture(shot.loaded.image, boxes)
        if report is not None:
            remarks = ", ".join(words.remark(one) for one in report.remarks[shot.chosen]) if faces else report.error
            layout.addWidget(label(remarks or self.tr("Good picture"), "warn" if remarks else "good", wraps=True))
        if len(faces) > 1:
            layout.addLayout(self._choices(shot, len(faces)))
        remove = button(self.tr("Remove"), "link", self.tr("Remove {}").format(words.file_name(shot.path)))
        remove.clicked.connect(lambda: self._card.remove(shot))
        layout.addWidget(remove, 0, Qt.AlignmentFlag.AlignLeft)
        return tile

    def _choices(self, shot: Shot, faces: int) -> QHBoxLayout:
        row = QHBoxLayout()
        group = QButtonGroup(self)
        for place in range(min(faces, 6)):
            choice = QRadioButton(str(place + 1))
            choice.setChecked(place == shot.chosen)
            choice.setAccessibleName(self.tr("Face {}").format(place + 1))
            group.addButton(choice, place)
            row.addWidget(choice)
        group.idClicked.connect(partial(self._card.pick_face, shot))
        row.addStretch()
        return row
