"""Version 3 of the catalog: tables that say what types they hold, faces that something was said of, people by id.

Decisions and portraits refer to a picture by its digest, not by its row: they stay when all that can be made anew is
cleared away. A face is a place in a picture, so that it is the same face for whatever engine finds it there.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from sqlite3 import Connection
from typing import cast

from facesorter.domain.names import one_spelling

SEAL_BYTES = 4
"""Of a checksum (CRC-32) behind each analysis: a damaged one is made anew, and never believed."""

_TABLES = (
    # `mount` is where the folder's file system was mounted: an empty folder in its place is a disk not connected.
    "CREATE TABLE folders (id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, fingerprint BLOB, mount BLOB) STRICT",
    # What a picture is. `digest` is a SHA-256, or what S3 says of an object that was never read. `size` (bytes) is
    # NULL until the picture was read for what it says of itself: `taken_at`, the camera's local time, and `camera`.
    # `gone_on` is the day since which no folder shows the picture; NULL also of what none ever showed, as headshots.
    """CREATE TABLE contents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        digest BLOB NOT NULL UNIQUE,
        size INTEGER,
        taken_at TEXT,
        camera TEXT,
        problem TEXT,
        gone_on TEXT) STRICT""",
    # `modified_ns` is NULL of what could not be listed.
    # A photo's id is never given to another one: a session asks for its photos by it.
    """CREATE TABLE photos (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        folder INTEGER NOT NULL REFERENCES folders,
        name BLOB NOT NULL,
        size INTEGER NOT NULL,
        modified_ns INTEGER,
        content INTEGER REFERENCES contents,
        object INTEGER REFERENCES contents,
        UNIQUE (folder, name)) STRICT""",
    "CREATE INDEX photos_by_content ON photos (content) WHERE content IS NOT NULL",
    "CREATE INDEX photos_by_object ON photos (object) WHERE object IS NOT NULL",
    # `used_on` is the day when its analyses were asked for last.
    "CREATE TABLE queries (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, used_on TEXT NOT NULL) STRICT",
    """CREATE TABLE analyses (
        id INTEGER PRIMARY KEY,
        content INTEGER NOT NULL REFERENCES contents ON DELETE CASCADE,
        query INTEGER NOT NULL REFERENCES queries ON DELETE CASCADE,
        analysis BLOB NOT NULL,
        UNIQUE (content, query)) STRICT""",
    # `folder_key` is the folder's name as a file system sees it that ignores case and Unicode form. `born` is a date.
    # Whoever was merged into somebody keeps all that is theirs, so that it can be taken apart again.
    """CREATE TABLE people (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name BLOB NOT NULL,
        folder_name TEXT NOT NULL,
        folder_key TEXT NOT NULL UNIQUE,
        cover INTEGER REFERENCES portraits ON DELETE SET NULL,
        born TEXT,
        hidden INTEGER NOT NULL DEFAULT 0,
        merged_into INTEGER REFERENCES people ON DELETE CASCADE,
        merged_at TEXT) STRICT""",
    "CREATE INDEX people_by_merge ON people (merged_into) WHERE merged_into IS NOT NULL",
    # A face that a person is known by: which picture and where in it, as ratios of the upright picture, and an encoded
    # crop of head and shoulders, with which the person can be found when the picture is gone.
    """CREATE TABLE portraits (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        person INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        content BLOB NOT NULL,
        box_left REAL NOT NULL,
        box_top REAL NOT NULL,
        box_width REAL NOT NULL,
        box_height REAL NOT NULL,
        crop BLOB NOT NULL,
        added_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP) STRICT""",
    "CREATE INDEX portraits_by_person ON portraits (person)",
    # What the user said of a face; of the picture as a whole where the box is NULL.
    """CREATE TABLE decisions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        person INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        content BLOB NOT NULL,
        box_left REAL,
        box_top REAL,
        box_width REAL,
        box_height REAL,
        decision TEXT NOT NULL,
        decided_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP) STRICT""",
    "CREATE INDEX decisions_by_person ON decisions (person, content)",
    "CREATE INDEX decisions_by_content ON decisions (content)",
    # Somebody without a name of whom the user said which faces are theirs: a group that was hidden, or split.
    "CREATE TABLE unnamed (id INTEGER PRIMARY KEY AUTOINCREMENT, hidden INTEGER NOT NULL) STRICT",
    """CREATE TABLE unnamed_faces (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        unnamed INTEGER NOT NULL REFERENCES unnamed ON DELETE CASCADE,
        content BLOB NOT NULL,
        box_left REAL NOT NULL,
        box_top REAL NOT NULL,
        box_width REAL NOT NULL,
        box_height REAL NOT NULL) STRICT""",
    "CREATE INDEX unnamed_faces_by_unnamed ON unnamed_faces (unnamed)",
    # Which faces belong together (see `groups.known`), made anew when `basis`, what the user said by then, has changed.
    "CREATE TABLE groupings (id INTEGER PRIMARY KEY, engine TEXT NOT NULL UNIQUE, basis TEXT NOT NULL,"
    " faces BLOB NOT NULL) STRICT",
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        begun_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        destination BLOB NOT NULL) STRICT""",
    """CREATE TABLE run_people (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        person INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        UNIQUE (run, person)) STRICT""",
    "CREATE INDEX run_people_by_person ON run_people (person)",
    # `made` says that FaceSorter made the folder, and so may remove it when it is empty.
    """CREATE TABLE target_folders (
        id INTEGER PRIMARY KEY AUTOINCREMENT, path BLOB NOT NULL UNIQUE, made INTEGER NOT NULL) STRICT""",
    # `belongs_to` is the path of the photo that a companion was copied with, NULL of a photo itself.
    # `state` is intended, published or taken back; `temporary` is a name in the folder, NULL once published; `person`
    # is NULL where the person was forgotten.
    """CREATE TABLE copies (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        run INTEGER NOT NULL REFERENCES runs,
        person INTEGER REFERENCES people ON DELETE SET NULL,
        folder INTEGER NOT NULL REFERENCES target_folders,
        name BLOB NOT NULL,
        temporary BLOB,
        content BLOB NOT NULL,
        source BLOB NOT NULL,
        state TEXT NOT NULL,
        size INTEGER,
        modified_ns INTEGER,
        belongs_to BLOB) STRICT""",
    "CREATE INDEX copies_by_content ON copies (folder, content)",
    "CREATE INDEX copies_by_run ON copies (run)",
    "CREATE INDEX copies_by_person ON copies (person)",
    "CREATE INDEX copies_unfinished ON copies (id) WHERE state = 'intended'",
    "CREATE TABLE chores (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, done_on TEXT NOT NULL) STRICT",
)

