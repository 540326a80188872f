"""The two cards of a comparison: the face that is looked for, and the picture or folder it is looked for in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton

from facesorter.domain.formats import is_photo
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Face
from facesorter.domain.places import kind_of, name_of
from facesorter.pipeline.enrol import Headshot, HeadshotReport
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme, mark
from facesorter.ui.widgets.file_dialogs import ask_for_folder
from facesorter.ui.widgets.picture_card import PictureCard
from facesorter.ui.widgets.picture_with_faces import Mark
from facesorter.ui.widgets.pictures import Loaded
from facesorter.ui.widgets.s3_address import ask_for_s3_address

if TYPE_CHECKING:
    from facesorter.app.services import Services


class SourceCard(PictureCard):
    """The face that is compared: the largest of its picture, or the one that is picked."""

    picked = Signal()

    def __init__(self, app: Services, jobs: Jobs, theme: Theme) -> None:
        self._reports: dict[str, HeadshotReport] = {}
        self.chosen = 0
        super().__init__(_("Face to compare"), "person", app, jobs, theme)
        self.picture.face_chosen.connect(self.pick)

    @property
    def faces(self) -> tuple[Face, ...]:
        """Those of the picture, largest first."""
        return self._reports[self.shown].faces if self.loaded is not None else ()

    @property
    def headshot(self) -> Headshot | None:
        """What to compare, if there is a face."""
        return Headshot(self.place, self.chosen) if self.faces else None

    @property
    def ready(self) -> bool:
        return bool(self.faces)

    def take(self, place: str) -> None:
        """Another picture, and of it the largest face."""
        self.chosen = 0
        super().take(place)

    def pick(self, place: int) -> None:
        """Compare this face (0 is the largest), unless another one is being compared."""
        if place != self.chosen and not self._held:
            self.chosen = place
            self._show()
            self.picked.emit()

    def _load(self, path: str) -> Loaded:
        loaded = super()._load(path)
        self._reports[path] = self._app.headshots.examine(path)
        return loaded

    def _invitation(self) -> str:
        return _("Drop a picture of a face here, or paste or choose one.")

    def _show(self) -> None:
        super()._show()
        several = len(self.faces) > 1
        self.picture.mark(
            [
                Mark(
                    face.box,
                    "accent" if place == self.chosen else "dim",
                    str(place + 1) if several else "",
                    strong=place == self.chosen,
                    spoken=(_("face {}, compared") if place == self.chosen else _("face {}")).format(place + 1),
                )
                for place, face in enumerate(self.faces)
            ]
        )

    def _remarks(self) -> str:
        report = self._reports.get(self.shown)
        if report is None or self.loaded is None:
            return ""
        mark(self._remark, tone="bad" if report.error else "dim")
        if report.error:
            return report.error
        wrong = ", ".join(report.remarks[self.chosen])
        several = _("Comparing face {} of {}. Click another face to compare that one.")
        which = several.format(self.chosen + 1, len(report.faces)) if len(report.faces) > 1 else ""
        return " · ".join(filter(None, (wrong, which)))


class TargetCard(PictureCard):
    """A picture, or a folder whose pictures are shown one at a time."""

    def __init__(self, app: Services, jobs: Jobs, theme: Theme) -> None:
        super().__init__(_("Compare with"), "folder", app, jobs, theme)
        menu = QMenu(self)
        menu.addAction(_("A picture…"), super().choose)
        menu.addAction(_("A folder…"), self._choose_folder)
        menu.addAction(_("A place in Amazon S3…"), self._choose_address)
        self.choose_button.setMenu(menu)
        self.choose_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def choose(self) -> None:
        """Ask for one or the other."""
        self.choose_button.showMenu()

    takes_folders = True

    def take(self, place: str) -> None:
        """A folder's pictures come later, one at a time. What a place on a disk is, a worker finds out."""
        self.place, self.is_folder = place, False
        self.show_path("")
        if not kind_of(place).has_folders:
            self._take_as(place, is_folder=not is_photo(name_of(place)))
            return

        def take(is_folder: bool) -> None:
            if place == self.place:
                self._take_as(place, is_folder=is_folder)

        self.changed.emit()
        self._jobs.look(lambda: os.path.isdir(place), take)

    def _take_as(self, place: str, *, is_folder: bool) -> None:
        self.is_folder = is_folder
        self.show_path("" if is_folder else place)
        self.changed.emit()

    def _choose_folder(self) -> None:
        folder = ask_for_folder(self, _("Choose a folder of pictures"))
        if folder:
            self.take(folder)

    def _choose_address(self) -> None:
        question = _("A bucket, a folder in it, or one picture:")
        address = ask_for_s3_address(self, question, self.place)
        if address:
            self.take(address)

    def _invitation(self) -> str:
        if self.is_folder:
            return _("Every picture in {} will be compared.").format(words.short(self.place))
        return _("Drop a picture or a folder here, or paste or choose one.")
