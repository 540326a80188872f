"""A card with a chart: a title, what it says in words, the chart or a sentence instead, and a menu to save it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.insights.series import color_of
from facesorter.ui.shell.theme import Theme, mark
from facesorter.ui.widgets.card import label
from facesorter.ui.widgets.flow import FlowLayout

_SWATCH_PX = 11


class ChartCard(QFrame):
    """`save_asked` carries `png`, `svg` or `csv`."""

    save_asked = Signal(str)

    def __init__(self, title: str, nothing: str) -> None:
        super().__init__()
        mark(self, card="true")
        self.title = title
        self.setAccessibleName(title)
        self.note = label("", "small")
        self.note.hide()
        self.save_button = QToolButton()
        self.save_button.setText(_("Save…"))
        self.save_button.setAccessibleName(_("Save “{title}”").format(title=title))
        self.save_button.setProperty("kind", "link")
        self.save_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.save_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.menu = QMenu(self)
        for kind, text in (("png", _("Picture (PNG)")), ("svg", _("Drawing (SVG)")), ("csv", _("Table (CSV)"))):
            self.menu.addAction(text).setData(kind)
        self.menu.triggered.connect(self._ask_save)
        self.save_button.setMenu(self.menu)
        self._title = label(title, "title", wraps=True)
        self._head = QHBoxLayout()
        self._head.setSpacing(10)
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self.note)
        self._head.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignTop)
        self.nothing = label(nothing, "dim", wraps=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(14, 10, 14, 12)
        self._body.setSpacing(8)
        self._body.addLayout(self._head)
        self._body.addWidget(self.nothing, 1)
        self._legend: QWidget | None = None
        self.chart: QWidget | None = None
        self.show_empty(empty=True)

    def _ask_save(self, action: QAction) -> None:
        self.save_asked.emit(str(action.data()))

    def put(self, chart: QWidget, *, grows: bool = False) -> None:
        """This is the chart; one that grows takes the height that is left."""
        policy = QSizePolicy.Policy
        chart.setSizePolicy(policy.Expanding, policy.Expanding if grows else policy.Fixed)
        self.chart = chart
        self._body.addWidget(chart, 1)
        self.setTabOrder(chart, self.save_button)

    def add_row(self, row: QWidget) -> None:
        """Something between title and chart."""
        self._body.insertWidget(1, row)

    def show_empty(self, *, empty: bool) -> None:
        """Show the sentence, or the chart."""
        self.nothing.setVisible(empty)
        self.save_button.setVisible(not empty)
        for one in (self.chart, self._legend):
            if one is not None:
                one.setVisible(not empty)

    def show_note(self, text: str) -> None:
        """A few words beside the title."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def show_legend(self, names: list[str], theme: Theme) -> None:
        """What the colors mean."""
        if self._legend is not None:
            self._body.removeWidget(self._legend)
            self._legend.hide()
            self._legend.deleteLater()
            self._legend = None
        if len(names) < 2:
            return
        legend = QWidget()
        flow = FlowLayout(legend, 14, 4)
        for place, name in enumerate(names):
            flow.addWidget(_entry(name, color_of(place, theme.dark, theme.colors.dim)))
        self._legend = legend
        self._body.insertWidget(1, legend)


def _entry(name: str, color: str) -> QWidget:
    entry, line = QWidget(), QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(6)
    swatch = QLabel()
    swatch.setFixedSize(_SWATCH_PX, _SWATCH_PX)
    swatch.setStyleSheet(f"background: {color}; border-radius: 2px;")
    line.addWidget(swatch)
    line.addWidget(label(name if len(name) <= 28 else f"{name[:27]}…", "small"))
    entry.setLayout(line)
    return entry
