"""The window's words for numbers and times, in the user's language."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import date as calendar_date
from datetime import datetime

from PySide6.QtCore import QDate, QDateTime, QLocale

from facesorter.domain.left_out import LeftOut
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.models import NO_TIME, Decision
from facesorter.domain.places import kind_of
from facesorter.domain.spending import Cost, SavingsMode, in_dollars

_WEEKDAY = re.compile(r"^dddd(?:[,،]|\s*'den'|ที่)?\s*|[,،]?\s*dddd,?")
"""The day of the week in a date format of Qt's, with what ties it to the rest."""

LONGEST_NAME = 36
"""Characters of a name within a sentence; sentences wrap between words alone."""


def number(value: int) -> str:
    """As `3,412`."""
    return QLocale().toString(value)


def photos(count: int) -> str:
    """As `3,412 photos`."""
    return ngettext("{} photo", "{} photos", count).format(number(count))


def photos_taken(count: int, first: calendar_date | None, last: calendar_date | None) -> str:
    """As `214 photos, 2016\u20132026`, or of a single month `96 photos, July 2023`; without days the number alone."""
    if first is None or last is None:
        return photos(count)
    if first.year != last.year:
        when = f"{first.year}\u2013{last.year}"
    elif first.month != last.month:
        when = str(first.year)
    else:
        # Translators: as "July 2023"
        when = _("{month} {year}").format(month=QLocale().standaloneMonthName(first.month), year=first.year)
    return _("{photos}, {when}").format(photos=photos(count), when=when)


def faces(count: int) -> str:
    """As `2 faces`."""
    return ngettext("{} face", "{} faces", count).format(number(count)) if count else _("no face")


def left_out(counts: Mapping[LeftOut, int]) -> str:
    """As `1,204 thumbnails passed over`; "" if nothing was."""
    thumbnails, deleted, originals = (
        counts.get(why, 0) for why in (LeftOut.THUMBNAIL, LeftOut.DELETED, LeftOut.ORIGINAL)
    )
    said = {
        ngettext("{} thumbnail passed over", "{} thumbnails passed over", thumbnails): thumbnails,
        ngettext("{} deleted picture passed over", "{} deleted pictures passed over", deleted): deleted,
        ngettext("{} original of an edit passed over", "{} originals of edits passed over", originals): originals,
    }
    return " · ".join(words.format(number(count)) for words, count in said.items() if count)


def headshots(count: int) -> str:
    """As `2 headshots`."""
    return ngettext("{} headshot", "{} headshots", count).format(number(count))


def decision_button(decision: Decision, photos: int) -> str:
    """What the button of a decision about so many photos says; for one it needs no number."""
    one = {Decision.YES: _("Yes"), Decision.NO: _("No"), Decision.UNSURE: _("Not sure")}
    many = {Decision.YES: _("Yes to {}"), Decision.NO: _("No to {}"), Decision.UNSURE: _("Not sure of {}")}
    return many[decision].format(number(photos)) if photos > 1 else one[decision]


def duration(seconds: float) -> str:
    """As `1 min 32 s`."""
    minutes, left = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("{} h {} min").format(number(hours), minutes)
    return _("{} min {} s").format(minutes, left) if minutes else _("{} s").format(left)


def rate(per_second: float) -> str:
    """As `14 photos per second`; below ten with one decimal."""
    shown = QLocale().toString(per_second, "f", 1) if per_second < 9.95 else number(round(per_second))
    return _("{} photos per second").format(shown)


