"""What was written, told to whoever shows it: here a page learns that a person was renamed.

Whoever writes (a service of `app`) tells once it is stored; a page subscribes, through `ui.shell.change_relay`, and
shows anew what it shows of that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from facesorter.domain.models import Decision, Person


class Subject(StrEnum):
    """What can be written."""

    PEOPLE = "people"
    """Names, covers, birth dates, merges, who is hidden, and whose faces a person is known by."""
    DECISIONS = "decisions"
    GROUPS = "groups"
    COPIES = "copies"


Said = tuple[Person, Mapping[bytes, Decision | None]]


@dataclass(frozen=True, slots=True)
class Change:
    """What is different now. `renamed` is the name before and who has another one; `forgotten` is who is known no
    longer, and every name they had.

    `said` is of whom the user has said something, and what holds now of which pictures (content or object; None:
    nothing). `by` is the session that wrote it, which knows.
    """

    subjects: frozenset[Subject]
    renamed: tuple[str, Person] | None = None
    forgotten: tuple[Person, tuple[str, ...]] | None = None
    said: Said | None = None
    by: object | None = None


Listener = Callable[[Change], None]


class Changes:
    """Thread-safe. Listeners are called on the thread that wrote, in the order in which they subscribed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell this listener of every change from now on, until what is returned is called."""
        with self._lock:
            self._listeners.append(listener)

        def leave() -> None:
            with self._lock:
                self._listeners.remove(listener)

        return leave

    def tell(
        self,
        *subjects: Subject,
        renamed: tuple[str, Person] | None = None,
        forgotten: tuple[Person, tuple[str, ...]] | None = None,
        said: Said | None = None,
        by: object | None = None,
    ) -> None:
        """Tell everybody that this was written."""
        self.pass_on(Change(frozenset(subjects), renamed, forgotten, said, by))

    def pass_on(self, change: Change) -> None:
        """Tell everybody what was told by somebody else."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener(change)
