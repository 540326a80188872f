"""Hands a person's photos on: into a new folder or a ZIP archive, whole or sized down, with metadata or without."""

from __future__ import annotations

import hashlib
import os
import secrets
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from facesorter.app.copied_photos import copied_contents
from facesorter.app.people import People
from facesorter.app.profile import Profile
from facesorter.domain.errors import PhotoError, SourceUnavailable, WrongUse
from facesorter.domain.formats import is_film
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Person, Photo
from facesorter.domain.names import harmless, merging_key
from facesorter.domain.places import kind_of, split
from facesorter.places.disk.file_names import numbered
from facesorter.places.disk.os_errors import writing
from facesorter.places.disk.publishing import publish_new
from facesorter.places.disk.syncing import sync, sync_folder
from facesorter.places.disk.transfer import SourceChanged, write_copy, write_new


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Where to (an absolute path at which nothing is), and how.

    Without `max_px` (the longer side, in pixels) photos keep their size; those that also keep their metadata are the
    same to the last byte.
    """

    to: str
    as_zip: bool = False
    max_px: int | None = None
    metadata: bool = True


@dataclass(frozen=True, slots=True)
class PhotoExported:
    """A photo is in the folder or archive under this name."""

    photo: Photo
    name: str


@dataclass(frozen=True, slots=True)
class NotExported:
    """A photo is not there, and why."""

    photo: Photo
    reason: str


def export(
    profile: Profile, person: Person, request: ExportRequest, chosen: Sequence[Photo] | None = None
) -> Iterator[PhotoExported | NotExported]:
    """Export these photos, or every one that is surely the person's: it was said, is in their group, or was copied.

    A picture that is there several times is exported once. Raises `WrongUse` if something is there already, or if
    there are no photos; `StorageUnavailable` if the place cannot be used. An archive is there whole or not at all.
    """
    if not kind_of(request.to).has_files:
        raise WrongUse(_("Photos are exported to this computer only."), _("Choose a folder here."))
    photos = _files_of(profile, person, chosen)
    if not photos:
        raise WrongUse(
            _("No photo is known to show {name}.").format(name=person.name),
            _("Sort photos first, or name a group of faces."),
        )
    if os.path.lexists(request.to):
        raise _taken(request.to)
    parent = os.path.dirname(request.to)
    profile.places.check_destination(parent)
    return _into_zip(profile, photos, request) if request.as_zip else _into_folder(profile, photos, request)


def _into_folder(
    profile: Profile, photos: list[list[Photo]], request: ExportRequest
) -> Iterator[PhotoExported | NotExported]:
    with writing(request.to):
        try:
            os.mkdir(request.to)
        except FileExistsError:
            raise _taken(request.to) from None

    def publish(temporary: str, name: str) -> None:
        with writing(request.to):
            publish_new(temporary, os.path.join(request.to, name))

    yield from _each(profile, photos, request, (request.to, publish))
    with writing(request.to):
        sync_folder(request.to)


def _into_zip(
    profile: Profile, photos: list[list[Photo]], request: ExportRequest
) -> Iterator[PhotoExported | NotExported]:
    folder = os.path.dirname(request.to)
    unfinished = _temporary(folder)
    try:
        with writing(folder), open(unfinished, "xb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:

                def publish(temporary: str, name: str) -> None:
                    with writing(folder):
                        archive.write(temporary, name)

                yield from _each(profile, photos, request, (folder, publish))
            file.flush()
            sync(file.fileno(), folder)
        with writing(folder):
            try:
                publish_new(unfinished, request.to)
            except FileExistsError:
                raise _taken(request.to) from None
            sync_folder(folder)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(unfinished)


def _each(
    profile: Profile,
    photos: list[list[Photo]],
    request: ExportRequest,
    place: tuple[str, Callable[[str, str], None]],
) -> Iterator[PhotoExported | NotExported]:
    """Make each photo a file in the folder of `place`, and hand it to its publisher under a name of its own."""
    folder, publish = place
    taken: set[str] = set()
    for same in photos:
        problem = ""
        for photo in same:
            temporary = _temporary(folder)
            try:
                suffix = _write(profile, photo, request, temporary)
                name = _free_name(photo, suffix, folder, taken)
                publish(temporary, name)
            except SourceChanged:
                problem = problem or _("It was changed since it was looked at.")
            except (PhotoError, SourceUnavailable) as error:
                problem = problem or (error.reason if isinstance(error, PhotoError) else str(error))
            else:
                yield PhotoExported(photo, name)
                break
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(temporary)
        else:
            yield NotExported(same[0], problem)


def _write(profile: Profile, photo: Photo, request: ExportRequest, temporary: str) -> str | None:
    """Write what is to be exported of a photo; the ending that its name is to have, None for its own."""
    film = is_film(photo.path)
    if film and not request.metadata:
        raise PhotoError(_("The metadata of a video cannot be removed."))
    if request.metadata and (film or request.max_px is None):
        if kind_of(photo.path).has_files:
            digest = write_copy(photo.path, temporary)
        else:
            digest = write_new(profile.read(photo.path), temporary)
        _require_same(photo, digest)
        return None
    from facesorter.images.sharing import sized_down, without_metadata

    data = profile.read(photo.path)
    _require_same(photo, hashlib.sha256(data).digest())
    if request.max_px is None:
        made = without_metadata(data)
    else:
        made = sized_down(data, request.max_px, metadata=request.metadata)
    write_new(made, temporary)
    stays = request.max_px is None and data.startswith(b"\xff\xd8")
    return None if stays else ".jpg"


def _require_same(photo: Photo, digest: bytes) -> None:
    if photo.content is not None and photo.content != digest:
        raise SourceChanged


def _free_name(photo: Photo, suffix: str | None, folder: str, taken: set[str]) -> str:
    """A name that no other photo of this export has, on any file system."""
    name = harmless(split(photo.path)[1]) or "photo"
    if suffix is not None and not name.lower().endswith((".jpg", ".jpeg")):
        name = os.path.splitext(name)[0] + suffix
    for candidate in numbered(name, folder):
        key = merging_key(candidate)
        if key not in taken:
            taken.add(key)
            return candidate
    raise AssertionError("names do not end")


def free_place(folder: str, name: str) -> str:
    """The path in a folder at which nothing is yet, of this name or a numbered one."""
    paths = (os.path.join(folder, candidate) for candidate in numbered(harmless(name) or "photos", folder))
    return next(path for path in paths if not os.path.lexists(path))


def _files_of(profile: Profile, person: Person, chosen: Sequence[Photo] | None) -> list[list[Photo]]:
    """For each picture the files that hold it, in the order in which the photos were chosen, if some were."""
    surely = _surely_of(profile, person)
    if chosen is None:
        return list(surely.values())
    found: dict[bytes, list[Photo]] = {}
    for photo in chosen:
        if photo.identities:
            found.setdefault(photo.identities[0], surely.get(photo.identities[0], [photo]))
    return list(found.values())


def _surely_of(profile: Profile, person: Person) -> dict[bytes, list[Photo]]:
    """For each picture of the person the files that hold it, the newest picture first; copies come last."""
    catalog, journal = profile.catalog, profile.journal
    found: dict[bytes, list[Photo]] = {}
    for one in People(profile).photos_of(person):
        found.setdefault(one.photo.identities[0], []).append(one.photo)
    wanted = copied_contents(profile, person) | found.keys()
    for record in journal.copied(person):
        if record.content not in wanted:
            continue
        files = found.setdefault(record.content, [])
        known = {photo.path for photo in files}
        files += [photo for photo in catalog.photos_of([record.content]) if photo.path not in known]
        files += [
            Photo(0, path, record.size, record.modified_ns, record.content)
            for path in (record.source, record.target)
            if path not in {photo.path for photo in files}
        ]
    return found


def _temporary(folder: str) -> str:
    return os.path.join(folder, f".facesorter-{secrets.token_hex(8)}.part")


def _taken(path: str) -> WrongUse:
    return WrongUse(_("There is something at {path} already.").format(path=path), _("Choose a new name."))
