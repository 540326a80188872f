"""Builds what acts for the user's AWS account, when it is first needed; `bootstrap` hands it on.

boto3 is imported here alone and late: who sorts photos on this computer never waits for it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from facesorter.domain.errors import PhotoError
from facesorter.domain.places import is_in_s3, s3_place
from facesorter.domain.spending import Terms, Thrift

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from facesorter.engines.account import Account
    from facesorter.engines.credentials import KeyStore
    from facesorter.engines.rekognition import FaceFinder, RekognitionEngine
    from facesorter.sources.s3 import S3Source
    from facesorter.storage.s3_copier import S3Copier


_log = logging.getLogger(__name__)

CALLS_AT_ONCE = 32
"""A call of Rekognition takes some 0.5 s, so that this many use a limit of 50 calls a second."""

STORED_SUFFIXES = (".jpg", ".jpeg", ".png")
"""What Rekognition reads from a bucket by itself."""


class Cloud:
    """One account in one region; empty names mean what is configured outside of FaceSorter."""

    def __init__(self, keys: KeyStore, profile: str, region: str) -> None:
        self._keys = keys
        self._profile = profile
        self._region = region
        self._building = threading.RLock()
        self._account: Account | None = None
        self._s3: S3Client | None = None

    @property
    def account(self) -> Account:
        """Raises `EngineUnavailable` if there is no such profile."""
        with self._building:
            if self._account is None:
                from facesorter.engines.account import Account

                self._account = Account(self._profile, self._region, self._keys, CALLS_AT_ONCE)
            return self._account

    @property
    def s3(self) -> S3Client:
        """One client for all threads."""
        with self._building:
            if self._s3 is None:
                self._s3 = self.account.s3()
            return self._s3

    def rekognition(
        self, terms: Terms, finder: FaceFinder, stopped: threading.Event | None = None
    ) -> RekognitionEngine:
        """An engine for one run, which ends it too by setting `stopped`; a `SheetEngine` if these are the terms.

        Nothing is sent yet.
        """
        from facesorter.engines.pricing import Meter, price_in
        from facesorter.engines.rekognition import RekognitionEngine
        from facesorter.engines.rekognition_calls import RekognitionCalls
        from facesorter.engines.sheet_engine import SheetRekognition

        meter = Meter(price_in(self.account.region), terms.most_dollars)
        kind = SheetRekognition if terms.thrift is Thrift.SHEETS else RekognitionEngine
        return kind(RekognitionCalls(self.account.rekognition(), meter, stopped=stopped), finder)

    def source(self, places: Sequence[str], recursive: bool, skip: Collection[str]) -> S3Source:
        """Places in S3 as a source of photos."""
        from facesorter.sources.s3 import S3Source

        return S3Source(self.s3, places, recursive, skip)

    def copier(self, read: Callable[[str], bytes], *, dry_run: bool) -> S3Copier:
        """A copier into places of S3; `read` gives a photo's bytes, wherever it lies."""
        from facesorter.storage.s3_copier import S3Copier

        return S3Copier(self.s3, read, dry_run=dry_run)

    def read(self, path: str) -> bytes:
        """An object's bytes. Raises `PhotoError`, `StorageUnavailable`."""
        from facesorter.sources.s3 import read_object

        return read_object(self.s3, path)

    def where_it_lies(self, engine: RekognitionEngine) -> Callable[[str, str], bytes | None]:
        """Asks a question about a picture in a bucket of the account's region; None if it must be read and sent."""
        near: dict[str, bool] = {}

        def ask(question: str, path: str) -> bytes | None:
            if not is_in_s3(path) or not path.lower().endswith(STORED_SUFFIXES):
                return None
            place = s3_place(path)
            if place.bucket not in near:
                near[place.bucket] = self._is_near(place.bucket)
            if not near[place.bucket]:
                return None
            try:
                return engine.ask_stored(question, place.bucket, place.key)
            except PhotoError as error:
                _log.info("Rekognition does not read %s where it lies: %s", path, error.reason)
                return None

        return ask

    def _is_near(self, bucket: str) -> bool:
        from facesorter.sources.s3 import bucket_region

        return bucket_region(self.s3, bucket) == self.account.region
