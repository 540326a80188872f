"""The five piles as tabs, each with its count."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QTabBar, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Pile
from facesorter.ui.review.piles import name_of
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import Theme

PILES = tuple(Pile)
COUNT_COLORS = {Pile.SURE: "good", Pile.CHECK: "warn", Pile.PROBLEM: "bad"}
APART_PX, BADGE_PX, UNDERLINE_PX = 18, 22, 3


class PileTabs(QTabBar):
    """A name and a count each; underlined while its pile is shown. `chosen` carries the pile to show."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts = dict.fromkeys(PILES, 0)
        self.setAccessibleName(_("Piles"))
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        for which in PILES:
            self.addTab(name_of(which))
        self.show_counts(self._counts)
        self.currentChanged.connect(self._changed)
        theme.changed.connect(self.update)

    def _changed(self) -> None:
        self.chosen.emit(self.current)

    @property
    def current(self) -> Pile:
        return PILES[max(0, self.currentIndex())]

    def count_of(self, which: Pile) -> int:
        """How many photos this pile holds."""
        return self._counts[which]

    def choose(self, which: Pile) -> None:
        """Show this pile."""
        if which is self.current:
            self.chosen.emit(which)
        else:
            self.setCurrentIndex(PILES.index(which))

    def start_over(self) -> None:
        """Stand at the first pile, and tell nobody."""
        self.blockSignals(True)  # noqa: FBT003 - Qt's only way to say it
        self.setCurrentIndex(0)
        self.blockSignals(False)  # noqa: FBT003

    def show_counts(self, counts: dict[Pile, int]) -> None:
        """How many photos each holds."""
        for place, which in enumerate(PILES):
            self._counts[which] = counts[which]
            spoken = f"{name_of(which)} {words.number(counts[which])}"
            if self.accessibleTabName(place) != spoken:
                self.setAccessibleTabName(place, spoken)
                self.setTabText(place, name_of(which))  # lays the tabs out anew: the count may be wider now
                self.update()

    def _fonts(self) -> tuple[QFont, QFont]:
        bold, small = QFont(self.font()), QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        small.setPointSizeF(small.pointSizeF() * 0.88)
        small.setWeight(QFont.Weight.DemiBold)
        return bold, small

    def _widths(self, place: int) -> tuple[int, int]:
        bold, small = self._fonts()
        number = QFontMetrics(small).horizontalAdvance(words.number(self._counts[PILES[place]]))
        return QFontMetrics(bold).horizontalAdvance(name_of(PILES[place])), max(BADGE_PX, number + 14)

    def tabSizeHint(self, index: int) -> QSize:
        """Room for both, and some to the next one."""
        name, count = self._widths(index)
        return QSize(name + count + 8 + APART_PX, self.fontMetrics().height() + 18)

    def minimumTabSizeHint(self, index: int) -> QSize:
        """No less: where there is no room for all tabs, they scroll."""
        return self.tabSizeHint(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Name, count, underline."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered = self.tabAt(self.mapFromGlobal(QCursor.pos())) if self.underMouse() else -1
        for place in range(self.count()):
            self._paint_tab(painter, place, hovered=place == hovered)

    def _paint_tab(self, painter: QPainter, place: int, *, hovered: bool) -> None:
        colors, (bold, small) = self._theme.colors, self._fonts()
        name_width, count_width = self._widths(place)
        rect, which = QRectF(self.tabRect(place)), PILES[place]
        chosen = place == self.currentIndex()
        focused = chosen and self.hasFocus()
        painter.setFont(bold if chosen else self.font())
        painter.setPen(QColor(colors.text if chosen or hovered else colors.dim))
        line = QRectF(rect.left(), rect.top(), name_width + 2, rect.height() - 4)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name_of(which))
        height = QFontMetrics(small).height() + 3
        badge = QRectF(rect.left() + name_width + 7, rect.top() + (rect.height() - 4 - height) / 2, count_width, height)
        painter.setPen(QColor(colors.accent) if focused else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.accent_soft if chosen else colors.hover))
        painter.drawRoundedRect(badge, height / 2, height / 2)
        painter.setFont(small)
        tone = COUNT_COLORS.get(which) if self._counts[which] else None
        painter.setPen(QColor(getattr(colors, tone) if tone else colors.dim))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, words.number(self._counts[which]))
        if chosen:
            under = QRectF(rect.left(), rect.bottom() - UNDERLINE_PX, rect.width() - APART_PX, UNDERLINE_PX)
            painter.fillRect(under, QColor(colors.accent_fill))
