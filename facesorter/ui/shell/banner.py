"""A calm line about what went wrong and what to do; it stays until it is closed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from facesorter.domain.errors import PhotoError, UserError
from facesorter.domain.messages import gettext as _
from facesorter.ui.shell.theme import Theme, mark, pixmap
from facesorter.ui.widgets.card import button, label


class Banner(QFrame):
    """Hidden until there is something to say; `toggled` as it comes and goes."""

    toggled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        mark(self, card="true")
        self._icon = QLabel()
        self._what = label("", "strong", wraps=True)
        self._do = label("", "dim", wraps=True)
        close = button("", "bare", _("Close this message"))
        theme.give_icon(close, "close")
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.setSpacing(10)
        layout.addWidget(self._icon)
        layout.addWidget(self._what, 3)
        layout.addWidget(self._do, 4)
        layout.addWidget(close)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """It takes room now."""
        super().showEvent(event)
        self.toggled.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """It takes no room now."""
        super().hideEvent(event)
        self.toggled.emit()

    def _paint_icon(self) -> None:
        drawn = pixmap("alert", self._theme.colors.warn, 40)
        drawn.setDevicePixelRatio(2)
        self._icon.setPixmap(drawn)

    def say(self, what_happened: str, what_to_do: str = "") -> None:
        """Show this."""
        self._what.setText(what_happened)
        self._do.setText(what_to_do)
        self._do.setVisible(bool(what_to_do))
        self.setAccessibleName(f"{what_happened} {what_to_do}".strip())
        self.show()

    def tell(self, error: BaseException) -> None:
        """A user's error in its own words; of a bug only that there was one, for the log has the rest."""
        if isinstance(error, UserError):
            self.say(error.what_happened, error.what_to_do)
        elif isinstance(error, PhotoError):
            self.say(error.reason)
        else:
            self.say(
                _("Something went wrong that should not have."),
                _("Your photos are untouched. Try again; the log says more."),
            )
