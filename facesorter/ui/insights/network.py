"""A network of people: who is tied to whom, and how strongly. Used by mouse or keyboard like a list of its ties.

To be imported once `plotting.bring_in` has taken its steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg  # pyright: ignore[reportMissingTypeStubs]
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QToolTip

from facesorter.domain.messages import gettext as _
from facesorter.ui.insights.chart_view import ChartView
from facesorter.ui.insights.layout import laid_out
from facesorter.ui.insights.series import Net
from facesorter.ui.shell.theme import Theme

_LEAST_HEIGHT_PX = 240
_NEAR_PX = 7
_POINT_PX = (12, 26)
"""Diameters of the smallest and the largest point."""
_MANY, _POINT_OF_MANY_PX = 14, (9, 16)
_LONGEST_NAME = 18
_WIDEST_RANGE = 2.0
"""From the middle to a side, at most: names at the sides need room there, and points are within 1."""
_TIE_ALPHA = 100
_pg: Any = pg


class Network(ChartView):
    """`tie_chosen` carries the place of a tie, `point_chosen` that of a point."""

    tie_chosen = Signal(int)
    point_chosen = Signal(int)

    def __init__(self, theme: Theme, name: str) -> None:
        self.net = Net()
        self.places = np.zeros((0, 2))
        self.current: int | None = None
        super().__init__(theme, name)
        self.plot.hideAxis("left")
        self.plot.hideAxis("bottom")

    def show_net(self, net: Net) -> None:
        """Show this, and no tie marked."""
        self.net = net
        self.places = laid_out(len(net.names), [(tie.one, tie.other, tie.weight) for tie in net.ties])
        self.current = None
        self.tell_figures(_("Arrow keys go from pair to pair, Enter opens."), [tie.words for tie in net.ties])
        self.paint_anew()

    def paint_anew(self) -> None:
        """Make all items again."""
        super().paint_anew()
        colors, net = self.theme.colors, self.net
        if not net.names:
            return
        heaviest = max((tie.weight for tie in net.ties), default=1.0)
        for place, tie in reversed(list(enumerate(net.ties))):
            marked = place == self.current and self.hasFocus()
            ends = self.places[[tie.one, tie.other]]
            pen = _pg.mkPen(
                colors.accent if marked else _faint(colors.dim), width=1 + 6 * tie.weight / heaviest + 2 * marked
            )
            self.plot.addItem(_pg.PlotDataItem(ends[:, 0], ends[:, 1], pen=pen))
        largest = max(net.weights, default=1.0) or 1.0
        smallest, most = _POINT_PX if len(net.names) <= _MANY else _POINT_OF_MANY_PX
        sizes = [smallest + (most - smallest) * (weight / largest) ** 0.5 for weight in net.weights]
        points: Any = _pg.ScatterPlotItem(
            pos=self.places, size=sizes, brush=QColor(colors.accent_fill), pen=_pg.mkPen(colors.card, width=2)
        )
        self.plot.addItem(points)
        widest = max(self.fontMetrics().horizontalAdvance(_short(name)) for name in net.names)
        side = min(_WIDEST_RANGE, 1 / max(0.1, 1 - (widest + 8) / max(1, self.width())))
        self.plot.setXRange(-side, side, padding=0)
        self.plot.setYRange(-1.3, 1.15, padding=0)
        for place in self._named(sizes):
            below = -sizes[place] / 2 / (self.fontMetrics().height() + 4)
            text: Any = _pg.TextItem(_short(net.names[place]), color=colors.text, anchor=(0.5, below))
            text.setFont(self.font())
            text.setPos(*self.places[place])
            self.plot.addItem(text)

    def _named(self, sizes: Sequence[float]) -> list[int]:
        """The points whose names have room: those of the marked tie first, then the most important ones."""
        metrics, taken, named = self.fontMetrics(), list[QRect](), list[int]()
        marked = self.net.ties[self.current] if self.current is not None and self.hasFocus() else None
        first = (marked.one, marked.other) if marked is not None else ()
        order = sorted(range(len(sizes)), key=lambda place: (place not in first, -self.net.weights[place], place))
        for place in order:
            spot, width = self.spot_of(place), metrics.horizontalAdvance(_short(self.net.names[place])) + 6
            area = QRect(spot.x() - width // 2, spot.y() + round(sizes[place] / 2), width, metrics.height())
            if not any(area.intersects(other) for other in taken):
                taken.append(area)
                named.append(place)
        return named

    def spot_of(self, point: int) -> QPoint:
        """Where a point is in this widget."""
        return self.from_plot(*self.places[point])

    def _point_at(self, spot: QPoint) -> int | None:
        for place in range(len(self.places)):
            if (self.spot_of(place) - spot).manhattanLength() <= _POINT_PX[1]:
                return place
        return None

    def _tie_at(self, spot: QPoint) -> int | None:
        at = np.array([spot.x(), spot.y()], float)
        for place, tie in enumerate(self.net.ties):
            ends = [self.spot_of(end) for end in (tie.one, tie.other)]
            one, other = (np.array([end.x(), end.y()], float) for end in ends)
            along = other - one
            share = float(np.clip((at - one) @ along / max(1.0, float(along @ along)), 0, 1))
            if np.linalg.norm(one + share * along - at) <= _NEAR_PX:
                return place
        return None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click leads to somebody, or to a pair."""
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        spot = event.position().toPoint()
        point, tie = self._point_at(spot), self._tie_at(spot)
        if point is not None:
            self.point_chosen.emit(point)
        elif tie is not None:
            self.tie_chosen.emit(tie)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is below the pointer."""
        super().mouseMoveEvent(event)
        spot = event.position().toPoint()
        point, tie = self._point_at(spot), self._tie_at(spot)
        text = self.net.names[point] if point is not None else self.net.ties[tie].words if tie is not None else ""
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if text else Qt.CursorShape.ArrowCursor)
        if text:
            QToolTip.showText(event.globalPosition().toPoint(), text, self, QRect())
        else:
            QToolTip.hideText()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from tie to tie, the strongest first, Home and End to the ends; Enter opens."""
        key, last = event.key(), len(self.net.ties) - 1
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Home: -last - 1,
            Qt.Key.Key_End: last + 1,
        }
        if last < 0 or key not in {*steps, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            super().keyPressEvent(event)
        elif key not in steps:
            if self.current is not None:
                self.tie_chosen.emit(self.current)
        else:
            step = steps[Qt.Key(key)]
            begin = -1 if step > 0 else 0
            self.current = min(last, max(0, (begin if self.current is None else self.current) + step))
            self.paint_anew()
            words = self.net.ties[self.current].words
            self.say(words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Room for more names, or for fewer."""
        super().resizeEvent(event)
        if self.is_made:
            self.paint_anew()

    def sizeHint(self) -> QSize:
        """Wider than high."""
        return QSize(420, max(_LEAST_HEIGHT_PX, 17 * self.fontMetrics().height()))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _faint(color: str) -> QColor:
    made = QColor(color)
    made.setAlpha(_TIE_ALPHA)
    return made
