"""What the user said of two names: that they are one person, or two. Kept beside the reports, one line a pair."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast

from facesorter.domain.errors import WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.duplicates.notices import pair_id
from facesorter.duplicates.store import Store

Verdict = Literal["same", "different"]
"""One person under two names, or two people who look alike."""

DECISIONS = "decisions"
"""The folder of a store that they lie in."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was said of two names, which are in their order, and when (ISO 8601, UTC)."""

    names: tuple[str, str]
    verdict: Verdict
    decided_at: str

    def line(self) -> dict[str, Any]:
        """The object that is kept and exported; the table `decisions` has its members as columns."""
        return {"Name": self.names[0], "Other": self.names[1], "Decision": self.verdict, "DecidedAt": self.decided_at}


class Decisions:
    """Decisions in a store, each pair under a name of its own."""

    def __init__(self, store: Store, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self._clock = clock

    def decide(self, one: str, other: str, verdict: Verdict | None) -> None:
        """Remember it instead of what was said of the two before; None takes that back.

        Raises `WrongUse` if both names are the same.
        """
        if one == other:
            raise WrongUse(_("Both names are {name}.").format(name=one), _("Give two different names."))
        names = (min(one, other), max(one, other))
        place = _place(names)
        if verdict is None:
            self._store.remove(place)
            return
        decision = Decision(names, verdict, self._clock().isoformat(timespec="seconds"))
        written = False
        while not written:
            kept = self._store.read(place)
            written = self._store.write(place, json.dumps(decision.line()) + "\n", kept.tag if kept else None)

    def of(self, names: tuple[str, str]) -> Verdict | None:
        """What was said of two names in their order, if anything was."""
        decision = self._read(_place(names))
        return decision.verdict if decision else None

    def all(self) -> list[Decision]:
        """Everything that was said, by names."""
        found = (self._read(name) for name in self._store.names(f"{DECISIONS}/"))
        return sorted((decision for decision in found if decision), key=lambda decision: decision.names)

    def forget(self, name: str) -> None:
        """Take back everything that was said of a name."""
        for decision in self.all():
            if name in decision.names:
                self._store.remove(_place(decision.names))

    def _read(self, place: str) -> Decision | None:
        kept = self._store.read(place)
        return _parsed(kept.text) if kept else None


def _place(names: tuple[str, str]) -> str:
    return f"{DECISIONS}/{pair_id(names)}.json"


def _parsed(text: str) -> Decision | None:
    try:
        known = cast(object, json.loads(text))
    except ValueError:
        return None
    if not isinstance(known, dict):
        return None
    line = cast("dict[str, object]", known)
    one, other, when = (str(line.get(member, "")) for member in ("Name", "Other", "DecidedAt"))
    match line.get("Decision"):
        case "same":
            return Decision((one, other), "same", when)
        case "different":
            return Decision((one, other), "different", when)
        case _:
            return None
