"""What the user said of two names: that they are one person, or two. Kept beside the reports, one line a pair."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast

from facesorter.domain.errors import WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.duplicates.notices import pair_id
from facesorter.duplicates.reports import write_whole

Verdict = Literal["same", "different"]
"""One person under two names, or two people who look alike."""

_SUFFIX = ".json"


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
    """Decisions as files of a folder. Reading needs no folder; the first decision makes it."""

    def __init__(self, folder: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._folder = folder
        self._clock = clock

    def decide(self, one: str, other: str, verdict: Verdict | None) -> None:
        """Remember it instead of what was said of the two before; None takes that back.

        Raises `WrongUse` if both names are the same.
        """
        if one == other:
            raise WrongUse(_("Both names are {name}.").format(name=one), _("Give two different names."))
        names = (min(one, other), max(one, other))
        path = os.path.join(self._folder, pair_id(names) + _SUFFIX)
        if verdict is None:
            with suppress(FileNotFoundError):
                os.unlink(path)
            return
        os.makedirs(self._folder, exist_ok=True)
        decision = Decision(names, verdict, self._clock().isoformat(timespec="seconds"))
        write_whole(path, json.dumps(decision.line()) + "\n")

    def of(self, names: tuple[str, str]) -> Verdict | None:
        """What was said of two names in their order, if anything was."""
        decision = _read(os.path.join(self._folder, pair_id(names) + _SUFFIX))
        return decision.verdict if decision else None

    def all(self) -> list[Decision]:
        """Everything that was said, by names."""
        return sorted(self._kept(), key=lambda decision: decision.names)

    def _kept(self) -> Iterator[Decision]:
        if os.path.isdir(self._folder):
            for name in os.listdir(self._folder):
                decision = _read(os.path.join(self._folder, name)) if name.endswith(_SUFFIX) else None
                if decision is not None:
                    yield decision


def _read(path: str) -> Decision | None:
    try:
        with open(path, encoding="utf-8") as file:
            known = cast(object, json.load(file))
    except (FileNotFoundError, ValueError):
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
