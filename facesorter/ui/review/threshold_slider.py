"""The slider from stricter to looser: from which similarity on a photo is sure."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolTip, QWidget

from facesorter.domain.figures import percent
from facesorter.domain.messages import gettext as _
from facesorter.ui.widgets.calm_slider import CalmSlider
from facesorter.ui.widgets.card import label

STRICTEST, LOOSEST = 99, 40
"""Similarities (0-100) at the ends; below the loosest hardly anything is the same person."""


class ThresholdSlider(QWidget):
    """`moved` carries the threshold (0-100) while the slider is dragged, `released` when it was let go."""

    moved = Signal(float)
    released = Signal(float)

    def __init__(self, threshold: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = CalmSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(-STRICTEST, -LOOSEST)
        self.slider.setPageStep(5)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(label(_("stricter"), "dim"))
        layout.addWidget(self.slider, 1)
        layout.addWidget(label(_("looser"), "dim"))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.show_threshold(threshold)
        self.slider.valueChanged.connect(self._moved)
        self.slider.sliderReleased.connect(self._released)

    @property
    def threshold(self) -> float:
        return float(-self.slider.value())

    def show_threshold(self, threshold: float) -> None:
        """Stand here."""
        self.slider.setValue(-round(threshold))
        self._name()

    def _name(self) -> None:
        text = _("Sure from {} on").format(percent(self.threshold))
        self.slider.setAccessibleName(_("Stricter or looser"))
        self.slider.setAccessibleDescription(text)
        self.slider.setToolTip(text)

    def _moved(self) -> None:
        self._name()
        if self.slider.isSliderDown():
            QToolTip.showText(
                self.slider.mapToGlobal(QPoint(0, self.slider.height())), self.slider.toolTip(), self.slider
            )
        self.moved.emit(self.threshold)
        if not self.slider.isSliderDown():
            self.released.emit(self.threshold)

    def _released(self) -> None:
        self.released.emit(self.threshold)
