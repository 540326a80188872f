"""Clears away what can be made anew: analyses of photos that are gone, and of engines of former versions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from facesorter.domain.errors import UserError
from facesorter.domain.listing import KnownFolder
from facesorter.engines.versions import is_superseded
from facesorter.storage.catalog import SqliteCatalog

GRACE = timedelta(days=30)
"""How long analyses outlive their photos: somebody who moves a library, or is away from its disk, has them looked at
once."""

_CHORE = "clear away"
_log = logging.getLogger(__name__)


def clear_away(catalog: SqliteCatalog) -> None:
    """Once a day erase what was gone, or unused since a newer version of its engine, for the time of grace.

    If that cannot be done, the next day will do.
    """
    today = datetime.now(UTC).date()
    try:
        if not catalog.is_due(_CHORE, today):
            return
        gone = catalog.clear_gone(today - GRACE)
        superseded = catalog.clear_superseded(today - GRACE, is_superseded)
    except UserError as error:
        _log.warning("Nothing was cleared away: %s", error)
        return
    if gone or superseded:
        _log.info("Cleared away: faces of %d pictures that are gone, %d engines that are superseded", gone, superseded)


def let_go_of_missing(
    catalog: SqliteCatalog, missing_in: Callable[[KnownFolder, Sequence[str]], Sequence[str] | None]
) -> list[str]:
    """Let go of all photos that are not in their folders any more; the folders that are out of reach.

    `missing_in` looks into a folder: which of these photos are not in it any more, or None if that cannot be told.
    """
    unreachable: list[str] = []
    for folder in catalog.known_folders():
        missing = missing_in(folder, catalog.names_in(folder.path))
        if missing is None:
            unreachable.append(folder.path)
        elif missing:
            catalog.let_go(folder.path, missing)
    return unreachable
