"""A card with a picture that is dropped, chosen or pasted there, and loaded by a worker."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from facesorter.domain.errors import PhotoError, UserError
from facesorter.domain.formats import SUFFIXES
from facesorter.domain.messages import gettext as _
from facesorter.domain.places import is_address, is_elsewhere
from facesorter.ui.shell import words
from facesorter.ui.shell.job import Job
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.card import Card, ElidedLabel, button, label, paths_in
from facesorter.ui.widgets.drops import Dropped, named, sort_out
from facesorter.ui.widgets.file_dialogs import ask_for_picture
from facesorter.ui.widgets.flow import FlowLayout
from facesorter.ui.widgets.picture_with_faces import PictureWithFaces
from facesorter.ui.widgets.pictures import Loaded, load_headshot

if TYPE_CHECKING:
    from facesorter.app.services import Services

PICTURE_PX = 1600
"""Pictures are loaded this large, so that they fill a large window."""


class PastedPictures:
    """Pictures from the clipboard as files, so that they can be read like any other; gone with the window."""

    def __init__(self) -> None:
        self._folder = ""
        self._count = 0

    def new_path(self) -> str:
        """Where to save the next one."""
        if not self._folder:
            self._folder = tempfile.mkdtemp(prefix="facesorter-")
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._count += 1
        return os.path.join(self._folder, f"pasted-{self._count}.png")


class PictureCard(Card):
    """`changed` when something else was chosen or is known of it; `said` carries a sentence for the user.

    `place` is what was chosen, many pictures at once if it `is_folder`, and `shown` the picture that is shown; both are
    "" where there is none.
    """

    changed = Signal()
    analysis_wanted = Signal()
    said = Signal(str)

    def __init__(self, title: str, icon: str, app: Services, jobs: Jobs, theme: Theme) -> None:
        super().__init__(title)
        self._app = app
        self._jobs = jobs
        self._pasted = PastedPictures()
        self.place = self.shown = self.problem = ""
        self.is_folder = self._held = False
        self.loaded: Loaded | None = None
        self._loading: Job | None = None
        self.picture = PictureWithFaces(theme, title, icon, choose=True)
        self.picture.setMinimumSize(120, 90)
        self.picture.pressed.connect(self._pressed)
        self._file = ElidedLabel("strong", cut=Qt.TextElideMode.ElideLeft)
        self._remark = label("", "dim", wraps=True)
        self.paste_button = button(_("Paste"), "link", _("Pastes a picture into “{}”").format(title))
        self.paste_button.clicked.connect(self.paste)
        self.analyze_button = button("", "link")
        self.analyze_button.setAccessibleDescription(_("Lists what can be said of each face in “{}”").format(title))
        self.analyze_button.clicked.connect(self.analysis_wanted)
        self.choose_button = QToolButton()
        self.choose_button.setText(_("Choose…"))
        self.choose_button.setProperty("kind", "button")
        self.choose_button.setAccessibleDescription(_("Chooses a picture for “{}”").format(title))
        self.choose_button.clicked.connect(self.choose)
        self._lay_out()
        self.dropped.connect(self._sort_out)
        self.show_price("", possible=True)
        self._show()

    def _lay_out(self) -> None:
        buttons = QWidget()
        flow = FlowLayout(buttons, 10, 2)
        flow.at_end = True
        for press in (self.paste_button, self.choose_button):
            flow.addWidget(press)
        self.head.addStretch()
        self.head.addWidget(buttons)
        line = QHBoxLayout()
        line.addWidget(self._file)
        line.addStretch()
        line.addWidget(self.analyze_button)
        below = QVBoxLayout()
        below.setSpacing(2)
        below.addWidget(self.picture, 1)
        below.addSpacing(4)
        below.addLayout(line)
        below.addWidget(self._remark)
        self.body.addLayout(below, 1)

    def show_price(self, price: str, *, possible: bool) -> None:
        """What analyzing the picture costs, "" for nothing; and whether it can be done now."""
        text = _("Analyze, {}").format(price) if price else _("Analyze")
        self.analyze_button.setText(text)
        self.analyze_button.setEnabled(possible)

    def hold(self, *, held: bool) -> None:
        """While it is held nothing else can be chosen: what is being worked out is about what is shown."""
        self._held = held
        self.choose_button.setEnabled(not held)
        self.paste_button.setEnabled(not held)
        self.setAcceptDrops(not held)

    @property
    def ready(self) -> bool:
        """Whether there is something to compare."""
        return self.is_folder or self.loaded is not None

    def _pressed(self) -> None:
        if not self._held:
            self.choose()

    def choose(self) -> None:
        """Ask for a picture."""
        known = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
        path = ask_for_picture(self, _("Choose a picture"), _("Pictures ({});;All files (*)").format(known))
        if path:
            self.take(path)

    takes_folders = False
    """Whether a folder, or a place in S3, can be dropped here as well as a picture."""

    def _sort_out(self, paths: list[str]) -> None:
        """Find out on a worker what was dropped or pasted, and take the first of it that can be used."""
        self._jobs.look(lambda: sort_out(paths), self._take_first)

    def _take_first(self, dropped: Dropped) -> None:
        """One picture or folder is shown at a time; what is not taken is said."""
        if not self.takes_folders:
            dropped.refused.no_pictures += dropped.folders
        usable = dropped.pictures + (dropped.folders if self.takes_folders else [])
        if usable:
            self.take(usable[0])
        happened, _advice = dropped.refused.sentences()
        if happened:
            self.said.emit(happened)
        elif len(usable) > 1:
            self.said.emit(_("One picture is compared at a time: {} was taken.").format(named(usable[:1])))

    def paste(self) -> None:
        """Take the picture, file or address from the clipboard."""
        self._paste(QGuiApplication.clipboard().mimeData())

    def _paste(self, data: QMimeData) -> None:
        paths = [path for path in paths_in(data) if not is_elsewhere(path)]
        if paths:
            self._sort_out(paths)
        elif data.hasImage():
            self._save(QImage(data.imageData()))
        elif is_address(data.text().strip()):
            self.take(data.text().strip())
        else:
            self.said.emit(_("There is no picture on the clipboard. Copy one first."))

    def _save(self, image: QImage) -> None:
        path = self._pasted.new_path()

        def save() -> bool:
            return image.save(path, quality=90)

        def take(saved: bool) -> None:
            if saved:
                self.take(path)
            else:
                self.said.emit(_("The picture on the clipboard cannot be used. Save it as a file first."))

        self._jobs.look(save, take)

    def take(self, place: str) -> None:
        """Compare this from now on."""
        self.place, self.loaded = place, None
        self.show_path(place)
        self.changed.emit()

    def show_path(self, path: str) -> None:
        """Show this picture, as soon as a worker has loaded it."""
        if path == self.shown and self.loaded is not None:
            return
        self.shown, self.loaded, self.problem = path, None, ""
        if self._loading is not None:
            self._loading.cancel()  # another picture is wanted; if that one waits still, it is not read
        self._show()
        if not path:
            return

        def load() -> Loaded | str:
            try:
                return self._load(path)
            except (PhotoError, UserError) as error:
                return str(error)

        def keep(loaded: Loaded | str) -> None:
            if path != self.shown or self.loaded is not None:
                return
            if isinstance(loaded, Loaded):
                self.loaded = loaded
                self.picture.show_picture(loaded.image)
            else:
                self.problem = loaded
            self._show()
            self.changed.emit()

        self._loading = self._jobs.look(load, keep)

    def _load(self, path: str) -> Loaded:
        """On a worker. Raises `PhotoError`, `UserError`."""
        return load_headshot(self._app, path, PICTURE_PX)

    def _show(self) -> None:
        if self.loaded is None:
            if self.problem:
                self.picture.say(self.problem, "alert")
            else:
                self.picture.say(_("Looking…") if self.shown else self._invitation())
        self._file.show_text(words.short(self.shown) if self.is_folder else words.file_name(self.shown))
        self._file.setVisible(bool(self.shown))
        remarks = self._remarks()
        self._remark.setText(remarks)
        self._remark.setVisible(bool(remarks))
        self.analyze_button.setVisible(self.loaded is not None)

    def _invitation(self) -> str:
        raise NotImplementedError

    def _remarks(self) -> str:
        return ""
