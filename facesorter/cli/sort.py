"""`facesorter sort`: find people in photos and copy what is sure."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from facesorter.bootstrap import ThreadExecutor, Workshop
from facesorter.domain.errors import DiskFull, WrongUse
from facesorter.domain.events import (
    CopyFailed,
    Event,
    HeadshotFailed,
    PhotoCompared,
    PhotoFailed,
    PhotosFound,
    RunFinished,
    RunPaused,
)
from facesorter.domain.formats import is_photo
from facesorter.domain.models import Balance
from facesorter.domain.narration import lines
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import Headshot, Wanted
from facesorter.pipeline.sort import SortRequest


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("sort", parents=[shared], help="find people in photos and copy what is sure")
    parser.add_argument("photos", nargs="+", metavar="PHOTOS", help="folders (or single pictures) to look through")
    parser.add_argument("--name", help="who to look for; copies go to PhotosWith<NAME>")
    parser.add_argument("--headshot", action="append", default=[], metavar="PICTURE", help="a picture of that face")
    parser.add_argument("--people", type=Path, metavar="DIR", help="many at once: headshots in DIR/<Name>/")
    parser.add_argument("--to", metavar="DIR", help="where the PhotosWith... folders go")
    parser.add_argument("--dry-run", action="store_true", help="say what would be copied and copy nothing")
    parser.add_argument("--include-check", action="store_true", help="copy doubtful matches too")
    parser.add_argument("--threshold", type=_percent, metavar="0-100", help="similarity from which a match is sure")
    parser.add_argument("--engine", choices=["local"], default="local", help="who compares the faces")
    parser.add_argument("--link", choices=["copy", "hard", "reflink"], help="how a photo gets into the folder")
    parser.add_argument("--no-subfolders", action="store_true", help="leave out the folders inside the folders")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, for programs")
    parser.set_defaults(command=sort)


def _percent(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError("must be from 0 to 100")
    return value


def sort(options: argparse.Namespace, paths: AppPaths) -> int:
    """Run it; the exit code."""
    wanted = _wanted(options)
    workshop = Workshop(paths)
    workshop.open()
    executor = ThreadExecutor()
    settings = workshop.settings
    request = SortRequest(
        people=wanted,
        folders=tuple(os.path.abspath(photos) for photos in options.photos),
        destination=os.path.abspath(options.to or settings.destination_folder),
        recursive=not options.no_subfolders,
        threshold=settings.threshold if options.threshold is None else options.threshold,
        include_check=options.include_check,
        dry_run=options.dry_run,
        link=options.link or settings.link,
    )
    report = JsonReport() if options.json else TextReport(dry_run=options.dry_run)
    events = workshop.sort(request, executor)
    try:
        for event in events:
            if isinstance(event, RunPaused):
                raise DiskFull(event.reason, "The same command goes on from here.")
            report.tell(event)
    finally:
        report.close()
        events.close()
        executor.close()
        workshop.close()
    return 1 if report.problems else 0


def _wanted(options: argparse.Namespace) -> tuple[Wanted, ...]:
    people: list[Wanted] = []
    if options.name is not None or options.headshot:
        if options.name is None or not options.headshot:
            raise WrongUse("A person needs both a name and a headshot.", "Give --name and --headshot together.")
        people.append(Wanted(options.name, tuple(Headshot(path) for path in options.headshot)))
    if options.people is not None:
        people.extend(_people_in(options.people))
    if not people:
        raise WrongUse("Nobody to look for.", "Give --name and --headshot, or --people with a folder of headshots.")
    return tuple(people)


def _people_in(folder: Path) -> list[Wanted]:
    try:
        folders = sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("."))
        people = [
            Wanted(entry.name, tuple(Headshot(str(file)) for file in sorted(entry.iterdir()) if is_photo(file.name)))
            for entry in folders
        ]
    except OSError as error:
        raise WrongUse(f"The folder of headshots {folder} cannot be read ({error.strerror}).") from None
    if not people:
        raise WrongUse(f"The folder {folder} holds no folder of headshots.", "Put each person's into DIR/<Name>/.")
    return people


class JsonReport:
    """One JSON object a line: final verdicts, problems, and at the end a balance for each person."""

    def __init__(self) -> None:
        self.problems = 0

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
            case CopyFailed(photo, person, reason):
                self.problems += 1
                self._print(event="problem", photo=photo.path, person=person.name, reason=reason)
            case RunFinished(_, balances):
                for balance in balances:
                    self._print(event="balance", person=balance.person.name, **counts(balance))
            case _:
                pass

    def close(self) -> None:
        """Nothing is left open."""

    def _print(self, **what: object) -> None:
        sys.stdout.write(json.dumps(what) + "\n")


def counts(balance: Balance) -> dict[str, int]:
    """The figures of a balance under the names that the command line prints."""
    return {
        "found": balance.found,
        "copied": balance.copied,
        "already_there": balance.already_there,
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
        self._found = 0
        self._bar: tqdm[Any] | None = None

    def tell(self, event: Event) -> None:
        """Print what a person wants to read of this event."""
        match event:
            case PhotosFound(total):
                self._found = total
            case PhotoCompared(final=False) | PhotoFailed(final=False):
                self._advance()
            case PhotoFailed(final=True) | CopyFailed() | HeadshotFailed():
                self.problems += 1
            case RunFinished():
                self.close()
            case _:
                pass
        for line in lines(event, dry_run=self._dry_run):
            tqdm.write(line)

    def _advance(self) -> None:
        if self._bar is None:
            self._bar = tqdm(total=self._found, unit=" photos", disable=None, leave=False)
        self._bar.update()

    def close(self) -> None:
        """Take the progress bar away."""
        if self._bar is not None:
            self._bar.close()
