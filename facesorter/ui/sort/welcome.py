"""What the page shows before the first run: what to do, and what will happen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.shell.theme import Theme, pixmap
from facesorter.ui.widgets.card import DropArea, button, label


class Welcome(DropArea):
    """Three steps in pictures and words; headshots and folders can be dropped on it.

    `sample_asked` when somebody wants to see the sample, `everybody_asked` when they have no headshot and want to see
    who is in their photos. `continuing` offers to go on with an earlier search.

    Where there is little height it is scrolled, so that the cards above keep theirs.
    """

    sample_asked = Signal()
    everybody_asked = Signal()

    def __init__(self, theme: Theme, continuing: QWidget) -> None:
        super().__init__("")
        self._theme = theme
        self._icons: list[tuple[QLabel, str]] = []
        title = label(_("Find every photo of a person"), "huge", wraps=True)
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        steps = QHBoxLayout()
        steps.setSpacing(28)
        steps.addStretch(1)
        for icon, head, text in (
            ("person", _("Choose a headshot"), _("Drop a clear picture of the face here.")),
            ("folder", _("Choose your photos"), _("Drop one folder or several here.")),
            (
                "copies",
                _("Find and copy"),
                _("Copies get their own folder. Your originals are never changed."),
            ),
        ):
            steps.addLayout(self._step(icon, head, text), 4)
        steps.addStretch(1)
        self._promise = label("", "dim", wraps=True)
        self._promise.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.show_promise(paid=False)
        content = QWidget()
        content.setObjectName("scrolled")
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        layout = QVBoxLayout(content)
        layout.addStretch(3)
        layout.addWidget(continuing, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(14)
        layout.addWidget(title)
        layout.addSpacing(20)
        layout.addLayout(steps)
        layout.addSpacing(20)
        layout.addWidget(self._promise)
        self.sample = button(_("See a sample with drawn people"), "link")
        self.sample.clicked.connect(self.sample_asked)
        self.everybody = button(_("Who is in these photos?"))
        self.everybody.setAccessibleDescription(_("Leads to People; no headshot is needed"))
        self.everybody.clicked.connect(self.everybody_asked)
        layout.addSpacing(14)
        layout.addWidget(self.everybody, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(6)
        layout.addWidget(self.sample, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(4)
        theme.changed.connect(self._paint_icons)
        self._paint_icons()

    def show_promise(self, *, paid: bool) -> None:
        """Say where the faces are compared: by a paid service, or here."""
        self._promise.setText(
            _("Photos are sent to Amazon Rekognition, in your own AWS account, and only after you agree.")
            if paid
            else _("Everything happens on this computer. Nothing is uploaded.")
        )

    def _step(self, icon: str, head: str, text: str) -> QVBoxLayout:
        step = QVBoxLayout()
        step.setSpacing(6)
        drawing = QLabel()
        self._icons.append((drawing, icon))
        for widget in (drawing, label(head, "strong", wraps=True), label(text, "dim", wraps=True)):
            widget.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            step.addWidget(widget)
        step.addStretch()
        return step

    def _paint_icons(self) -> None:
        for drawing, icon in self._icons:
            drawn = pixmap(icon, self._theme.colors.accent, 80)
            drawn.setDevicePixelRatio(2)
            drawing.setPixmap(drawn)
