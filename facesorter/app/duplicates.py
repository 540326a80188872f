"""Builds the search for one person under different names over a profile's engine and places."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from facesorter.app.executor import ThreadExecutor
from facesorter.app.profile import Profile
from facesorter.domain.errors import StorageUnavailable, WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.domain.paid_work import PaidWork
from facesorter.domain.places import kind_of, resolved, root_name
from facesorter.domain.spending import Cost
from facesorter.duplicates.channels import Channel, Desktop, MailFiles, Topic, Webhook, deliver
from facesorter.duplicates.decisions import Decisions
from facesorter.duplicates.local_index import MIGRATIONS, LocalIndex
from facesorter.duplicates.matching import Matcher
from facesorter.duplicates.naming import Naming, by_list, rule_named
from facesorter.duplicates.notices import FolderOutbox
from facesorter.duplicates.paid_index import PAID_MIGRATION, PaidIndex
from facesorter.duplicates.reports import FolderReports, Source
from facesorter.duplicates.run import Looked, Run, Summary
from facesorter.duplicates.store import FolderStore, write_whole
from facesorter.engines.local.amazon_scale import as_amazon
from facesorter.engines.rekognition.prices import Meter, price_in
from facesorter.storage.database import Database

if TYPE_CHECKING:
    from facesorter.engines.rekognition.collection import FaceCollection

_CALLS_AT_ONCE = 16
_LIKELY_FACES = 1.2
"""Of a picture; each is searched for once."""

REPORTS, OUTBOX, DELIVERED = "reports", "outbox", "delivered"
"""The folders within the one that a search writes to."""

SEARCH = "search.json"
"""Says in that folder where the pictures are: reports call them by the last part of that place alone."""

_TOPIC = re.compile(r"arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}")


@dataclass(frozen=True, slots=True)
class Priced:
    """What will be sent, before it is: so many new pictures to a collection of the user's, for about so much."""

    pictures: int
    likely: Cost
    collection: str


@dataclass(frozen=True, slots=True)
class Search:
    """What to search, whose pictures they are, where reports go, from which similarities (0-100) on, whom to tell.

    `notify` holds `desktop`, `mail:DIR`, `webhook:URL` and `sns:ARN`. With `paid_work`, faces are indexed and searched
    for by Amazon Rekognition.
    """

    source: str
    naming: Naming
    out: str
    report_from: float
    notify_from: float
    notify: tuple[str, ...] = ()
    paid_work: PaidWork | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """How a search ended, how many messages were brought to somebody, and why others were not."""

    summary: Summary = field(default_factory=Summary)
    delivered: int = 0
    not_delivered: tuple[str, ...] = ()


def naming_of(rule: str) -> Naming:
    """The rule `folder`, `file`, or `csv:FILE`. Raises `WrongUse` if it is none, or if the list cannot be used."""
    if not rule.startswith("csv:"):
        return rule_named(rule)
    path = rule.removeprefix("csv:")
    try:
        return by_list(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise WrongUse(
            _("The list of names {path} cannot be read.").format(path=path), _("Name a CSV file in UTF-8.")
        ) from None


def decisions_in(out: str) -> Decisions:
    """What was said of pairs of names, beside the reports of a search."""
    return Decisions(FolderStore(out))


def find_duplicates(profile: Profile, search: Search) -> Generator[Priced | Looked | Found]:
    """Bring the reports up to date and announce what is new; the last event is `Found`.

    Where it is paid for, the first one is `Priced`: whoever does not agree closes the generator, and nothing is sent.

    What was looked at is kept if it is broken off. Raises `UserError`.
    """
    place = resolved(search.source)
    if kind_of(place).has_folders and not os.path.isdir(place):
        raise WrongUse(_("{path} is no folder.").format(path=search.source), _("Check the spelling."))
    _require_apart(place, search.out)
    channels = [_channel(profile, word) for word in search.notify]
    try:
        reports = FolderReports(os.path.join(search.out, REPORTS))
        outbox = FolderOutbox(os.path.join(search.out, OUTBOX))
        write_whole(os.path.join(search.out, SEARCH), json.dumps({"Version": 1, "Place": place}) + "\n")
    except OSError as error:
        raise StorageUnavailable(
            _("{folder} cannot be written to ({reason}).").format(folder=search.out, reason=error.strerror),
            _("Name another folder with --out."),
        ) from None
    database = Database(profile.paths.duplicates, (*MIGRATIONS, PAID_MIGRATION))
    try:
        collection = _collection(profile, search.paid_work, place) if search.paid_work else None
        paid = PaidIndex(collection, database) if collection else None
        index = paid or LocalIndex(profile.engine, database, place, as_amazon)
        matcher = Matcher(Source(root_name(place), search.report_from), index, reports)
        decisions = decisions_in(search.out)
        source = profile.places.source_of([place])
        run = Run(place, source, search.naming, index, matcher, outbox, decisions, search.notify_from)
        summary, listed = Summary(), run.listed()
        if collection and paid:
            new = len(run.new(listed))
            calls = round(new * (1 + _LIKELY_FACES)) + len(paid.unsearched(search.report_from))
            yield Priced(new, price_in(profile.cloud.account.region).of(calls), collection.name)
            collection.make()
        with closing(ThreadExecutor(_CALLS_AT_ONCE if paid else None)) as executor:
            for event in run.events(executor, listed):
                if isinstance(event, Summary):
                    summary = event
                else:
                    yield event
        folders = (os.path.join(search.out, DELIVERED), os.path.join(search.out, OUTBOX))
        delivered, reasons = deliver(*folders, channels, decisions)
        yield Found(summary, delivered, tuple(reasons))
    finally:
        database.close()
        if search.paid_work and search.paid_work.meter:
            profile.note_spending("duplicates", search.paid_work.meter)


def _collection(profile: Profile, paid_work: PaidWork, place: str) -> FaceCollection:
    from facesorter.engines.rekognition.calls import RekognitionCalls
    from facesorter.engines.rekognition.collection import FaceCollection

    account = profile.cloud.account
    paid_work.meter = meter = Meter(price_in(account.region), paid_work.terms.most_dollars)
    calls = RekognitionCalls(account.rekognition(), meter, stopped=paid_work.stopped)
    name = f"facesorter-{hashlib.sha256(os.fsencode(place)).hexdigest()[:24]}"
    return FaceCollection(calls, account.rekognition(), name)


def _require_apart(place: str, out: str) -> None:
    if f"{os.path.realpath(out)}{os.sep}".startswith(f"{place}{os.sep}"):
        raise WrongUse(_("The reports would lie among the pictures."), _("Name another folder with --out."))


def _channel(profile: Profile, word: str) -> Channel:
    match word.partition(":"):
        case ("desktop", "", ""):
            return Desktop()
        case ("mail", ":", folder) if folder:
            return MailFiles(folder)
        case ("webhook", ":", address):
            return Webhook(address)
        case ("sns", ":", arn) if _TOPIC.fullmatch(arn):
            return Topic(profile.cloud.account.sns(arn.split(":")[3]), arn)
        case _:
            raise WrongUse(
                _("“{word}” is nowhere to bring messages to.").format(word=word),
                _("Write desktop, mail:DIR, webhook:URL, or sns:ARN."),
            )
