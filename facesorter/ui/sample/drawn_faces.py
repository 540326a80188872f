"""Draws faces of people who do not exist, well enough for the engine to find them and tell them apart.

Lengths are in halves of a face's height; the middle of a face is at (0, 0), and y grows downwards. A face is symmetric
but for the direction it looks in. What tells people apart was chosen among 190 faces drawn at random: strangers have
similarities of 25 at most, but for Nora, who looks a little like Mia.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPen, QRadialGradient

EYES_Y = -0.08
SIDES = (-1, 1)
INK = "#15100c"


@dataclass(frozen=True, slots=True)
class Features:
    """How somebody looks; widths are halves."""

    skin: str
    hair: str
    iris: str
    lips: str
    width: float
    jaw: float
    eyes_apart: float
    eye: float
    brow: float
    slant: float
    nose: float
    nose_width: float
    mouth_y: float
    mouth: float
    parting: float
    blush: int
    long_hair: bool = False
    beard: bool = False
    glasses: bool = False


# fmt: off
PEOPLE = {
    "Mia": Features("#efc7ae", "#b5572a", "#4f7a4a", "#c08078", 0.632, 0.834, 0.378, 0.112, 0.099, 0.194, 0.485, 0.131,
                    0.708, 0.169, -0.386, 25, long_hair=True),
    "Omar": Features("#5f3b27", "#7a4a24", "#4b6a8a", "#8c3f43", 0.677, 0.778, 0.355, 0.204, 0.047, 0.174, 0.475, 0.139,
                     0.521, 0.281, 0.127, 45, beard=True),
    "Ida": Features("#efc7ae", "#2b1a14", "#4f7a4a", "#8c3f43", 0.813, 0.472, 0.255, 0.204, 0.106, 0.281, 0.254, 0.236,
                    0.585, 0.287, 0.358, 18, long_hair=True),
    "Nora": Features("#a9714c", "#4a2d1c", "#4f7a4a", "#b8584f", 0.715, 1.001, 0.327, 0.137, 0.058, 0.757, 0.416, 0.195,
                     0.568, 0.257, 0.101, 47, long_hair=True, glasses=True),
}
# fmt: on


class FaceDrawing:
    """One face on a painter whose unit is half a face's height. `smile` is 0 to 1, `look` and `turn` -1 to 1."""

    def __init__(self, painter: QPainter, features: Features, smile: float, look: float, turn: float) -> None:
        self._painter = painter
        self._is = features
        self._smile = smile
        self._look = look
        self._turn = turn
        self._skin, self._hair = QColor(features.skin), QColor(features.hair)
        self._shade = self._skin.darker(150)

    def draw(self) -> None:
        """The whole head, from back to front."""
        painter = self._painter
        painter.setPen(Qt.PenStyle.NoPen)
        self._behind()
        head = self._head()
        painter.save()
        painter.setClipPath(head)
        painter.translate(self._turn * 0.22, 0)
        for side in SIDES:
            self._glow(side * self._is.eyes_apart, EYES_Y - 0.06, 0.3, 0.22, _clear(self._shade, 90))
            self._glow(side * 0.42, 0.32, 0.28, 0.22, _clear(QColor("#d0604f"), self._is.blush))
        for side in SIDES:
            self._eye(side)
        self._nose()
        self._mouth()
        painter.restore()
        if self._is.beard:
            self._beard(head)
        self._fringe()
        if self._is.glasses:
            self._glasses()

    def _behind(self) -> None:
        painter, width = self._painter, self._is.width
        painter.setBrush(self._hair.darker(115))
        if self._is.long_hair:
            painter.drawRoundedRect(QRectF(-width * 1.22, -1.05, width * 2.44, 2.4), width, 0.8)
        painter.drawEllipse(QPointF(0, -0.25), width * 1.22, 1.08)
        painter.setBrush(self._skin.darker(125))
        painter.drawRoundedRect(QRectF(-0.36, 0.5, 0.72, 1.0), 0.2, 0.2)
        painter.setBrush(self._skin.darker(112))
        for side in SIDES:
            painter.drawEllipse(QPointF(side * width, 0.05), 0.12, 0.2)

    def _head(self) -> QPainterPath:
        width, chin = self._is.width, self._is.width * self._is.jaw
        head = QPainterPath(QPointF(-width, -0.2))
        head.cubicTo(-width, -1.15, width, -1.15, width, -0.2)
        head.cubicTo(width, 0.45, chin, 1.0, 0, 1.02)
        head.cubicTo(-chin, 1.0, -width, 0.45, -width, -0.2)
        light = QRadialGradient(QPointF(-0.15 + self._turn * 0.3, -0.2), 1.5)
        light.setColorAt(0, self._skin.lighter(108))
        light.setColorAt(0.55, self._skin)
        light.setColorAt(1, self._shade)
        self._painter.setBrush(light)
        self._painter.drawPath(head)
        return head

    def _eye(self, side: int) -> None:
        painter, eye, x = self._painter, self._is.eye, side * self._is.eyes_apart
        white = _curve((x - eye, EYES_Y + 0.01), (x, EYES_Y - eye * 0.85), (x + eye, EYES_Y))
        white.quadTo(x, EYES_Y + eye * 0.6, x - eye, EYES_Y + 0.01)
        painter.setBrush(QColor("#f4f0ec"))
        painter.drawPath(white)
        painter.save()
        painter.setClipPath(white, Qt.ClipOperation.IntersectClip)
        pupil = QPointF(x + self._look * 0.05, EYES_Y - 0.015)
        for color, size in ((QColor(self._is.iris), 0.46), (QColor(INK), 0.22)):
            painter.setBrush(color)
            painter.drawEllipse(pupil, eye * size, eye * size)
        painter.setBrush(QColor(255, 255, 255, 220))
        painter.drawEllipse(pupil + QPointF(-0.03, -0.035), eye * 0.1, eye * 0.1)
        painter.restore()
        lid = _curve((x - eye, EYES_Y + 0.01), (x, EYES_Y - eye * 0.95), (x + eye, EYES_Y))
        self._line(lid, QColor("#2a1a14"), 0.035)
        fold = _curve((x - eye * 0.9, EYES_Y - 0.13), (x, EYES_Y - 0.24), (x + eye, EYES_Y - 0.12))
        self._line(fold, _clear(self._shade, 130), 0.02)
        lean = 0.05 * side * self._is.slant
        brow = _curve((x - 0.2, EYES_Y - 0.27 + lean), (x, EYES_Y - 0.37), (x + 0.2, EYES_Y - 0.27 - lean))
        self._line(brow, self._hair.darker(110), self._is.brow)

    def _nose(self) -> None:
        painter, width, tip = self._painter, self._is.nose_width, EYES_Y + self._is.nose
        half = EYES_Y + self._is.nose * 0.5
        self._glow(-0.02, half, 0.1, self._is.nose * 0.62, _clear(self._shade, 45))
        self._glow(0.05, half + 0.02, 0.07, self._is.nose * 0.5, _clear(self._skin.lighter(130), 120))
        self._glow(0, tip + 0.05, width * 1.4, 0.12, _clear(self._shade, 120))
        self._glow(0.01, tip - 0.03, width * 0.8, 0.1, _clear(self._skin.lighter(125), 140))
        painter.setBrush(_clear(self._shade.darker(160), 190))
        for side in SIDES:
            painter.drawEllipse(QPointF(side * width * 0.55, tip + 0.045), 0.045, 0.025)
        for side in SIDES:
            wing = _curve(
                (side * width * 0.95, tip - 0.06), (side * width * 1.25, tip + 0.02), (side * width * 0.8, tip)
            )
            self._line(wing, _clear(self._shade, 150), 0.025)

    def _mouth(self) -> None:
        painter, lips, y = self._painter, QColor(self._is.lips), self._is.mouth_y
        width, corner = self._is.mouth * (1 + 0.15 * self._smile), y - 0.12 * self._smile
        if self._smile > 0.6:
            for part, color, depth in ((1.0, lips, 0.34), (0.85, QColor("#f6f1ea"), 0.22)):
                open_mouth = _curve((-width * part, corner), (0, y + 0.03), (width * part, corner))
                open_mouth.quadTo(0, y + depth, -width * part, corner)
                painter.setBrush(color)
                painter.drawPath(open_mouth)
        else:
            upper = QPainterPath(QPointF(-width, corner))
            upper.cubicTo(-width * 0.4, y - 0.09, -0.05, y - 0.08, 0, y - 0.05)
            upper.cubicTo(0.05, y - 0.08, width * 0.4, y - 0.09, width, corner)
            upper.quadTo(0, y + 0.03, -width, corner)
            lower = _curve((-width, corner), (0, y + 0.03), (width, corner))
            lower.quadTo(0, y + 0.2, -width, corner)
            for lip, color in ((upper, lips.darker(110)), (lower, lips)):
                painter.setBrush(color)
                painter.drawPath(lip)
            self._line(_curve((-width, corner), (0, y + 0.03), (width, corner)), lips.darker(190), 0.02)
        self._glow(0, y + 0.24, 0.2, 0.07, _clear(self._shade, 90))

    def _beard(self, head: QPainterPath) -> None:
        painter, width = self._painter, self._is.width
        beard = QPainterPath(QPointF(-width, 0.2))
        for bend, x, y in ((-0.7 * width, -0.35, 0.38), (0, 0.35, 0.38), (0.7 * width, width, 0.2)):
            beard.quadTo(bend, 0.42 if bend else 0.36, x, y)
        beard.lineTo(width, 1.2)
        beard.lineTo(-width, 1.2)
        lips = QPainterPath()
        lips.addEllipse(QPointF(self._turn * 0.22, self._is.mouth_y), self._is.mouth * 1.1, 0.14)
        painter.save()
        painter.setClipPath(head)
        painter.setBrush(_clear(self._hair, 200))
        painter.drawPath(beard.subtracted(lips))
        painter.restore()

    def _fringe(self) -> None:
        width = self._is.width
        hair = QPainterPath(QPointF(-width * 1.12, 0))
        hair.cubicTo(-width * 1.3, -1.5, width * 1.3, -1.5, width * 1.12, 0)
        hair.cubicTo(width, -0.35, width * 0.8, -0.62, self._is.parting, -0.72)
        hair.cubicTo(-width * 0.7, -0.62, -width * 0.95, -0.35, -width * 1.12, 0)
        shine = QLinearGradient(QPointF(-width, -1.2), QPointF(width, -0.6))
        for place, strength in ((0.2, 0), (0.45, 45), (0.6, 0)):
            shine.setColorAt(place, QColor(255, 255, 255, strength))
        for brush in (self._hair, shine):
            self._painter.setBrush(brush)
            self._painter.drawPath(hair)

    def _glasses(self) -> None:
        painter, middle = self._painter, self._turn * 0.22
        painter.setPen(QPen(QColor("#222222"), 0.04))
        painter.setBrush(QColor(255, 255, 255, 25))
        for side in SIDES:
            painter.drawEllipse(QPointF(side * self._is.eyes_apart + middle, EYES_Y), 0.27, 0.24)
        painter.drawLine(QPointF(middle - 0.06, EYES_Y), QPointF(middle + 0.06, EYES_Y))
        painter.setPen(Qt.PenStyle.NoPen)

    def _glow(self, x: float, y: float, width: float, height: float, color: QColor) -> None:
        """A spot of color that fades towards its edge."""
        painter = self._painter
        fading = QRadialGradient(QPointF(0, 0), 1)
        fading.setColorAt(0, color)
        fading.setColorAt(1, _clear(color, 0))
        painter.save()
        painter.translate(x, y)
        painter.scale(width, height)
        painter.setBrush(fading)
        painter.drawEllipse(QPointF(0, 0), 1, 1)
        painter.restore()

    def _line(self, path: QPainterPath, color: QColor, width: float) -> None:
        painter = self._painter
        painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)


def _clear(color: QColor, alpha: int) -> QColor:
    made = QColor(color)
    made.setAlpha(alpha)
    return made


def _curve(begin: tuple[float, float], bend: tuple[float, float], end: tuple[float, float]) -> QPainterPath:
    path = QPainterPath(QPointF(*begin))
    path.quadTo(*bend, *end)
    return path
