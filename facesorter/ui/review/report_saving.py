"""Saves a report of what a run found: asks where to, gathers what it shows, and writes it on a worker."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Qt, Signal
from PySide6.QtGui import QImageWriter
from PySide6.QtWidgets import QFileDialog, QWidget

from facesorter.domain.errors import UserError
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Pile
from facesorter.domain.narration import belonging
from facesorter.pipeline.report import ReportHead, ReportLine, ReportWords
from facesorter.ui.review.balance_line import PARTS, parts_in_words
from facesorter.ui.review.piles import name_of
from facesorter.ui.review.results import Results
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.widgets.pictures import around
from facesorter.ui.widgets.shot import Shot

if TYPE_CHECKING:
    from facesorter.ui.review.run import Run

HEADSHOT_PX = 192


def summary(results: Results, number: int) -> str:
    """What was found of a person, as it adds up."""
    balance, name = results.balance(number), results.names[number]
    said = parts_in_words(balance, name)
    parts = " + ".join(said[part] for part in PARTS if getattr(balance, part))
    found = words.photos(balance.found)
    whole = f"{found} = {parts}" if parts else found
    return f"{whole}; {belonging(balance.companions)}" if balance.companions else whole


def headshot_jpeg(shot: Shot | None) -> bytes | None:
    """The face that was searched for, small; None if it is not known any more."""
    if shot is None or shot.loaded is None or shot.report is None or not shot.report.faces:
        return None
    image = shot.loaded.image
    data = QBuffer()
    data.open(QIODevice.OpenModeFlag.WriteOnly)
    smooth = Qt.TransformationMode.SmoothTransformation
    face = image.copy(around(shot.report.faces[shot.chosen].box, image.size()))
    QImageWriter(data, QByteArray(b"jpeg")).write(face.scaled(HEADSHOT_PX, HEADSHOT_PX, mode=smooth))
    return bytes(data.data().data())


class ReportSaving(QObject):
    """`saved` carries the path written to, `failed` what stood in the way."""

    saved = Signal(str)
    failed = Signal(object)

    def __init__(self, run: Run, jobs: Jobs, parent: QWidget) -> None:
        super().__init__(parent)
        self._run = run
        self._jobs = jobs
        self._parent = parent

    def ask_where(self, folder: str) -> str:
        """The path the user wants it at, "" for none."""
        suggested = os.path.join(folder, _("FaceSorter report") + ".html")
        kinds = _("Web page with pictures (*.html);;Table (*.csv)")
        dont_ask = QFileDialog.Option.DontConfirmOverwrite
        return QFileDialog.getSaveFileName(self._parent, _("Save report"), suggested, kinds, options=dont_ask)[0]

    def save(self, path: str, results: Results, shots: Sequence[Shot | None]) -> None:
        """Write the report; an existing file of that name stays, the report gets a number."""
        still, shown = results.still(), [*shots, *[None] * len(results.names)]
        heads = [
            ReportHead(name, summary(results, number), headshot_jpeg(shown[number]))
            for number, name in enumerate(results.names)
        ]
        found = (
            ReportLine(
                name,
                still.pile_of(row, number),
                still.photos.at(row),
                score.similarity,
                decision,
                still.reason(row, number),
                score.face_index,
            )
            for number, name in enumerate(still.names)
            for row in range(len(still))
            for score, decision in [still.verdict(row, number)]
        )
        session = self._run.begun
        said = ReportWords(words.day(datetime.now()), {which: name_of(which) for which in Pile})

        def write() -> Iterator[str]:
            try:
                yield session.save_report(path, heads, found, said, words.day_of)
            except OSError as error:
                raise UserError(
                    _("The report could not be saved ({}).").format(error.strerror), _("Choose another place.")
                ) from error

        job = self._jobs.run(write)
        job.reported.connect(self._told)
        job.failed.connect(self.failed)

    def _told(self, written: list[str]) -> None:
        self.saved.emit(written[0])
