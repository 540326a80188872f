"""From a photo's bytes to what the window paints: loaded on workers as QImage, painted with its faces boxed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from facesorter.ui.shell.theme import Theme, drawing

if TYPE_CHECKING:
    from facesorter.app import Workshop
    from facesorter.domain.models import BoundingBox, Face
    from facesorter.images import Picture

ROOM_AROUND_FACE = 0.45
"""How much of its surroundings a cut-out face keeps on each side, as a share of its own size: hair and chin."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A picture ready to be painted; `faces` with the similarity to each person, where that is known."""

    image: QImage
    full_width: int
    full_height: int
    faces: tuple[tuple[Face, tuple[float, ...]], ...] = ()
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle to draw around a face; `label` stands in its corner."""

    box: BoundingBox
    color: str
    width_px: float = 2.0
    label: str = ""


def load_photo(workshop: Workshop, photo_id: int, path: str, side_px: int) -> Loaded:
    """Read a photo of the last run, on a worker. Raises `PhotoError`."""
    from facesorter import images

    data = workshop.read(path)
    faces = tuple((face, tuple(similarities)) for face, similarities in workshop.faces_of(photo_id))
    return _loaded(images.thumbnail(data, side_px), faces, images.taken_at(data))


def load_headshot(workshop: Workshop, path: str, side_px: int) -> Loaded:
    """Read a headshot, on a worker. Raises `PhotoError`."""
    from facesorter import images

    return _loaded(images.thumbnail(workshop.read(path), side_px))


def _loaded(
    picture: Picture,
    faces: tuple[tuple[Face, tuple[float, ...]], ...] = (),
    taken_at: datetime | None = None,
) -> Loaded:
    height, width = picture.pixels.shape[:2]
    borrowed = QImage(picture.pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    image = borrowed.convertToFormat(QImage.Format.Format_RGB32)
    return Loaded(image, picture.full_width, picture.full_height, faces, taken_at)


def around(box: BoundingBox, image: QSize) -> QRect:
    """The square cut-out around a face, in pixels of `image` and within it."""
    width, height = image.width(), image.height()
    side = max(box.width * width, box.height * height) * (1 + 2 * ROOM_AROUND_FACE)
    side = max(1.0, min(side, width, height))
    left = min(max(0.0, box.center[0] * width - side / 2), width - side)
    top = min(max(0.0, box.center[1] * height - side / 2), height - side)
    return QRect(round(left), round(top), round(side), round(side))


def placed(picture: QSize, area: QRectF, focus: BoundingBox | None = None) -> QRectF:
    """Where a picture goes so that it covers `area` with the face in view, or lies whole in it if that cannot be."""
    scale = max(area.width() / picture.width(), area.height() / picture.height())
    width, height = picture.width() * scale, picture.height() * scale
    if focus is not None and (focus.width * width > area.width() or focus.height * height > area.height()):
        scale = min(area.width() / picture.width(), area.height() / picture.height())
        width, height = picture.width() * scale, picture.height() * scale
        return QRectF(area.center().x() - width / 2, area.center().y() - height / 2, width, height)
    at_x, at_y = focus.center if focus is not None else (0.5, 0.4)
    left = min(area.left(), max(area.right() - width, area.center().x() - at_x * width))
    top = min(area.top(), max(area.bottom() - height, area.center().y() - at_y * height))
    return QRectF(left, top, width, height)


def draw(painter: QPainter, pixmap: QPixmap, area: QRectF, target: QRectF, boxes: Sequence[Box]) -> None:
    """Paint a picture at `target`, cut to the rounded `area`, and its boxes."""
    painter.save()
    clip = QPainterPath()
    clip.addRoundedRect(area, 5, 5)
    painter.setClipPath(clip)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(target, pixmap, QRectF(pixmap.rect()))
    for box in boxes:
        left, top, width, height = box.box
        rect = QRectF(
            target.left() + left * target.width(),
            target.top() + top * target.height(),
            width * target.width(),
            height * target.height(),
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(0, 0, 0, 70), box.width_px + 1.5))
        painter.drawRoundedRect(rect, 2, 2)
        painter.setPen(QPen(QColor(box.color), box.width_px))
        painter.drawRoundedRect(rect, 2, 2)
        if box.label:
            _draw_label(painter, rect, box)
    painter.restore()


def _draw_label(painter: QPainter, rect: QRectF, box: Box) -> None:
    metrics = painter.fontMetrics()
    height = metrics.height()
    plate = QRectF(rect.left(), rect.top(), max(height, metrics.horizontalAdvance(box.label) + 8), height)
    painter.fillRect(plate, QColor(box.color))
    painter.setPen(QColor("#ffffff") if QColor(box.color).lightness() < 150 else QColor("#101114"))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, box.label)


class FacePicture(QWidget):
    """Shows a picture, whole or a face cut out of it, with boxes that can be clicked."""

    clicked = Signal()
    face_clicked = Signal(int)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pixmap: QPixmap | None = None
        self._whole = True
        self._boxes: tuple[Box, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(40, 40)
        theme.changed.connect(self.update)

    def show_picture(self, image: QImage, boxes: Sequence[Box] = ()) -> None:
        """The whole picture with these boxes."""
        self._pixmap, self._whole, self._boxes = QPixmap.fromImage(image), True, tuple(boxes)
        self.update()

    def show_face(self, image: QImage, box: BoundingBox | None) -> None:
        """The face alone; the middle of the picture if there is none."""
        cut = image if box is None else image.copy(around(box, image.size()))
        self._pixmap, self._whole, self._boxes = QPixmap.fromImage(cut), False, ()
        self.update()

    def clear(self) -> None:
        """Nothing to show."""
        self._pixmap, self._boxes = None, ()
        self.update()

    @property
    def shows_something(self) -> bool:
        return self._pixmap is not None

    def _target(self) -> QRectF:
        area = QRectF(self.rect())
        if self._pixmap is None:
            return area
        if not self._whole:
            return placed(self._pixmap.size(), area)
        size = QSize(self._pixmap.size()).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(
            (self.width() - size.width()) / 2, (self.height() - size.height()) / 2, size.width(), size.height()
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, or an empty place for one."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        target = self._target()
        if self._pixmap is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.colors.empty))
            painter.drawRoundedRect(target, 5, 5)
            side = min(target.width(), target.height()) * 0.5
            person = drawing("person", self._theme.colors.dim, round(2 * side))
            place = QRectF(target.center().x() - side / 2, target.center().y() - side / 2, side, side)
            painter.drawPixmap(place, person, QRectF(person.rect()))
            return
        area = target if self._whole else QRectF(self.rect())
        draw(painter, self._pixmap, area, target, self._boxes)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a box picks that face."""
        self.clicked.emit()
        place = self._box_at(event.position())
        if place is not None:
            self.face_clicked.emit(place)

    def _box_at(self, point: QPointF) -> int | None:
        target = self._target()
        x = (point.x() - target.left()) / max(1.0, target.width())
        y = (point.y() - target.top()) / max(1.0, target.height())
        hit = [
            (box.box.area, place)
            for place, box in enumerate(self._boxes)
            if 0 <= x - box.box.left <= box.box.width and 0 <= y - box.box.top <= box.box.height
        ]
        return min(hit)[1] if hit else None


Loader = Callable[[int, str, int], Loaded]
"""Loads a photo by its id and path so that its longer side has so many pixels at most."""
