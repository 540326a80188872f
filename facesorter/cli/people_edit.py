"""`facesorter people list`, `show`, `name`, `merge` and the rest: what can be asked and said of people and groups."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from facesorter.app import App
from facesorter.app.people import People
from facesorter.app.suggestions import Suggestion
from facesorter.cli.forget import tell_what_stays
from facesorter.domain.errors import WrongUse
from facesorter.domain.groups import KnownPerson, UnknownGroup
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.models import FaceKey, Person
from facesorter.domain.narration import shown
from facesorter.domain.places import absolute
from facesorter.paths import AppPaths

Report = tuple[dict[str, object], str]
"""What was done or found, for a program and for a reader."""
Action = Callable[[People, argparse.Namespace, App], list[Report]]


def add_to(actions: Any, shared: argparse.ArgumentParser) -> None:
    """Add the actions to the parser of `people`."""

    def action(name: str, does: Action, help_text: str, *words: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = actions.add_parser(name, parents=[shared], help=help_text)
        for word in words:
            parser.add_argument(word, metavar=word.upper())
        parser.add_argument("--json", action="store_true", help=_("print one JSON object per line, for programs"))
        parser.set_defaults(command=partial(_run, does))
        return parser

    action("list", _list, _("everybody who is known, and the groups without a name"))
    action("show", _show, _("the photos of a person or a group"), "who")
    named = action("name", _name, _("give a group a name"), "group", "name")
    named.add_argument("--same-person", action="store_true", help=_("somebody has this name already, and it is they"))
    renamed = action("rename", _rename, _("give a person another name"), "name", "new")
    renamed.add_argument("--with-folder", action="store_true", help=_("rename the person's folder of copies as well"))
    action("merge", _merge, _("two names are one person: the first is kept"), "name", "other")
    action("unmerge", _unmerge, _("take apart who was merged, by the name that was not kept"), "name")
    split = action("split", _split, _("take wrong photos out of a person or a group, and what is like them"), "who")
    split.add_argument("photos", nargs="+", metavar="PHOTO", help=_("photos in which it is somebody else"))
    split.add_argument("--to", metavar="NAME", help=_("who it is"))
    action("hide", _hide, _("show a person or a group no more, also in later scans"), "who")
    action("unhide", _unhide, _("show a person or a group again"), "who")
    action(
        "born", _born, _("when a person was born (YYYY-MM-DD, or - for nothing): no earlier photo matches"), "name"
    ).add_argument("day")
    action("cover", _cover, _("the photo whose face stands for a person"), "name", "photo")
    action("forget", _forget, _("erase a person; the copies of their photos stay"), "name")


def _run(does: Action, options: argparse.Namespace, paths: AppPaths) -> int:
    app = App(paths)
    app.open()
    try:
        told = does(People(app), options, app)
        for one, line in told:
            print(json.dumps(one) if options.json else shown(line))
        if not told and does is _list and not options.json:
            print(_("Nobody is known yet. `people scan FOLDER` finds who is in your photos."))
    finally:
        app.close()
    return 0


def _who(people: People, word: str) -> Person | int:
    """A group by its number, or a person by name."""
    return int(word) if word.isdecimal() and len(word) < 10 else people.find(word)


def _list(people: People, _options: argparse.Namespace, app: App) -> list[Report]:
    groups = people.unknown()
    suggested = {one.group.number: one for one in app.suggestions.of_groups(groups)}
    told = [_of_person(one) for one in people.everybody()]
    return told + [_of_group(one, suggested.get(one.number)) for one in groups]


def _of_person(one: KnownPerson) -> Report:
    person, born = one.details.person, one.details.born
    told: dict[str, object] = {
        "event": "person",
        "person": person.name,
        "folder": person.folder_name,
        "photos": one.pictures,
        "born": born and born.isoformat(),
        "hidden": one.details.hidden,
        "merged": [merge.person.name for merge in one.merged],
    }
    sentence = ngettext("{}: {} photo", "{}: {} photos", one.pictures).format(person.name, one.pictures)
    if one.merged:
        names = ", ".join(merge.person.name for merge in one.merged)
        sentence = _("{}; {} merged into this person").format(sentence, names)
    return told, _("{} (hidden)").format(sentence) if one.details.hidden else sentence


def _of_group(one: UnknownGroup, suggestion: Suggestion | None) -> Report:
    told: dict[str, object] = {
        "event": "group",
        "group": one.number,
        "person": None,
        "hidden": one.hidden,
        "faces": one.faces,
        "photos": one.pictures,
        "first_taken": one.first and one.first.isoformat(),
        "last_taken": one.last and one.last.isoformat(),
        "suggestion": suggestion
        and {
            "person": suggestion.person.name,
            "similarity": round(suggestion.similarity, 1),
        },
    }
    sentence = ngettext("Group {}: {} face", "Group {}: {} faces", one.faces).format(one.number, one.faces)
    if suggestion is not None:
        return told, _("{group}; this may be {name}, too").format(group=sentence, name=suggestion.person.name)
    return told, _("{} (hidden)").format(sentence) if one.hidden else sentence


def _show(people: People, options: argparse.Namespace, app: App) -> list[Report]:
    who = _who(people, options.who)
    if isinstance(who, Person):
        return [
            (
                {
                    "event": "photo",
                    "photo": one.photo.path,
                    "box": one.box and list(one.box),
                    "taken_at": one.taken_at and one.taken_at.isoformat(),
                },
                one.photo.path,
            )
            for one in people.photos_of(who)
        ]
    boxes = {face.content: face.box for face in people.faces_of(who)}
    return [
        ({"event": "photo", "photo": photo.path, "box": list(boxes[photo.content or b""] or ())}, photo.path)
        for photo in app.catalog.photos_of(boxes)
    ]


def _name(people: People, options: argparse.Namespace, _app: App) -> list[Report]:
    if not options.group.isdecimal():
        raise WrongUse(_("A group is named by its number."), _("`people list` shows the groups."))
    person = people.name(int(options.group), options.name, same_person=options.same_person)
    return _done(person.name, _("Group {} is {}.").format(options.group, person.name))


def _rename(people: People, options: argparse.Namespace, _app: App) -> list[Report]:
    person = people.rename(people.find(options.name), options.new, with_folder=options.with_folder)
    sentence = (
        _("{} is called {} now, and the folder {}.")
        if options.with_folder
        else _("{} is called {} now; the folder stays {}.")
    )
    return _done(person.name, sentence.format(options.name, person.name, person.folder_name))


def _merge(people: People, options: argparse.Namespace, _app: App) -> list[Report]:
    kept, merged = people.find(options.name), people.find(options.other)
    people.merge(kept, merged)
    sentence = _("{1} is {0} from now on. To take them apart again: facesorter people unmerge {1}")
    return _done(kept.name, sentence.format(kept.name, merged.name))


def _unmerge(people: People, options: argparse.Namespace, _app: App) -> list[Report]:
    person = people.unmerge(options.name)
    return _done(person.name, _("{} is somebody of their own again.").format(person.name))


def _split(people: People, options: argparse.Namespace, app: App) -> list[Report]:
    who = _who(people, options.who)
    out = _faces_in(people, who, options.photos, app)
    count = people.split(who, out, options.to)
    sentence = ngettext("{} face was taken out.", "{} faces were taken out.", count).format(count)
    return [({"event": "done", "faces": count}, sentence)]


def _faces_in(people: People, who: Person | int, paths: Sequence[str], app: App) -> list[FaceKey]:
    """The faces of this person or group in these photos. Raises `WrongUse` for a photo without one."""
    faces = {face.content: face for face in people.faces_of(who)}
    found = {photo.path: faces[photo.content] for photo in app.catalog.photos_of(faces) if photo.content}
    for path in paths:
        if absolute(path) in found:
            continue
        if isinstance(who, Person):
            sentence = _("{} is not known to show {}.").format(path, who.name)
            raise WrongUse(sentence, _("`people show` lists a person's photos."))
        raise WrongUse(
            _("No face of group {} is known in {}.").format(who, path), _("`people show` lists the photos of a group.")
        )
    return [found[absolute(path)] for path in paths]


def _hide(people: People, options: argparse.Namespace, _app: App) -> list[Report]:
    return _hide_or_show(people, options.who, _("{} is hidden."), hidden=True)


def _unhide(people: People, options: argparse.Namespace, _app: App) -> list[Report]:
    return _hide_or_show(people, options.who, _("{} is shown again."), hidden=False)


def _hide_or_show(people: People, word: str, sentence: str, *, hidden: bool) -> list[Report]:
    who = _who(people, word)
    people.hide(who, hidden=hidden)
    if isinstance(who, Person):
        return _done(who.name, sentence.format(who.name))
    return [({"event": "done", "group": who}, sentence.format(_("Group {}").format(who)))]


def _born(people: People, options: argparse.Namespace, _app: App) -> list[Report]:
    try:
        born = None if options.day == "-" else date.fromisoformat(options.day)
    except ValueError:
        raise WrongUse(_("{} is no date.").format(options.day), _("Write it as 2002-05-14.")) from None
    people.set_born(people.find(options.name), born)
    return _done(options.name, _("The birth date is kept."))


def _cover(people: People, options: argparse.Namespace, app: App) -> list[Report]:
    person = people.find(options.name)
    (face,) = _faces_in(people, person, [options.photo], app)
    people.set_cover(person, face)
    return _done(person.name, _("This face stands for {} now.").format(person.name))


def _forget(people: People, options: argparse.Namespace, app: App) -> list[Report]:
    from facesorter.app.erasing import Erasing

    person = people.find(options.name)
    people.forget(person)
    tell_what_stays(Erasing(app).remote_faces(person.name))
    return _done(person.name, _("{} is forgotten. The copies of the photos stay.").format(person.name))


def _done(name: str, sentence: str) -> list[Report]:
    return [({"event": "done", "person": name}, sentence)]
