"""What lies in a folder, as it was listed: picture files that nobody has opened, and what could not be listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from facesorter.domain.left_out import LeftOut


class FolderEntry(NamedTuple):
    """A picture file as its folder lists it; nothing of it has been opened.

    `object` is S3's entity tag and the size: the same for two objects only if their bytes are the same.
    """

    name: str
    size: int
    modified_ns: int
    object: bytes | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The picture files of one folder, and what could not be listed there.

    `problems` maps the path of a file or sub-folder of this folder to the sentence that says why it could not be read.
    `whole` is False where this is only a part of the folder's pictures: single files, one page of an S3 prefix.
    `passed_over` counts what lies there besides and is no picture: on a disk files without a suffix, in S3 all objects;
    `left_out` counts pictures that are passed over, those in folders that are not entered from here included. `films`
    is False where films were not looked for: such a listing says nothing of them. `mount` is where the folder's file
    system is mounted, None in S3: without its disk, the same folder is another one. `alone_at` is the folder's own time
    (ns) if its photos lie alone, so that no file belongs to another; None if some may, or if that is not known.
    """

    folder: str
    entries: Sequence[FolderEntry]
    problems: Mapping[str, str]
    whole: bool = True
    passed_over: int = 0
    left_out: Mapping[LeftOut, int] = field(default_factory=dict[LeftOut, int])
    films: bool = True
    mount: str | None = None
    alone_at: int | None = None


class KnownFolder(NamedTuple):
    """A folder of an earlier listing, and where its file system was mounted then; None if that is not known."""

    path: str
    mount: str | None
