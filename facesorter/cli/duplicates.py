"""`facesorter duplicates`: find the same person under different names, say what is true of a pair, ask by SQL."""

from __future__ import annotations

import argparse
import csv
import dataclasses
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from facesorter.app import Workshop
from facesorter.cli.consent import percentage
from facesorter.domain.errors import WrongUse
from facesorter.domain.figures import whole
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.narration import shown
from facesorter.domain.spending import in_dollars
from facesorter.paths import AppPaths

if TYPE_CHECKING:
    from facesorter.app.duplicates import Found
    from facesorter.duplicates.naming import Naming

OUT = "FaceSorter duplicates"


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "duplicates",
        parents=[shared],
        help=_("find the same person under different names"),
        description=_("Find the same person under different names, and write a report a picture."),
        epilog=_(
            'Instead of a source: sql "SELECT ..." asks the reports; same NAME NAME, different NAME NAME and '
            "undecided NAME NAME say what is true of two names; decisions lists what was said, as CSV; price NUMBER "
            "tells what so many pictures cost in the cloud."
        ),
    )
    parser.add_argument("source", help=_("a folder or s3://bucket/prefix of pictures of named people"))
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument(
        "--names",
        default="folder",
        metavar="folder|file|csv:FILE",
        help=_(
            "whose picture it is: as its folder says, its file's name before a number (Hans_Blix_0006.jpg), or a list "
            "of picture,name (%(default)s)"
        ),
    )
    parser.add_argument(
        "--report-from", type=percentage, default=50.0, metavar="0-100", help=_("similarity of a match (%(default)s)")
    )
    parser.add_argument(
        "--notify-from",
        type=percentage,
        default=90.0,
        metavar="0-100",
        help=_("similarity of a match that is told of (%(default)s)"),
    )
    parser.add_argument(
        "--notify",
        action="append",
        default=[],
        metavar="desktop|mail:DIR|webhook:URL|sns:ARN",
        help=_("where to tell of each pair of names, once; may be given several times"),
    )
    parser.add_argument(
        "--out", default=OUT, metavar="DIR", help=_("where reports, messages and decisions go (%(default)s)")
    )
    parser.add_argument("--region", default="us-east-1", help=_("with price: where it would run (%(default)s)"))
    parser.add_argument("--faces", type=float, default=1.2, help=_("with price: faces of a picture (%(default)s)"))
    parser.add_argument("--json", action="store_true", help=_("print the result as JSON"))
    parser.set_defaults(command=duplicates)


def duplicates(options: argparse.Namespace, paths: AppPaths) -> int:
    """Run it; the exit code."""
    words: list[str] = options.words
    match options.source, words:
        case "sql", [question]:
            return _ask(options, question)
        case "sql", _:
            raise WrongUse(
                _("One question is needed."), _('Try `facesorter duplicates sql "SELECT * FROM matchingpairs"`.')
            )
        case "same" | "different" | "undecided", [one, other]:
            return _decide(options, one, other)
        case ("same" | "different" | "undecided") as word, _:
            raise WrongUse(
                _("Two names are needed."),
                _('Write `facesorter duplicates {word} "NAME" "NAME"`, with quotation marks.').format(word=word),
            )
        case "price", [number]:
            return _tell_price(options, number)
        case "decisions", []:
            return _list_decisions(options)
        case _, []:
            return _find(options, paths)
        case _:
            raise WrongUse(_("Only one source can be searched at a time."), _("Name a folder that holds all pictures."))


def _find(options: argparse.Namespace, paths: AppPaths) -> int:
    from facesorter.app.duplicates import Found, Search, find_duplicates

    search = Search(
        options.source,
        _naming(options.names),
        options.out,
        options.report_from,
        options.notify_from,
        tuple(options.notify),
    )
    workshop = Workshop(paths)
    workshop.open()
    try:
        with (
            closing(find_duplicates(workshop, search)) as events,
            tqdm(unit=_(" pictures"), disable=None, leave=False) as bar,
        ):
            found = Found()
            for event in events:
                if isinstance(event, Found):
                    found = event
                else:
                    bar.total = event.total
                    bar.update(event.done - bar.n)
    finally:
        workshop.close()
    if options.json:
        outcome = dataclasses.asdict(found.summary)
        print(json.dumps({**outcome, "delivered": found.delivered, "not_delivered": list(found.not_delivered)}))
    else:
        _tell(found, options.out)
    for reason in found.not_delivered:
        print(shown(reason), _("The next run tries again."), file=sys.stderr)
    return 1 if found.summary.problems or found.not_delivered else 0


