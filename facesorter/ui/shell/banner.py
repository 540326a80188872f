"""A calm message at the foot of a page, of what went wrong or what was done; it stays until it is closed."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from facesorter.domain.errors import PhotoError, UserError
from facesorter.domain.messages import gettext as _
from facesorter.ui.shell.announcing import announce
from facesorter.ui.shell.theme import Theme, mark, pixmap
from facesorter.ui.widgets.card import Text, button

SIDE_PX, FOOT_PX = 20, 16
"""Between the banner and the edges of the page, as much as the pages' own margins."""

HIGHEST_COVERED_PX = 120


def in_words(error: BaseException) -> tuple[str, str]:
    """What happened and what to do: a user's error in its own words; of a bug only that there was one."""
    if isinstance(error, UserError):
        return error.what_happened, error.what_to_do
    if isinstance(error, PhotoError):
        return error.reason, ""
    return (
        _("Something went wrong that should not have."),
        _("Your photos are untouched. Try again; the log has the details."),
    )


class Banner(QFrame):
    """Lies over the foot of `page`, so that nothing moves when it comes or goes: a click lands where it was meant to.

    `covered` is what it hides there, all of it unless it is high. It grows upwards with its text.
    """

    def __init__(self, theme: Theme, page: QWidget, covered: QWidget | None = None) -> None:
        super().__init__(page)
        self._theme = theme
        self._page, self._covered = page, covered
        self._words = "", ""
        self._good = False
        self._then: Callable[[], None] | None = None
        mark(self, card="banner")
        self._icon = QLabel()
        self._text = Text()
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.action = button(_("Open"))
        self.action.clicked.connect(self._act)
        self.close_button = button("", "bare", _("Close this message"))
        theme.give_icon(self.close_button, "close")
        self.close_button.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 8, 8)
        layout.setSpacing(10)
        for widget in (self._icon, self._text, self.action, self.close_button):
            layout.addWidget(widget)
        theme.changed.connect(self._paint)
        for watched in (page, covered):
            if watched is not None:
                watched.installEventFilter(self)
        self.hide()

    def say(
        self,
        what_happened: str,
        what_to_do: str = "",
        *,
        good: bool = False,
        action: tuple[str, Callable[[], None]] | None = None,
    ) -> None:
        """Show this; `good` news has no warning sign. `action` is a button's text, and what it does."""
        self._words, self._good = (what_happened, what_to_do), good
        text, self._then = action or ("", None)
        self.action.setText(text)
        self.action.setVisible(bool(text))
        self.setAccessibleName(f"{what_happened} {what_to_do}".strip())
        self._paint()
        self._place()
        self.show()
        self.raise_()
        announce(self, self.accessibleName(), urgent=not good)

    def tell(self, error: BaseException) -> None:
        """Show what `in_words` makes of it."""
        self.say(*in_words(error))

    def _act(self) -> None:
        if self._then is not None:
            self._then()

    def _paint(self) -> None:
        colors = self._theme.colors
        drawn = pixmap("yes" if self._good else "alert", colors.good if self._good else colors.warn, 40)
        drawn.setDevicePixelRatio(2)
        self._icon.setPixmap(drawn)
        what, do = map(escape, self._words)
        self._text.setText(f'<b>{what}</b> <span style="color: {colors.dim}">{do}</span>' if do else f"<b>{what}</b>")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The page has another size, or what is covered has."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show) and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        width = self._page.width() - 2 * SIDE_PX
        layout = self.layout()
        height = 0 if layout is None else max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height())
        covered = self._covered
        if covered is not None and covered.isVisible() and covered.height() <= HIGHEST_COVERED_PX:
            height = max(height, covered.height())
        self.setGeometry(SIDE_PX, self._page.height() - FOOT_PX - height, width, height)
