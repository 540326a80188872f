"""The groups without a name on the People page, the largest first, and who each may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from facesorter.domain.groups import KnownPerson, UnknownGroup
from facesorter.domain.messages import gettext as _
from facesorter.ui.people.cards import GroupCard
from facesorter.ui.people.group_questions import GroupQuestions
from facesorter.ui.people.known_names import KnownNames
from facesorter.ui.people.loading import load_faces
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.widgets.card import button
from facesorter.ui.widgets.flow import FlowLayout

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.app.suggestions import Suggestion
    from facesorter.domain.models import Person

GROUPS_AT_ONCE = 24
"""Groups that are shown until more are asked for."""


class GroupCards(QWidget):
    """Cards come at once, their faces and questions follow. The card of a group that is as it was stays as it is.

    `named`, `hidden` and `opened` are those of the cards, `failed` carries what could not be loaded. `shown` comes when
    there are other cards or questions.
    """

    named = Signal(int, str)
    hidden = Signal(int, bool)
    opened = Signal(int)
    failed = Signal(object)
    shown = Signal()

    def __init__(self, app: Services, jobs: Jobs) -> None:
        super().__init__()
        self._app, self._jobs = app, jobs
        self._groups: Sequence[UnknownGroup] = []
        self._suggestions: Mapping[int, Suggestion] = {}
        self._shown = 0
        self._cards: dict[int, GroupCard] = {}
        """Those that are shown, in their order, by the numbers of their groups."""
        self.questions = GroupQuestions(app, jobs, self)
        self.questions.found.connect(self._ask)
        self.names = KnownNames(self)
        self.names.clicked.connect(self._choose_clicked)
        self._content = QWidget()
        self._flow = FlowLayout(self._content, 12, 12)
        self.more_button = button(_("Show more"), "link")
        self.more_button.clicked.connect(self._show_more)
        self.more_button.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._content)
        layout.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def cards(self) -> list[GroupCard]:
        """The groups that are shown."""
        return [*self._cards.values()]

    @property
    def tab_order(self) -> list[QWidget]:
        """What can have the focus, in the order in which it is seen."""
        return [widget for card in self.cards for widget in card.tab_order] + [self.more_button]

    def show_groups(self, groups: Sequence[UnknownGroup], people: Sequence[KnownPerson], *, asks: bool = True) -> None:
        """As many of these groups as before; if it `asks`, each may be one of these people."""
        self.names.offer(people)
        before, self._cards = self._cards, {}
        while self._flow.takeAt(0) is not None:
            pass
        self._groups, count, self._shown = groups, max(GROUPS_AT_ONCE, self._shown), 0
        self._show(count, before)
        for card in set(before.values()) - set(self.cards):
            card.hide()  # the focus passes on, if it was there
            card.deleteLater()
        self.shown.emit()
        self.questions.look(groups if asks else (), {one.details.person.id for one in people})

    def _show_more(self) -> None:
        last = self.tab_order[-2:-1]
        self._content.hide()  # or all cards would be arranged anew as each of the new ones is shown
        added = self._show(GROUPS_AT_ONCE, {})
        self._content.show()
        for one, following in pairwise([*last, *(one for card in added for one in card.tab_order), self.more_button]):
            QWidget.setTabOrder(one, following)

    def _show(self, count: int, before: Mapping[int, GroupCard]) -> list[GroupCard]:
        """Show so many more; their cards."""
        added: list[GroupCard] = []
        for group in self._groups[self._shown : self._shown + count]:
            card = self._cards[group.number] = self._card_of(group, before.get(group.number))
            self._flow.addWidget(card)
            added.append(card)
        self._shown = min(self._shown + count, len(self._groups))
        self.more_button.setVisible(self._shown < len(self._groups))
        return added

    def _card_of(self, group: UnknownGroup, before: GroupCard | None) -> GroupCard:
        if before is not None and before.group == group:
            return before
        card = GroupCard(group, self.names)
        card.chosen.connect(partial(self._choose, group))
        card.named.connect(self.named)
        card.hidden.connect(self.hidden)
        card.opened.connect(self.opened)
        card.answered.connect(self._answer)
        card.ask(self._suggestions.get(group.number))
        if before is not None:
            card.name.setText(before.name.text())
        self._load_faces(card)
        return card

    def _load_faces(self, card: GroupCard) -> None:
        faces = card.faces

        def show(images: list[QImage]) -> None:
            if self._cards.get(card.number) is card:
                card.show_faces(images)

        self._jobs.look(lambda: load_faces(self._app, faces), show).failed.connect(self.failed)

    def _ask(self, suggestions: Mapping[int, Suggestion]) -> None:
        self._suggestions = suggestions
        for card in self.cards:
            card.ask(suggestions.get(card.number))
        self.shown.emit()

    def _choose_clicked(self, field: QLineEdit, person: Person) -> None:
        for card in self.cards:
            if card.name is field:
                self._choose(card.group, person)

    def _choose(self, group: UnknownGroup, person: Person) -> None:
        """The user has chosen who it is, which is a yes to a question that nobody had to ask."""
        from facesorter.app.suggestions import Suggestion

        self.questions.answer(Suggestion(person, group, 100.0), agrees=True)

    def _answer(self, asked: Suggestion, agrees: bool) -> None:
        self.questions.answer(asked, agrees=agrees)