def _naming(rule: str) -> Naming:
    from facesorter.duplicates.naming import by_list, rule_named

    if rule.startswith("csv:"):
        path = rule.removeprefix("csv:")
        try:
            return by_list(Path(path).read_text("utf-8"))
        except (OSError, UnicodeDecodeError):
            raise WrongUse(
                _("The list of names {path} cannot be read.").format(path=path), _("Name a CSV file in UTF-8.")
            ) from None
    return rule_named(rule)


def _tell(found: Found, out: str) -> None:
    summary = found.summary
    for key, problem in summary.problems.items():
        print(f"{shown(key)}: {_(problem)}")
    for key in summary.unnamed:
        print(_("{picture}: No name is known for this picture, so it was compared with nobody.").format(
            picture=shown(key)
        ))  # fmt: skip
    print(
        ngettext(
            "{count} picture, {new} of it new or changed", "{count} pictures, {new} of them new or changed",
            summary.pictures,
        ).format(count=whole(summary.pictures), new=whole(summary.looked_at))
    )  # fmt: skip
    for count, what in (
        (summary.matched, _("with somebody who looks alike under another name")),
        (summary.alone, _("with nobody who does")),
        (summary.no_face, _("without a face")),
        (summary.too_poor, _("with faces that are too poor to compare")),
        (len(summary.problems), _("that could not be read")),
    ):
        print(f"{whole(count):>8} {what}")
    print(
        _("Reports written to {folder}: {reports}. New messages: {messages}. Delivered: {delivered}.").format(
            folder=shown(out), reports=summary.changed, messages=summary.notices, delivered=found.delivered
        )
    )


def _ask(options: argparse.Namespace, question: str) -> int:
    from facesorter.app.duplicates import REPORTS
    from facesorter.duplicates.decisions import DECISIONS
    from facesorter.duplicates.sql import rows_of

    out = Path(options.out)
    columns, rows = rows_of(question, str(out / REPORTS), str(out / DECISIONS))
    if options.json:
        for row in rows:
            print(json.dumps(dict(zip(columns, row, strict=True)), default=str))
    else:
        lines = csv.writer(sys.stdout)
        lines.writerow(columns)
        lines.writerows(rows)
    return 0


def _decide(options: argparse.Namespace, one: str, other: str) -> int:
    from facesorter.app.duplicates import decisions_in

    match options.source:
        case "same":
            verdict, said = "same", _("{one} and {other} are one person under two names.")
        case "different":
            verdict, said = "different", _("{one} and {other} are two people.")
        case _:
            verdict, said = None, _("Nothing is said of {one} and {other} any more.")
    decisions_in(options.out).decide(one, other, verdict)
    print(shown(said.format(one=one, other=other)))
    return 0


def _tell_price(options: argparse.Namespace, number: str) -> int:
    from facesorter.duplicates.pricing import price_of

    if not number.isascii() or not number.isdigit() or not 0 <= options.faces <= 100:
        raise WrongUse(
            _("That is no number of pictures."),
            _("Write for example `facesorter duplicates price 100000 --faces 1.5`."),
        )
    price = price_of(int(number), options.faces, options.region)
    if options.json:
        outcome = {
            "pictures": int(number),
            "calls": price.rekognition.calls,
            "rekognition": float(price.rekognition.dollars),
            "others": float(price.others),
            "monthly": float(price.monthly),
            "as_of": [day.isoformat() for day in price.as_of],
        }
        print(json.dumps(outcome))
        return 0
    print(
        _(
            "Amazon Rekognition in {region}, at most: {cost} (prices of {day}; beyond a million calls a month less)."
        ).format(region=options.region, cost=price.rekognition, day=price.as_of[0])
    )
    if not price.listed:
        print(_("The price of this region is not known; a high one was assumed."))
    print(
        _("Functions, queue and storage, about: {dollars} (prices of {day}).").format(
            dollars=in_dollars(price.others), day=price.as_of[1]
        )
    )
    print(_("Keeping the faces, each month: {dollars}.").format(dollars=in_dollars(price.monthly)))
    print(_("With engine=local, Rekognition is asked nothing; the function then runs longer instead."))
    return 0


def _list_decisions(options: argparse.Namespace) -> int:
    from facesorter.app.duplicates import decisions_in

    said = [decision.line() for decision in decisions_in(options.out).all()]
    if options.json:
        for line in said:
            print(json.dumps(line))
    else:
        lines = csv.writer(sys.stdout)
        lines.writerow(["name", "other", "decision", "decided_at"])
        lines.writerows(line.values() for line in said)
    return 0
