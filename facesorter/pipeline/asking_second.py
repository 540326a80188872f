"""Asks the second, paid engine what is still open: about whole photos, or about sheets of many faces."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from facesorter.domain.errors import PhotoChanged, PhotoError
from facesorter.domain.films import FilmAbandoned
from facesorter.domain.formats import is_film
from facesorter.domain.models import EncodedPicture, Photo
from facesorter.domain.ports import Catalog, FaceEngine, PhotoSource, SeenPhoto, SheetEngine
from facesorter.pipeline.analyze import Analyzing, ahead, content_of
from facesorter.pipeline.films import analyze_film
from facesorter.pipeline.second_opinion import First, Second, Unasked, in_vain, on_a_sheet, sheets_of, unasked


def analyze_second(first: First, second: Second, source: PhotoSource) -> Generator[tuple[Photo, str | None]]:
    """Ask what is open; each photo, with the reason if the second engine could not look. Raises as `analyze`."""
    todo = unasked(first, second)
    if second.sheets is None:
        analyzing = _AskingWhole(second.engine, source, first.catalog)
        yield from ahead(todo, analyzing.analyze, analyzing, second.executor)
        return
    analyzing = _AskingSheets(second.sheets, source, first.catalog)
    for results in ahead(sheets_of(todo, second.sheets.capacity), analyzing.analyze, analyzing, second.executor):
        yield from results


class _AskingSecond(Analyzing):
    """What workers read. A problem is told and not recorded: what the first engine said of the photo stands."""

    def __init__(self, engine: FaceEngine, source: PhotoSource, catalog: Catalog) -> None:
        super().__init__(engine, catalog)
        self._source = source

    def _picture(self, photo: Photo) -> EncodedPicture:
        """The photo as it was when its faces were found. Raises `PhotoError`, `PhotoChanged` if it is another now."""
        data = self._source.read(photo.path)
        self._require_unchanged(photo, content_of(data))
        return EncodedPicture(photo.path, data)

    def _require_unchanged(self, photo: Photo, content: bytes) -> None:
        if content != photo.content:
            self.catalog.read_anew(photo)
            raise PhotoChanged

    def _ask_film(self, one: Unasked) -> None:
        """Ask about the frames of a film that were chosen. Raises as `_picture`, and as the engine does."""
        analyses: dict[str, bytes] = {}
        with suppress(FilmAbandoned):
            with self._source.film(one.photo.path, lambda: self.stopped) as film:
                self._require_unchanged(one.photo, film.content)
                for query in one.queries:
                    analyses[query] = analyze_film(query, film, one.photo, self.engine, self.catalog)
            self._keep(one.photo, analyses)  # each frame was kept as it was paid for

    def _keep(self, photo: Photo, analyses: Mapping[str, bytes], *, commit: bool = True) -> None:
        if photo.content is not None:
            self.catalog.record_analyses(photo, photo.content, analyses)
        if commit:
            self.catalog.commit()


class _AskingWhole(_AskingSecond):
    """What a worker does with one photo."""

    def analyze(self, one: Unasked) -> tuple[Photo, str | None]:
        """Read, analyze, record; the reason if that cannot be done."""
        if self.stopped:
            return one.photo, None
        try:
            if is_film(one.photo.path):
                self._ask_film(one)
                return one.photo, None
            picture = self._picture(one.photo)
            for query in one.queries:
                self._keep(one.photo, {query: self.engine.analyze(query, picture)})
        except PhotoError as error:
            return one.photo, error.reason
        return one.photo, None


class _AskingSheets(_AskingSecond):
    """What a worker does with one sheet."""

    def __init__(self, engine: SheetEngine, source: PhotoSource, catalog: Catalog) -> None:
        super().__init__(engine, source, catalog)
        self._sheets = engine

    def analyze(self, group: list[Unasked]) -> list[tuple[Photo, str | None]]:
        """Cut the faces out, ask about all at once, and then about those photos whole that need it."""
        if self.stopped:
            return [(one.photo, None) for one in group]
        problems: dict[int, str] = {}
        if is_film(group[0].photo.path):
            with _noting(group[0].photo, problems):
                self._ask_film(group[0])
            return [(one.photo, problems.get(one.photo.id)) for one in group]
        cut: list[tuple[Unasked, list[Any]]] = []
        for one in group:
            with _noting(one.photo, problems):
                seen = SeenPhoto(self._picture(one.photo), one.faces)
                cut.append((one, self._sheets.tiles(seen) if on_a_sheet(one, self._sheets) else []))
        for query in group[0].queries:
            for one in self._ask_together(query, cut, problems):
                with _noting(one.photo, problems):
                    answer = self.engine.analyze(query, self._picture(one.photo))
                    self._keep(one.photo, {query: answer, self._sheets.whole(query): answer})
        return [(one.photo, problems.get(one.photo.id)) for one in group]

    def _ask_together(
        self, query: str, cut: Sequence[tuple[Unasked, list[Any]]], problems: dict[int, str]
    ) -> list[Unasked]:
        """One call for all that were cut; what must be asked about whole is returned."""
        together = [(one, tiles) for one, tiles in cut if tiles]
        whole = [one for one, tiles in cut if not tiles]
        try:
            analyses = (
                self._sheets.analyze_together(query, [(one.faces, tiles) for one, tiles in together])
                if together
                else []
            )
        except PhotoError as error:  # of the sheet, and so of every photo on it
            problems.update((one.photo.id, error.reason) for one, _ in together)
            return whole
        for (one, _), answer in zip(together, analyses, strict=True):
            if answer is None:
                whole.append(one)
                self._keep(one.photo, {in_vain(query): b""}, commit=False)
            else:
                self._keep(one.photo, {query: answer}, commit=False)
        self.catalog.commit()
        return whole


@contextmanager
def _noting(photo: Photo, problems: dict[int, str]) -> Generator[None]:
    try:
        yield
    except PhotoError as error:
        problems[photo.id] = error.reason
