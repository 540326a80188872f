"""Small pictures of photos, loaded when they come into view and kept within a bound.

The photo asked for last is loaded first, because it is the one in view; what scrolled past is forgotten unloaded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap

from facesorter.domain.errors import PhotoError, UserError
from facesorter.domain.models import Face, Photo
from facesorter.ui.shell.job import log_failure
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.widgets.pictures import Loaded, Loader

KEPT_BYTES = 96_000_000
WAITING = 160
"""Photos that may wait to be loaded: more than any screen shows at once."""

AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture and its faces; `pixmap` is None where the photo cannot be shown."""

    pixmap: QPixmap | None
    faces: tuple[tuple[Face, tuple[float, ...]], ...] = ()
    seconds: float | None = None
    """Of a film: the time of the frame that is shown."""
    side_px: int = 0
    """How large it was asked for; a small photo is smaller."""

    @property
    def size_bytes(self) -> int:
        return 0 if self.pixmap is None else self.pixmap.width() * self.pixmap.height() * 4


class Thumbnails(QObject):
    """A cache by photo id; `loaded` tells which photo has its picture now.

    `loader` is asked in the window's thread for what then loads a photo on a worker.
    """

    loaded = Signal(int)

    def __init__(self, jobs: Jobs, loader: Callable[[], Loader], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._loader = loader
        self._kept: OrderedDict[int, Thumbnail] = OrderedDict()
        self._kept_bytes = 0
        self._waiting: OrderedDict[int, tuple[str, int]] = OrderedDict()
        self._loading: set[int] = set()
        self._generation = 0

    def clear(self) -> None:
        """Forget everything: another run begins, and its faces are others."""
        self._kept.clear()
        self._waiting.clear()
        self._loading.clear()
        self._kept_bytes = 0
        self._generation += 1

    def get(self, photo: Photo, side_px: int) -> Thumbnail | None:
        """The thumbnail if it is there; otherwise, or if it is smaller than that, it will be loaded."""
        thumbnail = self._kept.get(photo.id)
        if thumbnail is not None:
            self._kept.move_to_end(photo.id)
            if thumbnail.side_px >= side_px or thumbnail.pixmap is None:
                return thumbnail
        if photo.id not in self._loading:
            self._waiting[photo.id] = photo.path, side_px
            self._waiting.move_to_end(photo.id)
            if len(self._waiting) > WAITING:
                self._waiting.popitem(last=False)
            self._load_next()
        return thumbnail

    def _load_next(self) -> None:
        while self._waiting and len(self._loading) < AT_ONCE:
            photo_id, (path, side_px) = self._waiting.popitem()
            self._loading.add(photo_id)
            self._load(photo_id, path, side_px, self._generation)

    def _load(self, photo_id: int, path: str, side_px: int, generation: int) -> None:
        loader = self._loader()

        def load() -> Loaded | None:
            try:
                return loader(photo_id, path, side_px)
            except UserError as error:
                log_failure(error)
            except PhotoError:
                pass
            return None

        def keep(loaded: Loaded | None) -> None:
            if generation == self._generation:
                self._keep(photo_id, loaded, side_px)

        self._jobs.look(load, keep).failed.connect(partial(self._could_not, keep))

    @staticmethod
    def _could_not(keep: Callable[[None], None], _error: BaseException) -> None:
        keep(None)

    def _keep(self, photo_id: int, loaded: Loaded | None, side_px: int) -> None:
        self._loading.discard(photo_id)
        thumbnail = Thumbnail(None)
        if loaded is not None:
            thumbnail = Thumbnail(QPixmap.fromImage(loaded.image), loaded.faces, loaded.seconds, side_px)
        former = self._kept.get(photo_id)
        if loaded is None and former is not None:  # it was there when it was smaller, and that is better than nothing
            thumbnail = replace(former, side_px=side_px)
        self._kept_bytes -= 0 if former is None else former.size_bytes
        self._kept[photo_id] = thumbnail
        self._kept_bytes += thumbnail.size_bytes
        while self._kept_bytes > KEPT_BYTES:
            self._kept_bytes -= self._kept.popitem(last=False)[1].size_bytes
        self.loaded.emit(photo_id)
        self._load_next()
