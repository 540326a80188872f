"""`facesorter duplicates`: find the same person under different names, and ask the reports by SQL."""

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
from facesorter.domain.narration import shown
from facesorter.paths import AppPaths

if TYPE_CHECKING:
    from facesorter.duplicates import run
    from facesorter.duplicates.naming import Naming

OUT = "FaceSorter duplicates"
_SQL = "sql"


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "duplicates",
        parents=[shared],
        help="find the same person under different names",
        description="Find the same person under different names, and write a report a picture. "
        f'With `{_SQL} "SELECT ..."` instead of a source, ask the reports.',
    )
    parser.add_argument("source", help="a folder or s3://bucket/prefix of pictures of named people")
    parser.add_argument("question", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument(
        "--names",
        default="folder",
        metavar="folder|file|csv:FILE",
        help="whose picture it is: as its folder says, its file's name before a number (Hans_Blix_0006.jpg), or a list "
        "of picture,name (%(default)s)",
    )
    parser.add_argument(
        "--report-from", type=percentage, default=50.0, metavar="0-100", help="similarity of a match (%(default)s)"
    )
    parser.add_argument(
        "--notify-from",
        type=percentage,
        default=90.0,
        metavar="0-100",
        help="similarity of a match that is told of (%(default)s)",
    )
    parser.add_argument("--out", default=OUT, metavar="DIR", help="where reports and messages go (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(command=duplicates)


def duplicates(options: argparse.Namespace, paths: AppPaths) -> int:
    """Run it; the exit code."""
    if options.source == _SQL:
        return _ask(options)
    if options.question is not None:
        raise WrongUse("Only one source can be searched at a time.", "Name a folder that holds all pictures.")
    return _find(options, paths)


def _find(options: argparse.Namespace, paths: AppPaths) -> int:
    from facesorter.app.duplicates import Search, find_duplicates
    from facesorter.duplicates.run import Summary

    search = Search(options.source, _naming(options.names), options.out, options.report_from, options.notify_from)
    workshop = Workshop(paths)
    workshop.open()
    try:
        with (
            closing(find_duplicates(workshop, search)) as events,
            tqdm(unit=" pictures", disable=None, leave=False) as bar,
        ):
            summary = Summary()
            for event in events:
                if isinstance(event, Summary):
                    summary = event
                else:
                    bar.total = event.total
                    bar.update(event.done - bar.n)
    finally:
        workshop.close()
    if options.json:
        print(json.dumps(dataclasses.asdict(summary)))
    else:
        _tell(summary, options.out)
    return 1 if summary.problems else 0


def _naming(rule: str) -> Naming:
    from facesorter.duplicates.naming import by_file, by_folder, by_list

    match rule.partition(":"):
        case ("folder", "", ""):
            return by_folder
        case ("file", "", ""):
            return by_file
        case ("csv", ":", path):
            try:
                return by_list(Path(path).read_text("utf-8"))
            except (OSError, UnicodeDecodeError):
                raise WrongUse(f"The list of names {path} cannot be read.", "Name a CSV file in UTF-8.") from None
        case _:
            raise WrongUse(f"“{rule}” says nothing of names.", "Write folder, file, or csv:FILE.")


def _tell(summary: run.Summary, out: str) -> None:
    for key, problem in summary.problems.items():
        print(f"{shown(key)}: {problem}")
    for key in summary.unnamed:
        print(f"{shown(key)}: No name is known for this picture, so it was compared with nobody.")
    print(f"{summary.pictures} pictures, {summary.looked_at} of them new or changed")
    print(f"{summary.matched:8} with somebody who is like them under another name")
    print(f"{summary.alone:8} without")
    print(f"{summary.no_face:8} without a face")
    print(f"{summary.too_poor:8} with faces that are too poor to compare")
    print(f"{len(summary.problems):8} that could not be read")
    print(f"{summary.changed} reports were written to {shown(out)}, and {summary.notices} messages.")


def _ask(options: argparse.Namespace) -> int:
    from facesorter.app.duplicates import REPORTS
    from facesorter.duplicates.sql import rows_of

    folder = Path(options.out) / REPORTS
    if options.question is None:
        raise WrongUse("No question was asked.", 'Try `facesorter duplicates sql "SELECT * FROM matchingpairs"`.')
    if not folder.is_dir():
        raise WrongUse(
            f"There are no reports in {options.out}.", "Make them first, with `facesorter duplicates SOURCE`."
        )
    columns, rows = rows_of(options.question, str(folder))
    if options.json:
        for row in rows:
            print(json.dumps(dict(zip(columns, row, strict=True)), default=str))
    else:
        lines = csv.writer(sys.stdout)
        lines.writerow(columns)
        lines.writerows(rows)
    return 0
