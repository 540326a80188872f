"""The Compare page: a face against another picture, or against all pictures of a folder, by either engine."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.compare.analyzing import Analyzing
from facesorter.ui.compare.card_analysis import CardAnalysis
from facesorter.ui.compare.chosen_match import ChosenMatch
from facesorter.ui.compare.compared_cards import SourceCard, TargetCard
from facesorter.ui.compare.compared_faces import FaceKey, FacesModel, Part
from facesorter.ui.compare.comparing import Comparing, State
from facesorter.ui.compare.comparison_pane import ComparisonPane
from facesorter.ui.compare.comparison_price import ComparisonPrice
from facesorter.ui.paid.engine_choice import EngineChoice
from facesorter.ui.paid.engine_line import EngineLine
from facesorter.ui.shell import words
from facesorter.ui.shell.banner import Banner
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.card import button, label
from facesorter.ui.widgets.picture_card import PictureCard
from facesorter.ui.widgets.wrapped_text import WithWrappedText

if TYPE_CHECKING:
    from facesorter.app.services import Services


PICTURES_PERCENT = 52
"""Of the height, until the user moves the border."""


class ComparePage(QWidget):
    """Two cards with pictures above, what came of comparing them below.

    `account_asked` says that somebody wants the settings of the account.
    """

    account_asked = Signal()

    def __init__(
        self, app: Services, jobs: Jobs, theme: Theme, choice: EngineChoice, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._theme = theme
        self._choice = choice
        self._shares = [100 * PICTURES_PERCENT, 100 * (100 - PICTURES_PERCENT)]
        self.faces = FacesModel(app.settings.threshold)
        self.comparing = Comparing(app, jobs, self.faces)
        self.analyzing = Analyzing(app, jobs)
        self.engine = EngineLine(choice, wide=True)
        self.price = ComparisonPrice(app, jobs, choice, self.engine)
        self.source = SourceCard(app, jobs, theme)
        self.target = TargetCard(app, jobs, theme)
        self.banner = Banner(theme, self)
        self._places: dict[PictureCard, str] = {}
        self.pane = ComparisonPane(self.faces, self.comparing, theme)
        self._match = ChosenMatch(self.faces, self.target)
        self._analysis = CardAnalysis(self.analyzing, self.pane, (self.source, self.target))
        self._hint = label("", "dim", wraps=True)
        self.stop = button(_("Stop"))
        self.stop.clicked.connect(self._stop)
        self.go = button(_("Compare"), "primary")
        self.go.clicked.connect(self.start)
        self._lay_out()
        self._connect()
        self._refresh()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(label(_("Compare"), "huge"))
        head.addWidget(self._hint, 1)
        head.addWidget(self.stop)
        head.addWidget(self.go)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        content.setObjectName("scrolled")
        scroll.setWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(self.engine)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(10)
        layout.addWidget(self.splitter, 1)
        cards = WithWrappedText(self.splitter)
        both = QHBoxLayout(cards)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(14)
        both.addWidget(self.source, 1)
        both.addWidget(self.target, 1)
        self.pane.hide()
        for part in (cards, self.pane):
            part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
            self.splitter.addWidget(part)

    def _connect(self) -> None:
        for card in (self.source, self.target):
            card.changed.connect(partial(self._card_changed, card))
            card.said.connect(self.banner.say)
            card.analysis_wanted.connect(partial(self.analyze, card))
        self.source.picked.connect(self._forget)
        self.target.picture.face_chosen.connect(self._choose_match)
        self.comparing.changed.connect(self._refresh)
        self.comparing.failed.connect(self.banner.tell)
        self.comparing.ended.connect(self.engine.forget_price)
        self.analyzing.changed.connect(self._refresh)
        self._analysis.changed.connect(self._show_answer)
        self._analysis.shown.connect(self._refresh)
        self._analysis.failed.connect(self.banner.tell)
        self._choice.withdrawn.connect(self._stop_sending)
        self.engine.account_asked.connect(self.account_asked)
        self.engine.changed.connect(self._refresh)
        self.pane.face_chosen.connect(self._show_row)
        self.pane.threshold_moved.connect(self._threshold_moved)
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        paste.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        paste.activated.connect(self.paste)

    # What is compared

    def paste(self) -> None:
        """Take what is on the clipboard into the first empty card; if none is, into the one that has the focus."""
        focused = QApplication.focusWidget()
        on_source = focused is not None and self.source.isAncestorOf(focused)
        if not self._busy:
            (self.source if not self.source.place or (self.target.place and on_source) else self.target).paste()

    def _card_changed(self, card: PictureCard) -> None:
        """Another picture makes the answer void; one of a folder that is looked at belongs to it.

        What was said stays while the picture it is about is loaded: the card announces that, too.
        """
        if self._places.get(card) != card.place:
            self._places[card] = card.place
            self.banner.hide()
        if card is self._analysis.card:
            self._analysis.forget()
        if card is self.target and card.is_folder and card.shown:
            self._match.mark()
        elif card.loaded is None:
            self._forget()
        self._refresh()

    def _forget(self) -> None:
        self._match.key = None
        self.comparing.forget()
        self._match.clear_picture()
        self._show_answer()

    def _missing(self) -> str:
        """What is still to be done before a comparison, as a sentence; "" if nothing is."""
        if not self.source.place:
            return _("Choose a picture of a face first.")
        if not self.target.place:
            return _("Choose what to compare it with.")
        if self.source.ready and self.target.ready:
            return ""
        looking = any(card.shown and card.loaded is None and not card.problem for card in (self.source, self.target))
        return _("Looking…") if looking else _("Choose another picture.")

    @property
    def _busy(self) -> bool:
        return self.comparing.busy or self.analyzing.busy

    def start(self) -> None:
        """Compare, if everything is there; ask first, if photos were never sent before."""
        headshot = self.source.headshot
        if self._busy or self._missing() or self.engine.engine_problem() or headshot is None:
            return
        agreed, paid_work = self.price.paid_work(self.engine.sentence(), self._theme, self, self.engine.price)
        if not agreed:
            return
        self.banner.hide()
        self._forget()
        self.pane.show_part(Part.MATCHES)
        self.comparing.start(headshot, self.target.place, paid_work, folder=self.target.is_folder)

    def analyze(self, card: PictureCard) -> None:
        """Ask the engine for all that it knows of the faces of a card's picture; as `start`, ask before."""
        if card.loaded is None or self._busy or not self.price.may_call:
            return
        price = _("Amazon Rekognition: 1 call, about {}.").format(self.price.of_a_call)
        agreed, paid_work = self.price.paid_work(price, self._theme, self)
        if agreed:
            self.banner.hide()
            self._analysis.start(card, paid_work)

    def _stop(self) -> None:
        if self.analyzing.busy:
            self.analyzing.stop()
            self._analysis.forget()
            self._refresh()
        self.comparing.stop()

    def _stop_sending(self) -> None:
        """The consent was taken back. What goes on is paid if the choice is, which is held meanwhile."""
        if self._busy and self._choice.paid:
            self._stop()
            self.banner.say(_("The comparison was stopped because you withdrew your consent to send photos."))

    # The state of the page

    def _refresh(self) -> None:
        busy = self._busy
        missing = self._missing()
        self._choice.hold(self, held=busy)
        if not busy:
            headshot = None if missing else self.source.headshot
            self.price.ask(headshot, self.target.place, whole=self.target.is_folder)
        problem = missing or self.engine.engine_problem()
        focused = QApplication.focusWidget()
        held = focused if focused is not None and self.isAncestorOf(focused) else None
        self._hint.setText("" if busy else missing)
        self.go.setEnabled(not problem and not busy)
        self.go.setToolTip(problem)
        self.stop.setVisible(busy)
        # Pressed again, it waits for no answer that is paid for.
        self.stop.setEnabled(self.comparing.state is not State.STOPPING or self.comparing.spent is not None)
        for card in (self.source, self.target):
            card.hold(held=busy)
            card.show_price(self.price.of_a_call, possible=not busy and self.price.may_call)
        self.pane.refresh()
        self._show_pane(shown=self.comparing.state is not State.NOTHING or self._analysis.card is not None)
        if self._match.key is None and self.comparing.state is not State.NOTHING:
            self.pane.choose_first()
        if held is not None and not (held.isVisible() and held.isEnabled()):
            self._take_focus()

    def _show_pane(self, *, shown: bool) -> None:
        """The border stays where the user put it."""
        if self.pane.isHidden() and shown:
            self.pane.show()
            self.splitter.setSizes(self._shares)
        elif not self.pane.isHidden() and not shown:
            self._shares = self.splitter.sizes()
            self.pane.hide()

    def _take_focus(self) -> None:
        """Whoever uses the keyboard goes on with what comes next."""
        for widget in (self.stop, self.pane.table, self.go, self.source.choose_button):
            if widget.isVisible() and widget.isEnabled():
                widget.setFocus()
                return

    # The chosen face

    def _show_row(self, row: int) -> None:
        self._match.choose(row)
        self._show_answer()

    def _choose_match(self, place: int) -> None:
        """A face of the compared picture was chosen in the picture."""
        if self._match.key is not None:
            self.pane.choose(FaceKey(self._match.key.picture, place))

    def _threshold_moved(self, threshold: float) -> None:
        self.faces.set_threshold(threshold)
        self._match.mark()
        self._show_answer()

    def _show_answer(self) -> None:
        """The answer in the service's words: about the chosen face's picture, or else about the analyzed one."""
        card, operation, answer = self.target, "CompareFaces", self._match.answer()
        if answer is None and self._analysis.card is not None and (analysis := self._analysis.answer()):
            card, operation, answer = self._analysis.card, "DetectFaces", analysis
        text = json.dumps(answer, indent=2) if answer else ""
        self.pane.answer.show_answer(words.file_name(card.shown), operation, text)
