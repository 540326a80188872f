"""A face to click on: somebody's headshot, or one of the faces of a group."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton

from facesorter.domain.models import BoundingBox
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.pictures import around, draw_empty


class FaceButton(QAbstractButton):
    """A square picture of `side_px`, with its text below it. Checkable ones show which of them is checked."""

    def __init__(self, theme: Theme, side_px: int, text: str = "") -> None:
        super().__init__()
        self._theme = theme
        self._side_px = side_px
        self._pixmap: QPixmap | None = None
        self.setText(text)
        self.setFixedSize(self.sizeHint())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    @property
    def shows_something(self) -> bool:
        return self._pixmap is not None

    def show_face(self, image: QImage, box: BoundingBox) -> None:
        """This face of a picture."""
        side = round(self._side_px * self.devicePixelRatioF())
        cut = image.copy(around(box, image.size()))
        expanding, smooth = Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
        self._pixmap = QPixmap.fromImage(cut.scaled(QSize(side, side), expanding, smooth))
        self.update()

    def clear(self) -> None:
        """Nobody's face."""
        self._pixmap = None
        self.update()

    def sizeHint(self) -> QSize:
        """The picture, and a line of text where there is one."""
        line = self.fontMetrics().height() + 4 if self.text() else 0
        return QSize(self._side_px, self._side_px + line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go through exclusive faces one by one, from row to row; Qt would stop at the end of a row."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        parent = self.parentWidget()
        if not step or not self.autoExclusive() or parent is None:
            super().keyPressEvent(event)
            return
        faces = parent.findChildren(FaceButton)
        if self.isRightToLeft():
            step = -step
        place = faces.index(self) + step
        if 0 <= place < len(faces):
            faces[place].setFocus(Qt.FocusReason.OtherFocusReason)
            faces[place].click()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The face, framed where it is checked or has the focus."""
        colors = self._theme.colors
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(0, 0, self._side_px, self._side_px)
        if self._pixmap is None:
            draw_empty(painter, area, colors)
        else:
            shape = QPainterPath()
            shape.addRoundedRect(area, 6, 6)
            painter.setClipPath(shape)
            painter.drawPixmap(area, self._pixmap, QRectF(self._pixmap.rect()))
            painter.setClipping(False)
        if self.isChecked() or self.hasFocus() or self.underMouse():
            width = 3.0 if self.isChecked() else 1.5
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.accent), width))
            inset = width / 2
            painter.drawRoundedRect(area.adjusted(inset, inset, -inset, -inset), 6, 6)
        if self.isChecked() and self.hasFocus():
            painter.setPen(QPen(QColor(colors.card), 1.5))
            painter.drawRoundedRect(area.adjusted(4, 4, -4, -4), 4, 4)
        if self.text():
            painter.setPen(QColor(colors.text if self.isChecked() else colors.dim))
            below = QRectF(0, self._side_px, self.width(), self.height() - self._side_px)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self.text())
