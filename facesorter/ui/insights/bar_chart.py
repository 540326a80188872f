"""A bar chart that is used like any other widget: a click or Enter leads somewhere, arrows walk along the bars.

To be imported once `plotting.bring_in` has taken its steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pyqtgraph as pg  # pyright: ignore[reportMissingTypeStubs]
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QToolTip

from facesorter.domain.messages import gettext as _
from facesorter.ui.insights.chart_view import ChartView
from facesorter.ui.insights.series import Bars, color_of, every_so_many
from facesorter.ui.shell.theme import Theme

_BAR_WIDTH = 0.78
_LEAST_BARS = 8
"""So many have room at least: the bars of a single year or person are no walls."""

_LEAST_HEIGHT_PX = 200
_pg: Any = pg


class BarChart(ChartView):
    """`chosen` carries a bar and a series; `threshold_moved` where the line was drawn to.

    With a threshold, captions are the whole numbers from `first` on, and bars below the line are gray. `across`: bars
    lie below each other, with room for a name before each. Where the window is read from the right, a chart is too.
    """

    chosen = Signal(int, int)
    threshold_moved = Signal(int)

    def __init__(self, theme: Theme, name: str, *, across: bool = False) -> None:
        self.bars = Bars()
        self.first = 0
        self.threshold: float | None = None
        self.current: tuple[int, int] | None = None
        self._across = across
        self._line: Any = None
        self._drawing = False
        super().__init__(theme, name)
        # Qt would put the left axis on the right side, with its line at the wrong side of its captions.
        self.plot.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        begin, end = ("right", "left") if self.isRightToLeft() else ("left", "right")
        self.plot.showAxis(begin)
        self.plot.hideAxis(end)
        axes = self.plot.getAxis("bottom"), self.plot.getAxis(begin)
        self._names, self._values = reversed(axes) if across else axes
        self.plot.invertY(across)

    def show_bars(self, bars: Bars, first: int = 0, threshold: float | None = None) -> None:
        """Show these, and no bar marked."""
        self.bars, self.first, self.threshold = bars, first, threshold
        self.current = None
        told = [self.words(bar, part) for bar in range(len(bars.captions)) for part in bars.parts(bar)]
        self.tell_figures(_("Arrow keys go from bar to bar, Enter opens."), told)
        self.paint_anew()

    def move_threshold(self, threshold: float) -> None:
        """The line is somewhere else; nobody is told."""
        self.threshold = threshold
        self.paint_anew()

    def paint_anew(self) -> None:
        """Make all items again: there are at most a few hundred."""
        super().paint_anew()
        colors, bars = self.theme.colors, self.bars
        self._line = None
        self.plot.invertX(self.isRightToLeft())
        count = len(bars.captions)
        if not count:
            return
        font = QFont(self.font())
        for axis in (self._names, self._values):
            axis.setTickFont(font)
            axis.setPen(QColor(colors.line))
            axis.setTextPen(QColor(colors.dim))
            axis.setStyle(tickLength=0)
        base = [0.0] * count
        for number, series in enumerate(bars.series):
            brushes = [self._color(number, place) for place in range(count)]
            self.plot.addItem(self._drawn(range(count), base, series.values, pen=None, brushes=brushes))
            base = [below + value for below, value in zip(base, series.values, strict=True)]
        if self.threshold is not None:
            self._add_line(self.threshold)
        self._mark()
        ranges = self.plot.setXRange, self.plot.setYRange
        along, up = reversed(ranges) if self._across else ranges
        along(self.first - 0.6, self.first + max(count, _LEAST_BARS) - 0.4, padding=0)
        up(0, max(base) * 1.06 or 1, padding=0)
        self._set_captions()
        self.updateGeometry()

    def _drawn(
        self,
        bars: Sequence[int],
        base: Sequence[float],
        values: Sequence[float],
        width: float = _BAR_WIDTH,
        **look: Any,
    ) -> Any:
        """An item with a part of each of these bars."""
        places = [self.first + bar for bar in bars]
        if self._across:
            return _pg.BarGraphItem(y=places, x0=list(base), width=list(values), height=width, **look)
        return _pg.BarGraphItem(x=places, y0=list(base), height=list(values), width=width, **look)

    def _color(self, series: int, place: int) -> QColor:
        colors = self.theme.colors
        if self.threshold is not None and self.first + place < self.threshold:
            return QColor(colors.dim if self.theme.dark else colors.empty)
        return QColor(color_of(series, self.theme.dark, colors.dim))

    def _add_line(self, threshold: float) -> None:
        colors = self.theme.colors
        line: Any = _pg.InfiniteLine(
            pos=threshold - 0.5,
            angle=90,
            movable=True,
            pen=_pg.mkPen(colors.accent, width=2),
            hoverPen=_pg.mkPen(colors.accent_hover, width=4),
            bounds=(self.first - 0.5, self.first + len(self.bars.captions) - 0.5),
        )
        line.setCursor(Qt.CursorShape.SizeHorCursor)
        line.sigPositionChangeFinished.connect(self._line_moved)
        self.plot.addItem(line)
        self._line = line

    def _line_moved(self) -> None:
        self.threshold_moved.emit(round(float(self._line.value()) + 0.5))

    def _set_captions(self) -> None:
        captions, metrics = self.bars.captions, self.fontMetrics()
        if self._across:
            step = every_so_many(len(captions), max(1, self.height() // (metrics.height() + 2)))
        else:
            widest = max((metrics.horizontalAdvance(one) for one in captions), default=1) + 14
            step = every_so_many(len(captions), max(1, int(self.width() - 60) // widest))
        shown = [place for place in range(len(captions)) if self._number(place) % step == 0]
        self._names.setTicks([[(self.first + place, captions[place]) for place in shown]])

    def _number(self, place: int) -> int:
        """Captions are thinned out at round numbers, where they are numbers."""
        caption = self.bars.captions[place].rstrip("%\u00a0 ")
        return int(caption) if caption.isdecimal() else place

    def _mark(self) -> None:
        """Draw a frame around the part that is marked, while the keyboard is here."""
        if self.current is None or not self.hasFocus():
            return
        bar, part = self.current
        pen = _pg.mkPen(self.theme.colors.text, width=2)
        height = self.bars.series[part].values[bar]
        self.plot.addItem(self._drawn([bar], [self._below(bar, part)], [height], _BAR_WIDTH + 0.1, brush=None, pen=pen))

    def _below(self, bar: int, part: int) -> float:
        return sum(self.bars.series[one].values[bar] for one in range(part))

    def _at(self, place: QPoint) -> tuple[int, int] | None:
        """The bar and series below a place; above a bar its uppermost one."""
        if not self.bars.captions:
            return None
        spot = self.to_plot(place)
        along, up = (spot.y(), spot.x()) if self._across else (spot.x(), spot.y())
        bar = round(along) - self.first
        if not 0 <= bar < len(self.bars.captions) or up < 0:
            return None
        part = self.bars.part_at(bar, up)
        return None if part is None else (bar, part)

    def spot_of(self, bar: int, part: int) -> QPoint:
        """Where the middle of a part of a bar is, in this widget."""
        middle = self._below(bar, part) + self.bars.series[part].values[bar] / 2
        place = (middle, self.first + bar) if self._across else (self.first + bar, middle)
        return self.from_plot(*place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press may begin to draw the line."""
        over: Any = self._line
        self._drawing = over is not None and bool(over.mouseHovering)
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click leads to what the bar stands for."""
        super().mouseReleaseEvent(event)
        found = None if self._drawing else self._at(event.position().toPoint())
        self._drawing = False
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.current = found
            self.chosen.emit(*found)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is below the pointer."""
        super().mouseMoveEvent(event)
        found = self._at(event.position().toPoint())
        over: Any = self._line
        if over is not None and over.mouseHovering:
            found = None
        else:
            self.viewport().setCursor(
                Qt.CursorShape.ArrowCursor if found is None else Qt.CursorShape.PointingHandCursor
            )
        if found is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPosition().toPoint(), self.words(*found), self, QRect())

    def words(self, bar: int, part: int) -> str:
        """What a part of a bar says."""
        return self.bars.words[part][bar]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go from bar to bar, up and down within one, Home and End to the ends, Enter opens."""
        key = cast("Qt.Key", event.key())
        key = _MIRRORED.get(key, key) if self.isRightToLeft() else key
        key = _TURNED.get(key, key) if self._across else key
        filled = [bar for bar in range(len(self.bars.captions)) if self.bars.total(bar)]
        if not filled or key not in _KEYS:
            super().keyPressEvent(event)
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self.current is not None:
                self.chosen.emit(*self.current)
            return
        begin = filled[-1 if key == Qt.Key.Key_End else 0]
        bar, part = self.current or (begin, self.bars.parts(begin)[0])
        parts, place = self.bars.parts(bar), filled.index(bar)
        if self.current is None:
            pass
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if key == Qt.Key.Key_Up else -1
            part = parts[min(len(parts) - 1, max(0, parts.index(part) + step))]
        else:
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -place}.get(key, len(filled))
            bar = filled[min(len(filled) - 1, max(0, place + step))]
            parts = self.bars.parts(bar)
            part = part if part in parts else parts[-1]
        self.current = bar, part
        self.paint_anew()
        self.say(self.words(bar, part))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer captions."""
        super().resizeEvent(event)
        if self.bars.captions:
            self._set_captions()

    def sizeHint(self) -> QSize:
        """Wider than high; as high as its bars need where they lie below each other."""
        line = self.fontMetrics().height() + 7
        return QSize(
            420, max(_LEAST_HEIGHT_PX, 2 * line + line * len(self.bars.captions)) if self._across else 11 * line
        )


_TURNED = {
    Qt.Key.Key_Up: Qt.Key.Key_Left,
    Qt.Key.Key_Down: Qt.Key.Key_Right,
    Qt.Key.Key_Left: Qt.Key.Key_Down,
    Qt.Key.Key_Right: Qt.Key.Key_Up,
}
"""What arrows mean where bars lie below each other."""

_MIRRORED = {Qt.Key.Key_Left: Qt.Key.Key_Right, Qt.Key.Key_Right: Qt.Key.Key_Left}
"""What arrows mean where the first bar is at the right."""

_KEYS = {
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End,
    Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space,
}  # fmt: skip
