"""Builds what acts for the user's AWS account, when it is first needed; `app` hands it on.

boto3 is imported here alone and late: who sorts photos on this computer never waits for it.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from functools import cache
from typing import TYPE_CHECKING

from facesorter.domain.errors import NoCallLeft, PhotoError, StorageUnavailable
from facesorter.domain.formats import suffix_of
from facesorter.domain.models import EncodedPicture, Photo
from facesorter.domain.places import s3_place
from facesorter.domain.ports import FaceEngine, WhereItLies
from facesorter.domain.spending import SavingsMode, StopSignal, Terms
from facesorter.places.s3.kept import KeptObjects

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from facesorter.engines.rekognition.account import Account
    from facesorter.engines.rekognition.credentials import KeyStore
    from facesorter.engines.rekognition.engine import RekognitionEngine
    from facesorter.images.content import Kind
    from facesorter.places.s3.copier import S3Copier
    from facesorter.places.s3.source import S3Source


_log = logging.getLogger(__name__)

CALLS_AT_ONCE = 32
"""A call of Rekognition takes some 0.5 s, so that this many use a limit of 50 calls a second."""

STORED_SUFFIXES = {".jpg", ".jpeg", ".png"}
STORED_KINDS = {"JPEG", "PNG"}
"""What Rekognition reads from a bucket by itself."""

MOST_STORED_BYTES = 15 * 1024 * 1024
"""Rekognition's limit for a picture in S3."""

SMALL_BYTES = 20_000
"""A smaller file may be a picture with a side of less than 80 px: the service finds nobody in it, unless it is sent
with a margin. So it is read, and not asked about where it lies."""

MOST_REFUSALS = 3
"""So often it is tried in a bucket from which the service has read nothing yet."""


class Cloud:
    """One account in one region; empty names mean what is configured outside of FaceSorter."""

    def __init__(self, keys: KeyStore, profile: str, region: str) -> None:
        self._keys = keys
        self._profile = profile
        self._region = region
        self._building = threading.RLock()
        self._account: Account | None = None
        self._s3: S3Client | None = None
        self._kinds: dict[bytes, Kind | None] = {}
        self._kept = KeptObjects()

    @property
    def account(self) -> Account:
        """Raises `EngineUnavailable` if there is no such profile."""
        with self._building:
            if self._account is None:
                from facesorter.engines.rekognition.account import Account

                self._account = Account(self._profile, self._region, self._keys, CALLS_AT_ONCE)
            return self._account

    @property
    def s3(self) -> S3Client:
        """One client for all threads."""
        with self._building:
            if self._s3 is None:
                self._s3 = self.account.s3()
            return self._s3

    def rekognition(self, terms: Terms, finder: FaceEngine, stopped: StopSignal | None = None) -> RekognitionEngine:
        """An engine for one run, which ends it too by setting `stopped`; a `SheetEngine` if these are the terms.

        Nothing is sent yet.
        """
        from facesorter.engines.rekognition.calls import RekognitionCalls
        from facesorter.engines.rekognition.engine import RekognitionEngine
        from facesorter.engines.rekognition.prices import Meter, price_in
        from facesorter.engines.rekognition.sheet_engine import SheetRekognition

        meter = Meter(price_in(self.account.region), terms.most_dollars, terms.most_calls)
        kind = SheetRekognition if terms.savings is SavingsMode.SHEETS else RekognitionEngine
        return kind(RekognitionCalls(self.account.rekognition(), meter, stopped=stopped), finder)

    def source(
        self,
        places: Sequence[str],
        recursive: bool,
        skip: Collection[str],
        *,
        all_pictures: bool = False,
        films: bool = False,
    ) -> S3Source:
        """Places in S3 as a source of photos."""
        from facesorter.places.s3.source import S3Source

        return S3Source(
            self.s3, places, recursive, skip, self._kinds, all_pictures=all_pictures, films=films, kept=self._kept
        )

    def files(self, place: str) -> Mapping[str, tuple[int, int]]:
        """The objects right below a place, with size and time (ns). Raises `UserError`."""
        from facesorter.places.s3.source import objects_at

        return objects_at(self.s3, place)

    def copier(self, read: Callable[[str], bytes], read_to_copy: Callable[[str], bytes], *, dry_run: bool) -> S3Copier:
        """A copier into places of S3; see there."""
        from facesorter.places.s3.copier import S3Copier

        return S3Copier(self.s3, read, read_to_copy, dry_run=dry_run)

    def read(self, path: str) -> bytes:
        """An object's bytes. Raises `PhotoError`, `StorageUnavailable`."""
        from facesorter.places.s3.reading import read_object

        return read_object(self.s3, path)

    def keeping(self) -> AbstractContextManager[None]:
        """Keep meanwhile what a source or `read_again` reads."""
        return self._kept.keeping()

    def read_again(self, path: str) -> bytes:
        """As `read`, but an object that is kept and has not changed is not downloaded again."""
        from facesorter.places.s3.reading import read_known, require_unchanged

        kept = self._kept.get(path)
        if kept is not None:
            with suppress(PhotoError):  # what it is now is told by reading it
                require_unchanged(self.s3, path, kept.known)
                return kept.data
        data, known = read_known(self.s3, path)
        if known is not None:
            self._kept.keep(path, known, data)
        return data

    def where_it_lies(self, engine: RekognitionEngine) -> WhereItLies:
        """Lets the service fetch pictures of this account's buckets in its region by itself."""
        from facesorter.engines.rekognition.calls import OutOfReach
        from facesorter.places.s3.reading import bucket_region, read_object, require_unchanged

        @cache
        def near(bucket: str) -> bool:
            return bucket_region(self.s3, bucket) == self.account.region

        refusals = Counter[str]()
        served: set[str] = set()

        def analyze(query: str, photo: Photo) -> bytes | None:
            if photo.object is None:
                return None
            if suffix_of(photo.path) not in STORED_SUFFIXES and self._kinds.get(photo.object) not in STORED_KINDS:
                return None
            if not SMALL_BYTES <= photo.size <= MOST_STORED_BYTES:
                return None
            place = s3_place(photo.path)
            closed = refusals[place.bucket] >= MOST_REFUSALS and place.bucket not in served
            if closed or not near(place.bucket):
                return None

            def read() -> EncodedPicture:
                return EncodedPicture(photo.path, read_object(self.s3, photo.path, photo.object))

            try:
                answer = engine.analyze_stored(query, place.bucket, place.key, read)
            except NoCallLeft:
                raise
            except PhotoError as error:
                refusals[place.bucket] += isinstance(error, OutOfReach)
                _log.info("Rekognition does not read %s where it lies: %s", photo.path, error.reason)
                return None
            served.add(place.bucket)
            with suppress(StorageUnavailable):  # what was paid for is kept, should the connection be lost just now
                require_unchanged(self.s3, photo.path, photo.object)
            return answer

        return analyze
