"""What a path says about the place it leads to: a folder on a disk, or `s3://bucket/key` in Amazon S3.

Callers ask what can be done with a kind of place (`kind_of`) and have its paths put together and taken apart here:
`os.path` would write `s3://bucket/folder\\photo.jpg` on Windows.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class PlaceKind:
    """What can be done at a kind of place."""

    separator: str
    """What stands between a folder and a name."""

    has_files: bool
    """Whether this computer knows what lies there as files: file managers, players, browsers and `open` take a path."""

    has_folders: bool
    """Whether a folder is a thing of its own, which can be missing, empty or renamed, and not just how names begin."""

    can_be_watched: bool
    """Whether new photos are noticed as they arrive."""

    costs_money: bool
    """Whether each listing and each read is billed."""

    needs_account: bool
    """Whether an AWS account is used."""


_ON_DISK = PlaceKind(
    os.sep, has_files=True, has_folders=True, can_be_watched=True, costs_money=False, needs_account=False
)
_IN_S3 = PlaceKind("/", has_files=False, has_folders=False, can_be_watched=False, costs_money=True, needs_account=True)


def is_in_s3(path: str) -> bool:
    """Whether this path is a place in S3. For `facesorter.places`; others ask `kind_of` for what is possible."""
    return path.startswith(SCHEME)


def kind_of(path: str) -> PlaceKind:
    """The kind of place this path leads to, by the path alone."""
    return _IN_S3 if is_in_s3(path) else _ON_DISK


def s3_place(path: str) -> S3Place:
    """The place. Raises `WrongUse` if no bucket is named."""
    bucket, _slash, key = path.removeprefix(SCHEME).partition("/")
    if not is_in_s3(path) or not bucket:
        raise WrongUse(_("“{path}” names no bucket.").format(path=path), _("Write s3://BUCKET or s3://BUCKET/PREFIX."))
    return S3Place(bucket, key)


def s3_address(written: str) -> str:
    """The address of a place in S3 as somebody wrote it, with or without `s3://`; just that for an empty text."""
    return written if is_in_s3(written) else SCHEME + written.lstrip("/")


def is_address(text: str) -> bool:
    """Whether a text is the whole address of a place that is on no disk."""
    return is_in_s3(text)


def is_elsewhere(path: str) -> bool:
    """Whether a path is an address that leads to no place FaceSorter knows, as `https://...`."""
    return "://" in path and not is_in_s3(path)


def absolute(path: str) -> str:
    """The path from the root of the disk; a place in S3 is one already."""
    return path if is_in_s3(path) else os.path.abspath(path)


def resolved(path: str) -> str:
    """The one spelling of a place: links of a disk are followed, and no slash stands at the end. Looks at the disk."""
    return path.rstrip("/") if is_in_s3(path) else os.path.realpath(path)


def split(path: str) -> tuple[str, str]:
    """The folder of a path and the name in it; a folder in S3 ends with a slash."""
    if is_in_s3(path):
        folder, slash, name = path.rpartition("/")
        return folder + slash, name
    return os.path.split(path)


def folder_of(path: str) -> str:
    """The folder of a path, without a slash at the end; `below` leads back."""
    return path.rpartition("/")[0] if is_in_s3(path) else os.path.dirname(path)


def name_of(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2] if is_in_s3(path) else os.path.basename(path)


def below(folder: str, name: str) -> str:
    """The path of `name` in a folder, which may be a place in S3."""
    return f"{folder.rstrip('/')}/{name}" if is_in_s3(folder) else os.path.join(folder, name)


def key_below(folder: str, path: str) -> str:
    """The way from a folder to something in it, its parts separated by `/`; of the folder itself, its name."""
    if is_in_s3(path):
        return name_of(path) if path == folder else path.removeprefix(folder.rstrip("/") + "/")
    key = os.path.relpath(path, folder).replace(os.sep, "/")
    return name_of(path) if key == "." else key


def root_name(place: str) -> str:
    """How reports name the place that was searched: a folder by its name, a place in S3 by bucket and prefix."""
    return place.removeprefix(SCHEME) if is_in_s3(place) else os.path.basename(place)
