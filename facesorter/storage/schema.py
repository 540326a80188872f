"""The migrations of `catalog.db`: number n brings a file from `user_version` n-1 to n.

Every table of the file is made here, the catalog's and the journal's. What a released version has made is never edited:
a change is another migration at the end of `MIGRATIONS`. Names of files are bytes (`os.fsencode`), since not every name
is text.
"""

from __future__ import annotations

from facesorter.storage import version_3
from facesorter.storage.opening import Migrations

_CATALOG = (
    # `fingerprint` digests the whole listing, so that an unchanged folder costs no look at its photos.
    "CREATE TABLE folders (id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, fingerprint BLOB)",
    "CREATE TABLE contents (id INTEGER PRIMARY KEY, sha256 BLOB NOT NULL UNIQUE, problem TEXT)",
    """CREATE TABLE photos (
        id INTEGER PRIMARY KEY,
        folder INTEGER NOT NULL REFERENCES folders,
        name BLOB NOT NULL,
        size INTEGER NOT NULL,
        modified_ns INTEGER NOT NULL,
        content INTEGER REFERENCES contents,
        UNIQUE (folder, name))""",
    "CREATE TABLE questions (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE)",
    """CREATE TABLE answers (
        content INTEGER NOT NULL REFERENCES contents,
        question INTEGER NOT NULL REFERENCES questions,
        answer BLOB NOT NULL,
        PRIMARY KEY (content, question)) WITHOUT ROWID""",
    # `folder_key` is the folder's name as a file system sees it that ignores case and Unicode form.
    """CREATE TABLE people (
        id INTEGER PRIMARY KEY,
        name BLOB NOT NULL UNIQUE,
        folder_name TEXT NOT NULL,
        folder_key TEXT NOT NULL UNIQUE)""",
    """CREATE TABLE decisions (
        id INTEGER PRIMARY KEY,
        person INTEGER NOT NULL REFERENCES people,
        content BLOB NOT NULL,
        decision TEXT NOT NULL,
        decided_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        UNIQUE (person, content))""",
)

_JOURNAL = (
    # `people` is a JSON list of names: a run tells who was looked for, but for people who are forgotten since.
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        begun_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        people TEXT NOT NULL,
        destination BLOB NOT NULL)""",
    # `made` says that FaceSorter made the folder, and so may remove it when it is empty.
    "CREATE TABLE target_folders (id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, made INTEGER NOT NULL)",
    # `state` is intended, published or taken back; `temporary` is a name in the folder, NULL once published.
    """CREATE TABLE copies (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs,
        person INTEGER NOT NULL,
        folder INTEGER NOT NULL REFERENCES target_folders,
        name BLOB NOT NULL,
        temporary BLOB,
        content BLOB NOT NULL,
        source BLOB NOT NULL,
        state TEXT NOT NULL,
        size INTEGER,
        modified_ns INTEGER)""",
    "CREATE INDEX copies_by_content ON copies (folder, content)",
    "CREATE INDEX copies_by_run ON copies (run)",
    "CREATE INDEX copies_unfinished ON copies (id) WHERE state = 'intended'",
)

# `contents` also holds what S3 says of the bytes of objects, in place of a SHA-256 that nobody knows: answers about
# an object that was never read are kept under that.
_OBJECTS = ("ALTER TABLE photos ADD COLUMN object INTEGER REFERENCES contents",)

# What was paid to a service, when (UTC), for which kind of work, in millionths of a dollar.
_SPENDINGS = (
    """CREATE TABLE spendings (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        spent_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        work TEXT NOT NULL,
        region TEXT NOT NULL,
        calls INTEGER NOT NULL,
        millionths INTEGER NOT NULL) STRICT""",
)

# The means of groups of faces (see `groups.stored`), with which more faces join them without reading any vector.
_GROUP_MEANS = (
    """CREATE TABLE group_means (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        grouping INTEGER NOT NULL UNIQUE REFERENCES groupings ON DELETE CASCADE,
        means BLOB NOT NULL) STRICT""",
)

# The faces of a folder's photos together (see `packs`), in parts by the order of their names. A pack is deleted when
# anything changes that it was made of.
_PACKS = (
    """CREATE TABLE packs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        folder INTEGER NOT NULL REFERENCES folders ON DELETE CASCADE,
        query INTEGER NOT NULL REFERENCES queries ON DELETE CASCADE,
        part INTEGER NOT NULL,
        held INTEGER NOT NULL,
        newest INTEGER NOT NULL,
        photos BLOB NOT NULL,
        faces BLOB NOT NULL,
        UNIQUE (folder, query, part)) STRICT""",
    """CREATE TRIGGER photo_listed AFTER INSERT ON photos BEGIN
        DELETE FROM packs WHERE folder = NEW.folder; END""",
    """CREATE TRIGGER photo_changed AFTER UPDATE ON photos BEGIN
        DELETE FROM packs WHERE folder IN (OLD.folder, NEW.folder); END""",
    """CREATE TRIGGER photo_gone AFTER DELETE ON photos BEGIN
        DELETE FROM packs WHERE folder = OLD.folder; END""",
    *(
        f"""CREATE TRIGGER analysis_{done} AFTER {event} ON analyses BEGIN
        DELETE FROM packs WHERE folder IN (SELECT folder FROM photos WHERE content = {row}.content); END"""
        for done, event, row in (("made", "INSERT", "NEW"), ("changed", "UPDATE", "NEW"), ("erased", "DELETE", "OLD"))
    ),
    """CREATE TRIGGER content_changed AFTER UPDATE OF digest, problem ON contents BEGIN
        DELETE FROM packs WHERE folder IN (SELECT folder FROM photos WHERE content = NEW.id); END""",
)

MIGRATIONS: Migrations = ((*_CATALOG, *_JOURNAL), _OBJECTS, (version_3.upgrade,), _SPENDINGS, _GROUP_MEANS, _PACKS)
