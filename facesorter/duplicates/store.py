"""Small named objects that many functions write at once: nobody overwrites what they have not read."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CHANGED = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
_MISSING = {"NoSuchKey", "404", "NotFound"}


class Kept(NamedTuple):
    """An object's text, and a tag that changes with it."""

    text: str
    tag: str


class Store(Protocol):
    """Objects by names such as `reports/a.json`."""

    def read(self, name: str) -> Kept | None:
        """The object, if there is one."""
        ...

    def write(self, name: str, text: str, tag: str | None) -> bool:
        """Write it whole if it is still what was read: of this tag, or, with None, missing. Whether it was."""
        ...

    def remove(self, name: str, tag: str | None = None) -> None:
        """Remove it, if it is there and, with a tag, still what was read."""
        ...

    def names(self, prefix: str) -> Iterator[str]:
        """The names that begin so."""
        ...


class S3Store:
    """Implements `Store` in a bucket, by S3's conditional writes."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self, name: str) -> Kept | None:
        """The object, if there is one."""
        from botocore.exceptions import ClientError

        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=name)
        except ClientError as error:
            if code_of(error) in _MISSING:
                return None
            raise
        with answer["Body"] as body:
            return Kept(body.read().decode(), answer["ETag"])

    def write(self, name: str, text: str, tag: str | None) -> bool:
        """Write it if it is still what was read."""
        from botocore.exceptions import ClientError

        data, kind = text.encode(), "application/json"
        try:
            if tag is None:
                self._client.put_object(
                    Bucket=self._bucket, Key=name, Body=data, ContentType=kind, IfNoneMatch="*"
                )  # fmt: skip
            else:
                self._client.put_object(Bucket=self._bucket, Key=name, Body=data, ContentType=kind, IfMatch=tag)
        except ClientError as error:
            if code_of(error) in _CHANGED | _MISSING:  # missing: what was read was removed meanwhile
                return False
            raise
        return True

    def remove(self, name: str, tag: str | None = None) -> None:
        """Remove it, if it is there and, with a tag, still what was read."""
        from botocore.exceptions import ClientError

        if tag is None:
            self._client.delete_object(Bucket=self._bucket, Key=name)
            return
        try:
            self._client.delete_object(Bucket=self._bucket, Key=name, IfMatch=tag)
        except ClientError as error:
            if code_of(error) not in _CHANGED | _MISSING:
                raise

    def names(self, prefix: str) -> Iterator[str]:
        """The names that begin so."""
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
            for found in page.get("Contents", ()):
                yield found.get("Key", "")


class FolderStore:
    """Implements `Store` in a folder, for one program at a time; folders are made when something is written."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._writing = threading.Lock()

    def read(self, name: str) -> Kept | None:
        """The object, if there is one; what is no text is none."""
        try:
            with open(self._path(name), encoding="utf-8") as file:
                text = file.read()
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        return Kept(text, hashlib.sha256(text.encode()).hexdigest())

    def write(self, name: str, text: str, tag: str | None) -> bool:
        """Write it if it is still what was read."""
        with self._writing:
            kept = self.read(name)
            if (kept.tag if kept else None) != tag:
                return False
            path = self._path(name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            write_whole(path, text)
            return True

    def remove(self, name: str, tag: str | None = None) -> None:
        """Remove it, if it is there and, with a tag, still what was read."""
        with self._writing, suppress(FileNotFoundError):
            if tag is None or getattr(self.read(name), "tag", None) == tag:
                os.unlink(self._path(name))

    def names(self, prefix: str) -> Iterator[str]:
        """The names that begin so; `prefix` ends with `/`."""
        for folder, _, files in os.walk(self._path(prefix)):
            for file in sorted(files):
                if not file.endswith(".tmp"):
                    yield os.path.relpath(os.path.join(folder, file), self._folder).replace(os.sep, "/")

    def _path(self, name: str) -> str:
        return os.path.join(self._folder, *name.split("/"))


def code_of(error: Exception) -> str:
    """The code of an error of AWS."""
    response: dict[str, dict[str, str]] = getattr(error, "response", {})
    return response.get("Error", {}).get("Code", "")


def write_whole(path: str, text: str) -> None:
    """Write a file of our own so that it is there whole or not at all, whatever happens meanwhile."""
    beginning = f"{path}.tmp"
    with open(beginning, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beginning, path)
