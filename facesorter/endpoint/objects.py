"""Where the pictures of an `S3Object` come from: a bucket, or a folder that stands in for one."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Protocol

import botocore.exceptions

from facesorter.endpoint.wire import ServiceError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MOST_BYTES = 15 * 1024 * 1024
"""Rekognition's limit for a picture in S3."""


class ObjectSource(Protocol):
    """Reads objects. Raises `ServiceError` as Rekognition words it if there is no such object or it is too large."""

    def read(self, bucket: str, key: str, version: str | None) -> bytes:
        """The whole object, at most `MOST_BYTES`."""
        ...


class NoObjects:
    """No bucket is configured, so none can be reached."""

    def read(self, bucket: str, key: str, version: str | None) -> bytes:  # noqa: ARG002
        """Never succeeds."""
        raise _unreachable()


class FolderObjects:
    """`folder/bucket/key` for each object; no key or link leads out of its bucket. It has no versions.

    A key is matched letter by letter, as S3 does it: `./a.jpg`, `a.jpg/` and `b//a.jpg` are other keys than `a.jpg`
    and `b/a.jpg`, though a file system takes them for the same, and so is `A.JPG` where it ignores case.
    """

    def __init__(self, folder: str) -> None:
        self._folder = os.path.realpath(folder)

    def read(self, bucket: str, key: str, version: str | None) -> bytes:
        """The file's bytes."""
        if version is not None or not all(_is_exact_name(name) for name in (bucket, *key.split("/"))):
            raise _unreachable()
        root = os.path.join(self._folder, bucket)
        path = os.path.realpath(os.path.join(root, *key.split("/")))
        try:
            if not path.startswith(os.path.join(root, "")) or not os.path.isfile(path):
                raise _unreachable()
            if not _TELLS_NAMES_APART and not _is_spelled_so(root, key):
                raise _unreachable()
            with open(path, "rb") as file:
                return _within_limit(file.read(MOST_BYTES + 1))
        except OSError:
            raise _unreachable() from None


class S3Objects:
    """Objects of a real S3 service."""

    def __init__(self, client: S3Client) -> None:
        self._client = client

    def read(self, bucket: str, key: str, version: str | None) -> bytes:
        """The object's bytes; a large one is refused before it is transferred."""
        try:
            answer = (
                self._client.get_object(Bucket=bucket, Key=key)
                if version is None
                else self._client.get_object(Bucket=bucket, Key=key, VersionId=version)
            )
            with answer["Body"] as body:
                if answer["ContentLength"] > MOST_BYTES:
                    raise _too_large()
                return _within_limit(body.read())
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
            raise _unreachable() from None


_TELLS_NAMES_APART = sys.platform == "linux"
"""Whether the file system itself tells names in capitals, or in another Unicode form, from each other."""


def _is_exact_name(name: str) -> bool:
    """Whether the file system can take this part of a key for nothing but a name."""
    if name in {"", ".", ".."} or "\0" in name:
        return False
    return os.name != "nt" or not (set(name) & set("\\:") or name[-1] in ". ")


def _is_spelled_so(root: str, key: str) -> bool:
    """Whether the folders list the key's parts as they are spelled here."""
    folder = root
    for name in key.split("/"):
        if name not in os.listdir(folder):
            return False
        folder = os.path.join(folder, name)
    return True


def _within_limit(data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise _too_large()
    return data


def _too_large() -> ServiceError:
    return ServiceError("ImageTooLargeException", f"The image is larger than {MOST_BYTES} bytes")


def _unreachable() -> ServiceError:
    return ServiceError(
        "InvalidS3ObjectException",
        "Unable to get object metadata from S3. Check object key, region and/or access permissions.",
    )
