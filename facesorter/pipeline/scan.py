"""Find the photos: every folder of a source is listed and its photos are selected, without opening any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from facesorter.domain.events import Event, PhotoFailed, PhotosFound
from facesorter.domain.file_columns import columns_of
from facesorter.domain.formats import count_suffixes
from facesorter.domain.left_out import LeftOut
from facesorter.domain.ports import Catalog, CompanionFinder, PhotoSource

COMMIT_EVERY = 10_000
"""Photos selected between two commits: few enough that a kill loses little, many enough that an fsync is no matter."""


def scan(source: PhotoSource, catalog: Catalog, companions: CompanionFinder | None = None) -> Iterator[Event]:
    """Select all photos of the source anew; `PhotosFound` for each folder.

    What cannot be listed (a photo or a whole sub-folder) counts among the found and is a `PhotoFailed` too.
    What is gone since earlier runs is let go, and `companions` is told what was listed. Raises `UserError` if the
    source cannot be reached.
    """
    catalog.clear_selection()
    total = uncommitted = passed_over = 0
    formats, left_out = Counter[str](), Counter[LeftOut]()
    for listing in source.listings():
        unlisted = catalog.select(listing)
        if companions is not None:
            companions.listed(listing)
        found = len(listing.entries) + len(unlisted)
        total += found
        uncommitted += found
        passed_over += listing.passed_over
        left_out.update(listing.left_out)
        formats.update(count_suffixes(columns_of(listing.entries).names))
        yield PhotosFound(total, dict(formats), passed_over, dict(left_out))
        for photo in unlisted:
            yield PhotoFailed(photo, listing.problems[photo.path])
        if uncommitted >= COMMIT_EVERY:
            catalog.commit()
            uncommitted = 0
    for folder in catalog.known_folders():
        gone = source.gone(folder, partial(catalog.names_in, folder.path))
        if gone:
            catalog.let_go(folder.path, gone)
    catalog.commit()
