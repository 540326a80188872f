"""Where FaceSorter keeps its own files, and where the files it ships are found."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from facesorter.domain.errors import StorageUnavailable
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext

PACKAGE = Path(__file__).parent

_MOST_NEW_FOLDERS = 16
"""As for the destination of copies: more would leave a chain of folders to clear away."""

_LOGS = ("logs/facesorter.log*", "logs/faults.txt", "crash-????????-??????.txt")
_DATABASES = ("catalog", "collections", "duplicates", "pairs")
_SET_ASIDE = tuple(f"{name}-{kind}-*.db*" for name in _DATABASES for kind in ("damaged", "backup"))
_OWN_FILES = (
    "catalog.db*",
    *_SET_ASIDE,
    "collections.db*",
    "duplicates.db*",
    "pairs.db*",
    "settings.toml",
    "settings.tmp",
    "renaming.json",
    "renaming.tmp",
    *_LOGS,
    "facesorter.owner",
    "facesorter.lock",
)
"""Every file of a profile, the lock last."""

_SEARCHES = "searches"
_SEARCH_FILES = tuple(
    f"{_SEARCHES}/*/{files}"
    for files in ("reports/*.json*", "decisions/*.json*", "outbox/*.json*", "delivered/*", "search.json*")
)
"""Files of the searches for duplicates that were begun in the window, a report for each picture."""

_COLLECTIONS_TABLE = b"CREATE TABLE collections ("
"""What a file of the endpoint's collections has near its beginning, as another program's hardly has."""
_SQLITE_PAGE_BYTES = 4096


def resource(name: str) -> Path:
    """The path of a shipped file, as `resource("models/detector.onnx")`; it need not exist.

    A wheel carries the resources inside the package; in a checkout they lie beside it.
    """
    installed = PACKAGE / "resources"
    return (installed if installed.is_dir() else PACKAGE.parent / "resources") / name


@dataclass(frozen=True, slots=True)
class AppPaths:
    """The profile: one folder that holds everything FaceSorter remembers, so that it can be moved or deleted whole."""

    profile: Path

    @classmethod
    def default(cls) -> AppPaths:
        """The profile in the place this operating system has for a program's data."""
        return cls(Path(platformdirs.user_data_dir("FaceSorter", appauthor=False)))

    @property
    def settings(self) -> Path:
        return self.profile / "settings.toml"

    @property
    def catalog(self) -> Path:
        return self.profile / "catalog.db"

    @property
    def collections(self) -> Path:
        """The endpoint's face collections."""
        return self.profile / "collections.db"

    @property
    def duplicates(self) -> Path:
        """What was seen of pictures of named people, for `facesorter duplicates`."""
        return self.profile / "duplicates.db"

    @property
    def pairs(self) -> Path:
        """What Insights has read of the reports of searches for duplicates."""
        return self.profile / "pairs.db"

    def search(self, source: str) -> Path:
        """The folder for reports of this source (a path or a place in S3) that is searched for duplicates."""
        return self.profile / _SEARCHES / hashlib.sha256(os.fsencode(source)).hexdigest()[:24]

    def searches(self) -> list[Path]:
        """The folders of all sources that were searched for duplicates in the window."""
        return sorted((self.profile / _SEARCHES).glob("*"))

    @property
    def renaming(self) -> Path:
        """Which folders of a person are being renamed; there for that moment alone."""
        return self.profile / "renaming.json"

    @property
    def lock(self) -> Path:
        return self.profile / "facesorter.lock"

    @property
    def log(self) -> Path:
        return self.profile / "logs" / "facesorter.log"

    def remove_old_records(self) -> None:
        """Delete what may name people beside the catalog: logs, reports of crashes, old catalogs.

        Reports of duplicates and what was read of them are made anew by the next search; what was said of pairs stays.
        """
        self._remove(*_LOGS, *_SET_ASIDE, "pairs.db*", *(one for one in _SEARCH_FILES if "/decisions/" not in one))

    def remove_old_catalogs(self) -> None:
        """Delete the catalogs that were set aside: backups and damaged ones."""
        self._remove(*_SET_ASIDE)

    def remove(self) -> None:
        """Delete every file that FaceSorter keeps here, and the folders if nothing else is in them. Raises `OSError`.

        What somebody else put here stays: a profile may have been made in any folder.
        """
        self._remove(*_SEARCH_FILES, *_OWN_FILES)
        searches = self.profile / _SEARCHES
        for folder in (*searches.glob("*/*"), *searches.glob("*"), searches, self.log.parent, self.profile):
            with suppress(OSError):  # not empty, or not there
                folder.rmdir()

    def _remove(self, *patterns: str) -> None:
        """What SQLite keeps beside a catalog goes before it: alone, it would be taken for a part of the next one."""
        for pattern in patterns:
            for file in sorted(self.profile.glob(pattern), reverse=True):
                file.unlink(missing_ok=True)

    @property
    def is_foreign(self) -> bool:
        """Whether this is no profile though files in it are named like ours; of a profile the lock goes last."""
        if self.lock.exists() or self.catalog.exists() or self._served_collections or self == AppPaths.default():
            return False
        return any(any(self.profile.glob(pattern)) for pattern in _OWN_FILES if "/" not in pattern)

    @property
    def _served_collections(self) -> bool:
        """Whether an endpoint of version 0.1.0 kept its collections here; it left no lock."""
        try:
            with self.collections.open("rb") as file:
                return _COLLECTIONS_TABLE in file.read(_SQLITE_PAGE_BYTES)
        except OSError:
            return False

    def require_plain_files(self) -> None:
        """Raise `StorageUnavailable` if one of our files is a link, a pipe or a device; nothing is opened.

        What is written into a link changes whatever it leads to, perhaps a photo; a pipe may never answer. Also raised
        if so many folders above the profile are missing that its path cannot be meant.
        """
        missing = sum(not os.path.lexists(folder) for folder in (self.profile, *self.profile.parents))
        if missing > _MOST_NEW_FOLDERS:
            raise StorageUnavailable(
                ngettext(
                    "Of the path of the profile folder, {} folder does not exist.",
                    "Of the path of the profile folder, {} folders do not exist.",
                    missing,
                ).format(missing),
                _("Check its spelling, or make the folder first."),
            )
        for file in self._own_files():
            with suppress(FileNotFoundError):
                mode = file.lstat().st_mode
                if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                    kind = (
                        _("{file} should be a file of FaceSorter's own, but it is a link.")
                        if stat.S_ISLNK(mode)
                        else _("{file} should be a file of FaceSorter's own, but it is a pipe or a device.")
                    )
                    remedy = _("Nothing was read or written. Remove it, or choose another profile folder.")
                    raise StorageUnavailable(kind.format(file=file), remedy)

    def _own_files(self) -> Iterator[Path]:
        yield self.log.parent
        for pattern in _OWN_FILES:
            yield from self.profile.glob(pattern)

    def make(self) -> None:
        """Create the profile folder, readable by its owner only: it holds what faces look like."""
        self.profile.mkdir(mode=0o700, parents=True, exist_ok=True)


def default_destination() -> str:
    """The folder that receives the `PhotosWith...` folders unless the user names another."""
    return str(Path(platformdirs.user_pictures_dir()) / "FaceSorter")
