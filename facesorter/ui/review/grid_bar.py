"""The line below the grid: in which order photos are shown, and how large their thumbnails are."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.review.cells import LARGEST, SMALLEST
from facesorter.ui.review.order import Order, name_of_order
from facesorter.ui.widgets.calm_slider import CalmSlider
from facesorter.ui.widgets.card import label

WIDEST_PX = 220
"""Of the slider, however much room there is."""


class GridBar(QWidget):
    """`order_chosen` carries an `Order`, `size_chosen` the least width of a thumbnail in px."""

    order_chosen = Signal(object)
    size_chosen = Signal(int)

    def __init__(self, order: Order, size_px: int) -> None:
        super().__init__()
        self.orders = QComboBox()
        for one in Order:
            self.orders.addItem(name_of_order(one), one)
        self.orders.setCurrentIndex(list(Order).index(order))
        self.orders.setToolTip(_("The order of the photos"))
        self.orders.currentIndexChanged.connect(self._choose_order)
        self.slider = CalmSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(SMALLEST, LARGEST)
        self.slider.setMaximumWidth(WIDEST_PX)
        self.slider.setPageStep(40)
        self.slider.setSingleStep(10)
        self.slider.setValue(size_px)
        self.slider.setToolTip(_("Larger or smaller thumbnails (Ctrl and the mouse wheel)"))
        self.slider.setAccessibleDescription(self.slider.toolTip())
        self.slider.valueChanged.connect(self.size_chosen)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._captions: list[QLabel] = []
        for text, widget in ((_("Sort by"), self.orders), (_("Thumbnails"), self.slider)):
            caption = label(text, "dim")
            self._captions.append(caption)
            caption.setBuddy(widget)
            widget.setAccessibleName(text)
            layout.addWidget(caption)
            layout.addWidget(widget)
            if widget is self.orders:
                layout.addStretch()

    def minimumSizeHint(self) -> QSize:
        """Without the captions."""
        least = [widget.minimumSizeHint() for widget in (self.orders, self.slider)]
        return QSize(sum(one.width() for one in least) + 24, max(one.height() for one in least))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for the captions, the tool tips tell what is what."""
        super().resizeEvent(event)
        needed = sum(caption.sizeHint().width() + 8 for caption in self._captions) + self.minimumSizeHint().width()
        for caption in self._captions:
            caption.setVisible(self.width() >= needed)

    def _choose_order(self, place: int) -> None:
        self.order_chosen.emit(list(Order)[place])

    def show_size(self, size_px: int) -> None:
        """Thumbnails are this wide now."""
        self.slider.setValue(size_px)
