"""What the user answered, migrations of the catalog and answers that were paid for, through kills."""

from __future__ import annotations

import random
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import skimage.data
from album import KILLS, SECONDS_PER_RUN, encoded, facesorter, json_lines, killed, needs_strace, run, strace
from PIL import Image, ImageEnhance
from rekognition_server import KEY, rekognition_server

from facesorter.cloud import CALLS_AT_ONCE
from facesorter.domain.models import Decision
from facesorter.engines.local import LocalEngine
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database
from facesorter.storage.schema import MIGRATIONS

ANSWERING = r"""
import sys
from pathlib import Path
from facesorter.bootstrap import Workshop
from facesorter.domain.models import Decision, Photo
from facesorter.paths import AppPaths

workshop = Workshop(AppPaths(Path(sys.argv[1])))
workshop.open()
anna = workshop.catalog.person("Anna")
for number in range(400):
    decision = (Decision.YES, Decision.NO, Decision.UNSURE, None)[(number + int(sys.argv[2])) % 4]
    workshop.decide(anna, Photo(0, "", 0, 0, b"%d" % (number % 100)), decision)
    print(f"{number % 100} {decision and decision.value}\n", end="", flush=True)
workshop.close()
"""
"""Answers 400 times about 100 photos, and prints each answer once it is given."""

MIGRATING = """
import sys
from facesorter.storage.database import Database
from facesorter.storage.schema import MIGRATIONS

later = (
    "CREATE TABLE novelty (person INTEGER PRIMARY KEY, born BLOB)",
    "INSERT INTO novelty SELECT id, randomblob(300) FROM people",
    "UPDATE people SET folder_name = folder_name || ' renamed'",
    "DELETE FROM people WHERE id % 2",
    "CREATE INDEX novelty_by_born ON novelty (born)",
)
print("ready", flush=True)
Database(sys.argv[1], (*MIGRATIONS, later)).close()
"""
PEOPLE = 20_000
PAID_PHOTOS = 24
UNDER_WAY_S = 0.5
"""Until then the endpoint has answered what a killed program asked it."""


