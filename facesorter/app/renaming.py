"""Renames a person and the folders of their copies together, through kills: all of it, or nothing.

A file system and a database cannot be changed in one step. What is about to be renamed is written down first; whoever
opens the catalog next takes back what the catalog does not know of.
"""

from __future__ import annotations

import json
import logging
import os
from contextlib import suppress
from pathlib import Path

from facesorter.domain.errors import StorageUnavailable, UserError, WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Person
from facesorter.domain.places import kind_of
from facesorter.places.disk.folder_rename import rename_folder, require_renamable
from facesorter.places.disk.os_errors import writing
from facesorter.places.disk.syncing import sync_folder
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.journal import SqliteJournal

_log = logging.getLogger(__name__)


def rename_with_folders(
    intent: Path, catalog: SqliteCatalog, journal: SqliteJournal, person: Person, name: str
) -> Person:
    """Rename the person and every folder of that name that FaceSorter made for them; the journal follows.

    `intent` is the file in which it is written down meanwhile. A folder that was deleted is passed over. Raises
    `WrongUse` if a name is taken or a folder is not FaceSorter's own or in S3, `StorageUnavailable` if one is out of
    reach; everything is as it was then.
    """
    if catalog.knows(name) and catalog.person(name).id != person.id:
        raise WrongUse(_("There is already somebody named {name}.").format(name=name), _("Choose another name."))
    new_name = catalog.free_folder(person, name)
    moved: dict[str, str] = {}
    for folder, made in journal.folders_named(person).items() if new_name != person.folder_name else ():
        if not kind_of(folder).has_folders:
            raise WrongUse(
                _("{folder} is in S3, where no folder can be renamed.").format(folder=folder),
                _("Rename the person without the folder."),
            )
        if not made:
            raise WrongUse(
                _("The folder {folder} was not made by FaceSorter.").format(folder=folder),
                _("Rename the person without the folder."),
            )
        new = os.path.join(os.path.dirname(folder), new_name)
        if require_renamable(folder, new):
            moved[folder] = new
    _write_down(intent, person, new_name, moved)
    try:
        for folder, new in moved.items():
            rename_folder(folder, new)
        renamed = catalog.rename_with_folder(person, name, new_name, moved)
    except BaseException:
        finish_renaming(intent, catalog)
        raise
    intent.unlink()
    return renamed


def finish_renaming(intent: Path, catalog: SqliteCatalog) -> None:
    """Take back what a kill or an error left of a renaming, unless the catalog knows of it already.

    A folder out of reach is waited for: that is tried again whenever the catalog is opened.
    """
    try:
        said = json.loads(intent.read_bytes())
        person, new_name, moved = int(said["person"]), str(said["folder"]), dict[str, str](said["moved"])
    except FileNotFoundError:
        return
    except (OSError, ValueError, LookupError, TypeError) as error:
        _log.warning("What was being renamed cannot be read: %s", error)
        return
    if not any(one.person.id == person and one.person.folder_name == new_name for one in catalog.people()):
        for folder, new in moved.items():
            if os.path.isdir(new) and not os.path.lexists(folder):
                try:
                    rename_folder(new, folder)
                except UserError as error:
                    _log.warning("A folder cannot be given its name again yet: %s", error)
                    return
            elif not os.path.isdir(os.path.dirname(folder)):
                return
    with suppress(OSError):
        intent.unlink()


def _write_down(intent: Path, person: Person, folder: str, moved: dict[str, str]) -> None:
    """Write the file, whole or not at all. Raises `StorageUnavailable`, also if the last renaming is not finished."""
    if intent.exists():
        raise StorageUnavailable(
            _("A folder that was being renamed is out of reach."),
            _("Connect its drive or share again, then start FaceSorter again."),
        )
    with writing(str(intent.parent)):
        draft = intent.with_suffix(".tmp")
        with draft.open("w", encoding="ascii") as file:
            json.dump({"person": person.id, "folder": folder, "moved": moved}, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(intent)
        sync_folder(str(intent.parent))
