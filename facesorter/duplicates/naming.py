"""Whose picture it is: by its folder, by its file's name, or by a list. What no rule names is told, never guessed."""

from __future__ import annotations

import csv
import io
import posixpath
import re
from collections.abc import Callable, Mapping

from facesorter.domain.errors import WrongUse
from facesorter.domain.messages import gettext as _

Naming = Callable[[str], str | None]
"""From a picture's key, with `/` between its parts whatever the system, to a name, or None if it says none."""

_NUMBERED = re.compile(r"(?P<name>.+?)_+[0-9]+", re.DOTALL)


def by_folder(key: str) -> str | None:
    """The name of the folder it lies in; none for a picture at the top."""
    return posixpath.basename(posixpath.dirname(key)) or None


def by_file(key: str) -> str | None:
    """What stands before the number at the end of the file's name: `Hans_Blix` of `Hans_Blix_0006.jpg`.

    Without `_` and a number there is none: `Hans_Blix.jpg` may be Hans or Hans Blix.
    """
    stem = posixpath.splitext(posixpath.basename(key))[0]
    found = _NUMBERED.fullmatch(stem)
    return found["name"] if found else None


def rule_named(rule: str) -> Naming:
    """The rule `folder` or `file`. Raises `WrongUse` for any other."""
    match rule:
        case "folder":
            return by_folder
        case "file":
            return by_file
        case _:
            raise WrongUse(
                _("“{rule}” says nothing of names.").format(rule=rule), _("Write folder, file, or csv:FILE.")
            )


def by_list(text: str) -> Naming:
    """The names of a CSV file: a picture's key and the name in each line, with or without a heading.

    Raises `WrongUse` if a line has no two columns or a picture has two names.
    """
    names: dict[str, str] = {}
    for number, row in enumerate(csv.reader(io.StringIO(text.removeprefix("\ufeff"))), 1):
        if not row:
            continue
        if len(row) < 2 or not row[0].strip() or not row[1].strip():
            raise WrongUse(
                _("Line {number} of the list of names has no picture and name.").format(number=number),
                _("Write picture,name."),
            )
        key, name = row[0].strip().replace("\\", "/"), row[1].strip()
        if names.setdefault(key, name) != name:
            raise WrongUse(
                _("The list gives {key} two names, {one} and {other}.").format(key=key, one=names[key], other=name),
                _("Keep one of them."),
            )
    return _ListedNames(names)


class _ListedNames:
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def __call__(self, key: str) -> str | None:
        return self._names.get(key)
