"""The People page: everybody who is known, and groups of faces that nobody has named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QScrollArea, QVBoxLayout, QWidget

from facesorter.domain.events import PhotoFailed, PhotosFound
from facesorter.domain.figures import whole
from facesorter.domain.groups import GroupsGrew, KnownPerson
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.ui.people import summary
from facesorter.ui.people.cards import GroupCard, PersonCard
from facesorter.ui.people.check_button import CheckEverybody
from facesorter.ui.people.group_cards import GroupCards
from facesorter.ui.people.group_view import GroupView
from facesorter.ui.people.groups_head import GroupsHead
from facesorter.ui.people.loading import Shown, load
from facesorter.ui.shell.banner import Banner
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.card import button, label
from facesorter.ui.widgets.file_dialogs import ask_for_folder
from facesorter.ui.widgets.flow import FlowLayout

if TYPE_CHECKING:
    from facesorter.app.checking import Unfinished
    from facesorter.app.services import Services

AFTER_MS = 100
"""Quiet time after something was written elsewhere until it is shown; what is written here is shown at once."""


class PeoplePage(QWidget):
    """People above, groups below. What is slow is done by jobs; what changes is loaded anew.

    `opened` carries the person whose card was clicked, `asked_why` the one on whose card photos were dropped,
    and these. `check_asked` carries of whom photos are left to check (`Unfinished`). `sort_asked` if somebody is to be
    found by a headshot.
    """

    opened = Signal(object)
    check_asked = Signal(list)
    asked_why = Signal(object, list)
    sort_asked = Signal()

    def __init__(self, app: Services, jobs: Jobs, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._app, self._jobs, self._theme = app, jobs, theme
        self._scan: Job | None = None
        self._summary = label("", "dim", wraps=True)
        self.look_button = button(_("Who is in these photos?"), "primary")
        self.look_button.clicked.connect(self._choose_folder)
        self.check = CheckEverybody(app, jobs, self)
        self.check.asked.connect(self.check_asked)
        self.check.counted.connect(self._show_left)
        self.check_button = self.check.button
        self.stop_button = button(_("Stop"))
        self.stop_button.clicked.connect(self._stop)
        self.stop_button.hide()
        self._people = QWidget()
        self._people_flow = FlowLayout(self._people, 12, 12)
        self.groups = GroupCards(app, jobs)
        self.groups.named.connect(self._name)
        self.groups.hidden.connect(self._hide)
        self.groups.opened.connect(self.show_group)
        self.groups.shown.connect(self._order_tabs)
        self.groups.questions.changed.connect(self.load)
        self.groups.questions.done.connect(self._tell_answer)
        self.apart = GroupsHead()
        self.apart.changed.connect(self.load)
        self.sort_button = button(_("Find by a headshot instead"), "link")
        self.sort_button.clicked.connect(self.sort_asked)
        self._empty = label(
            _("Nobody is known yet. Have a folder looked through: faces that belong together become groups."),
            "dim",
            wraps=True,
        )
        self._soon = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._soon.timeout.connect(self.load)
        self._cards_shown: list[Any] = []
        self._lay_out()
        self.banner = Banner(theme, self)
        for one in (self.check, self.groups, self.groups.questions):
            one.failed.connect(self.banner.tell)
        self.load()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(label(_("People"), "large"))
        head.addWidget(self._summary, 1)
        head.addWidget(self.check_button)
        head.addWidget(self.stop_button)
        head.addWidget(self.look_button)
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 8, 0)
        inner.setSpacing(12)
        for widget in (self._empty, self._people, self.apart, self.groups):
            inner.addWidget(widget)
        inner.addWidget(self.sort_button, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the keys, and comes into view
        scroll.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(scroll, 1)
        self._empty.hide()

    def load(self) -> None:
        """Show what is known now."""
        self._soon.stop()
        wanted = self.apart.with_hidden, self.apart.single

        def look() -> Shown:
            return load(self._app, with_hidden=wanted[0], single=wanted[1])

        def show(shown: Shown) -> None:
            if wanted == (self.apart.with_hidden, self.apart.single):
                self._show(shown)

        self._jobs.look(look, show).failed.connect(self.banner.tell)
        self.check.count()

    def follow(self) -> None:
        """What was written elsewhere is shown soon; the focus and what is typed stay."""
        self._soon.start()

    def _show_people(self, people: list[tuple[KnownPerson, QImage | None]]) -> None:
        if people == self._cards_shown:
            return
        self._cards_shown, focused = people, None
        while (item := self._people_flow.takeAt(0)) is not None:
            card = item.widget()
            if isinstance(card, PersonCard) and card.hasFocus():
                focused = card.person.id
            _remove(card)
        for one, cover in people:
            card = PersonCard(one, cover, self._theme)
            card.clicked.connect(partial(self.opened.emit, one.details.person))
            card.dropped.connect(partial(self.asked_why.emit, one.details.person))
            self._people_flow.addWidget(card)
            if one.details.person.id == focused:
                card.show()  # or it could not take the focus yet
                card.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_left(self.check.by_person)

    def _show_left(self, left: Mapping[int, Unfinished]) -> None:
        for card in self._person_cards:
            card.show_left(left[card.person.id].photos if card.person.id in left else 0)

    @property
    def _person_cards(self) -> list[PersonCard]:
        places = (self._people_flow.itemAt(place) for place in range(self._people_flow.count()))
        return [card for place in places if place is not None and isinstance(card := place.widget(), PersonCard)]

    def _show(self, shown: Shown) -> None:
        self._show_people(shown.people)
        people = [one for one, _cover in shown.people]
        self.groups.show_groups(shown.groups, people, asks=not self.apart.single)
        self._empty.setVisible(not shown.people and not shown.groups and not shown.single)
        self.apart.show_counts(shown)
        if not self.scanning:  # whose own line would flicker
            self._summary.setText(summary.known(shown))

    def _order_tabs(self) -> None:
        """Cards that were made anew come where they are seen, not last."""
        for one, following in pairwise(
            [self.look_button, *self._person_cards, *self.apart.links, *self.groups.tab_order, self.sort_button]
        ):
            QWidget.setTabOrder(one, following)

    def show_group(self, number: int) -> GroupView:
        """Show all faces of a group."""
        view = GroupView(self._app, self._jobs, self._theme, number, self)
        view.changed.connect(self.load)
        view.open()
        return view

    @property
    def cards(self) -> list[GroupCard]:
        """The groups that are shown."""
        return self.groups.cards

    def _tell_answer(self, sentence: str, undo: Callable[[], None]) -> None:
        self.banner.say(sentence, good=True, action=(_("Undo"), undo))

    def _name(self, number: int, name: str) -> None:
        """Make a person of a group; if somebody has that name already, only after a question."""

        def known() -> bool:
            return self._app.people.knows(name)

        def go_on(is_known: bool) -> None:
            if not is_known or self._is_same(name):
                self._write(lambda people: people.name(number, name, same_person=is_known))

        self._jobs.look(known, go_on).failed.connect(self.banner.tell)

    def _is_same(self, name: str) -> bool:
        sentence = _("You know {name} already. Is this the same person?").format(name=name)
        return QMessageBox.question(self, "FaceSorter", sentence) is QMessageBox.StandardButton.Yes

    def _hide(self, number: int, hidden: bool) -> None:
        self._write(lambda people: people.hide(number, hidden=hidden))

    def _write(self, change: Callable[[Any], object]) -> None:
        job = self._jobs.remember(lambda: change(self._app.people))
        job.failed.connect(self.banner.tell)
        job.finished.connect(self.load)

    def _choose_folder(self) -> None:
        folder = ask_for_folder(self, _("Who is in these photos?"))
        if folder:
            self.look_through([folder])

    def look_through(self, folders: list[str]) -> None:
        """Scan these folders for everybody."""

        def steps() -> Iterator[Any]:
            for event in self._app.people.scan(folders, self._jobs.executor):
                if isinstance(event, PhotosFound | GroupsGrew | PhotoFailed):
                    yield event

        self._scan = self._jobs.run(steps)
        self._scan.reported.connect(self._tell)
        self._scan.failed.connect(self.banner.tell)
        self._scan.finished.connect(self._scanned)
        self.look_button.setEnabled(False)
        self.stop_button.show()

    def _tell(self, events: list[Any]) -> None:
        for event in events:
            match event:
                case PhotosFound(total):
                    self._summary.setText(ngettext("{} photo found", "{} photos found", total).format(whole(total)))
                case GroupsGrew():
                    if event.kept:
                        self.load()
                    self._summary.setText(summary.grown(event))
                case _:
                    pass

    @property
    def scanning(self) -> bool:
        return self._scan is not None

    def _stop(self) -> None:
        if self._scan is not None:
            self._scan.cancel()

    def _scanned(self) -> None:
        self._scan = None
        self.look_button.setEnabled(True)
        self.stop_button.hide()
        self.load()


def _remove(widget: QWidget | None) -> None:
    """It goes; the focus passes on, if it was there."""
    if widget is not None:
        widget.hide()
        widget.deleteLater()
