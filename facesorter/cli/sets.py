"""`facesorter sort --all-of Anna --all-of Ben`: a folder for a set of people who are known."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import closing

from facesorter.app import App, ThreadExecutor
from facesorter.app.people_scan import scan_for_everybody
from facesorter.app.sets import PeopleSet, copy_set
from facesorter.domain.errors import DiskFull
from facesorter.domain.events import CopyFailed, CopyTakenBack, Event, PhotoCopied, PhotoFailed, RunPaused
from facesorter.domain.figures import whole
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.names import one_spelling
from facesorter.storage.catalog import SqliteCatalog

_OPTIONS = ("all_of", "any_of", "only", "without")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which set is meant."""
    helps = (
        _("photos that show all of these known people; once for each, or with commas"),
        _("photos that show at least one of them"),
        _("photos that show these people and nobody else"),
        _("none of the photos that show these people"),
    )
    for option, help_text in zip(_OPTIONS, helps, strict=True):
        parser.add_argument(
            f"--{option.replace('_', '-')}", action="append", default=[], metavar="NAME", help=help_text
        )


def set_in(options: argparse.Namespace) -> PeopleSet | None:
    """The set that is asked for, if one is."""
    names = [_names(getattr(options, option)) for option in _OPTIONS]
    return PeopleSet(*names) if any(names) else None


def _names(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(one_spelling(name) for names in given for name in names.split(",") if name.strip())


class SetRun:
    """Looks through the folders, then brings the set's folder up to date; `events` may be iterated once."""

    def __init__(self, app: App, wanted: PeopleSet, folders: Sequence[str], destination: str) -> None:
        self._app = app
        self._wanted = wanted
        self._folders = folders
        self._destination = destination
        self.problems = self._photos = self._copied = self._taken_back = 0

    def events(self, link: str, *, recursive: bool) -> list[Event]:
        """What is worth telling."""
        told: list[Event] = []
        app, selected = self._app, self._app.new_catalog()
        try:
            with closing(ThreadExecutor()) as executor:
                for event in scan_for_everybody(app, self._folders, executor, recursive=recursive, selected=selected):
                    if isinstance(event, PhotoFailed) and event.final:
                        told.append(event)
            for event in self._copy(selected, link):
                if isinstance(event, RunPaused):
                    raise DiskFull(event.reason, _("The same command goes on from here."))
                told.append(event)
        finally:
            selected.discard()
        self.problems = sum(isinstance(event, PhotoFailed | CopyFailed) for event in told)
        self._copied = sum(isinstance(event, PhotoCopied) for event in told)
        self._taken_back = sum(isinstance(event, CopyTakenBack) for event in told)
        return told

    def _copy(self, selected: SqliteCatalog, link: str) -> Iterator[Event]:
        self._photos = yield from copy_set(self._app, self._wanted, selected, self._destination, link)

    def as_json(self) -> dict[str, object]:
        """How it ended, for programs."""
        return {
            "event": "done",
            "folder": self._wanted.folder_name,
            "photos": self._photos,
            "copied": self._copied,
            "taken_back": self._taken_back,
            "problems": self.problems,
        }

    def summary(self) -> str:
        """How it ended, in a sentence, also where nothing was to be done."""
        sentence = ngettext(
            "{folder}: {photos} photo ({copied} copied now, {back} taken back)",
            "{folder}: {photos} photos ({copied} copied now, {back} taken back)",
            self._photos,
        )
        counts = {"photos": self._photos, "copied": self._copied, "back": self._taken_back}
        return sentence.format(folder=self._wanted.folder_name, **{name: whole(n) for name, n in counts.items()})
