"""Copies that S3 makes by itself, from bucket to bucket: the photo does not pass through this computer.

`CopyObject` can be told to refuse a name that is taken, but some servers that speak S3 ignore that and overwrite what
lies there. So a server is tried first, on a copy that FaceSorter has just made.
"""

from __future__ import annotations

import base64
import logging
import mimetypes
from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from facesorter.domain.models import Photo
from facesorter.domain.places import is_in_s3, s3_place
from facesorter.domain.planning import Placement
from facesorter.places.s3.reading import bucket_region, error_code, if_still

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_TAKEN = {"PreconditionFailed", "412"}

MOST_FAILURES = 3
"""After so many failures in a row a server is not asked for copies any more."""

_log = logging.getLogger(__name__)


class ServerCopies:
    """The copies of one run that S3 makes by itself.

    Only of photos whose content is known and that lie in the region of the copies, and only into buckets of which it is
    proven that S3 refuses a name that is taken. `content` gives the SHA-256 of an object, or None. What `CopyObject`
    does not take, more than 5 GB, is too large to be a photo.
    """

    def __init__(self, client: S3Client, content: Callable[[str], bytes | None]) -> None:
        self._client = client
        self._content = content
        self._region = cache(partial(bucket_region, client))
        self._honors: dict[str, bool] = {}
        """By bucket, whether S3 refuses a name there that is taken."""
        self._failures = Counter[str]()

    def copy(self, photo: Photo, placement: Placement) -> bytes | None:
        """Have S3 make this copy; the SHA-256 of what it copied, which may be the wrong one.

        None if no copy is known to have been made: whoever then makes it another way learns why. Raises
        `StorageUnavailable`.
        """
        bucket = s3_place(placement.target).bucket
        if not self._honors.get(bucket) or not self._can_copy(photo, placement):
            return None
        try:
            answer = self._copy_object(photo, placement.target, IfNoneMatch="*")
        except (BotoCoreError, ClientError) as error:
            self._failures[bucket] += 1
            if self._failures[bucket] == MOST_FAILURES:
                self._give_up(bucket, error_code(error))
            return None
        self._failures[bucket] = 0
        made = whole_digest(answer)
        if made is None:
            self._give_up(bucket, "no checksum")
            made = self._content(placement.target)
        if made != placement.content:
            self._give_up(bucket, "another checksum")
        return made

    def try_on(self, photo: Photo, placement: Placement) -> bool:
        """Find out, if it is not known, whether S3 refuses the name of a copy that was just put there.

        Whether the copy may have been replaced by this; only the same photo is copied over it.
        """
        bucket = s3_place(placement.target).bucket
        if bucket in self._honors or not self._can_copy(photo, placement):
            return False
        try:
            self._copy_object(photo, placement.target, IfNoneMatch="*")
        except (BotoCoreError, ClientError) as error:
            if error_code(error) not in _TAKEN:
                self._give_up(bucket, error_code(error))
                return True
            condition = _condition(error)
            if condition.startswith("x-amz-copy-source"):
                return False  # the photo was changed just now; the next one will do
            is_told = condition == "if-none-match"
            if is_told or self._is_copied_otherwise(photo, placement):
                self._honors[bucket] = True
            else:
                self._give_up(bucket, "it is not said why a copy is refused")
            return not is_told
        self._give_up(bucket, "a name that is taken is not refused")
        return True

    def _is_copied_otherwise(self, photo: Photo, placement: Placement) -> bool:
        """Whether what was refused is done without the condition, so that nothing else was the reason."""
        try:
            return whole_digest(self._copy_object(photo, placement.target)) == placement.content
        except (BotoCoreError, ClientError):
            return False

    def _can_copy(self, photo: Photo, placement: Placement) -> bool:
        """Whether it is known what is to be copied, and it lies in the region of the copies."""
        if not is_in_s3(photo.path) or photo.object is None or photo.content != placement.content:
            return False
        source, target = s3_place(photo.path).bucket, s3_place(placement.target).bucket
        return source == target or (self._region(source) is not None and self._region(source) == self._region(target))

    def _copy_object(self, photo: Photo, target: str, **condition: str) -> dict[str, Any]:
        """Nothing but the bytes is copied, as if they were put there. Raises botocore's exceptions."""
        source, place = s3_place(photo.path), s3_place(target)
        answer = cast("Any", self._client).copy_object(
            Bucket=place.bucket,
            Key=place.key,
            CopySource={"Bucket": source.bucket, "Key": source.key},
            CopySourceIfMatch=if_still(photo.object)["IfMatch"],
            ChecksumAlgorithm="SHA256",
            ContentType=content_type(place.key),
            MetadataDirective="REPLACE",
            TaggingDirective="REPLACE",
            AnnotationDirective="EXCLUDE",
            **condition,
        )
        return answer["CopyObjectResult"]

    def _give_up(self, bucket: str, reason: str) -> None:
        self._honors[bucket] = False
        _log.info("Photos are not copied to %s by S3 itself: %s", bucket, reason)


def _condition(error: BotoCoreError | ClientError) -> str:
    """The condition that did not hold, as S3 names it; nothing if it was not said."""
    said = cast("dict[str, str]", error.response.get("Error", {})) if isinstance(error, ClientError) else {}
    return said.get("Condition", "").lower()


def content_type(key: str) -> str:
    """What a copy is said to be."""
    return mimetypes.guess_type(key)[0] or "application/octet-stream"


def whole_digest(said: dict[str, Any]) -> bytes | None:
    """The SHA-256 of all bytes of an object, if S3 said it."""
    whole = said.get("ChecksumSHA256") if said.get("ChecksumType", "FULL_OBJECT") == "FULL_OBJECT" else None
    return base64.b64decode(whole) if whole else None
