"""The list of pairs of names that may be one person, those to decide first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from facesorter.domain.figures import percent
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.ui.insights.pair_card import PairCard
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import Theme, mark
from facesorter.ui.widgets.card import button, label

if TYPE_CHECKING:
    from facesorter.duplicates.pairs import Pair, PairCount

PAIRS_AT_ONCE = 10


class PairsCard(QFrame):
    """`faces_wanted` carries a card whose faces are to be shown, `decided` a card and what was said.

    `more_asked` and `all_asked` when other pairs are to be shown: `wanted` says how many, `percent` by which likeness.
    """

    faces_wanted = Signal(object)
    decided = Signal(object, object)
    picture_asked = Signal(object, int)
    more_asked = Signal()
    all_asked = Signal()
    save_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        mark(self, card="true")
        self._theme = theme
        self.percent: int | None = None
        self.wanted = PAIRS_AT_ONCE
        self.cards: list[PairCard] = []
        title = _("The same person under two names?")
        self.setAccessibleName(title)
        self._count = label("", "small")
        self.save_button = button(_("Save list…"), "link", _("Saves every pair with what you said of it, as CSV"))
        self.save_button.clicked.connect(self.save_asked)
        self.all_button = button("", "link")
        self.all_button.clicked.connect(self.all_asked)
        self._nothing = label("", "dim", wraps=True)
        self.more_button = button(_("Show more"), "link")
        self.more_button.clicked.connect(self._ask_more)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(label(title, "title", wraps=True), 1)
        head.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self._count)
        layout.addWidget(self.all_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._nothing)
        layout.addLayout(self._column)
        layout.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.be_about(None)

    def be_about(self, value: int | None) -> None:
        """From now on show the first pairs of just this likeness, or of all."""
        self.percent = value
        self.wanted = PAIRS_AT_ONCE
        self.all_button.setVisible(value is not None)
        if value is not None:
            text = _("Only faces that are {similarity} similar. Show all").format(similarity=percent(value))
            self.all_button.setText(text)
            self.all_button.setAccessibleName(text)

    def _ask_more(self) -> None:
        self.wanted += PAIRS_AT_ONCE
        self.more_asked.emit()

    def show_pairs(self, pairs: Sequence[Pair], count: PairCount) -> None:
        """Show these. A card that is there stays where it is while only answers have changed, so that nothing jumps."""
        shown = {card.pair.names: card for card in self.cards}
        if {pair.names for pair in pairs} != set(shown):
            focused = next((card for card in self.cards if card.isAncestorOf(self.focusWidget() or self)), None)
            self._replace(pairs, shown)
            if focused is not None and focused not in self.cards and self.cards:
                self.cards[0].same.setFocus()
        else:
            for pair in pairs:
                self.show_verdict(pair.names, pair.verdict)
        told = ngettext("{pairs} pair, {decided} decided", "{pairs} pairs, {decided} decided", count.pairs)
        self._count.setText(told.format(pairs=words.number(count.pairs), decided=words.number(count.decided)))
        self.save_button.setVisible(count.pairs > 0)
        self._nothing.setVisible(not pairs)
        self._nothing.setText(
            _("No two names are this similar. Lower the threshold to see more.")
            if self.percent is None
            else _("No two names have faces that are exactly this similar.")
        )
        self.more_button.setVisible(len(pairs) >= self.wanted)

    def _replace(self, pairs: Sequence[Pair], shown: dict[tuple[str, str], PairCard]) -> None:
        while self._column.takeAt(0) is not None:
            pass
        self.cards = []
        for pair in pairs:
            card = shown.pop(pair.names, None)
            if card is not None and card.pair._replace(verdict=pair.verdict) != pair:
                shown[pair.names], card = card, None
            card = card or self._made(pair)
            card.pair = pair
            card.show_verdict(pair.verdict)
            self.cards.append(card)
            self._column.addWidget(card)
        for card in shown.values():
            card.hide()
            card.deleteLater()

    def _made(self, pair: Pair) -> PairCard:
        card = PairCard(pair, self._theme)
        card.decided.connect(self.decided)
        card.picture_asked.connect(self.picture_asked)
        self.faces_wanted.emit(card)
        return card

    def put_first(self, pair: Pair) -> PairCard:
        """Show this pair above the others."""
        card = self._made(pair)
        self.cards.insert(0, card)
        self._column.insertWidget(0, card)
        return card

    def card_of(self, names: tuple[str, str]) -> PairCard | None:
        """The card of these two names, if it is shown."""
        return next((card for card in self.cards if card.pair.names == names), None)

    def show_verdict(self, names: tuple[str, str], verdict: str | None) -> None:
        """This was said of two names; the keyboard stays with them."""
        card = self.card_of(names)
        if card is None or card.pair.verdict == verdict:
            return
        focused = card.isAncestorOf(self.focusWidget() or self)
        card.pair = card.pair._replace(verdict=verdict)  # pyright: ignore[reportArgumentType]
        card.show_verdict(verdict)
        if focused:
            (card.undo if verdict else card.same).setFocus()
