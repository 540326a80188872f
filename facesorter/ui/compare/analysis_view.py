"""What the engine says of each face of a picture: the faces on the left, everything about one of them on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
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
from facesorter.ui.widgets.card import ElidedLabel, label
from facesorter.ui.widgets.pictures import around

CUT_PX = 44
FACE_CHARACTERS = 16
"""How wide the list of faces is beside their pictures."""


class AnalysisView(QWidget):
    """`face_chosen` carries the box and the points of the face that is looked at."""

    face_chosen = Signal(object, list)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._details: list[Mapping[str, Any]] = []
        self.file = ElidedLabel("strong")
        self.title = label("", "dim", wraps=True)
        self.faces = QListWidget()
        self.faces.setAccessibleName(_("Faces in the picture"))
        self.faces.setIconSize(QSize(CUT_PX, CUT_PX))
        character = self.fontMetrics().averageCharWidth()
        self.faces.setFixedWidth(CUT_PX + FACE_CHARACTERS * character)
        self.faces.currentRowChanged.connect(self._show_face)
        self.facts = QTreeWidget()
        self.facts.setAccessibleName(_("Details of this face"))
        self.facts.setColumnCount(2)
        self.facts.setHeaderHidden(True)
        self.facts.setRootIsDecorated(False)
        self.facts.setItemsExpandable(False)
        self.facts.setUniformRowHeights(True)
        self.facts.setIndentation(0)
        self.facts.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.facts.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        both = QHBoxLayout()
        both.setSpacing(14)
        both.addWidget(self.faces)
        both.addWidget(self.facts, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(self.file)
        head.addWidget(self.title, 1)
        layout.addLayout(head)
        layout.addLayout(both, 1)
        theme.changed.connect(self._show_current)
        self.clear()

    @property
    def shows_something(self) -> bool:
        return bool(self._details)

    def clear(self) -> None:
        """Nothing was analysed."""
        self.say(_("Click Analyze above a picture to see the details of its faces."))

    def say(self, text: str) -> None:
        """A sentence, and no faces."""
        self._details = []
        self.faces.clear()
        self.faces.hide()
        self.facts.hide()
        self.file.hide()
        self.title.setText(text)

    def show_faces(self, name: str, image: QImage, details: Sequence[Mapping[str, Any]], cost: Cost | None) -> None:
        """All faces of the picture `name`, each as a `FaceDetail`, and what it cost; the first is chosen."""
        told = words.faces(len(details)) if details else _("No faces were found.")
        self.say(told if cost is None else f"{told} · {words.spent(cost)}")
        self.file.show_text(name)
        self.file.show()
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
        told = _("not available from this engine") if fact.told is None else fact.told
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
