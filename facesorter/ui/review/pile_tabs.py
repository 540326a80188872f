"""The five piles as tabs, each with its count."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Pile
from facesorter.ui.review.piles import name_of
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import Theme

COUNT_COLORS = {Pile.SURE: "good", Pile.CHECK: "warn", Pile.PROBLEM: "bad"}


class PileTab(QAbstractButton):
    """A name and a count; underlined while its pile is shown."""

    def __init__(self, which: Pile, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._which = which
        self._theme = theme
        self.count = 0
        self.setCheckable(True)
        self.setText(name_of(which))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_count(0)
        theme.changed.connect(self.update)

    def show_count(self, count: int) -> None:
        """This many photos are in the pile."""
        self.count = count
        self.setAccessibleName(f"{name_of(self._which)}, {words.photos(count)}")
        self.updateGeometry()
        self.update()

    def _fonts(self) -> tuple[QFont, QFont]:
        bold, small = QFont(self.font()), QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        small.setPointSizeF(small.pointSizeF() * 0.88)
        small.setWeight(QFont.Weight.DemiBold)
        return bold, small

    def _widths(self) -> tuple[int, int]:
        bold, small = self._fonts()
        number = QFontMetrics(small).horizontalAdvance(words.number(self.count))
        return QFontMetrics(bold).horizontalAdvance(self.text()), max(22, number + 14)

    def sizeHint(self) -> QSize:
        """Room for both."""
        name, count = self._widths()
        return QSize(name + count + 8, self.fontMetrics().height() + 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Name, count, underline."""
        colors, (bold, small) = self._theme.colors, self._fonts()
        name_width, count_width = self._widths()
        chosen = self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(bold if chosen else self.font())
        strong = chosen or self.underMouse() or self.hasFocus()
        painter.setPen(QColor(colors.text if strong else colors.dim))
        line = QRectF(0, 0, name_width + 2, self.height() - 4)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        height = QFontMetrics(small).height() + 3
        badge = QRectF(name_width + 7, (self.height() - 4 - height) / 2, count_width, height)
        painter.setPen(QColor(colors.accent) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.accent_soft if chosen else colors.hover))
        painter.drawRoundedRect(badge, height / 2, height / 2)
        painter.setFont(small)
        tone = COUNT_COLORS.get(self._which) if self.count else None
        painter.setPen(QColor(getattr(colors, tone) if tone else colors.dim))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, words.number(self.count))
        if chosen:
            painter.fillRect(QRectF(0, self.height() - 3, self.width(), 3), QColor(colors.accent_fill))


class PileTabs(QWidget):
    """`chosen` carries the pile to show."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Piles"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(18)
        group = QButtonGroup(self)
        self.tabs = {which: PileTab(which, theme, self) for which in Pile}
        for which, tab in self.tabs.items():
            group.addButton(tab)
            layout.addWidget(tab)
            tab.clicked.connect(partial(self._clicked, which))
        self.tabs[Pile.SURE].setChecked(True)

    def _clicked(self, which: Pile, _checked: bool = False) -> None:
        self.chosen.emit(which)

    @property
    def current(self) -> Pile:
        return next(which for which, tab in self.tabs.items() if tab.isChecked())

    def choose(self, which: Pile) -> None:
        """Show this pile."""
        self.tabs[which].setChecked(True)
        self.chosen.emit(which)

    def show_counts(self, counts: dict[Pile, int]) -> None:
        """How many photos each holds."""
        for which, count in counts.items():
            if self.tabs[which].count != count:
                self.tabs[which].show_count(count)
