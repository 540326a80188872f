"""`facesorter people scan`: who is in these photos, without a headshot."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from typing import Any

from tqdm import tqdm

from facesorter.app import App, ThreadExecutor
from facesorter.domain.errors import WrongUse
from facesorter.domain.events import PhotoFailed, PhotosFound
from facesorter.domain.groups import IN_FRONT, FaceGroup, FaceInPhoto, GroupFound, GroupsGrew
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.narration import brief, shown
from facesorter.domain.places import absolute
from facesorter.paths import AppPaths


def add_to(actions: Any, shared: argparse.ArgumentParser) -> None:
    """Add the action to the parser of `people`."""
    parser = actions.add_parser("scan", parents=[shared], help=_("group all faces in these photos, known and unknown"))
    parser.add_argument("photos", nargs="+", metavar="FOLDER", help=_("folders (or single pictures) to look through"))
    parser.add_argument("--no-subfolders", action="store_true", help=_("do not include subfolders"))
    parser.add_argument("--json", action="store_true", help=_("print one JSON object per line, for programs"))
    parser.set_defaults(command=scan)


def scan(options: argparse.Namespace, paths: AppPaths) -> int:
    """Run it; the exit code."""
    from facesorter.app.people_scan import scan_for_everybody

    if not all(options.photos):  # which would mean the working folder; more likely a script's variable is unset
        raise WrongUse(_("One of the folders has an empty name."), _("Name the folders of photos, or . for this one."))
    folders = list(map(absolute, options.photos))
    app = App(paths)
    app.open()
    executor = ThreadExecutor()
    report = _JsonReport() if options.json else _TextReport()
    try:
        recursive = not options.no_subfolders
        with closing(scan_for_everybody(app, folders, executor, recursive=recursive)) as events:
            for event in events:
                report.tell(event)
        report.close()
    finally:
        executor.close()
        app.close()
    return 1 if report.problems else 0


class _JsonReport:
    """Problems, how the groups grow, and at the end one object a group."""

    def __init__(self) -> None:
        self.problems = 0

    def tell(self, event: object) -> None:
        match event:
            case PhotoFailed(photo, reason, final=True):
                self.problems += 1
                self._print(event="problem", photo=photo.path, reason=reason)
            case GroupsGrew(looked_at, photos, faces, largest):
                self._print(event="grew", looked_at=looked_at, photos=photos, faces=faces, largest=largest)
            case GroupFound(group):
                print(json.dumps(as_json(group)))
            case _:
                pass

    def close(self) -> None:
        """Nothing is left to tell."""

    def _print(self, **what: object) -> None:
        print(json.dumps(what))


def as_json(group: FaceGroup) -> dict[str, object]:
    """A group as programs read it."""
    return {
        "event": "group",
        "group": group.number,
        "person": group.person and group.person.name,
        "hidden": group.hidden,
        "faces": [_face_as_json(face) for face in group.faces],
    }


def _face_as_json(face: FaceInPhoto) -> dict[str, object]:
    """Where a face is; of a film also when, in seconds."""
    where: dict[str, object] = {"photo": face.photo.path, "box": [round(side, 6) for side in face.box]}
    return where if face.seconds is None else where | {"time": round(face.seconds, 3)}


class _TextReport:
    """Plain lines, with a progress bar where there is a terminal."""

    def __init__(self) -> None:
        self.problems = 0
        self._found = self._alone = self._hidden = self._groups = 0
        self._bar: tqdm[Any] | None = None

    def tell(self, event: object) -> None:
        match event:
            case PhotosFound(total):
                self._found = total  # of all folders so far
            case PhotoFailed(photo, reason, final=True):
                self.problems += 1
                tqdm.write(shown(f"{brief(photo.path)}: {reason}"))
            case GroupsGrew(looked_at):
                self._advance(looked_at)
            case GroupFound(group):
                self._take_bar_away()
                self._tell_of(group)
            case _:
                pass

    def _tell_of(self, group: FaceGroup) -> None:
        self._groups += 1
        count = len({(face.photo.content, face.box) for face in group.faces})  # as `people list` counts: a picture once
        if group.hidden:
            self._hidden += 1
        elif group.person is None and count < IN_FRONT:
            self._alone += 1
        else:
            who = _("Group {}").format(group.number) if group.person is None else group.person.name
            sentence = ngettext("{}: {} face, as in {}", "{}: {} faces, as in {}", count)
            print(shown(sentence.format(who, count, brief(group.faces[0].photo.path))))

    def _advance(self, looked_at: int) -> None:
        if self._bar is None:
            self._bar = tqdm(total=self._found, unit=" photos", disable=None, leave=False)
        self._bar.update(looked_at - self._bar.n)

    def _take_bar_away(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def close(self) -> None:
        """Print how many faces and groups were not listed one by one."""
        self._take_bar_away()
        if self._alone:
            print(ngettext("{} face is in no group.", "{} faces are in no group.", self._alone).format(self._alone))
        if self._hidden:
            print(ngettext("{} group is hidden.", "{} groups are hidden.", self._hidden).format(self._hidden))
        if not self._found:
            print(_("No photos were found."))
        elif not self._groups and (read := self._found - self.problems) > 0:
            print(ngettext("No face was found in {} photo.", "No face was found in {} photos.", read).format(read))
