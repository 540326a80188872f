"""Analyses that are paid for once: looked up before anybody is asked, and kept before anything else is done.

A picture that is read is known by its content. One that is asked about where it lies is not read: it is known by what
S3 says of its bytes, as in a run of `sort`, so that neither pays for what the other has asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import partial

from facesorter.domain.models import EncodedPicture, Photo
from facesorter.domain.ports import Analyses, Catalog, FaceEngine, WhereItLies
from facesorter.pipeline.alone import Alone
from facesorter.pipeline.analyze import content_of

NO_PHOTO = Photo(0, "", 0, 0)
"""No run selected what is compared, so that the catalog knows its content only."""


class Recall:
    """Remembers in the catalog, if there is one; any thread may use it. `read` gives a picture's bytes."""

    def __init__(self, catalog: Catalog | None, read: Callable[[str], bytes]) -> None:
        self._catalog = catalog
        self._read = read
        self._contents: dict[bytes, bytes] = {}
        self._alone = Alone()

    def analyses(
        self,
        engine: FaceEngine,
        where_it_lies: WhereItLies,
        queries: Sequence[str],
        photo: Photo,
    ) -> Analyses:
        """The analyses of a photo; `where_it_lies` may give one without its being read here, or None.

        Raises as `FaceEngine.analyze` does and as `read` does.
        """
        found = [self._known(query, photo) for query in queries]
        for place, query in enumerate(queries):
            if found[place] is None:
                found[place] = self.once(_address(photo), query, partial(where_it_lies, query, photo))
        if None in found:
            picture = self.look_at(photo)
            content = self._contents[_address(photo)]
            for place, query in enumerate(queries):
                if found[place] is None:
                    found[place] = self.once(content, query, partial(engine.analyze, query, picture))
        return tuple(analysis for analysis in found if analysis is not None)

    def look_at(self, photo: Photo) -> EncodedPicture:
        """Read a photo, and know it from now on."""
        picture = EncodedPicture(photo.path, self._read(photo.path))
        self._contents[_address(photo)] = content_of(picture.data)
        return picture

    def once(self, content: bytes, query: str, analyze: Callable[[], bytes | None]) -> bytes | None:
        """The analysis that is known, or what `analyze` gives, which is kept unless it is None."""
        with self._alone.over(content):
            analysis = self._stored(content, query)
            if analysis is None:
                analysis = analyze()
                if analysis is not None and self._catalog is not None:
                    self._catalog.record_analyses(NO_PHOTO, content, {query: analysis})
                    self._catalog.commit()
        return analysis

    def missing(self, queries: Sequence[str], photo: Photo) -> int:
        """How many of the queries are still to be asked, as far as is known without reading the photo."""
        return sum(self._known(query, photo) is None for query in queries)

    def _known(self, query: str, photo: Photo) -> bytes | None:
        address = _address(photo)
        content = self._contents.get(address)
        analysis = None if content is None else self._stored(content, query)
        return self._stored(address, query) if analysis is None else analysis

    def _stored(self, content: bytes, query: str) -> bytes | None:
        return None if self._catalog is None else self._catalog.analysis(content, query)


def _address(photo: Photo) -> bytes:
    """What a picture is known by before it is read."""
    if photo.object is not None:
        return photo.object
    known_by = f"{photo.path}\0{photo.size}\0{photo.modified_ns}"
    return hashlib.sha256(known_by.encode("utf-8", "surrogateescape")).digest()
