"""An object of S3 as a file of which only parts are downloaded."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from facesorter.domain.places import s3_place

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PART_BYTES = 1 << 16
"""Downloaded at a time: the boxes at the beginning of a film, or those at its end."""


class _Object(io.RawIOBase):
    def __init__(self, client: S3Client, path: str, size: int) -> None:
        self._client = client
        self._place = s3_place(path)
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        end = min(self._at + len(buffer), self._size)
        if end <= self._at:
            return 0
        answer = self._client.get_object(
            Bucket=self._place.bucket, Key=self._place.key, Range=f"bytes={self._at}-{end - 1}"
        )
        data = answer["Body"].read()
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def opened_object(client: S3Client, path: str, size: int) -> io.BufferedReader:
    """The object, to read and to seek in. Reading raises what boto3 raises."""
    return io.BufferedReader(_Object(client, path, size), PART_BYTES)
