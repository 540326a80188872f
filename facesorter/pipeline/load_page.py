"""The faces of a page of the catalog, held ready by an engine."""

from __future__ import annotations

from collections.abc import Sequence

from facesorter.domain.ports import AnalyzedPage, FaceEngine, LoadedPhotos


def load_page(page: AnalyzedPage, engine: FaceEngine) -> tuple[Sequence[int], LoadedPhotos]:
    """The places of the photos that have analyses, and these photos, in that order."""
    known: Sequence[int] = range(len(page))
    if page.unknown:
        known = [place for place in known if place not in page.unknown]
    if page.packs and engine.packing is not None:
        return known, engine.packing.load(page.packs)
    return known, engine.load([analyses for analyses in page.analyses if analyses is not None])
