"""What the engine says of each face of a picture: the faces on the left, everything about one of them on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from facesorter.domain.messages import gettext as _
from facesorter.domain.models import BoundingBox, Point
from facesorter.domain.spending import Cost
from facesorter.ui.compare.face_facts import Fact, facts_of
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.card import ElidedLabel
from facesorter.ui.widgets.pictures import around

CUT_PX = 44
FACES_WIDTH_PX = 190


class AnalysisView(QWidget):
    """`face_chosen` carries the box and the points of the face that is looked at."""

    face_chosen = Signal(object, list)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._details: list[Mapping[str, Any]] = []
        self.title = ElidedLabel("dim")
        self.faces = QListWidget()
        self.faces.setAccessibleName(_("Faces of the picture"))
        self.faces.setIconSize(QSize(CUT_PX, CUT_PX))
        self.faces.setFixedWidth(FACES_WIDTH_PX)
        self.faces.currentRowChanged.connect(self._show_face)
        self.facts = QTreeWidget()
        self.facts.setAccessibleName(_("What is known of this face"))
        self.facts.setColumnCount(2)
        self.facts.setHeaderHidden(True)
        self.facts.setRootIsDecorated(False)
        self.facts.setItemsExpandable(False)
        self.facts.setUniformRowHeights(True)
        self.facts.setIndentation(0)
        self.facts.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.facts.setColumnWidth(0, 190)
        both = QHBoxLayout()
        both.setSpacing(14)
        both.addWidget(self.faces)
        both.addWidget(self.facts, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.title)
        layout.addLayout(both, 1)
        theme.changed.connect(self._show_current)
        self.clear()

    @property
    def shows_something(self) -> bool:
        return bool(self._details)

    def clear(self) -> None:
        """Nothing was analysed."""
        self.say(_("Choose Analyse at a picture to see what is known of its faces."))

    def say(self, text: str) -> None:
        """A sentence, and no faces."""
        self._details = []
        self.faces.clear()
        self.faces.hide()
        self.facts.hide()
        self.title.show_text(text)

    def show_faces(self, name: str, image: QImage, details: Sequence[Mapping[str, Any]], cost: Cost | None) -> None:
        """All faces of the picture `name`, each as a `FaceDetail`, and what it cost; the first is chosen."""
        told = f"{name} · {words.faces(len(details))}" if details else _("No face was found in {}.").format(name)
        self.say(told if cost is None else f"{told} · {words.spent(cost)}")
        if not details:
            return
        self._details = list(details)
        for number, detail in enumerate(details, 1):
            cut = QPixmap.fromImage(image.copy(around(_box(detail), image.size())))
            icon = QIcon(cut)
            icon.addPixmap(cut, QIcon.Mode.Selected)
            self.faces.addItem(QListWidgetItem(icon, _("Face {}").format(number)))
        self.faces.show()
        self.facts.show()
        self.faces.setCurrentRow(0)

    def _show_current(self) -> None:
        self._show_face(self.faces.currentRow())

    def _show_face(self, row: int) -> None:
        self.facts.clear()
        if not 0 <= row < len(self._details):
            return
        detail = self._details[row]
        for facts in facts_of(detail):
            title = QTreeWidgetItem([facts.title])
            font = QFont(self.font())
            font.setWeight(QFont.Weight.DemiBold)
            title.setFont(0, font)
            title.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.facts.addTopLevelItem(title)
            title.setFirstColumnSpanned(True)
            for fact in facts.lines:
                self.facts.addTopLevelItem(self._line(fact))
        points = [Point(mark["X"], mark["Y"]) for mark in detail.get("Landmarks", ())]
        self.face_chosen.emit(_box(detail), points)

    def _line(self, fact: Fact) -> QTreeWidgetItem:
        colors = self._theme.colors
        told = _("not told by this engine") if fact.told is None else fact.told
        line = QTreeWidgetItem([fact.name, told])
        line.setForeground(0, QColor(colors.dim))
        line.setForeground(1, QColor(colors.dim if fact.told is None else colors.text))
        if fact.told is None:
            font = QFont(self.font())
            font.setItalic(True)
            line.setFont(1, font)
        return line


def _box(detail: Mapping[str, Any]) -> BoundingBox:
    box = detail["BoundingBox"]
    return BoundingBox(box["Left"], box["Top"], box["Width"], box["Height"])