def program(script: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", script, *map(str, arguments)]


def told(lines: Sequence[str]) -> dict[bytes, str]:
    """The last answer that was told of each photo."""
    return {number.encode(): answer for number, _, answer in (line.partition(" ") for line in lines)}


def check_answers(profile: Path, before: dict[bytes, str], lines: Sequence[str], turn: int) -> dict[bytes, str]:
    """Each answer that was told is there; only the one that was being given may be there, too."""
    with closing(Database(profile / "catalog.db")) as database:
        catalog = SqliteCatalog(database)
        found = {content: answer.value for content, answer in catalog.decisions(catalog.person("Anna")).items()}
    expected = {photo: answer for photo, answer in (before | told(lines)).items() if answer != "None"}
    number = len(lines)
    in_question = b"%d" % (number % 100)
    answer = (Decision.YES, Decision.NO, Decision.UNSURE, None)[(number + turn) % 4]
    allowed = {photo: value for photo, value in expected.items() if photo != in_question}
    if answer is not None:
        allowed[in_question] = answer.value
    assert found in (expected, allowed)
    return found


def test_answers_survive_kills_at_random_moments(tmp_path: Path) -> None:
    known: dict[bytes, str] = {}
    for turn in range(KILLS):
        with killed(program(ANSWERING, tmp_path, turn)) as process:
            assert process.stdout
            lines = [process.stdout.readline().strip() for _ in range(random.randint(1, 300))]
            time.sleep(random.uniform(0, 0.003))
            process.kill()
            lines += process.stdout.read().splitlines()
        known = check_answers(tmp_path, known, lines, turn)


@needs_strace
def test_answers_survive_kills_at_system_calls(tmp_path: Path) -> None:
    known: dict[bytes, str] = {}
    for turn in range(KILLS):
        call = random.choice(("fdatasync", "pwrite64"))
        injection = f"{call}:signal=KILL:when={random.randint(20, 300)}"
        result = run(strace(injection, program(ANSWERING, tmp_path, turn)))
        assert result.returncode == -signal.SIGKILL
        known = check_answers(tmp_path, known, result.stdout.splitlines(), turn)


def fill(catalog: Path) -> None:
    with closing(Database(catalog)) as database, database.writing() as connection:
        connection.executemany(
            "INSERT INTO people (name, folder_name, folder_key) VALUES (?, ?, ?)",
            ((b"%d" % number, f"Folder {number}", str(number)) for number in range(PEOPLE)),
        )


def check_migrated_whole_or_not_at_all(catalog: Path) -> bool:
    """Whether it is; nothing in between."""
    with closing(sqlite3.connect(catalog)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'novelty'").fetchone()
        (people,) = connection.execute("SELECT count(*) FROM people").fetchone()
        (renamed,) = connection.execute("SELECT count(*) FROM people WHERE folder_name LIKE '% renamed'").fetchone()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    old = (len(MIGRATIONS), 0, PEOPLE, 0)
    new = (len(MIGRATIONS) + 1, 1, PEOPLE // 2, PEOPLE // 2)
    assert (version, tables, people, renamed) in (old, new)
    return version > len(MIGRATIONS)


def test_a_migration_killed_at_random_moments_is_rolled_back(tmp_path: Path) -> None:
    for number in range(KILLS):
        catalog = tmp_path / str(number) / "catalog.db"
        fill(catalog)
        with killed(program(MIGRATING, catalog)) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(random.uniform(0, 0.2))
        check_migrated_whole_or_not_at_all(catalog)
        assert run(program(MIGRATING, catalog)).returncode == 0
        assert check_migrated_whole_or_not_at_all(catalog)


@needs_strace
def test_a_migration_killed_at_system_calls_is_rolled_back(tmp_path: Path) -> None:
    calls = ["fdatasync", "pwrite64"]
    injections = [f"{call}:signal=KILL:when=1" for call in calls]
    injections += [f"pwrite64:signal=KILL:when={random.randint(2, 2000)}" for _ in range(KILLS - len(injections))]
    for number, injection in enumerate(injections):
        catalog = tmp_path / str(number) / "catalog.db"
        fill(catalog)
        assert run(strace(injection, program(MIGRATING, catalog))).returncode == -signal.SIGKILL
        check_migrated_whole_or_not_at_all(catalog)
        assert run(program(MIGRATING, catalog)).returncode == 0
        assert check_migrated_whole_or_not_at_all(catalog)


def paid_answers(profile: Path) -> int:
    """How many are recorded."""
    with closing(Database(profile / "catalog.db")) as database, database.reading() as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM answers JOIN questions ON id = question WHERE key LIKE 'rekognition%'"
        ).fetchone()
        return count


def test_nothing_is_paid_for_twice_through_kills(tmp_path: Path) -> None:
    """Except calls that were under way."""
    head, photos = tmp_path / "head.png", tmp_path / "photos"
    person = Image.fromarray(skimage.data.astronaut())
    person.crop((140, 20, 320, 220)).save(head)
    photos.mkdir()
    for number in range(PAID_PHOTOS):
        picture = ImageEnhance.Brightness(person.resize((200, 200))).enhance(0.7 + 0.02 * number)
        (photos / f"{number}.jpg").write_bytes(encoded(picture))
    options = ("--engine", "rekognition", "--region", "eu-west-1", "--yes", "--json")
    with rekognition_server(LocalEngine()) as server:
        environment = {
            "AWS_ENDPOINT_URL_REKOGNITION": server.address,
            "AWS_ACCESS_KEY_ID": KEY.access_key,
            "AWS_SECRET_ACCESS_KEY": KEY.secret,
        }
        for number in range(max(1, KILLS // 4)):
            profile = tmp_path / f"profile {number}"
            command = facesorter(
                "sort", photos, "--name", "Eileen", "--headshot", head, "--to", tmp_path / "out", *options,
                profile=profile,
            )  # fmt: skip
            del server.calls[:]
            for answers in (random.randint(1, 8), random.randint(9, 16)):
                with killed(command, environment):
                    wait_for(lambda answers=answers: len(server.calls) >= answers)
                    time.sleep(random.uniform(0, 0.5))
                time.sleep(UNDER_WAY_S)
                recorded, asked = paid_answers(profile), len(server.calls)
                assert 0 <= asked - recorded <= CALLS_AT_ONCE
            finished = run(command, environment)
            assert finished.returncode == 0, finished.stderr
            assert len(server.calls) - asked == PAID_PHOTOS - recorded
            assert len({call.body for call in server.calls}) == PAID_PHOTOS
            calls = len(server.calls)
            assert json_lines(run(command, environment))[-1]["found"] == PAID_PHOTOS
            assert len(server.calls) == calls


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_PER_RUN
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
