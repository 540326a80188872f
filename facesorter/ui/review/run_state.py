"""Whether a run is going on or is over, and how it ended."""

from __future__ import annotations

from enum import Enum, auto


class State(Enum):
    """What a run is about just now."""

    READY = auto()
    RUNNING = auto()
    PAUSED = auto()
    STOPPING = auto()
    STOPPED = auto()
    FINISHED = auto()
    FAILED = auto()
