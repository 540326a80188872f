"""Where the pictures of an `S3Object` come from: a bucket, or a folder that stands in for one."""

from __future__ import annotations

import os
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
    """`folder/bucket/key` for each object; no key or link leads out of its bucket. It has no versions."""

    def __init__(self, folder: str) -> None:
        self._folder = os.path.realpath(folder)

    def read(self, bucket: str, key: str, version: str | None) -> bytes:
        """The file's bytes."""
        root = os.path.join(self._folder, bucket)
        path = os.path.realpath(os.path.join(root, *key.split("/"))) if "\0" not in key else ""
        inside = bucket not in {".", ".."} and path.startswith(os.path.join(root, ""))
        if version is not None or not inside or not os.path.isfile(path):
            raise _unreachable()
        try:
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
