"""Names in photos and beside them: what other programs wrote there, and what is written for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache

from facesorter.domain.errors import PhotoError
from facesorter.domain.formats import is_film
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Photo
from facesorter.domain.named_faces import NamedFace, StoredPicture
from facesorter.domain.other_programs import PICASA_FILES, picasa_faces, takeout_names
from facesorter.domain.places import below, kind_of, split
from facesorter.domain.ports import CompanionFinder
from facesorter.places.disk.reading import read_beginning

_HEAD_BYTES = 1_000_000
_JPEG = b"\xff\xd8\xff"


class Sidecars:
    """The `SidecarMaker` of a profile. `read` gives the bytes of a file or an object of S3."""

    def __init__(self, read: Callable[[str], bytes], finder: CompanionFinder) -> None:
        self._read = read
        self._finder = finder
        self._picasa = lru_cache(16)(self._notes_of_picasa)

    def sidecar(self, photo: Photo, faces: Sequence[NamedFace]) -> bytes:
        """See `SidecarMaker.sidecar`."""
        from facesorter.images import stored_picture, xmp

        picture, embedded = StoredPicture(0, 0, 1), None
        if not is_film(photo.path):
            data = self._read(photo.path)
            picture, embedded = stored_picture(data), xmp.packet_in(data)
        document = next(self._documents(photo, self._read), embedded)
        try:
            return xmp.with_faces(document, faces, picture)
        except ValueError as error:
            raise PhotoError(_("The names that stand beside it cannot be read, so none were added.")) from error

    def _documents(self, photo: Photo, read: Callable[[str], bytes]) -> Iterator[bytes]:
        """The sidecars of a photo, `IMG_1.jpg.xmp` before `IMG_1.xmp`."""
        notes = [one for one in self._finder.of(photo) if one.companion.name.lower().endswith(".xmp")]
        for one in sorted(notes, key=lambda note: (note.companion.letter, -len(note.companion.name))):
            if one.companion.of_photo_itself:
                yield read(one.file.path)

    def names_of(self, photo: Photo) -> tuple[NamedFace, ...]:
        """Who is named in a photo: inside it, in sidecars, by Picasa, by Google Takeout. Raises `StorageUnavailable`.

        What cannot be read, or is damaged, names nobody.
        """
        found: list[NamedFace] = []
        for faces in (self._in_xmp(photo), self._by_picasa(photo), self._by_takeout(photo)):
            named = {face.name for face in found}
            found += [face for face in faces if face.box is not None or face.name not in named]
        return tuple(dict.fromkeys(found))

    def _in_xmp(self, photo: Photo) -> Iterator[NamedFace]:
        from facesorter.images import stored_picture, xmp

        if is_film(photo.path):
            return
        data = b""
        with suppress(PhotoError):
            data = self._with_metadata(photo.path)
        inside = xmp.packet_in(data)
        documents = [*([inside] if inside else []), *self._documents(photo, self._read_quietly)]
        if not documents:
            return
        orientation = 1
        with suppress(PhotoError):
            orientation = stored_picture(data).orientation
        for document in documents:
            with suppress(ValueError):
                yield from xmp.faces_in(document, orientation)

    def _with_metadata(self, path: str) -> bytes:
        """So much of a photo as its metadata may be in: of a JPEG they come first."""
        if kind_of(path).has_files:
            beginning = read_beginning(path, _HEAD_BYTES)
            if beginning.startswith(_JPEG):
                return beginning
        return self._read(path)

    def _by_picasa(self, photo: Photo) -> tuple[NamedFace, ...]:
        folder, name = split(photo.path)
        return self._picasa(folder).get(name.lower(), ())

    def _by_takeout(self, photo: Photo) -> Iterator[NamedFace]:
        for one in self._finder.of(photo):
            if one.companion.name.lower().endswith(".json"):
                yield from map(NamedFace, takeout_names(self._read_quietly(one.file.path)))

    def _notes_of_picasa(self, folder: str) -> Mapping[str, tuple[NamedFace, ...]]:
        if kind_of(folder).costs_money:  # to ask for a file that is not there, too
            return {}
        notes = (self._read_quietly(below(folder, name)) for name in PICASA_FILES)
        return picasa_faces(next(filter(None, notes), b"").decode("utf-8", "replace"))

    def _read_quietly(self, path: str) -> bytes:
        with suppress(PhotoError):
            return self._read(path)
        return b""
