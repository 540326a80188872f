"""What came of a comparison: a sentence, how far it is, the threshold, and the faces, an analysis or the JSON."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from facesorter.domain.figures import percent
from facesorter.domain.messages import gettext as _
from facesorter.ui.compare.analysis_view import AnalysisView
from facesorter.ui.compare.compared_faces import FaceKey, FacesModel, Part
from facesorter.ui.compare.comparing import Comparing, State
from facesorter.ui.compare.comparison_table import ComparisonTable
from facesorter.ui.compare.response_view import AnswerView
from facesorter.ui.review.threshold_slider import ThresholdSlider
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.calm_bar import CalmBar
from facesorter.ui.widgets.card import label

PARTS = tuple(Part)
ANALYSIS, ANSWER = len(PARTS), len(PARTS) + 1
"""The tabs behind those of the parts."""

BESIDE_CHARACTERS = 100
"""A pane narrower than so many characters has the threshold in a line of its own."""


class ComparisonPane(QFrame):
    """`face_chosen` carries a row of the model, `threshold_moved` a similarity (0-100)."""

    face_chosen = Signal(int)
    threshold_moved = Signal(float)

    def __init__(self, faces: FacesModel, comparing: Comparing, theme: Theme) -> None:
        super().__init__()
        self._faces = faces
        self._comparing = comparing
        self.sentence = label("", "large", wraps=True)
        self.details = label("", "dim", wraps=True)
        self.bar = CalmBar()
        self.bar.setAccessibleName(_("Progress"))
        self.slider = ThresholdSlider(faces.threshold)
        self.slider.moved.connect(self.threshold_moved)
        self._from = label("", "dim")
        self.tabs = QTabBar(drawBase=False, expanding=False, usesScrollButtons=True)
        self.tabs.setAccessibleName(_("Results"))
        for text in [*[""] * len(PARTS), _("Analysis"), _("JSON")]:
            self.tabs.addTab(text)
        self.table = ComparisonTable(faces, theme)
        self.table.face_chosen.connect(self.face_chosen)
        self._nothing = label("", "dim", wraps=True)
        self.analysis = AnalysisView(theme)
        self.answer = AnswerView(theme)
        self._stack = QStackedWidget()
        self._lay_out()
        self.tabs.currentChanged.connect(self._tab_changed)
        faces.counted.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        self._head = QWidget()
        told = QVBoxLayout()
        told.setSpacing(4)
        for widget in (self.sentence, self.details, self.bar):
            told.addWidget(widget)
        limit = QHBoxLayout()
        limit.setSpacing(20)
        limit.addStretch()
        limit.addWidget(self._from)
        limit.addWidget(self.slider)
        head = self._above = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.addLayout(told, 1)
        head.addLayout(limit)
        faces = QWidget()
        column = QVBoxLayout(faces)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._nothing)
        column.addWidget(self.table, 1)
        column.addStretch()
        for widget in (faces, self.analysis, self.answer):
            self._stack.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._head)
        layout.addWidget(self.tabs)
        layout.addWidget(self._stack, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The threshold stands beside the sentence, or below it where that would wrap after every word."""
        super().resizeEvent(event)
        roomy = self.width() >= BESIDE_CHARACTERS * self.fontMetrics().averageCharWidth()
        self._above.setDirection(QBoxLayout.Direction.LeftToRight if roomy else QBoxLayout.Direction.TopToBottom)
        self._above.setSpacing(20 if roomy else 4)

    def _tab_changed(self, tab: int) -> None:
        self._stack.setCurrentIndex(max(0, tab - len(PARTS) + 1))
        if tab < len(PARTS):
            self._faces.show_part(PARTS[tab])
            self._say_nothing()

    def show_part(self, part: Part) -> None:
        """Show the faces of this part."""
        self.tabs.setCurrentIndex(PARTS.index(part))

    def show_analysis(self) -> None:
        """Show what is known of the faces."""
        self.tabs.setCurrentIndex(ANALYSIS)

    def choose(self, key: FaceKey) -> None:
        """Choose this face in the list."""
        similarity = self._faces.comparison(key).matches[key.match or 0].similarity
        self.show_part(Part.MATCHES if similarity >= self._faces.threshold else Part.OTHERS)
        row = self._faces.row(key)
        if row is not None:
            self.table.choose(row)

    def choose_first(self) -> None:
        """Choose the most similar face; of several lists the first one that holds any, once all is known."""
        if not self._comparing.busy and not self._faces.rowCount():
            part = next((part for part in PARTS if self._faces.count(part)), Part.MATCHES)
            self.show_part(part)
        if self._faces.rowCount() and not self.table.currentIndex().isValid():
            self.table.choose(0)

    def refresh(self) -> None:
        """Show the figures as they are now."""
        compared = self._comparing.state is not State.NOTHING
        for place, (part, text) in enumerate(self._parts().items()):
            count = self._faces.count(part)
            self.tabs.setTabText(place, f"{text}  {words.number(count)}")
            needed = part is Part.MATCHES or count > 0 or place == self.tabs.currentIndex()
            self.tabs.setTabVisible(place, compared and needed)
        self.tabs.setTabVisible(ANSWER, compared or self.analysis.shows_something)
        self._head.setVisible(compared)
        self._from.setText(_("{} or more is a match").format(percent(self._faces.threshold)))
        self.sentence.setText(self._sentence())
        self.details.setText(self._details())
        self.details.setVisible(bool(self._details()))
        self.bar.setVisible(self._comparing.busy)
        self.bar.setRange(0, self._comparing.found if self._faces.pictures else 0)
        self.bar.setValue(self._faces.pictures)
        self._say_nothing()

    def _parts(self) -> dict[Part, str]:
        return {
            Part.MATCHES: _("Matches"),
            Part.OTHERS: _("Other faces"),
            Part.NO_FACE: _("No face"),
            Part.PROBLEMS: _("Problems"),
        }

    def _say_nothing(self) -> None:
        empty = not self._faces.rowCount()
        over = self._faces.pictures > 0 and not self._comparing.busy
        self._nothing.setText(self._none_of(self._faces.part) if over else "")
        self._nothing.setVisible(empty)
        self.table.setVisible(not empty)

    def _none_of(self, part: Part) -> str:
        return {
            Part.MATCHES: _("No face matches."),
            Part.OTHERS: _("Every face matches."),
            Part.NO_FACE: _("Every picture shows a face."),
            Part.PROBLEMS: _("No problems."),
        }[part]

    def _sentence(self) -> str:
        matches, most = self._faces.count(Part.MATCHES), self._faces.most_similar
        if self._comparing.state is State.NOTHING:
            return ""
        if self._comparing.busy and most is None:
            return _("Comparing…")
        if not self._faces.pictures:
            return _("No pictures were compared.")
        if most is None:
            return _("No faces were found.")
        if not matches:
            return _("No match; the highest similarity is {}").format(percent(most))
        if self._faces.pictures == 1 and not self._comparing.busy:
            faces = matches + self._faces.count(Part.OTHERS)
            if faces == 1:
                return _("Match: {}").format(percent(most))
            if matches == 1:
                return _("1 of {} matches: {}").format(words.faces(faces), percent(most))
            return _("{} of {} match; the highest similarity is {}").format(matches, words.faces(faces), percent(most))
        if matches == 1:
            return _("1 face matches: {}").format(percent(most))
        pictures = self._faces.matching_pictures()
        return _("{} match in {}").format(words.faces(matches), words.photos(pictures))

    def _details(self) -> str:
        """How far it is, and what it has cost."""
        spent = self._comparing.spent
        return " · ".join(filter(None, (self._progress(), "" if spent is None else words.spent(spent))))

    def _progress(self) -> str:
        so_far, found = self._faces.pictures, self._comparing.found
        if found <= 1:
            return ""
        figures = _("{} of {}").format(words.number(so_far), words.photos(found))
        match self._comparing.state:
            case State.RUNNING:
                return figures if so_far else _("Looking for photos… {} so far").format(words.number(found))
            case State.STOPPING:
                return _("Stopping…")
            case State.STOPPED:
                return _("Stopped after {}").format(figures)
            case State.FAILED:
                return _("Failed after {}").format(figures)
            case _:
                return _("{} compared").format(words.photos(found))
