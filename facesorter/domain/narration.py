"""What happens in a run, in plain lines: the terminal, the window's log pane and the log file show the same."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from facesorter.domain.balance import Balance
from facesorter.domain.events import (
    CompanionCopied,
    CompanionFailed,
    CompanionsLeft,
    CopyChecked,
    CopyFailed,
    CopyKept,
    CopyTakenBack,
    CostEstimated,
    Event,
    HeadshotFailed,
    NamesWritten,
    OpinionFailed,
    PhotoAlreadyThere,
    PhotoCompared,
    PhotoCopied,
    PhotoFailed,
    ReferencesGrew,
    RunFinished,
    RunPaused,
    SamePicture,
)
from facesorter.domain.figures import percent, whole
from facesorter.domain.left_out import LeftOut
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.models import Pile, Verdict
from facesorter.domain.planning import CopyState
from facesorter.domain.spending import in_dollars

WORTH_A_LINE = frozenset({Pile.SURE, Pile.CHECK})

_TOLD_WHEN_LEFT_OUT = (LeftOut.THUMBNAIL, LeftOut.DELETED, LeftOut.ORIGINAL)


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
            return [_("{} is not searched for: {}").format(name, reason)]
        case HeadshotFailed(name, path, reason):
            return [_("{}: cannot be used as a headshot of {}: {}").format(brief(path), name, reason)]
        case PhotoCompared(final=True):
            if WORTH_A_LINE.isdisjoint(event.piles):
                return []
            place = brief(event.photo.path)
            return [f"{place}: {_verdict(one)}" for one in event.verdicts if one.pile in WORTH_A_LINE]
        case PhotoFailed(photo, reason, final=True):
            return [f"{brief(photo.path)}: {reason}"]
        case OpinionFailed(photo, person, reason):
            return [_("{}: not decided for {}: {}").format(brief(photo.path), person.name, reason)]
        case CopyFailed(photo, person, reason):
            return [_("{}: not copied for {}: {}").format(brief(photo.path), person.name, reason)]
        case ReferencesGrew(added):
            return [_learned(sum(added.values()))]
        case CostEstimated():
            return [price(event)]
        case RunPaused(reason):
            return [_("Paused: {}").format(reason)]
        case RunFinished(_run, balances):
            return [_balance(balance, dry_run) for balance in balances]
        case _other:
            return _about_copies(event, dry_run=dry_run)


def _about_copies(event: Event, *, dry_run: bool) -> list[str]:
    match event:
        case PhotoCopied(photo, _person, target):
            sentence = _("{}: would be copied to {}") if dry_run else _("{}: copied to {}")
            return [sentence.format(brief(photo.path), brief(target))]
        case PhotoAlreadyThere(photo, _person, target):
            return [_("{}: already there as {}").format(brief(photo.path), brief(target))]
        case SamePicture(photo, _person, twin):
            return [_("{}: the same picture as {}").format(brief(photo.path), brief(twin))]
        case CompanionCopied(source, _person, target, already_there=False):
            sentence = _("{}: would be copied to {}") if dry_run else _("{}: copied to {}")
            return [sentence.format(brief(source), brief(target))]
        case CompanionFailed(source, person, reason):
            return [_("{}: not copied for {}: {}").format(brief(source), person.name, reason)]
        case NamesWritten(photo, _person, target, already_there=False):
            return [_("{}: names written to {}").format(brief(photo), brief(target))]
        case CompanionsLeft(photos):
            return [_left_beside(photos)]
        case CopyTakenBack(target):
            return [_("{}: removed").format(brief(target))]
        case CopyKept(target, reason):
            return [_("{}: kept: {}").format(brief(target), reason)]
        case CopyChecked(target, state, _original, reason):
            words = reason or _state(state)
            return [f"{brief(target)}: {words}"] if words else []
        case _other:
            return []


def passed_over(count: int) -> str:
    """How many objects or files of a place are no pictures, in a sentence."""
    skipped = ngettext(
        "{} file was skipped: it is not a picture.", "{} files were skipped: they are not pictures.", count
    )
    return skipped.format(whole(count))


def left_out(counts: Mapping[LeftOut, int]) -> list[str]:
    """How many pictures were passed over because they are nobody's photos, in a sentence for each reason."""
    thumbnails, deleted, originals = (counts.get(why, 0) for why in _TOLD_WHEN_LEFT_OUT)
    said = [
        ngettext("{} thumbnail was passed over.", "{} thumbnails were passed over.", thumbnails),
        ngettext("{} deleted picture was passed over.", "{} deleted pictures were passed over.", deleted),
        ngettext(
            "{} original of a picture that was edited was passed over.",
            "{} originals of pictures that were edited were passed over.",
            originals,
        ),
    ]
    counted = zip(said, (thumbnails, deleted, originals), strict=True)
    return [sentence.format(whole(count)) for sentence, count in counted if count]


def price(estimated: CostEstimated) -> str:
    """What Amazon Rekognition costs, done in this way, in a sentence or two."""
    savings, cost, most, cap = estimated.savings, estimated.cost, estimated.most, in_dollars(estimated.cap)
    if cost == most:
        sentence = _("Amazon Rekognition ({}): at most {}. Never more than {}.")
        return sentence.format(savings.in_words, most, cap)
    sentence = _("Amazon Rekognition ({}): about {}; at most {}. Never more than {}.")
    return sentence.format(savings.in_words, cost, most, cap)


def _state(state: CopyState) -> str:
    return {
        CopyState.MISSING: _("missing"),
        CopyState.ALTERED: _("changed since it was copied; kept as it is"),
    }.get(state, "")


def _learned(matches: int) -> str:
    return ngettext("Learned from {} sure match.", "Learned from {} sure matches.", matches).format(whole(matches))


def _verdict(verdict: Verdict) -> str:
    sentence = _("{} {}") if verdict.pile is Pile.SURE else _("{} {}, to check")
    return sentence.format(verdict.person.name, percent(verdict.score.similarity))


def _balance(balance: Balance, dry_run: bool) -> str:
    copied = _("{} would be copied") if dry_run else _("{} copied")
    same = ngettext("{} the same picture as another", "{} the same pictures as others", balance.same_picture)
    parts = [
        copied.format(whole(balance.copied)),
        _("{} already there").format(whole(balance.already_there)),
        *([same.format(whole(balance.same_picture))] if balance.same_picture else []),
        _("{} to check").format(whole(balance.check)),
        _("{} without {}").format(whole(balance.not_them), balance.person.name),
        _("{} with no face").format(whole(balance.no_face)),
        ngettext("{} problem", "{} problems", balance.problems).format(whole(balance.problems)),
    ]
    found = ngettext("{}: {} photo = {}", "{}: {} photos = {}", balance.found)
    sum_of_all = found.format(balance.person.name, whole(balance.found), " + ".join(parts))
    return f"{sum_of_all}; {belonging(balance.companions)}" if balance.companions else sum_of_all


def belonging(count: int) -> str:
    """As `and 7 files that belong to them`."""
    words = ngettext("and {} file that belongs to them", "and {} files that belong to them", count)
    return words.format(whole(count))


def _left_beside(photos: int) -> str:
    sentence = ngettext(
        "{} of the photos copied has something beside it that belongs to it, such as a video, a RAW file or a sidecar."
        " It can be copied too (--with-companions).",
        "{} of the photos copied have something beside them that belongs to them, such as a video, a RAW file or a"
        " sidecar. It can be copied too (--with-companions).",
        photos,
    )
    return sentence.format(whole(photos))
