"""Offers the people whom other programs have named in the chosen photos, to look for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.ui.shell import words
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.widgets.card import button, cancel_or, label

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.pipeline.enrol import PersonRequest
    from facesorter.pipeline.named_people import NamedPerson

SIZE_PX = (520, 420)


class NamesDialog(QDialog):
    """Looks for names while it is open; `chosen` are the people to look for, once it was accepted."""

    def __init__(
        self, app: Services, jobs: Jobs, folders: Sequence[str], parent: QWidget, *, recursive: bool = True
    ) -> None:
        super().__init__(parent)
        self.chosen: tuple[PersonRequest, ...] = ()
        self._app = app
        self._jobs = jobs
        self._people: list[NamedPerson] = []
        self.setWindowTitle(_("Names in the photos"))
        self.said = label(_("Looking for names…"), wraps=True)
        self.people = QListWidget()
        self.people.setWordWrap(True)
        self.people.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.people.setAccessibleName(_("People who are named in the photos"))
        self.use = button(_("Look for them"), "primary")
        self.use.setEnabled(False)
        self.use.clicked.connect(self._use)
        buttons = cancel_or(self, self.use)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(self.said)
        layout.addWidget(self.people, 1)
        layout.addLayout(buttons)
        self.resize(*SIZE_PX)
        self._job: Job | None = None
        self._closed = False
        self._start(lambda: app.names.find(list(folders), recursive=recursive), self._looked)
        self.people.itemChanged.connect(self._ticked)

    def _start(self, steps: Callable[[], Iterator[Any]], then: Callable[[list[Any]], None]) -> None:
        """Begin a job; nothing of it is heard once the dialog is closed."""
        job = self._job = self._jobs.run(steps)

        def take(reports: list[Any]) -> None:
            if not self._closed:
                then(reports)

        def fail(error: BaseException) -> None:
            if not self._closed:
                self._failed(error)

        def end() -> None:
            if self._job is job:
                self._job = None

        job.reported.connect(take)
        job.failed.connect(fail)
        job.finished.connect(end)

    def _looked(self, reports: list[Any]) -> None:
        last = reports[-1]
        if isinstance(last, int):
            self.said.setText(_("Looking for names… {} so far").format(words.photos(last)))
            return
        self._people = last
        self.said.setText(
            _("Other programs have named these people in the photos. Use the names?")
            if last
            else _("Nobody is named in these photos.")
        )
        for person in last:
            sentence = ngettext("{} is named in {} photo", "{} is named in {} photos", person.photos)
            name = words.as_written(person.name)
            item = QListWidgetItem(sentence.format(words.in_a_sentence(name), words.number(person.photos)))
            item.setToolTip(name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.people.addItem(item)

    def _ticked(self) -> None:
        self.use.setEnabled(bool(self._wanted()))

    def _wanted(self) -> list[NamedPerson]:
        return [
            person
            for place, person in enumerate(self._people)
            if self.people.item(place).checkState() is Qt.CheckState.Checked
        ]

    def _use(self) -> None:
        """Find the faces that go with the names, and close."""
        wanted = self._wanted()
        self.use.setEnabled(False)
        self.people.setEnabled(False)
        self.said.setText(_("Looking for their faces…"))

        def steps() -> Iterator[tuple[PersonRequest, ...]]:
            yield self._app.names.requests(wanted)

        self._start(steps, self._found)

    def _found(self, reports: list[tuple[PersonRequest, ...]]) -> None:
        self.chosen = reports[-1]
        if self.chosen:
            self.accept()
        else:
            self.said.setText(_("No face was found where these people are marked."))
            self.people.setEnabled(True)

    def _failed(self, error: BaseException) -> None:
        self.said.setText(str(error))
        self.people.setEnabled(bool(self._people))

    def done(self, result: int) -> None:
        """Stop looking, however it is closed."""
        self._closed = True
        if self._job is not None:
            self._job.cancel()
        super().done(result)
