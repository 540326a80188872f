"""Names in photos and beside them: what other programs wrote there, and what is written for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from facesorter.domain.errors import PhotoError
from facesorter.domain.formats import is_film
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Photo
from facesorter.domain.named_faces import NamedFace, StoredPicture
from facesorter.domain.ports import CompanionFinder


class Sidecars:
    """The `SidecarMaker` of a profile. `read` gives the bytes of a file or an object of S3."""

    def __init__(self, read: Callable[[str], bytes], finder: CompanionFinder) -> None:
        self._read = read
        self._finder = finder

    def sidecar(self, photo: Photo, faces: Sequence[NamedFace]) -> bytes:
        """See `SidecarMaker.sidecar`."""
        from facesorter.images import stored_picture, xmp

        picture, embedded = StoredPicture(0, 0, 1), None
        if not is_film(photo.path):
            data = self._read(photo.path)
            picture, embedded = stored_picture(data), xmp.packet_in(data)
        document = next(self._documents(photo), embedded)
        try:
            return xmp.with_faces(document, faces, picture)
        except ValueError as error:
            raise PhotoError(_("The names that stand beside it cannot be read, so none were added.")) from error

    def _documents(self, photo: Photo) -> Iterator[bytes]:
        """The sidecars of a photo, `IMG_1.jpg.xmp` before `IMG_1.xmp`."""
        notes = [one for one in self._finder.of(photo) if one.companion.name.lower().endswith(".xmp")]
        for one in sorted(notes, key=lambda note: (note.companion.letter, -len(note.companion.name))):
            if one.companion.of_photo_itself:
                yield self._read(one.file.path)