def date(modified_ns: int) -> str:
    """As `July 14, 2023`; nothing for what could not be listed."""
    if modified_ns == NO_TIME:
        return ""
    return _in_words(QDateTime.fromMSecsSinceEpoch(modified_ns // 1_000_000).date())


def day(moment: calendar_date) -> str:
    """As `July 14, 2023`."""
    return _in_words(QDate(moment.year, moment.month, moment.day))


def day_forms(moment: calendar_date) -> Iterator[str]:
    """As `September 14, 2023`, then shorter ones: `Sep 14, 2023` and `9/14/23`, in the user's order."""
    date = QDate(moment.year, moment.month, moment.day)
    yield _in_words(date)
    yield _in_words(date, month="MMM")
    yield QLocale().toString(date, QLocale.FormatType.ShortFormat)


def moment(seconds: float) -> str:
    """A time in a film as players show it: `1:23`, or `1:02:03` from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def day_of(taken_at: datetime | None, modified_ns: int) -> str:
    """When a photo was taken, or else when its file was last changed."""
    return date(modified_ns) if taken_at is None else day(taken_at)


def _in_words(date: QDate, month: str = "MMMM") -> str:
    """In the user's order: the locale's long form without the day of the week."""
    long_form = QLocale().dateFormat(QLocale.FormatType.LongFormat)
    return QLocale().toString(date, _WEEKDAY.sub("", long_form).strip().replace("MMMM", month))


def readable(path: str) -> str:
    """A path as text that can be shown: bytes that are no text become question marks."""
    return os.fsencode(path).decode("utf-8", "replace")


def as_written(text: str) -> str:
    """For tabs, menus, check boxes and buttons, which take a single & as the mark of a key."""
    return text.replace("&", "&&")


def file_name(path: str) -> str:
    """The last part of a path, readable."""
    return readable(path.rsplit("/", 1)[-1].rsplit(os.sep, 1)[-1])


def in_a_sentence(name: str) -> str:
    """A file's or folder's name, cut in the middle where it would be wider than a narrow label can wrap."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME // 2]}…{name[-LONGEST_NAME // 2 :]}"


def formats(counts: Mapping[str, int]) -> str:
    """As `JPEG 3,000, HEIC 412`, the most frequent first."""
    together: dict[str, int] = {}
    for suffix, count in counts.items():
        name = suffix.lstrip(".").upper()
        name = {"JPG": "JPEG", "JPE": "JPEG", "JFIF": "JPEG", "TIF": "TIFF", "HEIF": "HEIC", "HIF": "HEIC"}.get(
            name, name
        )
        name = name or _("no extension")
        together[name] = together.get(name, 0) + count
    ordered = sorted(together.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {number(count)}" for name, count in ordered)


def folders(paths: tuple[str, ...]) -> str:
    """As `Pictures/2019 +1 folder`: the first folder with its parent, and how many more."""
    if not paths:
        return ""
    first = short(paths[0])
    if len(paths) == 1:
        return first
    more = _("+1 folder") if len(paths) == 2 else _("+{} folders").format(len(paths) - 1)
    return f"{first} {more}"


def short(path: str) -> str:
    """The last two parts of a path, which is what people know a folder by; a place in S3 is known by its bucket."""
    if not kind_of(path).has_folders:
        return readable(path)
    parts = [part for part in readable(path).replace(os.sep, "/").split("/") if part]
    return "/".join(parts[-2:]) or readable(path)


def calls(count: int) -> str:
    """As `1,240 calls`."""
    return _("1 call") if count == 1 else _("{} calls").format(number(count))


def price(cost: Cost, most: Cost) -> str:
    """As `1,240 calls, about $1.24`, with the most that can be billed where that is more."""
    about = _("{}, about {}").format(calls(cost.calls), in_dollars(cost.dollars))
    if cost == most:
        return about
    return _("about {}, {}; at most {}, {}").format(
        calls(cost.calls), in_dollars(cost.dollars), calls(most.calls), in_dollars(most.dollars)
    )


def spent(cost: Cost) -> str:
    """As `$0.31 spent on 310 calls`."""
    if not cost.calls:
        return _("nothing spent")
    return _("{} spent on {}").format(in_dollars(cost.dollars), calls(cost.calls))


def savings(way: SavingsMode) -> str:
    """A way to spend less, in a few words."""
    return {
        SavingsMode.NONE: _("Every photo is sent"),
        SavingsMode.FACELESS: _("Only photos with a face"),
        SavingsMode.HYBRID: _("Only photos to check"),
        SavingsMode.SHEETS: _("Only faces, many in one picture"),
    }[way]
