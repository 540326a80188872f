"""`facesorter duplicates`: find the same person under different names, say what is true of a pair, ask by SQL."""

from __future__ import annotations

import argparse
import csv
import dataclasses
import json
import sys
from contextlib import ExitStack, closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from facesorter.app import App
from facesorter.cli.cloud_price import tell_cloud_price
from facesorter.cli.consent import add_service_options, agrees, percentage, require_consent, tell_receipt
from facesorter.domain.errors import WrongUse
from facesorter.domain.figures import whole
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.narration import shown
from facesorter.domain.paid_work import PaidWork
from facesorter.domain.spending import CONSENT, Terms, in_dollars
from facesorter.paths import AppPaths

if TYPE_CHECKING:
    from facesorter.app.duplicates import Found, Priced

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
        help=_("similarity from which a match is announced (%(default)s)"),
    )
    parser.add_argument(
        "--notify",
        action="append",
        default=[],
        metavar="desktop|mail:DIR|webhook:URL|sns:ARN",
        help=_("where to announce each pair of names, once; may be given several times"),
    )
    parser.add_argument(
        "--out", default=OUT, metavar="DIR", help=_("where reports, messages and decisions go (%(default)s)")
    )
    parser.add_argument(
        "--engine",
        choices=("local", "rekognition"),
        default="local",
        help=_("local compares on this computer; rekognition sends pictures to a collection of your account"),
    )
    add_service_options(parser)
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
            return tell_cloud_price(options, number)
        case "decisions", []:
            return _list_decisions(options)
        case _, []:
            return _find(options, paths)
        case _:
            raise WrongUse(_("Only one source can be searched at a time."), _("Name a folder that holds all pictures."))


def _find(options: argparse.Namespace, paths: AppPaths) -> int:
    from facesorter.app.duplicates import Found, Priced, Search, find_duplicates, naming_of

    paid_work = None
    if options.engine == "rekognition":
        paid_work = PaidWork(Terms(most_dollars=options.max_cost), options.interruption.stopped)
    search = Search(
        options.source,
        naming_of(options.names),
        options.out,
        options.report_from,
        options.notify_from,
        tuple(options.notify),
        paid_work,
    )
    if paid_work:
        require_consent(yes=options.yes)
    app = App(paths)
    app.open()
    try:
        if paid_work:
            app.use_account(options.profile, options.region, options.key_file)
        with (
            ExitStack() as at_the_end,
            options.interruption.waiting() if paid_work else nullcontext(),
            closing(find_duplicates(app, search)) as events,
            tqdm(unit=_(" pictures"), disable=None, leave=False) as bar,
        ):
            found = Found()
            for event in events:
                if isinstance(event, Found):
                    found = event
                elif isinstance(event, Priced):
                    assert paid_work
                    _agree(app, event, options)
                    at_the_end.callback(lambda: tell_receipt(paid_work.spent))
                else:
                    bar.total = event.total
                    bar.update(event.done - bar.n)
    finally:
        app.close()
    if options.json:
        outcome = dataclasses.asdict(found.summary)
        print(json.dumps({**outcome, "delivered": found.delivered, "not_delivered": list(found.not_delivered)}))
    else:
        _tell(found, options.out)
    for reason in found.not_delivered:
        print(shown(reason), _("The next run tries again."), file=sys.stderr)
    return 1 if found.summary.problems or found.not_delivered else 0


def _agree(app: App, priced: Priced, options: argparse.Namespace) -> None:
    """Tell the price, and raise `WrongUse` unless the user agrees."""
    told = _("{count} pictures to send to Amazon Rekognition: about {cost}, never more than {cap}.").format(
        count=priced.pictures, cost=priced.likely, cap=in_dollars(options.max_cost)
    )
    kept = _(
        "What their faces look like is kept there, in the collection {name}, until you delete it: "
        "aws rekognition delete-collection --collection-id {name}"
    ).format(name=priced.collection)
    first_time = not app.settings.upload_consent
    for sentence in (*([_(CONSENT)] if first_time else []), told, kept):
        print(sentence, file=sys.stderr)
    if not options.yes and not agrees(input(_("Send them? [y/N] "))):
        raise WrongUse(_("Nothing was sent."))
    if first_time:
        app.save(dataclasses.replace(app.settings, upload_consent=True))


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
