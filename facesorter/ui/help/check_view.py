"""*Check for problems*: the findings of the doctor, one after the other, and a button that saves them as a report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.logs.crashes import without_paths
from facesorter.logs.redaction import redacted
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.widgets.card import button, label

if TYPE_CHECKING:
    from facesorter.app.health import Finding
    from facesorter.app.services import Services


class CheckView(QWidget):
    """Checks when it is asked to; what it saves holds no full paths and no secrets."""

    def __init__(self, app: Services, jobs: Jobs) -> None:
        super().__init__()
        self._app = app
        self._jobs = jobs
        self._healthy = True
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName(_("What was found"))
        self.check = button(_("Check for problems"), "primary")
        self.check.clicked.connect(self.begin)
        self.save = button(_("Save report…"))
        self.save.clicked.connect(self._ask_where)
        self.save.setEnabled(False)
        self._said = label("", "dim", wraps=True)
        line = QHBoxLayout()
        line.addWidget(self.check)
        line.addWidget(self.save)
        line.addWidget(self._said, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label(_("Checks that everything FaceSorter needs is there and works."), wraps=True))
        layout.addWidget(self.text, 1)
        layout.addLayout(line)

    def begin(self) -> None:
        """Check everything anew."""
        self.text.clear()
        self._healthy = True
        self.check.setEnabled(False)
        self.save.setEnabled(False)
        self._said.setText(_("Checking…"))

        def steps() -> Iterator[str | Finding]:
            from facesorter.app.health import versions  # they look into the packages, which takes its time

            yield from versions()
            yield from self._app.findings()

        job = self._jobs.run(steps)
        job.reported.connect(self._show)
        job.failed.connect(self._failed)
        job.finished.connect(self._finished)

    def _show(self, found: list[str | Finding]) -> None:
        for finding in found:
            if isinstance(finding, str):
                self.text.appendPlainText(finding)
            else:
                self.text.appendPlainText(finding.line)
                self._healthy = self._healthy and finding.healthy

    def _failed(self, error: BaseException) -> None:
        self._healthy = False
        self.text.appendPlainText(str(error))

    def _finished(self) -> None:
        from facesorter.app.health import verdict

        self._said.setText(verdict(healthy=self._healthy))
        self.text.appendPlainText(verdict(healthy=self._healthy))
        self.check.setEnabled(True)
        self.save.setEnabled(True)

    def report(self) -> str:
        """What is saved."""
        return redacted(without_paths(self.text.toPlainText())) + "\n"

    def _ask_where(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = _("FaceSorter check {}").format(date.today().isoformat())
        suggested = str(Path(folder, f"{name}.txt"))
        path, _kind = QFileDialog.getSaveFileName(self, _("Save report"), suggested, _("Text (*.txt)"))
        if path:
            self.save_report(path)

    def save_report(self, path: str) -> None:
        """Write it, over a file that the user has agreed to replace."""
        text = self.report()

        def write() -> Iterator[None]:
            Path(path).write_text(text, "utf-8")
            yield None

        def tell(error: BaseException) -> None:
            self._said.setText(_("The report was not saved: {}.").format(error))

        def tell_of_success() -> None:
            if job.done:
                self._said.setText(_("The report was saved."))

        job = self._jobs.run(write)
        job.failed.connect(tell)
        job.finished.connect(tell_of_success)
