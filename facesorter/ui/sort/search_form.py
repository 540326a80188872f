"""What the user asks for on the Sort page: whom, where, by which engine and at what price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QCheckBox, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.settings import Settings
from facesorter.ui.paid.engine_choice import EngineChoice
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme
from facesorter.ui.sort.drafts import drafts_of
from facesorter.ui.sort.kept_people import as_kept, from_kept
from facesorter.ui.sort.steps_row import StepsRow
from facesorter.ui.sort.where_card import WhereCard
from facesorter.ui.sort.who_card import WhoCard
from facesorter.ui.widgets.card import button
from facesorter.ui.widgets.drops import Dropped, sort_out

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.domain.spending import PricedTerms
    from facesorter.pipeline.sort_request import SortRequest


class SearchForm(QObject):
    """The steps before a search. It knows nothing of runs: whoever has one says when nothing may be changed."""

    def __init__(self, app: Services, jobs: Jobs, theme: Theme, page: QWidget) -> None:
        super().__init__(page)
        self._app = app
        self._jobs = jobs
        self._theme = theme
        self._page = page
        self.choice = EngineChoice(app.settings, page)
        self.who = WhoCard(app, jobs, theme)
        self.where = WhereCard(app, jobs, self.choice)
        self.go = button(_("Find and copy"), "primary")
        self.go.setProperty("scale", "large")
        self.look_first = QCheckBox(_("Look first, copy later"))
        self.look_first.setChecked(app.settings.look_first)
        self.steps = StepsRow(self.who, self.where, self.go, self.look_first, theme)
        self.who.headshots_wanted.connect(self._choose_faces)
        self.where.names_asked.connect(self._use_names)

    def restore(self) -> None:
        """Ask for whom the user asked last."""
        self.who.restore(from_kept(self._app.settings.people))

    @property
    def needs_attention(self) -> bool:
        """Whether something is to be done in one of the steps."""
        return self.who.needs_attention or self.where.needs_attention

    def show(self, *, busy: bool) -> None:
        """Show what is so now, and what is missing; while a search goes on, nothing can be changed."""
        unknown = self.who.people_problem()
        problem = unknown or self.where.where_problem()
        self.where.show_problem(shown=not unknown and not busy)
        self.go.setText(_("Find") if self.look_first.isChecked() else _("Find and copy"))
        self.go.setEnabled(not problem and not busy)
        self.go.setToolTip(problem)
        self.go.setAccessibleDescription(problem)
        for widget in (self.who, self.where, self.look_first):
            widget.setEnabled(not busy)
        self.where.copies_to.show_names(self.who.folder_names())
        summary = self.steps.summary
        names = [draft.name.strip() for draft in self.who.drafts if draft.name.strip()]
        summary.show_choice(names, self.where.folders, self.who.folder_names())
        summary.show_face(self.who.shot_of(0))
        summary.price.setText(self.where.engine.sentence() if self.choice.paid else "")
        summary.price.setVisible(self.choice.paid)

    def focus_missing(self) -> bool:
        """Lead to the first thing that a search needs and that is missing; False if nothing is."""
        for problem, card in ((self.who.people_problem(), self.who), (self.where.where_problem(), self.where)):
            if problem:
                card.focus_missing()
                return True
        return False

    def request(self, settings: Settings) -> SortRequest:
        """What is asked for, with these settings."""
        from facesorter.pipeline.sort_request import SortRequest

        return SortRequest(
            self.who.people(),
            self.where.there,
            settings.destination_folder,
            recursive=settings.recursive,
            films=settings.films,
            threshold=settings.threshold,
            dry_run=settings.look_first,
            with_companions=settings.with_companions,
            write_names=settings.write_names,
            link=settings.link,
            terms=self.choice.terms,
        )

    @property
    def priceable(self) -> bool:
        """Whether a search would cost something, and it is known of whom and over what it is."""
        known = self.where.there and not self.where.counting and not self.who.people_problem()
        return self.choice.paid and bool(known)

    def ask_price(self, request: SortRequest) -> None:
        """Work out what a run costs at most."""

        def work_out() -> Iterator[PricedTerms]:
            yield self.where.counter.price(request)

        def begin() -> Job:
            return self._jobs.select(work_out)

        headshots = tuple(person.headshots for person in request.people)
        self.where.engine.ask_price((headshots, request.folders, request.recursive, self.choice.savings), begin)

    def spend_less(self, request: SortRequest) -> None:
        """Show what each way of saving would cost, and let the user choose one."""
        from facesorter.ui.paid.savings_dialog import SpendDialog

        dialog = SpendDialog(self._app, self._jobs, request, self._page)
        chosen = dialog.exec() == SpendDialog.DialogCode.Accepted
        dialog.deleteLater()
        self.where.engine.forget_price()
        self.choice.choose(savings=dialog.savings if chosen else self.choice.savings)

    def take_dropped(self, paths: list[str]) -> None:
        """What was dropped on the welcome: pictures are headshots, folders are searched."""
        draft = self.who.current

        def take(found: Dropped) -> None:
            self.who.take(draft, found.pictures)
            self.where.take(replace(found, pictures=[]))

        self._jobs.look(lambda: sort_out(paths), take)

    def _use_names(self) -> None:
        from facesorter.ui.sort.names_dialog import NamesDialog

        recursive = self.where.subfolders.isChecked()
        dialog = NamesDialog(self._app, self._jobs, self.where.there, self._page, recursive=recursive)
        dialog.exec()
        if dialog.chosen:
            self.who.restore(drafts_of(dialog.chosen))
        dialog.deleteLater()

    def _choose_faces(self) -> None:
        from facesorter.ui.sort.headshots_dialog import HeadshotsDialog

        dialog = HeadshotsDialog(self.who, self._theme)
        dialog.exec()
        dialog.deleteLater()

    def choices(self) -> dict[str, Any]:
        """What was chosen here, by the names of the settings."""
        return {
            **self.choice.as_settings(),
            "folders": self.where.folders,
            "people": as_kept(self.who.drafts),
            "recent_folders": self.where.choose.recent,
            "destination": self.where.copies_to.as_setting,
            "recursive": self.where.subfolders.isChecked(),
            "with_companions": self.where.companions.isChecked(),
            "look_first": self.look_first.isChecked(),
        }

    def take_settings(self, settings: Settings) -> None:
        """The settings page changed something."""
        self.look_first.setChecked(settings.look_first)
        self.choice.take_settings(settings)
        self.where.take_settings(settings)
