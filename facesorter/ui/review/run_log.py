"""Tells the log what happens in a run."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from facesorter.domain.events import Event
from facesorter.domain.narration import lines

log = logging.getLogger("facesorter.run")


def told(events: Iterator[Event], *, dry_run: bool = False) -> Iterator[Event]:
    """On the worker: every event, told to the log on its way."""
    try:
        for event in events:
            for line in lines(event, dry_run=dry_run):
                log.info("%s", line)
            yield event
    finally:
        close = getattr(events, "close", None)
        if close is not None:
            close()
