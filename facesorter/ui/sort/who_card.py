"""Step 1, *Who?*: headshots and a name for each person to look for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor

from facesorter.domain.messages import gettext as _
from facesorter.domain.names import folder_name, one_spelling
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme
from facesorter.ui.sort.draft_fields import DraftFields
from facesorter.ui.sort.draft_tabs import DraftTabs
from facesorter.ui.sort.drafts import MOST_HEADSHOTS, NAME, Draft, Identity, Problem, folders_of, name_from, problem_of
from facesorter.ui.sort.drops import People, sort_out_people
from facesorter.ui.sort.examining import Examiner
from facesorter.ui.sort.namesake_question import NamesakeQuestion
from facesorter.ui.widgets.card import Card, button
from facesorter.ui.widgets.drops import Dropped, named
from facesorter.ui.widgets.file_dialogs import ask_for_pictures
from facesorter.ui.widgets.shot import Shot

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.pipeline.enrol import PersonRequest


class WhoCard(Card):
    """The people to look for. `changed` after every change; `people_problem` says what is still missing.

    `said` carries what could not be taken, and what to do instead.
    """

    changed = Signal()
    said = Signal(str, str)
    headshots_wanted = Signal()

    def __init__(self, app: Services, jobs: Jobs, theme: Theme) -> None:
        super().__init__(_("1  Who?"))
        self._app = app
        self._jobs = jobs
        self._theme = theme
        self._examiner = Examiner(app, jobs, self)
        self._examiner.seen.connect(self._refresh)
        self.tabs = DraftTabs()
        self.tabs.currentChanged.connect(self._refresh)
        self._more = button(_("More people…"), "link")
        self._add = button("", "bare", _("Add another person"))
        theme.give_icon(self._add, "add", "accent")
        self._drop = button("", "bare", _("Remove this person"))
        theme.give_icon(self._drop, "close")
        self.namesake = NamesakeQuestion(app, jobs)
        self.namesake.changed.connect(self._refresh)
        self.fields = DraftFields(theme, self.namesake)
        self.fields.named.connect(self._named)
        self.fields.pictures_asked.connect(self._choose)
        self.fields.headshots_asked.connect(self.headshots_wanted)
        self._lay_out()
        self._more.clicked.connect(self._add_nobody)
        self._add.clicked.connect(self._add_nobody)
        self._drop.clicked.connect(self._drop_person)
        self.dropped.connect(self._take)
        theme.changed.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        self.head.addWidget(self.tabs, 1)
        self.head.addStretch()
        for press in (self._more, self._add, self._drop):
            self.head.addWidget(press)
        self.body.addLayout(self.fields)
        self.body.addStretch()

    # What is asked for

    @property
    def current(self) -> Draft:
        return self.tabs.current

    @property
    def drafts(self) -> list[Draft]:
        return self.tabs.drafts

    def people(self) -> tuple[PersonRequest, ...]:
        """Everybody described so far."""
        from facesorter.pipeline.enrol import Headshot, PersonRequest  # the pipeline may come after the window

        return tuple(
            PersonRequest(
                one_spelling(draft.name),
                tuple(Headshot(shot.path, shot.chosen) for shot in draft.usable),
                same_person=draft.identity is Identity.SAME,
            )
            for draft in self.drafts
            if draft.usable
        )

    def people_problem(self) -> str:
        """What is missing before a search, as a sentence; "" if nothing is."""
        return self._problem().sentence

    @property
    def needs_attention(self) -> bool:
        """Whether the user has something to do here before a search."""
        waits = any(draft.is_pending or draft.identity is Identity.LOOKING for draft in self.drafts)
        return bool(self._problem().missing) and not waits

    def _problem(self) -> Problem:
        return problem_of(self.drafts, folder_name)

    def focus_missing(self) -> None:
        """Lead to what `people_problem` asks for."""
        place, missing, _sentence = self._problem()
        self.tabs.setCurrentIndex(place)
        (self.fields.name if missing == NAME else self.fields.add).setFocus(Qt.FocusReason.OtherFocusReason)

    def folder_names(self) -> list[str]:
        """The folders that copies will go to, of people whose name will do."""
        return folders_of(self.drafts, folder_name)

    def shot_of(self, number: int) -> Shot | None:
        """The first good headshot of the person of this number among `people`."""
        usable = [draft for draft in self.drafts if draft.usable]
        return usable[number].usable[0] if number < len(usable) else None

    # Changing it

    def add_person(self, name: str = "", paths: list[str] | None = None) -> None:
        """One more person to look for."""
        self.tabs.add(Draft(name, is_named=bool(name)), in_place=bool(paths))
        if paths:
            self.add_headshots(paths)
        else:
            self._refresh()
            self.fields.name.setFocus()

    def restore(self, drafts: list[Draft]) -> None:
        """These people instead of nobody; their pictures are looked at anew."""
        for draft in drafts:
            self.tabs.add(draft, in_place=True)
            for shot in draft.shots:
                self._examiner.look_at(draft, shot)
        self.tabs.setCurrentIndex(0)
        self._refresh()

    def choose_only(self, paths: list[str]) -> None:
        """One person alone with these headshots, instead of the people of last time."""
        self.tabs.replace_all(Draft())
        self.add_headshots(paths)

    def open(self, paths: list[str]) -> None:
        """Headshots that the program was opened with: of whoever has the name of their files, or of somebody new.

        Some systems hand over one file at a time, so files that tell no name go to a person who has none yet.
        """
        if len(paths) > MOST_HEADSHOTS:
            self._refuse([_("This person")])
            return
        place = self.tabs.place_of(next((name for name in map(name_from, paths) if name), ""))
        if place is None:
            self.tabs.add(Draft(), in_place=True)
        else:
            self.tabs.setCurrentIndex(place)
        self.add_headshots(paths)

    def _add_nobody(self) -> None:
        self.add_person()

    def _drop_person(self) -> None:
        self.tabs.drop_current()
        self._refresh()

    def forget(self, name: str) -> None:
        """Nobody of this name is to be looked for any more."""
        self.tabs.forget(name)
        self._refresh()

    def rename(self, before: str, name: str) -> None:
        """Whoever is looked for under the one name is looked for under the other."""
        self.tabs.rename(before, name)
        self._refresh()

    def add_headshots(self, paths: list[str]) -> None:
        """Pictures of the current person."""
        self.take(self.current, paths)

    def _add_shots(self, draft: Draft, paths: list[str]) -> bool:
        """Whether they are taken: all of them, or none if they are too many."""
        known = {shot.path for shot in draft.shots}
        shots = [Shot(path) for path in dict.fromkeys(paths) if path not in known]
        if len(draft.shots) + len(shots) > MOST_HEADSHOTS:
            return False
        draft.shots += shots
        for shot in shots:
            self._examiner.look_at(draft, shot)
        draft.guess_name()
        return True

    def _refuse(self, names: list[str]) -> None:
        self.said.emit(
            _("{} would have more than {} headshots.").format(named(names), words.number(MOST_HEADSHOTS)),
            _("To search these photos, drop them on “Where?”."),
        )

    def pick_face(self, shot: Shot, face_index: int) -> None:
        """This face of the picture is the right one."""
        shot.face_index = face_index
        self._examiner.compare(self.current)
        self._refresh()

    def remove(self, shot: Shot) -> None:
        """This picture is not wanted after all."""
        self.current.shots.remove(shot)
        self.current.guess_name()
        self._examiner.compare(self.current)
        self._refresh()

    def _named(self, text: str) -> None:
        self.current.name, self.current.is_named = text, bool(text)
        self._refresh()

    def _choose(self) -> None:
        paths = ask_for_pictures(self, _("Choose headshots of one person"))
        if paths:
            self.add_headshots(paths)

    def _take(self, paths: list[str]) -> None:
        """Files are pictures of the current person, folders those of others; a worker looks what is what."""
        draft = self.current

        def keep(found: tuple[People, Dropped]) -> None:
            people, others = found
            happened, advice = others.refused.sentences()
            if happened:
                self.said.emit(happened, advice)
            self.take(draft, others.pictures, people)

        self._jobs.look(lambda: sort_out_people(paths), keep)

    def take(self, draft: Draft, pictures: list[str], people: People | None = None) -> None:
        """Headshots of this person, and of others by their names; too many at once are refused."""
        refused: list[str] = []
        if pictures and not self._add_shots(draft, pictures):
            refused.append(draft.name.strip() or _("This person"))
        for name, theirs in (people or {}).items():
            if len(theirs) > MOST_HEADSHOTS:
                refused.append(name)
            else:
                self.tabs.add(Draft(name, is_named=bool(name)), in_place=True)
                self._add_shots(self.current, theirs)
        if refused:
            self._refuse(refused)
        self._refresh()

    # Showing it

    def _refresh(self) -> None:
        draft = self.current
        self.namesake.follow(self.drafts, draft)
        several = len(self.drafts) > 1
        self._drop.setVisible(several)
        self._add.setVisible(several)
        self._more.setVisible(not several)
        problem = self._problem()
        self.tabs.show_state(problem, QColor(self._theme.colors.warn))
        here = problem.missing == NAME and draft is self.drafts[problem.place]
        self.fields.show_draft(draft, problem.sentence if here else "")
        self.changed.emit()
