"""Asks where photos are to be exported to and how, exports them, and shows how far it is."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.ui.shell import words
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.widgets.calm_bar import CalmBar
from facesorter.ui.widgets.card import button, label
from facesorter.ui.widgets.file_dialogs import ask_for_folder, first_folder
from facesorter.ui.widgets.path_field import PathField

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.domain.groups import DatedPhoto
    from facesorter.domain.models import Person

WIDTH_PX = 480
SHARED_PX = 2048
"""The longer side of a photo that is sized down: it fills most screens, and a mail takes dozens."""
TOLD_PROBLEMS = 3
"""Photos that could not be exported of which the reason is told."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What became of an export: where it is ("" if nothing is), photos that are there, and why others are not."""

    to: str
    photos: int
    problems: Sequence[tuple[str, str]]
    stopped: bool

    def sentences(self, name: str) -> tuple[str, str]:
        """What was done, and what was not."""
        folder = words.short(self.to)
        if self.stopped and not self.to:
            return _("The export was stopped. Nothing was written."), ""
        done = ngettext(
            "{count} photo of {name} is in {folder}.", "{count} photos of {name} are in {folder}.", self.photos
        )
        sentence = done.format(count=words.number(self.photos), name=words.in_a_sentence(name), folder=folder)
        if self.stopped:
            return sentence, _("The export was stopped; the others were not exported.")
        if not self.problems:
            return sentence, ""
        told = [f"{words.file_name(path)}: {reason}" for path, reason in self.problems[:TOLD_PROBLEMS]]
        count = len(self.problems)
        others = ngettext("{count} photo could not be exported.", "{count} photos could not be exported.", count)
        return sentence, " ".join([others.format(count=words.number(count)), *told])


class ExportDialog(QDialog):
    """About these photos, of this person. `ended` carries what was done, `failed` what ended it."""

    ended = Signal(object)
    failed = Signal(object)

    def __init__(
        self, app: Services, jobs: Jobs, person: Person, photos: Sequence[DatedPhoto], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._app, self._jobs, self._person, self._photos = app, jobs, person, photos
        self._job: Job | None = None
        self._to = ""
        self._exported = 0
        self._problems: list[tuple[str, str]] = []
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        count = len(photos)
        self.setWindowTitle(ngettext("Export {} photo", "Export {} photos", count).format(words.number(count)))
        self.as_folder, self.as_zip = QRadioButton(_("A new folder")), QRadioButton(_("A ZIP file"))
        self.full, self.sized = QRadioButton(_("Full size")), QRadioButton()
        self.sized.setText(_("At most {} pixels, as JPEG").format(words.number(SHARED_PX)))
        self.metadata = QCheckBox(_("With date, place, camera, and all else that the files say"))
        self.metadata.setChecked(True)
        self.folder = first_folder()
        self.where = PathField("")
        self.where.setAccessibleName(_("Where to"))
        self.change = button(_("Choose…"), "", _("Chooses the folder to export to"))
        self.change.clicked.connect(self._choose)
        self.bar = CalmBar()
        self.bar.setAccessibleName(_("Exported photos"))
        self._progress = label("", "dim")
        self.go = button(_("Export"), "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self.start)
        self.cancel = button(_("Cancel"))
        self.cancel.clicked.connect(self.reject)
        self._choices = QWidget()
        self._lay_out()
        for one in (self.as_folder, self.full):
            one.setChecked(True)
        self.as_zip.toggled.connect(self._show_where)
        self._show_where()
        self.go.setFocus()

    def _lay_out(self) -> None:
        grid = QGridLayout(self._choices)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(2, 1)
        for row, (text, choices) in enumerate(
            ((_("Into"), (self.as_folder, self.as_zip)), (_("Size"), (self.full, self.sized)))
        ):
            group = QButtonGroup(self)
            grid.addWidget(label(text, "dim"), row, 0)
            for column, choice in enumerate(choices, 1):
                group.addButton(choice)
                choice.setAccessibleDescription(text)
                grid.addWidget(choice, row, column)
        grid.addWidget(self.metadata, 2, 1, 1, 2)
        place = QHBoxLayout()
        place.setSpacing(8)
        place.addWidget(self.where, 1)
        place.addWidget(self.change)
        grid.addWidget(label(_("Where to"), "dim"), 3, 0)
        grid.addLayout(place, 3, 1, 1, 2)
        buttons = QHBoxLayout()
        buttons.addWidget(self._progress, 1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.addStrut(WIDTH_PX)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(12)
        layout.addWidget(label(self.windowTitle(), "strong"))
        layout.addWidget(self._choices)
        layout.addWidget(self.bar)
        layout.addLayout(buttons)
        self.bar.hide()

    @property
    def _name(self) -> str:
        """The name of what is made, before it gets a number if there is one already."""
        name = _("Photos of {name}").format(name=self._person.name)
        return f"{name}.zip" if self.as_zip.isChecked() else name

    def _show_where(self) -> None:
        self.where.show_path(os.path.join(self.folder, self._name))
        self.where.setToolTip(os.path.join(self.folder, self._name))

    def _choose(self) -> None:
        self.folder = ask_for_folder(self, _("Where to"), self.folder) or self.folder
        self._show_where()

    def start(self) -> None:
        """Export them."""
        if self._job is not None:
            return
        folder, name = self.folder, self._name
        as_zip, metadata = self.as_zip.isChecked(), self.metadata.isChecked()
        max_px = SHARED_PX if self.sized.isChecked() else None

        def steps() -> Iterator[Any]:
            from facesorter.app.export import ExportRequest

            albums = self._app.albums
            request = ExportRequest(albums.free_place(folder, name), as_zip, max_px, metadata)
            yield request
            yield from albums.export(self._person, request, [one.photo for one in self._photos])

        self._choices.setEnabled(False)
        self.go.hide()
        self.bar.setRange(0, len(self._photos))
        self.bar.show()
        self.cancel.setText(_("Stop"))
        self.cancel.setFocus()
        self._job = self._jobs.run(steps)
        self._job.reported.connect(self._take)
        self._job.failed.connect(self._give_up)
        self._job.finished.connect(self._finish)

    def _take(self, events: list[Any]) -> None:
        from facesorter.app.export import ExportRequest, PhotoExported

        for event in events:
            match event:
                case ExportRequest():
                    self._to = event.to
                case PhotoExported():
                    self._exported += 1
                case _:
                    self._problems.append((event.photo.path, event.reason))
        done = self._exported + len(self._problems)
        self.bar.setValue(done)
        so_far = _("{done} of {all}").format(done=words.number(done), all=words.photos(len(self._photos)))
        self._progress.setText(so_far)

    def _give_up(self, error: BaseException) -> None:
        self._to = ""
        self.failed.emit(error)

    def _finish(self) -> None:
        job, self._job = self._job, None
        if job is not None and job.error is None:
            nothing = job.cancelled and (self.as_zip.isChecked() or not self._exported)
            to = "" if nothing else self._to
            self.ended.emit(Exported(to, self._exported, tuple(self._problems), job.cancelled))
        super().reject()

    def reject(self) -> None:
        """Stop what goes on, or go."""
        if self._job is None:
            super().reject()
        else:
            self.cancel.setEnabled(False)
            self._job.cancel()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter exports also where a choice has the focus."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.go.isVisible():
            self.start()
        else:
            super().keyPressEvent(event)
