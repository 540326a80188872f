"""Places in S3 are written `s3://bucket/key`, wherever a path may stand."""

from __future__ import annotations

import os
from typing import NamedTuple

from facesorter.domain.errors import WrongUse
from facesorter.domain.messages import gettext as _

SCHEME = "s3://"


class S3Place(NamedTuple):
    """A bucket and a key, or the prefix of keys."""

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.key}"


def is_in_s3(path: str) -> bool:
    """Whether this path is a place in S3."""
    return path.startswith(SCHEME)


def absolute(path: str) -> str:
    """The path from the root of the disk; a place in S3 is one already."""
    return path if is_in_s3(path) else os.path.abspath(path)


def s3_place(path: str) -> S3Place:
    """The place. Raises `WrongUse` if no bucket is named."""
    bucket, _slash, key = path.removeprefix(SCHEME).partition("/")
    if not is_in_s3(path) or not bucket:
        raise WrongUse(_("“{path}” names no bucket.").format(path=path), _("Write s3://BUCKET or s3://BUCKET/PREFIX."))
    return S3Place(bucket, key)


def split(path: str) -> tuple[str, str]:
    """The folder of a path and the name in it; a folder in S3 ends with a slash."""
    if is_in_s3(path):
        folder, slash, name = path.rpartition("/")
        return folder + slash, name
    return os.path.split(path)


def below(folder: str, name: str) -> str:
    """The path of `name` in a folder, which may be a place in S3."""
    return f"{folder.rstrip('/')}/{name}" if is_in_s3(folder) else os.path.join(folder, name)
