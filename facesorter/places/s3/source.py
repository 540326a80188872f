"""Buckets and prefixes of S3 as a source of photos. Nothing in them is ever written to.

A prefix is a folder: `s3://bucket/trip` is what lies below `trip/`, or the one object of exactly that key, and never
what lies below `trip-2`. Markers of empty folders and noncurrent versions are no photos. Programs often store pictures
under keys without a suffix, such as a user's number: what these are, their first bytes tell.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from facesorter.domain.errors import PhotoError, WrongUse
from facesorter.domain.films import StopCheck
from facesorter.domain.formats import is_photo, is_photo_or_film, may_be_photo
from facesorter.domain.left_out import LeftOut, file_left_out, folder_left_out
from facesorter.domain.listing import FolderEntry, KnownFolder, Listing
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Metadata
from facesorter.domain.places import S3Place, s3_place
from facesorter.images.content import Kind, kind_of
from facesorter.images.live_photos import is_live_film
from facesorter.places.description import describe
from facesorter.places.live_films import Pair, without_live_films
from facesorter.places.s3.kept import KeptObjects
from facesorter.places.s3.ranges import opened_object
from facesorter.places.s3.reading import beginning, place_error, read_object

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from facesorter.images.films import FilmFile

SNIFFED_AT_ONCE = 16
"""Objects without a suffix that are looked at together: each is a request of some 50 ms."""

_MOST_OF_A_STEM = 8
"""Objects at the end of a page that may belong to a photo on the next."""


class S3Source:
    """The `PhotoSource` of some places in S3.

    `skip` are places that are not entered unless they, or places in them, are given themselves: where copies go.
    `kinds` keeps what was found out about objects without a suffix, by what S3 says of their bytes. With `all_pictures`
    those that are usually left out (`domain.left_out`) are listed too, and with `films` films. `kept` is
    given what is read.
    """

    def __init__(  # noqa: PLR0913 - what is left out, and what is known already
        self,
        client: S3Client,
        paths: Sequence[str],
        recursive: bool = True,
        skip: Collection[str] = (),
        kinds: dict[bytes, Kind | None] | None = None,
        *,
        all_pictures: bool = False,
        films: bool = False,
        kept: KeptObjects | None = None,
    ) -> None:
        self._client = client
        self._kept = kept
        self._is_wanted = is_photo_or_film if films else is_photo
        self._kinds = {} if kinds is None else kinds
        self._places = [s3_place(path) for path in dict.fromkeys(paths)]
        self._recursive = recursive
        self._all_pictures = all_pictures
        self._skip = tuple(path.rstrip("/") + "/" for path in skip)
        self._objects: dict[str, bytes | None] = {}
        self._listed: list[S3Place] = []

    def listings(self) -> Iterator[Listing]:
        """The photos of each page of each place, by folder; each photo once.

        Raises `WrongUse` if there is no such bucket or object, `StorageUnavailable` if it cannot be listed.
        """
        self._objects = {}
        self._listed = []
        for place in self._places:
            found = False
            skip = tuple(one for one in self._skip if not f"{place}/".startswith(one))
            for page in _with_stems_together(self._pages(place)):
                found = found or bool(page)
                yield from self._by_folder(place, page, skip)
            if not found and place.key:
                raise WrongUse(
                    _("There is nothing at {place}.").format(place=place),
                    _("Check the spelling; capital letters matter."),
                )
            self._listed.append(place)

    def gone(self, folder: KnownFolder, names: Callable[[], Sequence[str]]) -> Sequence[str]:
        """What the listing of a place would hold, and does not; see `PhotoSource.gone`."""
        for place in self._listed:
            top = f"{place}/" if place.key and not place.key.endswith("/") else str(place)
            if folder.path == top or (self._recursive and folder.path.startswith(top)):
                skipped = folder.path.startswith(tuple(one for one in self._skip if not top.startswith(one)))
                return () if skipped else [name for name in names() if self._is_missing(place, folder.path, name)]
        return ()

    def _is_missing(self, place: S3Place, folder: str, name: str) -> bool:
        """Whether an object is not there that would have been listed; of one without a suffix it is not known."""
        path = folder + name
        return self._is_wanted(name) and path not in self._objects and not self._left_out(place, s3_place(path).key)

    def read(self, path: str) -> bytes:
        """The object's bytes, if it is still the one that was listed.

        Raises `PhotoError` for this object, `StorageUnavailable` for the account or network.
        """
        known = self._objects.get(path)
        data = read_object(self._client, path, known)
        if known is not None and self._kept is not None:
            self._kept.keep(path, known, data)
        return data

    def describe(self, data: bytes) -> Metadata:
        """See `PhotoSource.describe`."""
        return describe(data)

    @contextmanager
    def film(self, path: str, stopped: StopCheck) -> Generator[FilmFile]:
        """The film, downloaded and opened. Raises as `read`, and `FilmAbandoned`."""
        from facesorter.images.films import opened  # only who looks at films waits for it

        data = self.read(path)
        with opened(path, hashlib.sha256(data).digest(), data, stopped) as film:
            yield film

    def _pages(self, place: S3Place) -> Iterator[list[dict[str, Any]]]:
        """The objects that the place names: the one of that very key, and those below it."""
        folder = place.key if not place.key or place.key.endswith("/") else place.key + "/"
        options = {"Prefix": folder} if self._recursive else {"Prefix": folder, "Delimiter": "/"}
        client = cast("Any", self._client)
        try:
            if folder != place.key:
                page = client.list_objects_v2(Bucket=place.bucket, Prefix=place.key, MaxKeys=1)
                yield [one for one in page.get("Contents", []) if one["Key"] == place.key]
            for page in client.get_paginator("list_objects_v2").paginate(Bucket=place.bucket, **options):
                yield page.get("Contents", [])
        except (BotoCoreError, ClientError) as error:
            raise place_error(error, str(place)) from error

    def _by_folder(self, place: S3Place, objects: Sequence[dict[str, Any]], skip: tuple[str, ...]) -> Iterator[Listing]:
        """Photos that were not listed yet. Folders end with a slash, since keys may hold two in a row."""
        bucket = place.bucket
        folders: dict[str, list[FolderEntry]] = {}
        passed_over = Counter[str]()
        left_out = defaultdict[str, Counter[LeftOut]](Counter)
        reasons = {one["Key"]: self._left_out(place, one["Key"]) for one in objects}
        sniffed = self._sniffed(bucket, [one for one in objects if reasons[one["Key"]] is None], skip)
        for one in objects:
            key: str = one["Key"]
            parent, slash, name = key.rpartition("/")
            folder = f"s3://{bucket}/{parent}{slash}"
            if not name or folder.startswith(skip) or folder + name in self._objects:
                continue
            entries = folders.setdefault(folder, [])
            why = reasons[key]
            if why is not None:
                if is_photo(name) and why is not LeftOut.SYSTEM:
                    left_out[folder][why] += 1
            elif self._is_wanted(name) or key in sniffed:
                self._objects[folder + name] = _object(one)
                modified_ns = int(one["LastModified"].timestamp()) * 1_000_000_000
                entries.append(FolderEntry(name, one["Size"], modified_ns, _object(one)))
            else:
                passed_over[folder] += 1
        for folder, entries in folders.items():
            kept = tuple(without_live_films(entries, partial(self._live, folder)))
            listing = Listing(folder, kept, {}, whole=False, passed_over=passed_over[folder])
            yield replace(listing, left_out=left_out[folder])

    def _live(self, folder: str, pairs: Sequence[Pair]) -> list[bool]:
        """Whether each of these films is part of the photo, as the beginnings and ends of both tell."""
        if not pairs:
            return []

        def belong(pair: Pair) -> bool:
            film, photo = (opened_object(self._client, folder + one.name, one.size) for one in pair)
            try:
                return is_live_film(film, photo)
            except (BotoCoreError, ClientError):
                return False  # whoever looks at it later says why it cannot be read

        with ThreadPoolExecutor(SNIFFED_AT_ONCE) as pool:
            return list(pool.map(belong, pairs))

    def _left_out(self, place: S3Place, key: str) -> LeftOut | None:
        """Why an object is passed over, if it is; neither what is given itself nor the folders above it count."""
        *folders, name = key.split("/")
        given = len(place.key.rstrip("/").split("/")) if place.key else 0
        if len(folders) < given:
            return None
        if self._all_pictures:
            return LeftOut.SYSTEM if LeftOut.SYSTEM in self._reasons(tuple(folders), given) else None
        return next(iter(self._reasons(tuple(folders), given)), None) or file_left_out(name)

    @staticmethod
    @lru_cache(maxsize=1024)
    def _reasons(folders: tuple[str, ...], given: int) -> tuple[LeftOut, ...]:
        """Why the folders below the first `given` ones are passed over."""
        found = (folder_left_out(folders[:end]) for end in range(given + 1, len(folders) + 1))
        return tuple(why for why in found if why is not None)

    def _sniffed(self, bucket: str, objects: Sequence[dict[str, Any]], skip: tuple[str, ...]) -> set[str]:
        """The keys without a suffix whose objects begin as a picture does."""
        unknown = [
            one
            for one in objects
            if may_be_photo(one["Key"].rpartition("/")[2]) and not f"s3://{bucket}/{one['Key']}".startswith(skip)
        ]
        if not unknown:
            return set()
        with ThreadPoolExecutor(SNIFFED_AT_ONCE) as pool:
            kinds = pool.map(partial(self._kind, bucket), unknown)
            return {one["Key"] for one, kind in zip(unknown, kinds, strict=True) if kind is not None}

    def _kind(self, bucket: str, listed: Mapping[str, Any]) -> Kind | None:
        """What an object begins as; None if that is no picture, or may not be read."""
        known = _object(listed)
        if known is not None and known in self._kinds:
            return self._kinds[known]
        kind = None
        if listed["Size"] > 0:
            with suppress(PhotoError):
                kind = kind_of(beginning(self._client, f"s3://{bucket}/{listed['Key']}"))
        if known is not None:
            self._kinds[known] = kind
        return kind


def _with_stems_together(pages: Iterable[list[dict[str, Any]]]) -> Iterator[list[dict[str, Any]]]:
    """The same objects, so that a photo and its film, which follow each other, are not on two pages.

    What belongs to a photo are a few: whatever else shares its stem is not waited with.
    """
    waiting: list[dict[str, Any]] = []
    for page in pages:
        page = waiting + page  # noqa: PLW2901
        begins = len(page)
        while begins > max(0, len(page) - _MOST_OF_A_STEM) and _stem(page[begins - 1]["Key"]) == _stem(page[-1]["Key"]):
            begins -= 1
        yield page[:begins]
        waiting = page[begins:]
    yield waiting


def _stem(key: str) -> str:
    return key.rpartition(".")[0] or key


def objects_at(client: S3Client, folder: str) -> dict[str, tuple[int, int]]:
    """Every object right below a folder (with a slash at its end): size and time (ns) by name. Raises `UserError`."""
    place = s3_place(folder)
    found: dict[str, tuple[int, int]] = {}
    try:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=place.bucket, Prefix=place.key, Delimiter="/")
        for page in pages:
            for one in cast("list[dict[str, Any]]", page.get("Contents", [])):
                modified_ns = int(one["LastModified"].timestamp()) * 1_000_000_000
                found[one["Key"][len(place.key) :]] = one["Size"], modified_ns
    except (BotoCoreError, ClientError) as error:
        raise place_error(error, folder) from error
    return found


def _object(listed: Mapping[str, Any]) -> bytes | None:
    """What `FolderEntry.object` is; None from a service that gives no tags."""
    return f"{listed['ETag']} {listed['Size']}".encode() if listed.get("ETag") else None
