"""Copies of photos into a bucket.

S3 publishes an object whole or not at all and refuses one that does not have the checksum it was announced with, so a
copy needs no temporary name, and its checksum tells later whether it is still what was put there.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, cast

from botocore.exceptions import BotoCoreError, ClientError

from facesorter.domain.errors import PhotoChanged, PhotoError, StorageUnavailable
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Photo
from facesorter.domain.places import below, is_in_s3, name_of, s3_place
from facesorter.domain.planning import CopyOrder, CopyRecord, Placement
from facesorter.domain.refusals import refusal
from facesorter.places.disk.removal import require_photo
from facesorter.places.s3.server_copies import ServerCopies, content_type, whole_digest
from facesorter.places.taken_names import Found, TakenNames

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MISSING = {"404", "NoSuchKey", "NotFound"}
_NO_TEXT = re.compile("[\ud800-\udfff]")
_TAKEN = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}

_log = logging.getLogger(__name__)


class _Object(NamedTuple):
    size: int
    modified_ns: int
    content: bytes | None


class S3Copier:
    """The `Copier` for places in S3.

    `read` gives a photo's bytes, wherever it lies; `read_to_copy` gives them for its copy, if there is another way.
    """

    def __init__(
        self,
        client: S3Client,
        read: Callable[[str], bytes],
        read_to_copy: Callable[[str], bytes] | None = None,
        *,
        dry_run: bool = False,
    ) -> None:
        self.dry_run = dry_run
        self._client = client
        self._read = read
        self._read_to_copy = read_to_copy or read
        self._by_server = ServerCopies(client, self._digest)
        self._names = TakenNames(self._look, self._digest, beyond=0)
        self._promised: dict[str, Found] = {}
        self._unheard: set[str] = set()
        """Where an object was put and the answer was lost: what lies there may be our copy."""

    def check_destination(self, folder: str) -> None:
        """Raises `StorageUnavailable` if there is no such bucket or it may not be seen."""
        try:
            self._client.head_bucket(Bucket=s3_place(folder).bucket)
        except (BotoCoreError, ClientError) as error:
            raise _unavailable(error, folder) from error

    def place(self, order: CopyOrder) -> Placement | str:
        """The first free of `a.jpg`, `a (1).jpg`, ..., or the path where the same photo lies under such a name."""
        photo = order.photo
        content = (self.dry_run and not photo.content and photo.object) or self._content_of(photo)
        name = name_of(photo.path)

        def paths() -> Iterator[str]:
            return (below(order.folder, candidate) for candidate in _names(name))

        def accepts(path: str) -> bool:
            return all(self._fits(one) for one in order.for_companions(path))

        if order.name:
            path = below(order.folder, _NO_TEXT.sub("\ufffd", order.name))
            is_there = self._look(path) is not None
            if is_there and not self._fits(order):
                raise PhotoError(_("Another file has the name that it would have beside the copy."))
        else:
            path, is_there = self._names.find((order.folder, name), paths, content, photo.size, accepts)
        return path if is_there and path not in self._unheard else Placement(path, path, content, new_folder=False)

    def _fits(self, order: CopyOrder) -> bool:
        """Whether a companion's name is free, or taken by the same content."""
        path = below(order.folder, _NO_TEXT.sub("\ufffd", order.name))
        found = self._look(path)
        if found is None:
            return True
        if found.size != order.photo.size:
            return False
        there = found.content or self._digest(path)
        return there == self._content_of(order.photo)

    def _content_of(self, photo: Photo) -> bytes:
        return photo.content or hashlib.sha256(self._read_to_copy(photo.path)).digest()

    def publish(self, order: CopyOrder, placement: Placement) -> tuple[int, int]:
        """Put the object, if its name is free. Raises `FileExistsError`, `PhotoError`, `StorageUnavailable`.

        A name that is taken by these very bytes is taken by the copy of which no answer came.
        """
        if self.dry_run:
            self._promised[placement.target] = Found(order.photo.size, placement.content)
            return order.photo.size, order.photo.modified_ns
        self._unheard.add(placement.target)
        made, size = self._by_server.copy(order.photo, placement), order.photo.size
        if made is None:
            size, is_new = self._put(order, placement)
            if is_new and self._by_server.try_on(order.photo, placement):
                made = self._digest(placement.target)
        if made is not None and made != placement.content:
            self._remove_wrong(order, placement, made)
        self._unheard.discard(placement.target)
        return size, order.photo.modified_ns

    def _put(self, order: CopyOrder, placement: Placement) -> tuple[int, bool]:
        """Put the object from here; its size, and whether it was not there already, from a request without answer."""
        data = self._read_to_copy(order.photo.path) if order.made is None else order.made
        if hashlib.sha256(data).digest() != placement.content:
            raise PhotoChanged
        place = s3_place(placement.target)
        try:
            self._client.put_object(
                Bucket=place.bucket,
                Key=place.key,
                Body=data,
                IfNoneMatch="*",
                ChecksumSHA256=base64.b64encode(placement.content).decode(),
                ContentType=content_type(place.key),
            )
        except (BotoCoreError, ClientError) as error:
            if _code(error) not in _TAKEN:
                raise _unavailable(error, placement.target) from error
            if self._digest(placement.target) != placement.content:
                self._unheard.discard(placement.target)
                raise FileExistsError(placement.target) from error
            return len(data), False
        return len(data), True

    def _remove_wrong(self, order: CopyOrder, placement: Placement, made: bytes) -> NoReturn:
        """Take back a copy that does not have the photo's bytes, as one that was made of what the photo is now."""
        photo, target = order.photo, placement.target
        self._unheard.discard(target)
        try:
            self.take_back(CopyRecord(0, 0, order.person.id, made, photo.path, target, photo.size, photo.modified_ns))
        except (PhotoError, StorageUnavailable) as error:
            _log.warning(
                "A copy that is not the photo that was asked for was left where it is, at %s: %s", target, error
            )
        raise PhotoChanged

    def sync(self, folders: Iterable[str]) -> None:
        """What S3 has accepted is durable."""

    def intact(self, record: CopyRecord) -> bool:
        """Whether an object with the recorded content lies there."""
        return self.content(record.target) == record.content

    def adopt(self, record: CopyRecord, temporary: str) -> tuple[int, int] | None:  # noqa: ARG002
        """Size and time (ns) of the copy if it is there."""
        there = self._object(record.target)
        return (there.size, there.modified_ns) if there and self.intact(record) else None

    def take_back(self, record: CopyRecord) -> bool:
        """Remove the copy if it is as it was made; False if it was gone. Raises `PhotoError` if it was changed.

        It stays unless another file or object holds the same bytes at that moment.
        """
        there = self.content(record.target)
        if there is None:
            return False
        if there != record.content:
            raise PhotoError(_("It was changed since it was copied."))
        self.require_photo(record)
        place = s3_place(record.target)
        try:
            self._client.delete_object(Bucket=place.bucket, Key=place.key)
        except (BotoCoreError, ClientError) as error:
            raise _unavailable(error, record.target) from error
        return True

    def require_photo(self, record: CopyRecord) -> None:
        """See `Copier.require_photo`. A bucket may have several names; an object was put at one moment."""
        if is_in_s3(record.source):
            photo, copy = s3_place(record.source), s3_place(record.target)
            if photo.key == copy.key and self._object(record.source) == self._object(record.target):
                raise PhotoError(_("It is the very object that it was copied from."))
        require_photo(record, self._read)

    def remove_folder(self, folder: str) -> None:
        """There are no folders in S3."""

    def content(self, path: str) -> bytes | None:
        """The SHA-256 of the object, by its checksum or by reading it; None if there is none."""
        there = self._look(path)
        return there and (there.content or hashlib.sha256(self._read(path)).digest())

    def _look(self, path: str) -> Found | None:
        if path in self._promised:
            return self._promised[path]
        there = self._object(path)
        return there and Found(there.size, there.content, there.modified_ns)

    def _digest(self, path: str) -> bytes | None:
        try:
            return self.content(path)
        except PhotoError:
            return None  # what cannot be read keeps its name

    def _object(self, path: str) -> _Object | None:
        place = s3_place(path)
        try:
            head = self._client.head_object(Bucket=place.bucket, Key=place.key, ChecksumMode="ENABLED")
        except (BotoCoreError, ClientError) as error:
            if _code(error) in _MISSING:
                return None
            raise _unavailable(error, path) from error
        return _Object(
            head["ContentLength"],
            int(head["LastModified"].timestamp()) * 1_000_000_000,
            whole_digest(cast("dict[str, Any]", head)),
        )


def _names(name: str) -> Iterator[str]:
    """The name and its numbered variants. Keys are UTF-8, so that bytes of a file's name that are not are replaced."""
    name = _NO_TEXT.sub("\ufffd", name)
    stem, suffix = os.path.splitext(name)
    return (f"{stem} ({number}){suffix}" if number else name for number in itertools.count())


def _code(error: BotoCoreError | ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else type(error).__name__


def _unavailable(error: BotoCoreError | ClientError, path: str) -> StorageUnavailable:
    code = _code(error)
    if code in _MISSING or code == "NoSuchBucket":
        return StorageUnavailable(
            _("There is no bucket for {path}.").format(path=path), _("Make it in the AWS console, then go on.")
        )
    if code in {"403", "Forbidden"}:
        code = "AccessDenied"
    refused = refusal(code)
    if refused is not None:
        return StorageUnavailable(*refused)
    return StorageUnavailable(
        _("{path} cannot be written ({code}).").format(path=path, code=code), _("Check the connection, then go on.")
    )
