"""Paints one photo of the grid: picture, boxes around the faces, name and similarity."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Protocol

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from facesorter.domain.figures import percent
from facesorter.domain.models import Decision, Pile
from facesorter.ui.review.pile_model import Index, PileModel
from facesorter.ui.review.piles import color_of
from facesorter.ui.review.thumbnails import Thumbnail, Thumbnails
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import Colors, Theme, drawing
from facesorter.ui.widgets.pictures import Box, draw, placed

MARGIN = 7

KEPT_BYTES = 48_000_000
"""Of pictures as they were painted, more than are seen at once: to scale and cut each anew takes a millisecond."""

LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT ISOLATE}{}\N{POP DIRECTIONAL ISOLATE}"
"""Folders and names stay in their order where lines are written from right to left."""


class PileShown(Protocol):
    """What the grid shows just now."""

    pile: Pile
    pile_model: PileModel

    @property
    def thumbnail_side_px(self) -> int: ...


class ThumbnailDelegate(QStyledItemDelegate):
    """Paints one photo: picture, boxes, name and similarity."""

    def __init__(self, theme: Theme, thumbnails: Thumbnails, pile: PileShown) -> None:
        super().__init__()
        self._theme = theme
        self._thumbnails = thumbnails
        self._shown = pile
        self._drawn: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the cell; asks for the thumbnail if it is not there yet."""
        model = self._shown.pile_model
        if model.results is None:
            return
        colors = self._theme.colors
        row = int(model.rows[index.row()])
        results, number = model.results, model.person_number
        photo, which = results.photos.at(row), self._shown.pile
        score, decision = results.verdict(row, number)
        cell = QRectF(option.rect)  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType, reportAttributeAccessIssue]
        state: Any = option.state  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType, reportAttributeAccessIssue]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, cell, state, colors)
        text_height = painter.fontMetrics().height() + 6
        area = cell.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN - text_height)
        thumbnail = self._thumbnails.get(photo, self._shown.thumbnail_side_px)
        if thumbnail is None or thumbnail.pixmap is None:
            paint_missing(painter, area, colors, failed=thumbnail is not None)
        else:
            painter.drawPixmap(area.topLeft(), self._picture(painter, area, thumbnail, which, score.face_index))
        if decision is not None:
            self._paint_decision(painter, area, decision)
        line = QRectF(area.left(), area.bottom() + 4, area.width(), text_height)
        self._paint_text(
            painter, line, words.readable(results.photos.short_name(row)), self._figure(which, score.similarity), which
        )
        painter.restore()

    def _figure(self, which: Pile, similarity: float) -> str:
        return "" if which in (Pile.NO_FACE, Pile.PROBLEM) else percent(similarity)

    def _picture(self, painter: QPainter, area: QRectF, thumbnail: Thumbnail, which: Pile, best: int | None) -> QPixmap:
        """The picture as it is painted in a cell, drawn once and kept for as long as many others are not."""
        if thumbnail.pixmap is None:
            return QPixmap()
        ratio = painter.device().devicePixelRatio()
        key = thumbnail.pixmap.cacheKey(), which, best, area.width(), area.height(), ratio, self._theme.dark
        drawn = self._drawn.pop(key, None)
        if drawn is None:
            drawn = QPixmap(round(area.width() * ratio), round(area.height() * ratio))
            drawn.setDevicePixelRatio(ratio)
            drawn.fill(Qt.GlobalColor.transparent)
            own = QPainter(drawn)
            own.setFont(painter.font())
            own.setRenderHint(QPainter.RenderHint.Antialiasing)
            place = QRectF(0, 0, area.width(), area.height())
            self._paint_picture(own, place, thumbnail, thumbnail.pixmap, which, best)
            own.end()
        self._drawn[key] = drawn
        while len(self._drawn) * drawn.width() * drawn.height() * 4 > KEPT_BYTES:
            self._drawn.popitem(last=False)
        return drawn

    def _paint_picture(
        self,
        painter: QPainter,
        area: QRectF,
        thumbnail: Thumbnail,
        picture: QPixmap,
        which: Pile,
        best: int | None,
    ) -> None:
        colors = self._theme.colors
        boxes = [
            Box(face.box, color_of(which, colors) if place == best else colors.bad, 2.0 if place == best else 1.0)
            for place, (face, _) in enumerate(thumbnail.faces)
            if face.seconds == thumbnail.seconds
        ]
        boxes.sort(key=lambda box: box.width_px)
        face = thumbnail.faces[best][0] if best is not None and best < len(thumbnail.faces) else None
        focus = face.box if face is not None and face.seconds == thumbnail.seconds else None
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.empty))
        painter.drawRoundedRect(area, 5, 5)
        draw(painter, picture, area, placed(picture.size(), area, focus), boxes)
        if thumbnail.seconds is not None:
            self._paint_time(painter, area, words.moment(thumbnail.seconds))

    def _paint_time(self, painter: QPainter, area: QRectF, time: str) -> None:
        """The time of a film's frame, on a dark plate in the lower right corner, as players show it."""
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance("▶ " + time) + 10, metrics.height() + 2
        plate = QRectF(area.right() - width - 4, area.bottom() - height - 4, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 170))
        painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(QColor("#ffffff"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, "▶ " + time)

    def _paint_decision(self, painter: QPainter, area: QRectF, decision: Decision) -> None:
        colors = self._theme.colors
        name, color = {
            Decision.YES: ("yes", colors.good),
            Decision.NO: ("no", colors.bad),
            Decision.UNSURE: ("unsure", colors.warn),
        }[decision]
        badge = QRectF(area.right() - 25, area.top() + 5, 20, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.card))
        painter.drawEllipse(badge)
        mark = drawing(name, color, 32)
        painter.drawPixmap(badge.adjusted(3, 3, -3, -3), mark, QRectF(mark.rect()))

    def _paint_text(self, painter: QPainter, line: QRectF, name: str, figure: str, which: Pile) -> None:
        colors = self._theme.colors
        small = QFont(painter.font())
        small.setPointSizeF(small.pointSizeF() * 0.9)
        bold = QFont(small)
        bold.setBold(True)
        painter.setFont(small)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(colors.dim))
        metrics = painter.fontMetrics()
        room = line.width() - (metrics.horizontalAdvance(figure) * 1.15 + 5 if figure else 0)
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, int(room))
        painter.drawText(line, left, LEFT_TO_RIGHT.format(shown))
        if figure:
            painter.setFont(bold)
            painter.setPen(QColor(colors.dim if which is Pile.NOT_THEM else color_of(which, colors)))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure)


def paint_ground(painter: QPainter, cell: QRectF, state: Any, colors: Colors) -> None:
    """What shows that a photo is chosen, has the focus, or is below the mouse."""
    selected = bool(state & QStyle.StateFlag.State_Selected)
    current = bool(state & QStyle.StateFlag.State_HasFocus)
    if not selected and not current and not state & QStyle.StateFlag.State_MouseOver:
        return
    painter.setPen(QPen(QColor(colors.accent), 1.5) if current else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.accent_soft if selected else colors.hover))
    painter.drawRoundedRect(cell.adjusted(1.5, 1.5, -1.5, -1.5), 7, 7)


def paint_missing(painter: QPainter, area: QRectF, colors: Colors, *, failed: bool) -> None:
    """In place of a picture that is not there yet, or cannot be read."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.empty))
    painter.drawRoundedRect(area, 5, 5)
    if failed:
        mark = drawing("alert", colors.dim, 48)
        painter.drawPixmap(QRectF(area.center().x() - 12, area.center().y() - 12, 24, 24), mark, QRectF(mark.rect()))
