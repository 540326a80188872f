"""How the window looks: colors for light and dark, the style sheet, icons in the color of the moment.

Follows the system's light or dark scheme and changes with it at once, unless the user chose one in the settings.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from weakref import WeakKeyDictionary

from PySide6.QtCore import QByteArray, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from facesorter.paths import resource


@dataclass(frozen=True, slots=True)
class Colors:
    """Every color of the window. Text on its usual ground has a contrast of at least 4.5 to 1."""

    window: str
    sidebar: str
    card: str
    field: str
    line: str
    text: str
    dim: str
    accent: str
    accent_fill: str
    accent_hover: str
    accent_soft: str
    good: str
    warn: str
    bad: str
    empty: str
    hover: str


LIGHT = Colors(
    window="#f7f7f8",
    sidebar="#eeeef0",
    card="#ffffff",
    field="#f7f7f8",
    line="#dfe0e4",
    text="#1b1c1f",
    dim="#5f6169",
    accent="#2563e6",
    accent_fill="#2a68e8",
    accent_hover="#1f5bd8",
    accent_soft="#e5edfd",
    good="#0f7a3c",
    warn="#8a5406",
    bad="#c02f2f",
    empty="#d9dce3",
    hover="#ebebee",
)
DARK = Colors(
    window="#1f2023",
    sidebar="#17181a",
    card="#2a2b2f",
    field="#1f2023",
    line="#3a3b40",
    text="#ececee",
    dim="#a3a5ad",
    accent="#7aa8ff",
    accent_fill="#2f6be6",
    accent_hover="#4079ee",
    accent_soft="#2d3850",
    good="#45c480",
    warn="#e5a843",
    bad="#f07f7f",
    empty="#3b3d43",
    hover="#34353a",
)


STYLE = ("-style", "Fusion")
"""Arguments for the `QApplication`. Its `setStyle` would take a twentieth of the start, because it answers with the
style, and Python then learns the 588 names that styles have for things."""


class Theme(QObject):
    """The look in force; `changed` tells widgets that paint by hand to paint again."""

    changed = Signal()

    def __init__(self, application: QApplication, look: str = "system") -> None:
        super().__init__(application)
        self._application = application
        self._look = look
        self._icons: WeakKeyDictionary[QAbstractButton, tuple[str, str]] = WeakKeyDictionary()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._scheme_changed)
        self._colors = self._wanted_colors()
        self._dress()

    @property
    def colors(self) -> Colors:
        return self._colors

    @property
    def dark(self) -> bool:
        return self._colors is DARK

    def choose(self, look: str) -> None:
        """Follow the system (`system`) or stay `light` or `dark`."""
        self._look = look
        self._scheme_changed()

    def give_icon(self, button: QAbstractButton, name: str, color: str = "dim") -> None:
        """Let `button` show this icon in this of the `Colors`, now and after every change of the look."""
        self._icons[button] = name, color
        button.setIcon(icon(name, getattr(self._colors, color)))

    def _wanted_colors(self) -> Colors:
        if self._look != "system":
            return DARK if self._look == "dark" else LIGHT
        return DARK if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT

    def _scheme_changed(self) -> None:
        wanted = self._wanted_colors()
        if wanted is not self._colors:
            self._colors = wanted
            self._dress()
            for button, (name, color) in self._icons.items():
                button.setIcon(icon(name, getattr(wanted, color)))
            self.changed.emit()

    def _dress(self) -> None:
        self._application.setPalette(palette(self._colors))
        self._application.setStyleSheet(style_sheet(self._colors, self._application.font().pointSizeF()))


def palette(colors: Colors) -> QPalette:
    """The colors as Qt's own widgets want them."""
    roles = {
        QPalette.ColorRole.Window: colors.window,
        QPalette.ColorRole.WindowText: colors.text,
        QPalette.ColorRole.Base: colors.card,
        QPalette.ColorRole.AlternateBase: colors.field,
        QPalette.ColorRole.Text: colors.text,
        QPalette.ColorRole.PlaceholderText: colors.dim,
        QPalette.ColorRole.Button: colors.card,
        QPalette.ColorRole.ButtonText: colors.text,
        QPalette.ColorRole.Highlight: colors.accent_fill,
        QPalette.ColorRole.HighlightedText: "#ffffff",
        QPalette.ColorRole.Accent: colors.accent_fill,
        QPalette.ColorRole.Link: colors.accent,
        QPalette.ColorRole.LinkVisited: colors.accent,
        QPalette.ColorRole.ToolTipBase: colors.card,
        QPalette.ColorRole.ToolTipText: colors.text,
        QPalette.ColorRole.Mid: colors.line,
        QPalette.ColorRole.Dark: colors.line,
    }
    made = QPalette()
    for role, color in roles.items():
        made.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(colors.dim))
    return made


def style_sheet(colors: Colors, points: float) -> str:
    """The style sheet with its `@names` filled in; sizes follow the system's font, so that large fonts stay large."""
    sheet = resource("facesorter.qss").read_text("utf-8")
    values = asdict(colors) | {
        "small": f"{points * 0.88:.1f}pt",
        "large": f"{points * 1.25:.1f}pt",
        "huge": f"{points * 1.7:.1f}pt",
        "control": f"{max(18, round(points * 1.55))}px",  # a line of text: layouts may make a control as low as that
        "link": f"{round(points * 1.3)}px",  # less than a line, but layouts may not make it any lower
        "check": resource("icons/check-white.svg").as_posix(),
        "down": resource(f"icons/down-{'dark' if colors is DARK else 'light'}.svg").as_posix(),
    }
    for name in sorted(values, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}", values[name])
    return sheet


@cache
def icon(name: str, color: str) -> QIcon:
    """The icon `resources/icons/<name>.svg`, its `currentColor` being `color`."""
    made = QIcon()
    renderer = _renderer(name, color)
    for side_px in (16, 32, 64):
        made.addPixmap(_drawn(renderer, side_px))
    return made


@lru_cache(128)
def drawing(name: str, color: str, side_px: int) -> QPixmap:
    """The icon drawn into a square of `side_px`; not to be painted on, for it is kept."""
    return pixmap(name, color, side_px)


def pixmap(name: str, color: str, side_px: int) -> QPixmap:
    """The icon drawn into a square of `side_px`."""
    return _drawn(_renderer(name, color), side_px)


def _renderer(name: str, color: str) -> QSvgRenderer:
    text = resource(f"icons/{name}.svg").read_text("utf-8").replace("currentColor", color)
    return QSvgRenderer(QByteArray(text.encode()))


def _drawn(renderer: QSvgRenderer, side_px: int) -> QPixmap:
    drawn = QPixmap(QSize(side_px, side_px))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer.render(painter)
    painter.end()
    return drawn


def mark(widget: QWidget, **properties: str) -> None:
    """Set the properties that the style sheet selects by (`kind`, `tone`, `card`), and let it look again."""
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
                widget.style().unpolish(widget)
                widget.style().polish(widget)
