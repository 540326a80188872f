"""A picture with its faces, in which another box can be drawn by hand."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen

from facesorter.domain.models import BoundingBox
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.picture_with_faces import PictureWithFaces
from facesorter.ui.widgets.pictures import draw_box

SMALLEST_PX = 8
"""What is shorter on the screen is a click."""


class DrawablePicture(PictureWithFaces):
    """`drawn` carries the box that was drawn with the mouse, or None when it is let go of by a click."""

    drawn = Signal(object)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(theme, name, choose=True)
        self._start: QPointF | None = None
        self._end: QPointF | None = None
        self._box: BoundingBox | None = None
        self.setCursor(Qt.CursorShape.CrossCursor)

    @property
    def box(self) -> BoundingBox | None:
        """What was drawn last."""
        return self._box

    def drop_box(self) -> None:
        """Nothing is drawn."""
        self._box = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A box begins here, unless it is a click on a face."""
        if self.shows_something and event.button() is Qt.MouseButton.LeftButton:
            self._start, self._end = event.position(), None
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what is being drawn."""
        if self._start is not None:
            self._end = event.position()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The box is drawn; or it was a click."""
        start, end, self._start, self._end = self._start, event.position(), None, None
        if start is None:
            return
        box = self._boxed(QRectF(start, end).normalized())
        if box is not None:
            self._box = box
            self.drawn.emit(box)
        else:
            had = self._box is not None
            self.drop_box()
            place = self._face_at(end)
            if place is not None:
                self.face_chosen.emit(place)
            elif had:
                self.drawn.emit(None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, its faces, and what was drawn."""
        super().paintEvent(event)
        if not self.shows_something:
            return
        target, painter = self._target(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._start is not None and self._end is not None:
            painter.setPen(QPen(QColor(self._theme.colors.accent), 2.0, Qt.PenStyle.DashLine))
            painter.drawRect(QRectF(self._start, self._end).normalized().intersected(target))
        elif self._box is not None:
            left, top, width, height = self._box
            place = QRectF(
                target.left() + left * target.width(),
                target.top() + top * target.height(),
                width * target.width(),
                height * target.height(),
            )
            draw_box(painter, place, self._theme.colors.accent, 3.0)
        painter.end()

    def _boxed(self, drawn: QRectF) -> BoundingBox | None:
        """The part of the picture in this rectangle of the widget; None if it is too small for a face."""
        target = self._target()
        inside = drawn.intersected(target)
        if min(inside.width(), inside.height()) < SMALLEST_PX:
            return None
        return BoundingBox(
            (inside.left() - target.left()) / target.width(),
            (inside.top() - target.top()) / target.height(),
            inside.width() / target.width(),
            inside.height() / target.height(),
        )
