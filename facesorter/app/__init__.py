"""The one place that builds things: a profile and settings in, a workshop out that a front end can work with."""

from __future__ import annotations

from facesorter.app.comparing import Comparing
from facesorter.app.executor import ThreadExecutor
from facesorter.app.reviewing import Reviewing

__all__ = ["ThreadExecutor", "Workshop"]


class Workshop(Reviewing, Comparing):
    """Everything a front end needs, for one profile. Methods may block: the window calls them in jobs."""
