"""Adds faces of pictures to those a person is known by: looks at each, asks where it must, and says what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from facesorter.domain.errors import PhotoError
from facesorter.domain.messages import gettext as _
from facesorter.ui.people.face_picker import FacePicker
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.drops import sort_out
from facesorter.ui.widgets.pictures import Loaded, load_headshot

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.domain.models import Person
    from facesorter.pipeline.enrol import Headshot, HeadshotReport

GROUP_PX = 1600


class _Seen(NamedTuple):
    """A picture that was looked at; without a face there is only what is wrong with it."""

    report: HeadshotReport
    loaded: Loaded | None


@dataclass
class _Adding:
    """Pictures that wait, and what came of the others."""

    person: Person
    waiting: list[str]
    added: int = 0
    known: int = 0
    problems: list[str] = field(default_factory=list[str])


class ReferenceAdding(QObject):
    """One picture after the other. `added` carries the person, and how many faces are new, once all are through.

    `failed` carries what could not be done.
    """

    added = Signal(object, int)
    failed = Signal(object)

    def __init__(self, app: Services, jobs: Jobs, theme: Theme, page: QWidget) -> None:
        super().__init__(page)
        self._app, self._jobs, self._theme, self._page = app, jobs, theme, page

    def add(self, person: Person, paths: list[str]) -> None:
        """Take the faces of these pictures in; of folders the pictures that lie in them."""

        def begin(pictures: tuple[list[str], str]) -> None:
            adding = _Adding(person, pictures[0])
            adding.problems += [pictures[1]] if pictures[1] else []
            self._next(adding)

        def look() -> tuple[list[str], str]:
            found = sort_out(paths)
            return found.pictures, found.refused.sentences()[0]

        self._jobs.look(look, begin).failed.connect(self.failed)

    def _next(self, adding: _Adding) -> None:
        if not adding.waiting:
            self._end(adding)
            return
        path = adding.waiting.pop(0)

        def look() -> _Seen:
            from facesorter.pipeline.enrol import HeadshotReport

            report = self._app.headshots.examine(path)
            if len(report.faces) < 2:
                return _Seen(report, None)
            try:
                return _Seen(report, load_headshot(self._app, path, GROUP_PX))
            except PhotoError as error:
                return _Seen(HeadshotReport(path, error=error.reason), None)

        def go_on(seen: _Seen) -> None:
            self._choose(adding, seen)

        self._jobs.look(look, go_on).failed.connect(self.failed)

    def _choose(self, adding: _Adding, seen: _Seen) -> None:
        """Which face of the picture it is."""
        from facesorter.pipeline.enrol import Headshot

        report, place = seen.report, 0
        if not report.faces:
            adding.problems.append(f"{words.file_name(report.path)}: {report.error}")
            self._next(adding)
            return
        if seen.loaded is not None:
            boxes = [face.box for face in report.faces]
            picker = FacePicker(adding.person.name, seen.loaded.image, boxes, self._theme, self._page)
            agreed, place = picker.exec(), picker.chosen
            picker.deleteLater()
            if not agreed:
                self._next(adding)
                return
        self._compare(adding, Headshot(report.path, place))

    def _compare(self, adding: _Adding, shot: Headshot) -> None:
        """Ask before a face is taken in that is like none that is known of the person."""

        def compare() -> bool:
            return self._app.references.is_clearly_not(adding.person, shot)

        def go_on(clearly_not: bool) -> None:
            if clearly_not and not self._is_same(adding.person.name, shot.path):
                self._next(adding)
            else:
                self._write(adding, shot)

        self._jobs.look(compare, go_on).failed.connect(self.failed)

    def _is_same(self, name: str, path: str) -> bool:
        sentence = _("The face in {file} does not look like {name}. Is it {name} nevertheless?")
        question = sentence.format(file=words.file_name(path), name=words.in_a_sentence(name))
        return QMessageBox.question(self._page, "FaceSorter", question) is QMessageBox.StandardButton.Yes

    def _write(self, adding: _Adding, shot: Headshot) -> None:
        def go_on(added: int | None) -> None:
            adding.added += added is not None
            adding.known += added is None
            self._next(adding)

        job = self._jobs.remember(lambda: self._app.references.add(adding.person, shot), go_on)
        job.failed.connect(self.failed)

    def _end(self, adding: _Adding) -> None:
        if adding.problems:
            self.failed.emit(PhotoError(" ".join(adding.problems)))
        elif adding.known and not adding.added:
            name = words.in_a_sentence(adding.person.name)
            self.failed.emit(PhotoError(_("{name} is known by this face already.").format(name=name)))
        self.added.emit(adding.person, adding.added)
