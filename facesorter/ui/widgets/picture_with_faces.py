"""A picture with its faces marked, or one face cut out of it; a face is chosen with the mouse or the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from facesorter.domain.models import BoundingBox, Point
from facesorter.ui.shell.accessible_roles import give_role
from facesorter.ui.shell.theme import Theme, drawing
from facesorter.ui.widgets.pictures import HALO, around, draw_box, draw_empty, placed

ICON_PX = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A face and how it is marked; `tone` is one of the `Colors`, `spoken` is for screen readers."""

    box: BoundingBox
    tone: str
    text: str = ""
    strong: bool = False
    spoken: str = ""


class PictureWithFaces(QWidget):
    """Shows a whole picture, or a single face of it that fills the widget.

    Without a picture it says what can be done, and `pressed` reports that somebody wants to. Faces can be chosen only
    where the widget is made to `choose`.
    """

    face_chosen = Signal(int)
    pressed = Signal()

    def __init__(self, theme: Theme, name: str, icon: str = "person", *, choose: bool = False) -> None:
        super().__init__()
        self._choose = choose
        self._theme = theme
        self._usual_icon = self._icon = icon
        self._text = ""
        self._pixmap: QPixmap | None = None
        self._fitted: QPixmap | None = None
        self._cut = False
        self._marks: tuple[Mark, ...] = ()
        self._lit: tuple[BoundingBox, tuple[Point, ...]] | None = None
        self.setAccessibleName(name)
        give_role(self, QAccessible.Role.Graphic)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(40, 40)
        theme.changed.connect(self.update)

    @property
    def marks(self) -> tuple[Mark, ...]:
        return self._marks

    @property
    def lit(self) -> BoundingBox | None:
        return self._lit[0] if self._lit else None

    @property
    def shows_something(self) -> bool:
        return self._pixmap is not None

    def clear(self) -> None:
        """No picture, and nothing to say."""
        self.say("")

    def say(self, text: str, icon: str = "") -> None:
        """No picture, but a sentence in its place, below this icon or the usual one."""
        self._text, self._pixmap, self._fitted, self._lit = text, None, None, None
        self._icon = icon or self._usual_icon
        self.mark(())

    def show_picture(self, image: QImage, marks: Sequence[Mark] = ()) -> None:
        """The whole of this picture."""
        self._pixmap, self._fitted, self._lit, self._cut = QPixmap.fromImage(image), None, None, False
        self.mark(marks)

    def show_face(self, image: QImage, box: BoundingBox | None) -> None:
        """One face of this picture, or the middle of it where there is none."""
        cut = image if box is None else image.copy(around(box, image.size()))
        self._pixmap, self._fitted, self._lit, self._cut = QPixmap.fromImage(cut), None, None, True
        self.mark(())

    def mark(self, marks: Sequence[Mark]) -> None:
        """Mark these faces."""
        self._marks = tuple(marks)
        choosable = self._choose and len(self._marks) > 1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if choosable else Qt.FocusPolicy.NoFocus)
        self.setAccessibleDescription(self._text if self._pixmap is None else self._spoken())
        self.update()

    def _spoken(self) -> str:
        return "; ".join(mark.spoken for mark in self._marks if mark.spoken)

    def light(self, box: BoundingBox | None, points: Sequence[Point] = ()) -> None:
        """Make one face stand out with these points of it; None: none does."""
        self._lit = None if box is None else (box, tuple(points))
        self.update()

    # Choosing a face

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a face chooses it."""
        if self._pixmap is None:
            self.pressed.emit()
            return
        place = self._face_at(event.position())
        if place is not None:
            self.face_chosen.emit(place)

    def event(self, event: QEvent) -> bool:
        """The tool tip of a face is what is said of it."""
        if isinstance(event, QHelpEvent):
            place = self._face_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if place is None else self._marks[place].spoken, self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys go through the faces."""
        forward = event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down)
        if not self._marks or not (forward or event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up)):
            super().keyPressEvent(event)
            return
        chosen = next((place for place, mark in enumerate(self._marks) if mark.strong), -1 if forward else 0)
        self.face_chosen.emit((chosen + (1 if forward else -1)) % len(self._marks))

    def _face_at(self, point: QPointF) -> int | None:
        target = self._target()
        hit = [
            (mark.box.area, place)
            for place, mark in enumerate(self._marks)
            if _on(target, mark.box).adjusted(-3, -3, 3, 3).contains(point)
        ]
        return min(hit)[1] if hit else None

    # Painting

    def _target(self) -> QRectF:
        """Where the picture is painted: a whole one in the middle, never enlarged beyond twice its size."""
        if self._pixmap is None:
            return QRectF(self.rect())
        size = self._pixmap.size()
        if self._cut:
            return placed(size, QRectF(self.rect()))
        fitted = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio).boundedTo(size * 2)
        left, top = (self.width() - fitted.width()) / 2, (self.height() - fitted.height()) / 2
        return QRectF(round(left), round(top), fitted.width(), fitted.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture with its marks, or what may be done."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._pixmap is None:
            if self._text:
                self._paint_text(painter)
            else:
                draw_empty(painter, QRectF(self.rect()), self._theme.colors, self._icon)
            return
        target = self._target()
        clip = QPainterPath()
        clip.addRoundedRect(target.intersected(QRectF(self.rect())), 5, 5)
        painter.save()
        painter.setClipPath(clip)
        self._paint_picture(painter, target, self._pixmap)
        painter.restore()
        for mark in sorted(self._marks, key=lambda mark: (mark.strong, -mark.box.area)):
            self._paint_box(painter, target, mark)
        labels: list[QRectF] = []
        painter.setFont(self._label_font())
        for mark in sorted(self._marks, key=lambda mark: (not mark.strong, -mark.box.area)):
            self._paint_label(painter, target, mark, labels)
        if self._lit is not None:
            self._paint_lit(painter, target, *self._lit)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._theme.colors.accent), 1.5))
            painter.drawRoundedRect(target.adjusted(1, 1, -1, -1), 5, 5)

    def _label_font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.9)
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def _paint_picture(self, painter: QPainter, target: QRectF, pixmap: QPixmap) -> None:
        painter.drawPixmap(target.topLeft(), self._picture_in(target, pixmap))

    def _picture_in(self, target: QRectF, pixmap: QPixmap) -> QPixmap:
        """The picture in the size of the screen's own pixels, made once a size."""
        ratio = self.devicePixelRatioF()
        wanted = QSize(round(target.width() * ratio), round(target.height() * ratio))
        if self._fitted is None or self._fitted.size() != wanted:
            self._fitted = pixmap.scaled(
                wanted, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            self._fitted.setDevicePixelRatio(ratio)
        return self._fitted

    def _paint_text(self, painter: QPainter) -> None:
        colors = self._theme.colors
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(QColor(colors.line), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(colors.field))
        painter.drawRoundedRect(area, 8, 8)
        width = area.width() - 24
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        text = painter.boundingRect(QRectF(0, 0, width, 1000), flags, self._text)
        icon_px = ICON_PX if area.height() > text.height() + ICON_PX + 24 else 0
        top = area.center().y() - (text.height() + icon_px + (8 if icon_px else 0)) / 2
        if icon_px:
            image = drawing(self._icon, colors.accent if self._icon == self._usual_icon else colors.warn, 2 * icon_px)
            place = QRectF(area.center().x() - icon_px / 2, top, icon_px, icon_px)
            painter.drawPixmap(place, image, QRectF(image.rect()))
            top += icon_px + 8
        painter.setPen(QColor(colors.dim))
        painter.drawText(QRectF(area.left() + 12, top, width, text.height()), flags, self._text)

    def _paint_box(self, painter: QPainter, target: QRectF, mark: Mark) -> None:
        color = getattr(self._theme.colors, mark.tone)
        draw_box(painter, _on(target, mark.box), color, 3.0 if mark.strong else 1.8)

    def _paint_label(self, painter: QPainter, target: QRectF, mark: Mark, labels: list[QRectF]) -> None:
        """Beside the box where it hides nothing, else where it hides a face; left out if only on another label."""
        if not mark.text:
            return
        plate = self._plate(painter.fontMetrics(), target, mark, labels)
        if plate is None:
            return
        labels.append(plate)
        color = QColor(getattr(self._theme.colors, mark.tone))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(QColor("#ffffff") if color.lightness() < 140 else QColor("#101114"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, mark.text)

    def _plate(self, metrics: QFontMetrics, target: QRectF, mark: Mark, labels: Sequence[QRectF]) -> QRectF | None:
        box = _on(target, mark.box)
        width, height = metrics.horizontalAdvance(mark.text) + 8, metrics.height() + 1
        left = max(target.left(), min(box.left() - 1, target.right() - width))
        places = [
            QRectF(left, box.top() - height - 2, width, height),
            QRectF(left, box.bottom() + 2, width, height),
            QRectF(box.right() + 2, box.top(), width, height),
            QRectF(box.left() - width - 2, box.top(), width, height),
            QRectF(left, max(target.top(), box.top()), width, height),
        ]
        free = [
            place for place in places if target.contains(place) and not any(place.intersects(other) for other in labels)
        ]
        others = [_on(target, other.box) for other in self._marks if other is not mark]
        clear = [place for place in free[:4] if not any(place.intersects(other) for other in others)]
        return next(iter(clear + free), places[-1] if mark.strong else None)

    def _paint_lit(self, painter: QPainter, target: QRectF, box: BoundingBox, points: Sequence[Point]) -> None:
        rect = _on(target, box).adjusted(-4, -4, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        accent = QColor(self._theme.colors.accent)
        for pen in (QPen(HALO, 5.0), QPen(QColor("#ffffff"), 3.5), QPen(accent, 2.0)):
            painter.setPen(pen)
            painter.drawRoundedRect(rect, 5, 5)
        radius = max(1.5, min(3.5, rect.width() / 40))
        painter.setPen(QPen(HALO, 1))
        painter.setBrush(QColor("#ffffff"))
        for point in points:
            painter.drawEllipse(_at(target, point), radius, radius)


def _at(target: QRectF, point: Point) -> QPointF:
    return QPointF(target.left() + point.x * target.width(), target.top() + point.y * target.height())


def _on(target: QRectF, box: BoundingBox) -> QRectF:
    """The box within the picture as it is painted."""
    corner = _at(target, Point(box.left, box.top))
    rect = QRectF(corner.x(), corner.y(), box.width * target.width(), box.height * target.height())
    return rect.intersected(target.adjusted(1, 1, -1, -1))
