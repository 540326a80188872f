"""Step 1, *Who?*: headshots and a name for each person to look for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QTabBar, QVBoxLayout, QWidget

from facesorter.domain.errors import PhotoError, WrongUse
from facesorter.domain.names import one_spelling
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme, mark
from facesorter.ui.sort.drafts import MOST_HEADSHOTS, Draft, Shot, name_from, people_in
from facesorter.ui.widgets.card import Card, ElidedLabel, button
from facesorter.ui.widgets.pictures import FacePicture, Loaded, load_headshot

if TYPE_CHECKING:
    from facesorter.app import Workshop
    from facesorter.pipeline.enrol import HeadshotReport, Wanted

AVATAR_PX = 64
HEADSHOT_PX = 640
"""Headshots are loaded this large: enough to cut a face out of a group."""


class WhoCard(Card):
    """The people to look for. `changed` after every change; `people_problem` says what is still missing.

    `said` carries what could not be taken, and what to do instead.
    """

    changed = Signal()
    said = Signal(str, str)
    headshots_wanted = Signal()

    def __init__(self, workshop: Workshop, jobs: Jobs, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(words.tr("WhoCard", "1  Who?"), parent)
        self._workshop = workshop
        self._jobs = jobs
        self.drafts = [Draft()]
        self._tabs = QTabBar(drawBase=False, expanding=False, tabsClosable=False, usesScrollButtons=True)
        self._tabs.setAccessibleName(self.tr("People to look for"))
        self._tabs.addTab("")
        self._tabs.hide()
        self._tabs.currentChanged.connect(self._refresh)
        self.head.addWidget(self._tabs, 1)
        self.head.addStretch()
        self._more = button(self.tr("More people…"), "link")
        self._add = button("", "bare", self.tr("One more person"))
        self._add.setToolTip(self._add.accessibleName())
        theme.give_icon(self._add, "add", "accent")
        for more in (self._more, self._add):
            more.clicked.connect(self._add_nobody)
            self.head.addWidget(more)
        self._drop = button("", "bare", self.tr("Do not look for this person"))
        self._drop.setToolTip(self._drop.accessibleName())
        theme.give_icon(self._drop, "close")
        self._drop.clicked.connect(self._drop_person)
        self.head.addWidget(self._drop)

        self.avatar = FacePicture(theme, self.tr("Headshot"))
        self.avatar.setFixedSize(AVATAR_PX, AVATAR_PX)
        self.avatar.clicked.connect(self._avatar_clicked)
        self.name = QLineEdit(placeholderText=self.tr("Name"), maxLength=200)
        self.name.setAccessibleName(self.tr("Name of this person"))
        self.name.textEdited.connect(self._named)
        self.add = button(self.tr("Choose…"))
        self.add.clicked.connect(self._choose)
        self._chip = ElidedLabel(cut=Qt.TextElideMode.ElideRight)
        self.manage = button("", "link", self.tr("All headshots of this person"))
        self.manage.clicked.connect(self.headshots_wanted)
        self._lay_out()
        self.dropped.connect(self._take)
        self._refresh()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.name, 1)
        line.addWidget(self.add)
        below = QHBoxLayout()
        below.setSpacing(4)
        below.addWidget(self._chip)
        below.addWidget(self.manage)
        below.addStretch()
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addLayout(line)
        right.addLayout(below)
        both = QHBoxLayout()
        both.setSpacing(12)
        both.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        both.addLayout(right, 1)
        self.body.addLayout(both)
        self.body.addStretch()

    # What is asked for

    @property
    def current(self) -> Draft:
        return self.drafts[max(0, self._tabs.currentIndex())]

    def people(self) -> tuple[Wanted, ...]:
        """Everybody described so far."""
        from facesorter.pipeline.enrol import Headshot, Wanted  # the pipeline may come after the window

        return tuple(
            Wanted(one_spelling(draft.name), tuple(Headshot(shot.path, shot.chosen) for shot in draft.usable))
            for draft in self.drafts
            if draft.usable
        )

    def people_problem(self) -> str:
        """What is missing before a search, as a sentence; "" if nothing is."""
        names: set[str] = set()
        for draft in self.drafts:
            if any(shot.report is None for shot in draft.shots):
                return self.tr("Looking at the headshot…")
            if not draft.usable:
                return self.tr("Choose a headshot first.")
            if not draft.name.strip():
                return self.tr("Give the person a name.")
            try:
                folder = self._workshop.folder_preview(draft.name)
            except WrongUse as error:
                return str(error)
            if folder.casefold() in names:
                return self.tr("Two people have the same name, {}. Change one of them.").format(draft.name.strip())
            names.add(folder.casefold())
        return ""

    def folder_names(self) -> list[str]:
        """The folders that copies will go to, of people whose name will do."""
        made: list[str] = []
        for draft in self.drafts:
            try:
                made.append(self._workshop.folder_preview(draft.name))
            except WrongUse:
                continue
        return made

    def shot_of(self, number: int) -> Shot | None:
        """The first good headshot of the person of this number among `people`."""
        usable = [draft for draft in self.drafts if draft.usable]
        return usable[number].usable[0] if number < len(usable) else None

    # Changing it

    def add_person(self, name: str = "", paths: list[str] | None = None) -> None:
        """One more person to look for."""
        self._begin_draft(name, in_place=bool(paths))
        if paths:
            self.add_headshots(paths)
        else:
            self._refresh()
            self.name.setFocus()

    def _begin_draft(self, name: str, *, in_place: bool) -> None:
        """A tab more for a person; `in_place` of one of whom nothing is known yet, if that is the last."""
        with QSignalBlocker(self._tabs):  # meanwhile there may be no tab at all
            if in_place and not self.drafts[-1].shots and not self.drafts[-1].name:
                self.drafts.pop()
                self._tabs.removeTab(self._tabs.count() - 1)
            self.drafts.append(Draft(name))
            self._tabs.addTab("")
            self._tabs.setCurrentIndex(len(self.drafts) - 1)

    def _add_nobody(self) -> None:
        self.add_person()

    def _drop_person(self) -> None:
        place = self._tabs.currentIndex()
        self.drafts.pop(place)
        self._tabs.removeTab(place)
        self._refresh()

    def add_headshots(self, paths: list[str]) -> None:
        """Pictures of the current person."""
        if not self._add_shots(self.current, paths):
            self._refuse([self.current.name.strip() or self.tr("This person")])
        self._refresh()

    def _add_shots(self, draft: Draft, paths: list[str]) -> bool:
        """Whether they are taken: all of them, or none if they are too many."""
        known = {shot.path for shot in draft.shots}
        shots = [Shot(path) for path in dict.fromkeys(paths) if path not in known]
        if len(draft.shots) + len(shots) > MOST_HEADSHOTS:
            return False
        draft.shots += shots
        for shot in shots:
            self._look_at(draft, shot)
        if not draft.name and paths:
            draft.name = name_from(paths[0])
        return True

    def _refuse(self, names: list[str]) -> None:
        shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
        self.said.emit(
            self.tr("{} would have more than {} headshots.").format(shown, words.number(MOST_HEADSHOTS)),
            self.tr("Drop photos to search on Where?"),
        )

    def _look_at(self, draft: Draft, shot: Shot) -> None:
        def look() -> tuple[HeadshotReport, Loaded | None]:
            from facesorter.pipeline.enrol import HeadshotReport

            try:
                loaded = load_headshot(self._workshop, shot.path, HEADSHOT_PX)
            except PhotoError as error:
                return HeadshotReport(shot.path, error=error.reason), None
            return self._workshop.look_at_headshot(shot.path), loaded

        def keep(seen: tuple[HeadshotReport, Loaded | None]) -> None:
            shot.report, shot.loaded = seen
            self._compare(draft)
            self._refresh()

        def give_up(error: BaseException) -> None:
            from facesorter.pipeline.enrol import HeadshotReport

            shot.report = HeadshotReport(shot.path, error=str(error))
            self._compare(draft)
            self._refresh()

        self._jobs.look(look, keep).failed.connect(give_up)

    def _compare(self, draft: Draft) -> None:
        """Ask on a worker whether the pictures of a person may not show the same one, once all are looked at."""
        from facesorter.domain.matching import CHECK_FROM
        from facesorter.pipeline.enrol import Headshot

        draft.doubtful = False
        headshots = [Headshot(shot.path, shot.chosen) for shot in draft.usable]
        if len(headshots) < 2 or any(shot.report is None for shot in draft.shots):
            return

        def keep(same: bool) -> None:
            if headshots == [Headshot(shot.path, shot.chosen) for shot in draft.usable]:
                draft.doubtful = not same
                self._refresh()

        self._jobs.look(lambda: self._workshop.same_person(headshots, CHECK_FROM), keep)

    def pick_face(self, shot: Shot, face_index: int) -> None:
        """This face of the picture is meant."""
        shot.face_index = face_index
        self._compare(self.current)
        self._refresh()

    def remove(self, shot: Shot) -> None:
        """This picture is not wanted after all."""
        self.current.shots.remove(shot)
        self._compare(self.current)
        self._refresh()

    def _named(self, text: str) -> None:
        self.current.name = text
        self._refresh()

    def _avatar_clicked(self) -> None:
        if self.current.shots:
            self.headshots_wanted.emit()
        else:
            self._choose()

    def _choose(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(self, self.tr("Choose headshots of one person"))
        if paths:
            self.add_headshots(paths)

    def _take(self, paths: list[str]) -> None:
        """Files are pictures of the current person, folders those of others; a worker looks what is what."""
        draft = self.current

        def look() -> tuple[list[tuple[str, list[str]]], list[str]]:
            folders = [path for path in paths if os.path.isdir(path)]
            people = [person for folder in folders for person in people_in(folder).items()]
            return people, [path for path in paths if path not in folders]

        def keep(found: tuple[list[tuple[str, list[str]]], list[str]]) -> None:
            people, files = found
            refused: list[str] = []
            if files and not self._add_shots(draft, files):
                refused.append(draft.name.strip() or self.tr("This person"))
            for name, pictures in people:
                if len(pictures) > MOST_HEADSHOTS:
                    refused.append(name)
                else:
                    self._begin_draft(name, in_place=True)
                    self._add_shots(self.current, pictures)
            if refused:
                self._refuse(refused)
            self._refresh()

        self._jobs.look(look, keep)

    # Showing it

    def _refresh(self) -> None:
        draft = self.current
        several = len(self.drafts) > 1
        self._tabs.setVisible(several)
        self._drop.setVisible(several)
        self._add.setVisible(several)
        self._more.setVisible(not several)
        for place, one in enumerate(self.drafts):
            text = words.as_written(one.name.strip()) or self.tr("New person")
            if self._tabs.tabText(place) != text:  # every tab is laid out anew with each text
                self._tabs.setTabText(place, text)
        if self.name.text() != draft.name:
            self.name.setText(draft.name)
        self.add.setText(self.tr("Add…") if draft.shots else self.tr("Choose…"))
        self.add.setAccessibleName(self.tr("Add a headshot") if draft.shots else self.tr("Choose a headshot"))
        self.add.setToolTip(self.add.accessibleName())
        shown = next((shot for shot in draft.usable if shot.loaded is not None), None)
        if shown is not None and shown.loaded is not None and shown.report is not None:
            self.avatar.show_face(shown.loaded.image, shown.report.faces[shown.chosen].box)
        else:
            self.avatar.clear()
        text, tone = self._quality(draft)
        self._chip.show_text(text)
        mark(self._chip, tone=tone)
        faces = len(shown.report.faces) if shown is not None and shown.report is not None else 0
        manage = words.headshots(len(draft.shots))
        if len(draft.shots) == 1 and faces > 1:
            manage = self.tr("{} here: choose…").format(words.faces(faces))
        self.manage.setText(manage)
        self.manage.setVisible(bool(draft.shots))
        mark(self.name, tone="bad" if self._name_problem(draft) else "")
        self.name.setToolTip(self._name_problem(draft))
        self.changed.emit()

    def _name_problem(self, draft: Draft) -> str:
        try:
            self._workshop.folder_preview(draft.name.strip() or "x")
        except WrongUse as error:
            return str(error)
        return ""

    def _quality(self, draft: Draft) -> tuple[str, str]:
        """What there is to say of the pictures, worst first."""
        if not draft.shots:
            return self.tr("Drop a picture here"), "dim"
        for shot in draft.shots:
            if shot.report is not None and shot.report.error:
                return shot.report.error, "bad"
        if any(shot.report is None for shot in draft.shots):
            return self.tr("Looking…"), "dim"
        if draft.doubtful:
            return self.tr("These pictures may not be the same person"), "warn"
        for shot in draft.shots:
            if shot.report is not None and shot.report.remarks[shot.chosen]:
                remark = ", ".join(words.remark(one) for one in shot.report.remarks[shot.chosen])
                return remark[:1].upper() + remark[1:], "warn"
        return self.tr("Good picture") if len(draft.shots) == 1 else self.tr("Good pictures"), "good"
