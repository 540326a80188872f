"""What all charts share: they look like the window, are reached by the keyboard, and leave the wheel to the page.

To be imported once `plotting.bring_in` has taken its steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QFocusEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsView

from facesorter.domain.figures import whole
from facesorter.domain.messages import ngettext
from facesorter.ui.shell.accessible_roles import give_role
from facesorter.ui.shell.announcing import announce
from facesorter.ui.shell.theme import Theme

MOST_TOLD = 40
"""So many figures are told of a chart; arrow keys lead to all of them."""

if TYPE_CHECKING:

    class PlotWidget(QGraphicsView):
        """What is used of pyqtgraph's, which has no types."""

        def __init__(self, *, background: object) -> None: ...

        def getPlotItem(self) -> Any: ...

        def setBackground(self, background: object) -> None: ...
else:
    from pyqtgraph import PlotWidget


class ChartView(PlotWidget):
    """A plot that nobody zooms or moves; `paint_anew` makes its items again."""

    def __init__(self, theme: Theme, name: str) -> None:
        self.theme = theme
        self.is_made = False
        super().__init__(background=None)
        self.is_made = True
        self._figures = ""
        self.setAccessibleName(name)
        give_role(self, QAccessible.Role.Chart)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.plot = self.getPlotItem()
        self.plot.hideButtons()
        self.plot.setMenuEnabled(False)
        self.plot.setMouseEnabled(x=False, y=False)
        theme.changed.connect(self.paint_anew)

    def paint_anew(self) -> None:
        """Another look, font, or focus."""
        self.setBackground(QColor(self.theme.colors.card))
        self.plot.clear()

    def say(self, words: str) -> None:
        """What the keyboard has come to, for those who listen."""
        self.setAccessibleDescription(words)
        announce(self, words)

    def tell_figures(self, keys: str, figures: Sequence[str]) -> None:
        """For those who do not see the chart: what keys do in it, and in a line each what it shows."""
        lines, left = [keys, *figures[:MOST_TOLD]], len(figures) - MOST_TOLD
        if left > 0:
            lines.append(ngettext("{} more value", "{} more values", left).format(whole(left)))
        self._figures = "\n".join(lines)
        self.setAccessibleDescription(self._figures)

    def to_plot(self, spot: QPoint) -> QPointF:
        """A place in this widget, in the plot's own measure."""
        return cast("QPointF", self.plot.vb.mapSceneToView(self.mapToScene(spot)))

    def from_plot(self, x: float, y: float) -> QPoint:
        """The inverse of `to_plot`."""
        return self.mapFromScene(cast("QPointF", self.plot.vb.mapViewToScene(QPointF(x, y))))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show what is marked."""
        super().focusInEvent(event)
        self.paint_anew()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no longer, and tell all figures again."""
        super().focusOutEvent(event)
        self.setAccessibleDescription(self._figures)
        self.paint_anew()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """A frame while the keyboard is here."""
        super().drawForeground(painter, rect)
        if self.hasFocus():
            painter.save()
            painter.resetTransform()
            painter.setPen(QColor(self.theme.colors.accent))
            painter.drawRoundedRect(self.viewport().rect().adjusted(0, 0, -1, -1), 6, 6)
            painter.restore()

    def changeEvent(self, event: QEvent) -> None:
        """Another font, other captions."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.is_made:
            self.paint_anew()
            self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """As high as it is comfortable, in a place that scrolls."""
        return QSize(220, self.sizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The page scrolls."""
        event.ignore()
