"""A picture with its faces that can be enlarged up to its own pixels and beyond, and moved about."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPixmap, QWheelEvent

from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.picture_with_faces import Mark, PictureWithFaces

STEP = 1.25
"""By how much a turn of the wheel or a key enlarges a picture."""

LARGEST = 8.0
"""Most pixels of the screen for one of the picture."""

FITTED_AT_MOST = 2.0
"""Small pictures are enlarged so much when they are fitted to the window."""

CLICK_PX = 6
"""A press that moves no further is a click."""

_MIDDLE = QPointF(0.5, 0.5)


class ZoomPicture(PictureWithFaces):
    """Fits the picture to the widget until the user enlarges it: with the wheel, a double click, or `zoom_by`.

    `zoomed` when it is shown in another size. A click on a face chooses it.
    """

    zoomed = Signal()

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(theme, name)
        self._full = QSize()
        self.size_known = False
        self._zoom: float | None = None
        self._middle = _MIDDLE
        self._held: QPointF | None = None
        self._pressed: QPointF | None = None
        self.setMouseTracking(True)

    def show_zoomable(self, image: QImage, full: QSize | None, marks: Sequence[Mark], *, same: bool) -> None:
        """Show this picture, which has the size `full` in the file; the `same` as before stays as enlarged as it is.

        One whose size is not known fills the widget.
        """
        self.size_known = full is not None
        self._full = full or image.size() * 100
        if not same:
            self._zoom, self._middle = None, _MIDDLE
        self.show_picture(image, marks)
        self._told()

    def mark(self, marks: Sequence[Mark]) -> None:
        """Mark these faces; the keys belong to whatever the picture is part of."""
        super().mark(marks)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Is left to whatever the picture is part of."""
        event.ignore()

    @property
    def fits(self) -> bool:
        """Whether the whole picture is shown, fitted to the widget."""
        return self._zoom is None

    @property
    def zoom(self) -> float:
        """Pixels of the screen for one of the picture."""
        return self._fitting if self._zoom is None else self._zoom

    @property
    def side_px(self) -> int:
        """How many pixels of the screen the longer side takes, seen or not."""
        return round(self.zoom * max(self._full.width(), self._full.height()))

    @property
    def _fitting(self) -> float:
        width, height = max(1, self._full.width()), max(1, self._full.height())
        fitted = min(self.width() / width, self.height() / height)
        return min(fitted, FITTED_AT_MOST) * self.devicePixelRatioF()

    def fit(self) -> None:
        """Show the whole picture."""
        self._zoom, self._middle = None, _MIDDLE
        self._told()

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Show the picture in this size; what is `at` a place of the widget stays there.

        Without a place it is the middle; if the whole picture was shown, the face that stands out comes there.
        """
        if not self.shows_something:
            return
        if at is None and self.fits:
            self._middle = next((QPointF(*mark.box.center) for mark in self.marks if mark.strong), _MIDDLE)
        before, place = self._target(), at or QRectF(self.rect()).center()
        part = QPointF((place.x() - before.left()) / before.width(), (place.y() - before.top()) / before.height())
        zoom = min(zoom, LARGEST * self.devicePixelRatioF())
        self._zoom = zoom if zoom > 1.001 * self._fitting else None
        size, center = self._size(), QRectF(self.rect()).center()
        left, top = place.x() - part.x() * size.width(), place.y() - part.y() * size.height()
        self._move_to(QPointF((center.x() - left) / size.width(), (center.y() - top) / size.height()))
        self._told()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """So many times as large."""
        self.zoom_to(self.zoom * factor, at)

    def pan(self, across: float, down: float) -> None:
        """Look so many widths further to the right, and so many heights further down."""
        size = self._size()
        shift = QPointF(across * self.width() / size.width(), down * self.height() / size.height())
        self._move_to(self._middle + shift)
        self.update()

    def _move_to(self, middle: QPointF) -> None:
        """This part of the picture (0-1) comes to the middle, as far as the picture reaches."""
        size = self._size()
        across, down = self.width() / size.width() / 2, self.height() / size.height() / 2
        self._middle = QPointF(
            0.5 if across >= 0.5 else min(1 - across, max(across, middle.x())),
            0.5 if down >= 0.5 else min(1 - down, max(down, middle.y())),
        )

    def _told(self) -> None:
        self.setCursor(Qt.CursorShape.ArrowCursor if self.fits else Qt.CursorShape.OpenHandCursor)
        self.update()
        self.zoomed.emit()

    def _size(self) -> QSizeF:
        return QSizeF(max(1, self._full.width()), max(1, self._full.height())) * (self.zoom / self.devicePixelRatioF())

    def _target(self) -> QRectF:
        """Where the picture is, most of it outside of the widget if it is enlarged."""
        size, center = self._size(), QRectF(self.rect()).center()
        corner = center - QPointF(self._middle.x() * size.width(), self._middle.y() * size.height())
        target = QRectF(corner, size)
        return QRectF(target.toRect()) if self.fits else target

    def _paint_picture(self, painter: QPainter, target: QRectF, pixmap: QPixmap) -> None:
        if self.fits:
            super()._paint_picture(painter, target, pixmap)
            return
        # Only what is seen of it, and its pixels as they are where they are larger than those of the screen.
        seen = target.intersected(QRectF(self.rect()))
        across, down = pixmap.width() / target.width(), pixmap.height() / target.height()
        source = QRectF(
            (seen.left() - target.left()) * across,
            (seen.top() - target.top()) * down,
            seen.width() * across,
            seen.height() * down,
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom < LARGEST / 2)
        painter.drawPixmap(seen, pixmap, source)

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes hold of the picture."""
        self._pressed = event.position() if event.button() == Qt.MouseButton.LeftButton else None
        if event.button() == Qt.MouseButton.LeftButton and not self.fits:
            self._held = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Moves the picture along."""
        if self._pressed is not None and (event.position() - self._pressed).manhattanLength() > CLICK_PX:
            self._pressed = None
        if self._held is not None:
            moved, self._held = self._held - event.position(), event.position()
            self.pan(moved.x() / max(1, self.width()), moved.y() / max(1, self.height()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lets go of it; where it was not moved, that was a click."""
        if self._held is not None:
            self._held = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        place = None if self._pressed is None else self._face_at(event.position())
        self._pressed = None
        if place is not None:
            self.face_chosen.emit(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Shows this place in the picture's own pixels, or the whole picture again."""
        if self.fits:
            self.zoom_to(1.0, event.position())
        else:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Enlarges what is below the mouse."""
        self.zoom_by(STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def resizeEvent(self, event: object) -> None:
        """What was in the middle stays there."""
        if self._full.isValid():
            self._zoom = None if self._zoom is not None and self._zoom <= self._fitting else self._zoom
            self._move_to(self._middle)
            self._told()
