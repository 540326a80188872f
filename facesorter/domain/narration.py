"""What happens in a run, in plain lines: the terminal, the window's log pane and the log file show the same."""

from __future__ import annotations

import os
import re

from facesorter.domain.events import (
    CopyChecked,
    CopyFailed,
    CopyKept,
    CopyTakenBack,
    CostEstimated,
    Event,
    HeadshotFailed,
    OpinionFailed,
    PhotoAlreadyThere,
    PhotoCompared,
    PhotoCopied,
    PhotoFailed,
    ReferencesGrew,
    RunFinished,
    RunPaused,
)
from facesorter.domain.models import Balance, Pile, Verdict
from facesorter.domain.planning import CopyState
from facesorter.domain.spending import in_dollars

_STATES = {CopyState.MISSING: "missing", CopyState.ALTERED: "altered since it was copied, left alone"}

WORTH_A_LINE = (Pile.SURE, Pile.CHECK)


_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, line ends, turns of the direction of writing, and the surrogates that stand for bytes."""


def shown(text: str) -> str:
    """A path or a line that can be printed anywhere: what is no text or would steer a terminal is replaced."""
    return _UNPRINTABLE.sub("\ufffd", text)


def brief(path: str) -> str:
    """The last two parts of a path: enough to know a photo by in a line, and nothing of whose computer it is on."""
    return "/".join(path.replace(os.sep, "/").rsplit("/", 2)[-2:])


def lines(event: Event, *, dry_run: bool = False) -> list[str]:
    """What is worth saying of an event; only final verdicts of somebody who may be in the photo are."""
    return [shown(line) for line in _lines(event, dry_run=dry_run)]


def _lines(event: Event, *, dry_run: bool) -> list[str]:
    match event:
        case HeadshotFailed(name, "", reason):
            return [f"{name} is not looked for: {reason}"]
        case HeadshotFailed(name, path, reason):
            return [f"{brief(path)}: not used as a headshot of {name}: {reason}"]
        case PhotoCompared(photo, verdicts, final=True):
            return [f"{brief(photo.path)}: {_verdict(one)}" for one in verdicts if one.pile in WORTH_A_LINE]
        case PhotoFailed(photo, reason, final=True):
            return [f"{brief(photo.path)}: {reason}"]
        case OpinionFailed(photo, person, reason):
            return [f"{brief(photo.path)}: not decided for {person.name}: {reason}"]
        case CopyFailed(photo, person, reason):
            return [f"{brief(photo.path)}: not copied for {person.name}: {reason}"]
        case PhotoCopied(photo, _, target):
            return [f"{brief(photo.path)}: {'would be copied' if dry_run else 'copied'} to {brief(target)}"]
        case PhotoAlreadyThere(photo, _, target):
            return [f"{brief(photo.path)}: already there as {brief(target)}"]
        case CopyTakenBack(target):
            return [f"{brief(target)}: taken back"]
        case CopyKept(target, reason):
            return [f"{brief(target)}: left alone: {reason}"]
        case CopyChecked(target, state, _, reason):
            words = reason or _STATES.get(state)
            return [f"{brief(target)}: {words}"] if words else []
        case ReferencesGrew(added):
            return [f"{sum(added.values())} confident matches help to find the rest."]
        case CostEstimated():
            return [price(event)]
        case RunPaused(reason):
            return [f"Paused: {reason}"]
        case RunFinished(_, balances):
            return [_balance(balance, dry_run) for balance in balances]
        case _:
            return []


def passed_over(count: int) -> str:
    """How many objects or files of a place are no pictures, in a sentence."""
    if count == 1:
        return "1 other file was passed over: it is no picture."
    return f"{count:,} other files were passed over: they are no pictures."


def price(estimated: CostEstimated) -> str:
    """What Amazon Rekognition costs, done in this way, in a sentence or two."""
    savings, cost, most, cap = estimated.savings, estimated.cost, estimated.most, in_dollars(estimated.cap)
    if cost == most:
        return f"Amazon Rekognition ({savings.in_words}): at most {most}. Never more than {cap}."
    return f"Amazon Rekognition ({savings.in_words}): about {cost}; at most {most}. Never more than {cap}."


def _verdict(verdict: Verdict) -> str:
    doubt = "" if verdict.pile is Pile.SURE else ", to check"
    return f"{verdict.person.name} {verdict.score.similarity:.0f} %{doubt}"


def _balance(balance: Balance, dry_run: bool) -> str:
    parts = [
        f"{balance.copied} {'would be copied' if dry_run else 'copied'}",
        f"{balance.already_there} already there",
        f"{balance.check} to check",
        f"{balance.not_them} not them",
        f"{balance.no_face} no face",
        _count(balance.problems, "problem"),
    ]
    return f"{balance.person.name}: {_count(balance.found, 'photo')} = {' + '.join(parts)}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
