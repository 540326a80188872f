"""What the page shows before the first run: what to do, and what will happen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from facesorter.ui.shell.theme import Theme, pixmap
from facesorter.ui.widgets.card import label


class Welcome(QWidget):
    """Three steps in pictures and words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons: list[tuple[QLabel, str]] = []
        title = label(self.tr("Find every photo of somebody"), "huge")
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        steps = QHBoxLayout()
        steps.setSpacing(28)
        steps.addStretch(1)
        for icon, head, text in (
            ("person", self.tr("Choose a headshot"), self.tr("A clear picture of the face. Drop it on Who?")),
            ("folder", self.tr("Choose your photos"), self.tr("One folder or many. Drop them on Where?")),
            ("copies", self.tr("Find and copy"), self.tr("Copies go into a folder of their own, originals stay.")),
        ):
            steps.addLayout(self._step(icon, head, text), 3)
        steps.addStretch(1)
        self._promise = label("", "dim")
        self._promise.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.show_promise(paid=False)
        layout = QVBoxLayout(self)
        layout.addStretch(3)
        layout.addWidget(title)
        layout.addSpacing(22)
        layout.addLayout(steps)
        layout.addSpacing(22)
        layout.addWidget(self._promise)
        layout.addStretch(4)
        theme.changed.connect(self._paint_icons)
        self._paint_icons()

    def show_promise(self, *, paid: bool) -> None:
        """Say where the faces are compared: by a paid service, or here."""
        self._promise.setText(
            self.tr("Photos are sent to Amazon Rekognition, in your own account, when you say so.")
            if paid
            else self.tr("Everything happens on this computer. Nothing is uploaded.")
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
