"""What belongs to a profile: its lock, settings, catalog, engine, account, places.

Engines are imported when they are first needed, because the window shall be there before onnxruntime is.
"""

from __future__ import annotations

import errno
import gc
import logging
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from facesorter import settings as settings_file
from facesorter.app.clearing import clear_away
from facesorter.app.cloud import Cloud
from facesorter.app.other_copies import OtherCopies
from facesorter.app.renaming import finish_renaming
from facesorter.domain.changes import Changes
from facesorter.domain.errors import DiskFull, StorageUnavailable
from facesorter.domain.messages import gettext as _
from facesorter.domain.planning import CopyRecord
from facesorter.domain.ports import Meter
from facesorter.duplicates.pairs import MIGRATIONS as PAIRS
from facesorter.paths import AppPaths
from facesorter.pipeline.copy import recover
from facesorter.places.anywhere import Places
from facesorter.settings import Settings
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database
from facesorter.storage.figures import SqliteFigures
from facesorter.storage.journal import SqliteJournal
from facesorter.storage.profile_lock import ProfileLock

if TYPE_CHECKING:
    from facesorter.engines.local.engine import LocalEngine
    from facesorter.engines.rekognition.credentials import KeyStore

log = logging.getLogger(__name__)


class Profile:
    """What the work on a profile stands on."""

    def __init__(self, paths: AppPaths) -> None:
        self.paths = paths
        self.settings = settings_file.load(paths.settings)
        self.changes = Changes()
        self._building = threading.RLock()
        self._lock = ProfileLock(paths.lock)
        self._storage: tuple[Database, SqliteCatalog, SqliteJournal] | None = None
        self._pairs: Database | None = None
        self._engine: LocalEngine | None = None
        self._cloud: Cloud | None = None
        self._keys: KeyStore | None = None
        self.places = Places(lambda: self.cloud, self._copies_in)
        """Where photos lie and copies go."""
        self.other_copies = OtherCopies(self.places)
        """For plans that belong to no session."""

    def open(self) -> None:
        """Take the profile for this program alone. Raises `StorageUnavailable` if another one has it."""
        try:
            self.paths.make()
            self._lock.acquire()
        except OSError as error:
            raise StorageUnavailable(
                _("FaceSorter cannot use its own folder {profile} ({reason}).").format(
                    profile=self.paths.profile, reason=error.strerror
                ),
                _("Make it writable."),
                _("Make it writable, or name another one with --profile-dir."),
            ) from None

    @property
    def is_open(self) -> bool:
        """Whether this program has the profile for itself, and may remember things in it."""
        return self._lock.held

    def close(self) -> None:
        """Close the catalog, and let the engine and the profile go."""
        try:
            self.close_pairs()
            storage, self._storage, self._engine = self._storage, None, None
            if storage is not None:
                storage[0].close()
        finally:
            self._lock.release()

    def close_pairs(self) -> None:
        """Close what was read of reports of duplicates; `pairs` opens it anew."""
        if self._pairs is not None:
            self._pairs.close()
            self._pairs = None

    def clear_up(self) -> None:
        """Remove what copies that were cut off have left; not while copies are made.

        A catalog that cannot be used says so when it is needed.
        """
        if self.paths.catalog.exists():
            with suppress(StorageUnavailable):
                recover(self.journal, self.places.copier("copy"))

    def save(self, settings: Settings) -> None:
        """Keep these settings from now on. Raises `StorageUnavailable`, also while another program has the profile."""
        held = self.is_open
        if not held:
            self.open()
        try:
            settings_file.save(settings, self.paths.settings)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFull(
                    _("There is no room left for the settings in {profile}.").format(profile=self.paths.profile),
                    _("Free some space there."),
                ) from None
            raise StorageUnavailable(
                _("The settings cannot be kept in {profile} ({reason}).").format(
                    profile=self.paths.profile, reason=error.strerror
                ),
                _("Check the drive and the permissions of that folder."),
            ) from None
        finally:
            if not held:
                self._lock.release()
        before, self.settings = self.settings, settings
        with self._building:
            if settings.models_folder != before.models_folder:
                self._engine = None
            if (settings.aws_profile, settings.aws_region) != (before.aws_profile, before.aws_region):
                self._cloud = None

    @property
    def engine(self) -> LocalEngine:
        """The engine on this computer. Raises `EngineUnavailable` if a model is missing or altered."""
        with self._building:
            if self._engine is None:
                from facesorter.engines.local.engine import LocalEngine

                self._engine = LocalEngine(self.settings.models_folder or None)
                gc.freeze()  # what is loaded by now stays, and need not be walked over again and again
            return self._engine

    @property
    def _stored(self) -> tuple[Database, SqliteCatalog, SqliteJournal]:
        with self._building:
            if self._storage is None:
                database = Database(self.paths.catalog)
                catalog = SqliteCatalog(database)
                finish_renaming(self.paths.renaming, catalog)
                clear_away(catalog)
                self._storage = database, catalog, SqliteJournal(database)
            return self._storage

    @property
    def catalog(self) -> SqliteCatalog:
        """What is remembered of photos, people and decisions. Raises `StorageUnavailable`."""
        return self._stored[1]

    def new_catalog(self) -> SqliteCatalog:
        """The same with a selection of its own, for one session. Raises `StorageUnavailable`."""
        return SqliteCatalog(self._stored[0])

    @property
    def figures(self) -> SqliteFigures:
        """What was spent, and sums over the catalog. Raises `StorageUnavailable`."""
        return SqliteFigures(self._stored[0])

    @property
    def pairs(self) -> Database:
        """What was read of reports of duplicates; see `duplicates.pairs`. Raises `StorageUnavailable`."""
        with self._building:
            if self._pairs is None:
                self._pairs = Database(self.paths.pairs, PAIRS)
            return self._pairs

    def note_spending(self, work: str, meter: Meter) -> None:
        """Remember what a piece of paid work has cost, if it cost anything; `work` is of `domain.spending.PAID_WORK`.

        Without the profile for itself, as on the command line beside the window, it remembers nothing.
        """
        if meter.spent.calls and self.is_open:
            try:
                self.figures.note_spending(work, self.cloud.account.region, meter.spent)
            except StorageUnavailable as error:  # what was found is worth more than that line
                log.warning("What was spent (%s) could not be noted: %s", meter.spent, error.what_happened)

    @property
    def journal(self) -> SqliteJournal:
        """What was copied where. Raises `StorageUnavailable`."""
        return self._stored[2]

    @property
    def keys(self) -> KeyStore:
        """The access key that was imported."""
        with self._building:
            if self._keys is None:
                from facesorter.engines.rekognition.credentials import KeyStore

                self._keys = KeyStore()
            return self._keys

    @property
    def cloud(self) -> Cloud:
        """What acts for the AWS account of the settings, or of `use_account`."""
        with self._building:
            if self._cloud is None:
                self.use_account()
            return cast("Cloud", self._cloud)

    def use_account(self, profile: str | None = None, region: str | None = None, key_file: Path | None = None) -> None:
        """Act for this profile in this region from now on; None is what the settings say.

        A key file takes the place of any profile, and its key is kept nowhere. Raises `WrongUse` if it has none.
        """
        settings = self.settings
        if key_file is not None:
            from facesorter.engines.rekognition.credentials import read_key_file_at

            self.keys.use(read_key_file_at(key_file))
        else:
            profile = profile or settings.aws_profile
        with self._building:
            self._cloud = Cloud(self.keys, profile or "", region or settings.aws_region)

    def _copies_in(self, folder: str) -> list[CopyRecord]:
        return self.journal.copies_in(folder)

    def read(self, path: str) -> bytes:
        """A photo's bytes, wherever it lies. Raises `PhotoError`."""
        return self.places.read(path)
