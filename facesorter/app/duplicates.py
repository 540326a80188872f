"""Builds the search for one person under different names over a profile's engine and places."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

from facesorter.app.executor import ThreadExecutor
from facesorter.app.profile import Profile
from facesorter.domain.errors import StorageUnavailable, WrongUse
from facesorter.domain.places import is_in_s3
from facesorter.duplicates.local_index import MIGRATIONS, LocalIndex
from facesorter.duplicates.matching import Matcher
from facesorter.duplicates.naming import Naming
from facesorter.duplicates.notices import FolderOutbox
from facesorter.duplicates.reports import FolderReports, Source
from facesorter.duplicates.run import Looked, Run, Summary
from facesorter.engines.local.amazon_scale import as_amazon
from facesorter.storage.database import Database

REPORTS, OUTBOX = "reports", "outbox"
"""The folders within the one that a search writes to."""


@dataclass(frozen=True, slots=True)
class Search:
    """What to search, whose pictures they are, where reports go, and from which similarities (0-100) on."""

    source: str
    naming: Naming
    out: str
    report_from: float
    notify_from: float


def find_duplicates(profile: Profile, search: Search) -> Generator[Looked | Summary]:
    """Bring the reports up to date; what was looked at is kept if it is broken off. Raises `UserError`."""
    in_s3 = is_in_s3(search.source)
    place = search.source.rstrip("/") if in_s3 else os.path.realpath(search.source)
    if not in_s3 and not os.path.isdir(place):
        raise WrongUse(f"{search.source} is no folder.", "Check the spelling.")
    _require_apart(place, search.out)
    try:
        reports = FolderReports(os.path.join(search.out, REPORTS))
        outbox = FolderOutbox(os.path.join(search.out, OUTBOX))
    except OSError as error:
        raise StorageUnavailable(
            f"{search.out} cannot be written to ({error.strerror}).", "Name another folder with --out."
        ) from None
    database = Database(profile.paths.duplicates, MIGRATIONS)
    try:
        index = LocalIndex(profile.engine, database, place, as_amazon)
        root = place.removeprefix("s3://") if in_s3 else os.path.basename(place)
        matcher = Matcher(Source(root, search.report_from), index, reports)
        run = Run(place, profile.source_of([place]), search.naming, index, matcher, outbox, search.notify_from)
        with closing(ThreadExecutor()) as executor:
            yield from run.events(executor)
    finally:
        database.close()


def _require_apart(place: str, out: str) -> None:
    if f"{os.path.realpath(out)}{os.sep}".startswith(f"{place}{os.sep}"):
        raise WrongUse("The reports would lie among the pictures.", "Name another folder with --out.")
