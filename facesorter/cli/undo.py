"""`facesorter undo`: list runs, and take one back."""

from __future__ import annotations

import argparse
from typing import Any

from facesorter.app import App
from facesorter.domain.errors import WrongUse
from facesorter.domain.events import CopyKept, CopyTakenBack
from facesorter.domain.figures import day_and_time, whole
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.narration import shown
from facesorter.paths import AppPaths


def add_to(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("undo", parents=[shared], help=_("list runs, or remove the copies that one made"))
    parser.add_argument("run", nargs="?", type=int, help=_("the number of the run; without it, all runs are listed"))
    parser.set_defaults(command=undo)


def undo(options: argparse.Namespace, paths: AppPaths) -> int:
    """Run it; the exit code."""
    app = App(paths)
    app.open()
    try:
        app.clear_up()
        return _list_runs(app) if options.run is None else _take_back(app, options.run)
    finally:
        app.close()


def _list_runs(app: App) -> int:
    runs = app.journal.runs()
    if runs:
        print(f"{_('run'):>5}  {_('started'):<16}  {_('copies'):>7}  {_('people, destination')}")
    for run in runs:
        people, destination = shown(", ".join(run.people) or _("(forgotten)")), shown(run.destination)
        started = day_and_time(run.started_at) if run.started_at else _("unknown")
        print(f"{run.id:>5}  {started:<16}  {run.copies:>7}  {people}, {destination}")
    if runs:
        print(_("To remove the unchanged copies that run {id} made: facesorter undo {id}").format(id=runs[0].id))
    else:
        print(_("No run has copied anything yet."))
    return 0


def _take_back(app: App, run_id: int) -> int:
    if run_id not in {run.id for run in app.journal.runs()}:
        raise WrongUse(_("There is no run {run_id}.").format(run_id=run_id), _("facesorter undo lists the runs."))
    kept = removed = belonging = 0
    for event in app.copies.undo(run_id):
        match event:
            case CopyTakenBack(belongs_to=""):
                removed += 1
            case CopyTakenBack():
                belonging += 1
            case CopyKept(target, reason):
                kept += 1
                print(f"{shown(target)}: {reason}")
            case _:
                pass
    print(ngettext("Removed {} copy.", "Removed {} copies.", removed).format(whole(removed)), end=" ")
    if belonging:
        sentence = ngettext(
            "{} file that belongs to them was removed too.", "{} files that belong to them were removed too.", belonging
        )
        print(sentence.format(whole(belonging)), end=" ")
    print(ngettext("{} was left alone.", "{} were left alone.", kept).format(whole(kept)))
    return 1 if kept else 0
