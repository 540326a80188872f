"""How a run is told on the command line: in lines for people, or as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tqdm import tqdm

from facesorter.domain.balance import Balance
from facesorter.domain.events import (
    CompanionFailed,
    CompanionsLeft,
    CopyFailed,
    CostEstimated,
    Event,
    HeadshotFailed,
    MoneySpent,
    NamesWritten,
    OpinionFailed,
    PhotoCompared,
    PhotoFailed,
    PhotosFound,
    RunFinished,
    SamePicture,
)
from facesorter.domain.left_out import LeftOut
from facesorter.domain.messages import gettext as _
from facesorter.domain.narration import left_out, lines, passed_over
from facesorter.domain.spending import NOTHING, Cost, in_dollars


class JsonReport:
    """One JSON object a line: final verdicts, problems, and at the end a balance for each person."""

    def __init__(self) -> None:
        self.problems = self._passed_over = 0
        self._left_out: Mapping[LeftOut, int] = {}
        self._spent = self._told = NOTHING

    def tell(self, event: Event) -> None:
        """Print what a program is to read of this event."""
        match event:
            case HeadshotFailed(name, path, reason):
                self.problems += 1
                self._print(event="headshot-problem", person=name, headshot=path, reason=reason)
            case PhotoCompared(photo, verdicts, final=True):
                for verdict in verdicts:
                    self._print(
                        event="verdict",
                        photo=photo.path,
                        person=verdict.person.name,
                        verdict=verdict.pile,
                        similarity=round(verdict.score.similarity, 2),
                    )
            case PhotoFailed(photo, reason, final=True):
                self.problems += 1
                self._print(event="problem", photo=photo.path, reason=reason)
            case OpinionFailed(photo, person, reason) | CopyFailed(photo, person, reason):
                self.problems += 1
                self._print(event="problem", photo=photo.path, person=person.name, reason=reason)
            case SamePicture(photo, person, twin):
                self._print(event="same-picture", photo=photo.path, person=person.name, same_as=twin)
            case CompanionFailed(source, person, reason):
                self.problems += 1
                self._print(event="problem", photo=source, person=person.name, reason=reason)
            case NamesWritten(photo, person, target):
                self._print(event="names-written", photo=photo, person=person.name, sidecar=target)
            case CompanionsLeft(photos):
                self._print(event="companions-left", photos=photos)
            case CostEstimated(savings, cost, most, cap):
                bound = {f"most_{name}": value for name, value in _money(most).items()}
                self._print(event="cost", savings=savings, **_money(cost), **bound, cap=float(cap))
            case MoneySpent(cost):
                self._spent = cost
            case PhotosFound():
                self._passed_over, self._left_out = event.passed_over, event.left_out
            case RunFinished(_run, balances):
                left_out = {why.value: count for why, count in self._left_out.items() if count}
                if self._passed_over or left_out:
                    self._print(event="passed-over", files=self._passed_over, **left_out)
                self.close()
                for balance in balances:
                    self._print(event="balance", person=balance.person.name, **_counts(balance))
            case _:
                pass

    def close(self) -> None:
        """Tell what was spent, if that was not told yet."""
        if self._spent != self._told:
            self._print(event="spent", **_money(self._spent))
            self._told = self._spent

    def _print(self, **what: object) -> None:
        print(json.dumps(what))


def _money(cost: Cost) -> dict[str, float]:
    return {"calls": cost.calls, "dollars": float(cost.dollars)}


def _counts(balance: Balance) -> dict[str, int]:
    """The figures of a balance under the names that the command line prints."""
    return {
        "found": balance.found,
        "copied": balance.copied,
        "already_there": balance.already_there,
        "same_picture": balance.same_picture,
        "companions": balance.companions,
        "check": balance.check,
        "not_them": balance.not_them,
        "no_face": balance.no_face,
        "problems": balance.problems,
    }


class TextReport:
    """Plain lines, with a progress bar where there is a terminal."""

    def __init__(self, *, dry_run: bool) -> None:
        self.problems = 0
        self._dry_run = dry_run
        self._found = self._passed_over = 0
        self._left_out: Mapping[LeftOut, int] = {}
        self._spent = self._told = NOTHING
        self._bar: tqdm[Any] | None = None

    def tell(self, event: Event) -> None:
        """Print what a person wants to read of this event."""
        match event:
            case PhotosFound(total):
                self._found, self._passed_over, self._left_out = total, event.passed_over, event.left_out
            case PhotoCompared(final=False) | PhotoFailed(final=False):
                self._advance()
            case PhotoFailed(final=True) | OpinionFailed() | CopyFailed() | CompanionFailed() | HeadshotFailed():
                self.problems += 1
            case MoneySpent(cost):
                self._spent = cost
                if self._bar is not None:
                    self._bar.set_postfix_str(in_dollars(cost.dollars), refresh=False)
            case RunFinished():
                self.close()
            case _:
                pass
        for line in lines(event, dry_run=self._dry_run):
            tqdm.write(line)

    def _advance(self) -> None:
        if self._bar is None:
            self._bar = tqdm(total=self._found, unit=_(" photos"), disable=None, leave=False)
        self._bar.update()

    def close(self) -> None:
        """Take the progress bar away, and tell what was spent, if that was not told yet."""
        if self._bar is not None:
            self._bar.close()
        if self._passed_over:
            print(passed_over(self._passed_over))
            self._passed_over = 0
        if sentences := left_out(self._left_out):
            print(" ".join([*sentences, _("--all-pictures looks at them too.")]))
            self._left_out = {}
        if self._spent != self._told:
            print(_("Amazon Rekognition: {spent}.").format(spent=self._spent))
            self._told = self._spent