_OLD = ("folders", "contents", "photos", "people", "decisions", "runs", "target_folders", "copies")

_MOVES = (
    "INSERT INTO folders (id, path, fingerprint) SELECT id, path, fingerprint FROM old_folders",
    "INSERT INTO contents (id, digest, problem) SELECT id, sha256, problem FROM old_contents",
    # What could not be listed was of 1970 and had no bytes. Listed again, an empty file of that date counts as changed.
    """INSERT INTO photos (id, folder, name, size, modified_ns, content, object)
        SELECT id, folder, name, size, iif(size = 0 AND modified_ns = 0, NULL, modified_ns), content, object
        FROM old_photos""",
    "INSERT INTO queries (id, key, used_on) SELECT id, key, date('now') FROM questions",
    "INSERT INTO analyses (content, query, analysis) SELECT content, question, sealed(answer) FROM answers",
    # What no photo held any more; a picture that was compared, and paid for, never was of a folder.
    """UPDATE contents SET gone_on = date('now') WHERE id NOT IN (
        SELECT content FROM photos WHERE content IS NOT NULL UNION SELECT object FROM photos WHERE object IS NOT NULL
        UNION SELECT content FROM analyses JOIN queries ON queries.id = query WHERE key LIKE 'rekognition-%')""",
    """INSERT INTO people (id, name, folder_name, folder_key)
        SELECT id, name, folder_name, folder_key FROM old_people""",
    """INSERT INTO decisions (id, person, content, decision, decided_at)
        SELECT id, person, content, decision, decided_at FROM old_decisions""",
    "INSERT INTO runs (id, begun_at, destination) SELECT id, begun_at, destination FROM old_runs",
    "INSERT INTO target_folders (id, path, made) SELECT id, path, made FROM old_target_folders",
    """INSERT INTO copies (
            id, run, person, folder, name, temporary, content, source, state, size, modified_ns)
        SELECT id, run, nullif(person, 0), folder, name, temporary, content, source, state, size, modified_ns
        FROM old_copies""",
)


def upgrade(connection: Connection) -> None:
    """Make the tables of version 3 from those of version 2 (0.1.0)."""
    connection.create_function("sealed", 1, sealed, deterministic=True)
    for table in _OLD:
        connection.execute(f"CREATE TEMP TABLE old_{table} AS SELECT * FROM {table}")
        connection.execute(f"DROP TABLE {table}")
    for statement in (*_TABLES, *_MOVES):
        connection.execute(statement)
    connection.executemany("INSERT OR IGNORE INTO run_people (run, person) VALUES (?, ?)", _people_of_runs(connection))
    for table in ("answers", "questions", *(f"old_{table}" for table in _OLD)):
        connection.execute(f"DROP TABLE {table}")


def sealed(analysis: bytes) -> bytes:
    """The analysis with its checksum behind it."""
    return analysis + zlib.crc32(analysis).to_bytes(SEAL_BYTES, "little")


def _people_of_runs(connection: Connection) -> Iterator[tuple[int, int]]:
    """A run knew its people by their names, as JSON."""
    ids = {
        one_spelling(name.decode("utf-8", "surrogatepass")): person
        for person, name in connection.execute("SELECT id, name FROM people").fetchall()
    }
    for run, people in connection.execute("SELECT id, people FROM old_runs").fetchall():
        for name in _names_in(people):
            if one_spelling(name) in ids:
                yield run, ids[one_spelling(name)]


def _names_in(people: str) -> list[str]:
    """The names in a run's JSON; none if it is damaged."""
    try:
        names = json.loads(people)
    except ValueError:
        return []
    return [name for name in cast("list[object]", names) if isinstance(name, str)] if isinstance(names, list) else []
