"""All faces of a group that nobody has named: wrong ones are taken out with one key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.ui.people.album import AlbumGrid
from facesorter.ui.review.thumbnails import Thumbnails
from facesorter.ui.shell import words
from facesorter.ui.shell.banner import Banner
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.card import button, label
from facesorter.ui.widgets.in_folder import show_in_folder
from facesorter.ui.widgets.pictures import Loaded, around, load_file

if TYPE_CHECKING:
    from facesorter.app.services import Services
    from facesorter.app.taking_out import TakenOut
    from facesorter.domain.groups import DatedPhoto
    from facesorter.domain.models import FaceKey

SIZE_PX = QSize(900, 600)
CELL_PX = 120
SOURCE_PX = 1600
"""Photos are loaded this large, so that small faces can be recognized when they are cut out."""


class GroupView(QDialog):
    """The faces of one group, the newest photo first. `changed` after faces were taken out or put back."""

    changed = Signal()

    def __init__(self, app: Services, jobs: Jobs, theme: Theme, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._app, self._jobs, self._number = app, jobs, number
        self._faces: list[DatedPhoto] = []
        self.setWindowTitle(_("Who is this?"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._count = label("", "strong")
        hint = label(
            _("Choose the faces of somebody else, and press N or Delete. Double-click shows a photo in its folder."),
            "dim",
            wraps=True,
        )
        self.grid = AlbumGrid(theme, Thumbnails(jobs, lambda: self._load_face, self), jobs)
        self.grid.setAccessibleName(_("Faces"))
        self.grid.least_width_px = CELL_PX
        self.grid.opened.connect(self._show_in_folder)
        self.grid.chosen_changed.connect(self._refresh)
        self.grid.refused.connect(self.take_out)
        self.take_button = button(_("Take out"), "", _("Takes the chosen faces out of the group; also N or Delete"))
        self.take_button.clicked.connect(self.take_out)
        close = button(_("Close"))
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(self.take_button)
        buttons.addStretch()
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(8)
        layout.addWidget(self._count)
        layout.addWidget(hint)
        layout.addWidget(self.grid, 1)
        layout.addLayout(buttons)
        self.banner = Banner(theme, self)
        self.resize(SIZE_PX)
        self._refresh()
        self._load()
        self.grid.setFocus()

    def _load(self, still_there: Sequence[FaceKey] = ()) -> None:
        """Show the group as it is now; its number may be another one, and is that of the faces that are still there."""

        def look() -> tuple[int, list[DatedPhoto]]:
            number = self._app.albums.group_of(still_there) or self._number
            return number, self._app.albums.photos_of_group(number)

        def show(found: tuple[int, list[DatedPhoto]]) -> None:
            self._number, self._faces = found
            self.grid.show_photos(
                [replace(one, photo=replace(one.photo, id=place), box=None) for place, one in enumerate(self._faces)]
            )
            self._refresh()

        self._jobs.look(look, show).failed.connect(self.banner.tell)

    def _refresh(self) -> None:
        chosen = self.grid.chosen_count
        self._count.setText(words.faces(len(self._faces)) if self._faces else _("Looking…"))
        self.take_button.setEnabled(bool(chosen))
        self.take_button.setText(
            ngettext("Take {} face out", "Take {} faces out", chosen).format(words.number(chosen))
            if chosen
            else _("Take out")
        )

    def _load_face(self, number: int, path: str, _side_px: int) -> Loaded:
        loaded = load_file(self._app, path, SOURCE_PX)
        box = self._faces[number].box if number < len(self._faces) else None
        return loaded if box is None else replace(loaded, image=loaded.image.copy(around(box, loaded.image.size())))

    def take_out(self) -> None:
        """The chosen faces are somebody else."""
        from facesorter.domain.models import FaceKey

        keys = [FaceKey(one.photo.identities[0], one.box) for one in self._faces]
        wrong = [keys[one.photo.id] for one in self.grid.chosen]
        if not wrong:
            return
        rest = [key for key in keys if key not in set(wrong)]

        def tell(taken: TakenOut) -> None:
            self._load(rest)
            count = taken.faces + taken.alike
            said = ngettext("{} face was taken out.", "{} faces were taken out.", count).format(words.number(count))
            more = _("What is like the faces that you chose went with them.") if taken.alike else ""
            self.banner.say(said, more, good=True, action=(_("Undo"), lambda: self._put_back(taken, rest)))

        number = self._number
        self._write(lambda: self._app.albums.take_out_of_group(number, wrong), tell)

    def _put_back(self, taken: TakenOut, rest: Sequence[FaceKey]) -> None:
        self.banner.hide()
        self._write(lambda: self._app.albums.put_back_into_group(taken), lambda _nothing: self._load(rest))

    def _write(self, change: Callable[[], Any], then: Callable[[Any], None]) -> None:
        self.take_button.setEnabled(False)

        def tell(result: Any) -> None:
            then(result)
            self.changed.emit()

        job = self._jobs.remember(change, tell)
        job.failed.connect(self.banner.tell)
        job.finished.connect(self._refresh)

    def _show_in_folder(self, path: str) -> None:
        show_in_folder(path, self._jobs)
