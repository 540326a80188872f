"""From a photo's bytes to what the window paints: loaded on workers as QImage, painted with its faces boxed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap

from facesorter.domain.formats import is_film
from facesorter.ui.shell.theme import Colors, drawing

if TYPE_CHECKING:
    from facesorter.app.services import Services, SessionService
    from facesorter.domain.models import BoundingBox, Face
    from facesorter.images import Picture

ROOM_AROUND_FACE = 0.45
"""How much of its surroundings a cut-out face keeps on each side, as a share of its own size: hair and chin."""

HALO = QColor(0, 0, 0, 90)
"""Around every line, so that it is seen on any picture."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A picture ready to be painted; `faces` with the similarity to each person, where that is known."""

    image: QImage
    full_width: int
    full_height: int
    faces: tuple[tuple[Face, tuple[float, ...]], ...] = ()
    taken_at: datetime | None = None
    seconds: float | None = None
    """Of a film: the time of the frame that is shown; faces of other frames are not in it."""
    said: Mapping[int, frozenset[int]] = field(default_factory=dict[int, frozenset[int]])
    """By person (id) which of the faces the user said are theirs."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle to draw around a face."""

    box: BoundingBox
    color: str
    width_px: float = 2.0


def load_photo(
    session: SessionService, photo_id: int, path: str, side_px: int, face_index: int | None = None
) -> Loaded:
    """Read a photo of a session, on a worker. Raises `PhotoError`.

    Of a film, the frame with this face, or with the one that is most similar to anybody who is looked for.
    """
    from facesorter import images

    faces = tuple((face, tuple(similarities)) for face, similarities in session.faces_of(photo_id))
    if not is_film(path):
        data = session.read(path)
        loaded = _loaded(images.thumbnail(data, side_px), faces, images.taken_at(data))
        return replace(loaded, said=session.said_faces(photo_id))
    if faces and face_index is None:
        face_index = max(range(len(faces)), key=lambda place: max(faces[place][1], default=0.0))
    wanted = faces[face_index][0].seconds if face_index is not None and face_index < len(faces) else None
    data, seconds, taken_at = session.frame(path, wanted)
    return replace(_loaded(images.thumbnail(data, side_px), faces, taken_at), seconds=seconds)


def load_headshot(app: Services, path: str, side_px: int) -> Loaded:
    """Read a headshot, on a worker. Raises `PhotoError`."""
    from facesorter import images

    return _loaded(images.thumbnail(app.read(path), side_px))


def load_file(app: Services, path: str, side_px: int) -> Loaded:
    """Read a photo, or a frame of a film, on a worker. Raises `PhotoError`."""
    from facesorter import images
    from facesorter.app.film_frame import frame_of

    if not is_film(path):
        return load_headshot(app, path, side_px)
    data, seconds, taken_at = frame_of(path, None, app.read)
    return replace(_loaded(images.thumbnail(data, side_px), (), taken_at), seconds=seconds)


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
        draw_box(painter, rect, box.color, box.width_px)
    painter.restore()


def draw_box(painter: QPainter, rect: QRectF, color: str, width_px: float) -> None:
    """A line around a face, with a dark halo, so that it is seen on any picture."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(HALO, width_px + 1.6))
    painter.drawRoundedRect(rect, 2.5, 2.5)
    painter.setPen(QPen(QColor(color), width_px))
    painter.drawRoundedRect(rect, 2.5, 2.5)


def draw_empty(painter: QPainter, area: QRectF, colors: Colors, icon: str = "person") -> None:
    """An empty place for a picture."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.empty))
    painter.drawRoundedRect(area, 5, 5)
    side = min(area.width(), area.height()) * 0.5
    image = drawing(icon, colors.dim, round(2 * side))
    place = QRectF(area.center().x() - side / 2, area.center().y() - side / 2, side, side)
    painter.drawPixmap(place, image, QRectF(image.rect()))


Loader = Callable[[int, str, int], Loaded]
"""Loads a photo by its id and path so that its longer side has so many pixels at most."""
