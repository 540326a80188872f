"""`facesorter sort`: find people in photos and copy what is sure."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from facesorter.app import App, Session, ThreadExecutor
from facesorter.app.namesakes import Namesakes
from facesorter.app.sets import PeopleSet
from facesorter.cli import sets
from facesorter.cli.consent import add_service_options, percentage, require_agreement, require_consent
from facesorter.cli.names import with_named
from facesorter.cli.sort_report import JsonReport, TextReport
from facesorter.desktop.awake import Awake
from facesorter.domain.errors import DiskFull, PhotoError, WrongUse
from facesorter.domain.events import (
    CostEstimated,
    Event,
    MoneySpent,
    RunPaused,
)
from facesorter.domain.formats import is_photo
from facesorter.domain.matching import CHECK_FROM
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.names import one_spelling
from facesorter.domain.narration import brief, shown
from facesorter.domain.places import absolute, kind_of
from facesorter.domain.spending import SavingsMode, Terms
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort_request import SortRequest


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("sort", parents=[shared], help=_("find people in photos and copy what is sure"))
    parser.add_argument("photos", nargs="+", metavar="PHOTOS", help=_("folders (or single pictures) to look through"))
    parser.add_argument("--name", help=_("who to look for; copies go to PhotosWith<NAME>"))
    parser.add_argument("--headshot", action="append", default=[], metavar="PICTURE", help=_("a picture of that face"))
    parser.add_argument("--people", type=Path, metavar="DIR", help=_("many at once: headshots in DIR/<Name>/"))
    parser.add_argument(
        "--names-in-photos",
        action="store_true",
        help=_("look for the people whom other programs have named in the photos; with --name, for this one"),
    )
    parser.add_argument("--to", metavar="DIR", help=_("where the PhotosWith... folders go"))
    parser.add_argument("--dry-run", action="store_true", help=_("show what would be copied, but copy nothing"))
    parser.add_argument("--include-check", action="store_true", help=_("copy doubtful matches too"))
    parser.add_argument(
        "--threshold", type=percentage, metavar="0-100", help=_("similarity from which a match is sure")
    )
    parser.add_argument(
        "--with-companions",
        action="store_true",
        help=_("copy what belongs to a photo with it: Live Photo videos, RAW files, edits, sidecars"),
    )
    parser.add_argument(
        "--engine", choices=["local", "rekognition"], default="local", help=_("what compares the faces")
    )
    parser.add_argument(
        "--write-names", action="store_true", help=_("write who is in a photo into a sidecar (.xmp) beside its copy")
    )
    parser.add_argument(
        "--keep-duplicates", action="store_true", help=_("copy identical photos more than once if their names differ")
    )
    parser.add_argument("--link", choices=["copy", "hard", "reflink"], help=_("how photos are added to the folder"))
    parser.add_argument("--no-subfolders", action="store_true", help=_("do not include subfolders"))
    parser.add_argument("--no-films", action="store_true", help=_("leave videos out"))
    parser.add_argument(
        "--all-pictures", action="store_true", help=_("look at thumbnails, deleted pictures and Picasa's originals too")
    )
    parser.add_argument("--watch", action="store_true", help=_("then keep watching for new photos until Ctrl+C"))
    parser.add_argument("--json", action="store_true", help=_("print one JSON object per line, for programs"))
    sets.add_options(parser)
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--new-person", action="store_true", help=_("this is another person with the same name"))
    other.add_argument(
        "--same-person", action="store_true", help=_("this is the person of that name, even if the faces differ")
    )
    add_service_options(parser)
    parser.add_argument(
        "--savings", choices=list(SavingsMode), default=SavingsMode.NONE, help=_("how to spend less on Rekognition")
    )
    parser.set_defaults(command=sort)


def sort(options: argparse.Namespace, paths: AppPaths) -> int:
    """Run it; the exit code."""
    wanted_set = sets.set_in(options)
    if wanted_set is not None:
        return _sort_set(options, paths, wanted_set)
    wanted = _wanted(options)
    if options.engine == "rekognition" and not options.dry_run:
        require_consent(yes=options.yes)
    app = App(paths)
    app.open()
    app.use_account(options.profile, options.region, options.key_file)
    executor = ThreadExecutor()
    settings = app.settings
    folders = tuple(_place(photos) for photos in options.photos)
    if options.names_in_photos:
        wanted = with_named(app, folders, wanted, options.name, recursive=not options.no_subfolders)
    wanted = tuple(_told_apart(options, Namesakes(app), person) for person in wanted)
    request = SortRequest(
        people=wanted,
        folders=folders,
        destination=_place(settings.destination_folder if options.to is None else options.to),
        recursive=not options.no_subfolders,
        threshold=settings.threshold if options.threshold is None else options.threshold,
        include_check=options.include_check,
        all_pictures=options.all_pictures,
        films=settings.films and not options.no_films,
        dry_run=options.dry_run,
        with_companions=options.with_companions or settings.with_companions,
        write_names=options.write_names or settings.write_names,
        keep_duplicates=options.keep_duplicates,
        link=options.link or settings.link,
        terms=Terms(SavingsMode(options.savings), options.max_cost) if options.engine == "rekognition" else None,
    )
    for remark in _remarks(app, wanted):
        print(f"facesorter: {shown(remark)}", file=sys.stderr)
    report = JsonReport() if options.json else TextReport(dry_run=options.dry_run)
    session = app.session()
    events = _events(options, app, session, request, executor, report.tell)
    try:
        with nullcontext() if options.watch else Awake(_("Photos are being searched or copied.")):
            for event in events:
                if isinstance(event, RunPaused) and not options.watch:
                    raise DiskFull(event.reason, _("The same command goes on from here."))
                report.tell(event)
    except KeyboardInterrupt:  # of what is watched it is the usual end
        if not options.watch:
            raise
    finally:
        events.close()
        if session.spent is not None:
            report.tell(MoneySpent(session.spent))
        report.close()
        executor.close()
        app.close()
    return 1 if report.problems else 0


def _events(
    options: argparse.Namespace,
    app: App,
    session: Session,
    request: SortRequest,
    executor: ThreadExecutor,
    tell: Callable[[Event], None],
) -> Generator[Event]:
    """The run, or what it would cost."""
    terms = request.terms
    if terms is not None:
        price = None
        if options.dry_run or not options.yes:
            for event in _estimate(options, session, request, executor):
                tell(event)
                if isinstance(event, CostEstimated) and event.savings is terms.savings:
                    price = event
        if options.dry_run:
            return
        require_agreement(app, price)
        if price is not None:
            request = replace(request, terms=replace(terms, most_calls=price.most.calls))
    if options.watch:
        yield from session.watch(request, executor, options.interruption.stopped)
    else:
        yield from session.run(request, executor, stopped=options.interruption.stopped)


def _estimate(
    options: argparse.Namespace, session: Session, request: SortRequest, executor: ThreadExecutor
) -> Iterator[Event]:
    """What it would cost: in every way if that is asked for and needs no download, or else in the one that is chosen.

    Where every photo is sent, the listing alone tells. In the other ways this computer looks at the photos first, as
    the run itself does, which then finds them known.
    """
    whole = options.savings == SavingsMode.NONE
    if whole and (not options.dry_run or any(kind_of(folder).costs_money for folder in request.folders)):
        yield from session.estimate_unseen(request)
        if options.dry_run:
            said = _(
                "The other ways have prices only once the photos are read: add --savings hybrid, faceless or sheets."
            )
            print(f"facesorter: {said}", file=sys.stderr)
    else:
        yield from session.estimate(request, executor)


def _remarks(app: App, people: Iterable[PersonRequest]) -> Iterator[str]:
    """What is doubtful about the headshots that will do, in words."""
    for person in people:
        with suppress(PhotoError, WrongUse):  # the run reports pictures that will not do
            if len(person.headshots) > 1 and not app.headshots.same_person(person.headshots, CHECK_FROM):
                yield _("The headshots of {name} may not all show the same person.").format(name=person.name)
        for shot in (one for one in person.headshots if one.face_index is None):
            report = app.headshots.examine(shot.path)
            several = (_several(len(report.faces)),) if len(report.faces) > 1 else ()
            if remarks := several + (report.remarks[0] if report.faces else ()):
                sentence = _("The headshot {headshot} of {name}: {remarks}.")
                yield sentence.format(headshot=brief(shot.path), name=person.name, remarks="; ".join(remarks))


def _several(faces: int) -> str:
    sentence = ngettext("{} face, of which the largest is taken", "{} faces, of which the largest is taken", faces)
    return sentence.format(faces)


def _sort_set(options: argparse.Namespace, paths: AppPaths, wanted: PeopleSet) -> int:
    """Copy the photos of a set of people who are known; the exit code."""
    if options.headshot or options.people or options.watch or options.dry_run or options.engine != "local":
        raise WrongUse(
            _("A set of people is copied on this computer, once, and of people who are known."),
            _("Leave out --headshot, --people, --watch, --dry-run and --engine, or the set."),
        )
    app = App(paths)
    app.open()
    report = JsonReport() if options.json else TextReport(dry_run=False)
    try:
        settings = app.settings
        destination = _place(settings.destination_folder if options.to is None else options.to)
        run = sets.SetRun(app, wanted, [_place(photos) for photos in options.photos], destination)
        for event in run.events(options.link or settings.link, recursive=not options.no_subfolders):
            report.tell(event)
        report.close()
        print(json.dumps(run.as_json()) if options.json else shown(run.summary()))
    finally:
        app.close()
    return 1 if run.problems else 0


def _told_apart(options: argparse.Namespace, namesakes: Namesakes, person: PersonRequest) -> PersonRequest:
    """Who is meant, of people of one name."""
    if options.new_person:
        return namesakes.new_person(person)
    return replace(person, same_person=True) if options.same_person else namesakes.known(person)


def _place(path: str) -> str:
    if not path:  # which would mean the working folder; more likely a script's variable is unset
        raise WrongUse(_("One of the folders has an empty name."), _("Name the folders of photos, or . for this one."))
    return absolute(path)


def _wanted(options: argparse.Namespace) -> tuple[PersonRequest, ...]:
    people: list[PersonRequest] = []
    named = options.names_in_photos and not options.headshot
    if (options.name is not None or options.headshot) and not named:
        if options.name is None or not options.headshot:
            raise WrongUse(_("A person needs both a name and a headshot."), _("Give --name and --headshot together."))
        people.append(PersonRequest(one_spelling(options.name), tuple(Headshot(path) for path in options.headshot)))
    if options.people is not None:
        people.extend(_people_in(options.people))
    if not people and not named:
        raise WrongUse(
            _("Nobody to look for."), _("Give --name and --headshot, or --people with a folder of headshots.")
        )
    headshots: dict[str, tuple[Headshot, ...]] = {}
    for person in people:  # somebody named in both ways is one person
        headshots[person.name] = headshots.get(person.name, ()) + person.headshots
    return tuple(PersonRequest(name, shots) for name, shots in headshots.items())


def _people_in(folder: Path) -> list[PersonRequest]:
    try:
        folders = sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("."))
        people = [
            PersonRequest(
                one_spelling(entry.name),
                tuple(Headshot(str(file)) for file in sorted(entry.iterdir()) if is_photo(file.name)),
            )
            for entry in folders
        ]
    except OSError as error:
        raise WrongUse(
            _("The folder of headshots {folder} cannot be read ({reason}).").format(
                folder=folder, reason=error.strerror
            ),
            _("Check the spelling and the permissions."),
        ) from None
    if not people:
        raise WrongUse(
            _("The folder {folder} holds no folder of headshots.").format(folder=folder),
            _("Put each person's into DIR/<Name>/."),
        )
    return people
