"""What the user answered, migrations of the catalog and answers that were paid for, through kills."""

from __future__ import annotations

import functools
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import skimage.data
from album import encoded, headshot
from PIL import Image, ImageEnhance
from rekognition_server import KEY, RekognitionServer, rekognition_server
from state_programs import ANSWERS, the_answer
from warm import BENCHES, After, At, Benches, Calls, Command, Moments, WarmProgram, in_memory, needs_forks, needs_strace

from facesorter.app.cloud import CALLS_AT_ONCE
from facesorter.domain.models import Decision
from facesorter.engines.local.engine import LocalEngine
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database
from facesorter.storage.schema import MIGRATIONS

pytestmark = needs_forks

PEOPLE = 1_500
"""Enough for a migration that does not fit into SQLite's memory, so that some of it is written before it is done."""
PAID_PHOTOS = 12
UNDER_WAY_S = 0.3
"""Until then the endpoint has answered what a killed program asked it."""


class RememberingEngine(LocalEngine):
    """Looks at each picture once, so that the endpoint answers quickly."""

    analyze = functools.cache(LocalEngine.analyze)


class Desk:
    """A catalog of many people, photos that are paid for, an endpoint that is paid, and the program."""

    def __init__(self, folder: Path, server: RekognitionServer, *, traced: bool) -> None:
        self.profile, self.catalog, self.server = folder / "profile", folder / "catalog.db", server
        self._old, self._photos, self._out = folder / "old.db", folder / "photos", folder / "out"
        head = folder / "head.jpg"
        self._photos.mkdir(parents=True)
        head.write_bytes(headshot())
        person = Image.fromarray(skimage.data.astronaut()).resize((200, 200))
        for number in range(PAID_PHOTOS):
            picture = ImageEnhance.Brightness(person).enhance(0.7 + 0.02 * number)
            (self._photos / f"{number}.jpg").write_bytes(encoded(picture))
        with closing(Database(self._old)) as database, database.writing() as connection:
            connection.executemany(
                "INSERT INTO people (name, folder_name, folder_key) VALUES (?, ?, ?)",
                ((b"%d" % number, f"Folder {number}", str(number)) for number in range(PEOPLE)),
            )
        self.program = WarmProgram(folder, [head], traced=traced)
        self.known: dict[bytes, Decision] = {}
        self.turn = 0
        self.migrating = Command((str(self.catalog),), "state_programs:migrate")
        self._sort = (
            *("sort", "--profile-dir", str(self.profile), str(self._photos), "--to", str(self._out), "--json"),
            *("--name", "Eileen", "--headshot", str(head), "--engine", "rekognition", "--region", "eu-west-1", "--yes"),
        )

    def answer(self) -> Command:
        return Command((str(self.profile), str(self.turn)), "state_programs:answer")

    def check_answers(self, told: int) -> None:
        """Each answer that was told is there; only the one that was being given may be there, too."""
        with closing(Database(self.profile / "catalog.db")) as database:
            catalog = SqliteCatalog(database)
            found = dict(catalog.decisions(catalog.person("Anna")))
        possible = [self._after(told), self._after(min(told + 1, ANSWERS))]
        assert found in possible
        self.known = found
        self.turn += 1

    def _after(self, answers: int) -> Mapping[bytes, Decision]:
        given = dict[bytes, Decision | None](self.known)
        given.update(the_answer(number, self.turn) for number in range(answers))
        return {photo: decision for photo, decision in given.items() if decision is not None}

    def begin_migration(self) -> None:
        for companion in ("", "-wal", "-shm"):
            self.catalog.with_name(self.catalog.name + companion).unlink(missing_ok=True)
        shutil.copy(self._old, self.catalog)

    def check_migrated_whole_or_not_at_all(self) -> bool:
        """Whether it is; nothing in between."""
        with closing(sqlite3.connect(self.catalog)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'novelty'").fetchone()
            (people,) = connection.execute("SELECT count(*) FROM people").fetchone()
            (renamed,) = connection.execute("SELECT count(*) FROM people WHERE folder_name LIKE '% renamed'").fetchone()
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        old = (len(MIGRATIONS), 0, PEOPLE, 0)
        new = (len(MIGRATIONS) + 1, 1, PEOPLE // 2, PEOPLE // 2)
        assert (version, tables, people, renamed) in (old, new)
        return version > len(MIGRATIONS)

    def sort(self, *, on_one_thread: bool) -> Command:
        environment = {
            "AWS_ENDPOINT_URL_REKOGNITION": self.server.address,
            "AWS_ACCESS_KEY_ID": KEY.access_key,
            "AWS_SECRET_ACCESS_KEY": KEY.secret,
        }
        return Command(self._sort, on_one_thread=on_one_thread, environment=environment)

    def begin_paying(self) -> None:
        for folder in (self.profile, self._out):
            shutil.rmtree(folder, ignore_errors=True)
        del self.server.calls[:]

    def check_paid(self, most_lost: int, *, on_one_thread: bool) -> None:
        """Every answer that came before a kill is recorded but for `most_lost`, and none is paid for again."""
        recorded, asked = self._paid_answers(), len(self._calls())
        assert 0 <= asked - recorded <= most_lost
        finished = self.program.run(self.sort(on_one_thread=on_one_thread))
        assert finished.returncode == 0, finished.stderr
        calls = self._calls()
        assert len(calls) - asked == PAID_PHOTOS - recorded
        assert len(set(calls)) == PAID_PHOTOS
        balance = finished.lines[-1]
        assert balance["found"] == balance["copied"] + balance["already_there"] == PAID_PHOTOS

    def _calls(self) -> list[bytes]:
        """Every call that would be charged; not one that was cut off while it was sent."""
        return [call.body for call in self.server.calls if call.outcome == "OK"]

    def _paid_answers(self) -> int:
        if not (self.profile / "catalog.db").exists():
            return 0
        with closing(Database(self.profile / "catalog.db")) as database, database.reading() as connection:
            (count,) = connection.execute(
                "SELECT count(*) FROM analyses JOIN queries ON queries.id = query WHERE key LIKE 'rekognition%'"
            ).fetchone()
            return count


def desks_in(folder: Path, *, traced: bool) -> Iterator[Benches[Desk]]:
    with ExitStack() as closing_servers:
        engine = RememberingEngine()
        servers = [closing_servers.enter_context(rekognition_server(engine)) for _ in range(BENCHES)]
        desks = [Desk(folder / str(number), server, traced=traced) for number, server in enumerate(servers)]
        yield Benches(desks)
        for desk in desks:
            desk.program.close()


@pytest.fixture(scope="module")
def desks() -> Iterator[Benches[Desk]]:
    with in_memory() as folder:
        yield from desks_in(folder, traced=False)


@pytest.fixture(scope="module")
def traced_desks() -> Iterator[Benches[Desk]]:
    with in_memory() as folder:
        yield from desks_in(folder, traced=True)


def test_answers_survive_kills_at_random_moments(desks: Benches[Desk]) -> None:
    whole = desks.all[0].program.run(desks.all[0].answer())
    assert whole.returncode == 0, whole.stderr
    desks.all[0].check_answers(ANSWERS)
    moments = Moments(whole.seconds)

    def work(desk: Desk, burst: list[After]) -> None:
        for kill in burst:
            ended = desk.program.run(desk.answer(), kill)
            moments.tell(was_killed=ended.was_killed)
            desk.check_answers(len(ended.stdout.splitlines()))

    desks.each(moments, work)


@needs_strace
def test_answers_survive_kills_at_system_calls(traced_desks: Benches[Desk]) -> None:
    calls = Calls("fdatasync", "pwrite64")

    def work(desk: Desk, point: At) -> None:
        ended = desk.program.run(desk.answer(), point)
        calls.tell(point, was_killed=ended.was_killed)
        desk.check_answers(len(ended.stdout.splitlines()))

    traced_desks.each(calls, work)


def check_migration(desk: Desk, kill: At | After) -> bool:
    """Kill it, then let it come to its end; whether it was killed."""
    desk.begin_migration()
    ended = desk.program.run(desk.migrating, kill)
    assert desk.check_migrated_whole_or_not_at_all() or ended.was_killed
    assert desk.program.run(desk.migrating).returncode == 0
    assert desk.check_migrated_whole_or_not_at_all()
    return ended.was_killed


def test_a_migration_killed_at_random_moments_is_rolled_back(desks: Benches[Desk]) -> None:
    desks.all[0].begin_migration()
    moments = Moments(desks.all[0].program.run(desks.all[0].migrating).seconds)
    desks.each_moment(moments, check_migration)


@needs_strace
def test_a_migration_killed_at_system_calls_is_rolled_back(traced_desks: Benches[Desk]) -> None:
    calls = Calls("fdatasync", "pwrite64")
    traced_desks.each(calls, lambda desk, point: calls.tell(point, was_killed=check_migration(desk, point)))


def test_nothing_is_paid_for_twice_through_kills(desks: Benches[Desk]) -> None:
    """Except calls that were under way."""
    desks.all[0].begin_paying()
    moments = Moments(desks.all[0].program.run(desks.all[0].sort(on_one_thread=False)).seconds)

    def work(desk: Desk, burst: list[After]) -> None:
        desk.begin_paying()
        for kill in burst:
            ended = desk.program.run(desk.sort(on_one_thread=False), kill)
            moments.tell(was_killed=ended.was_killed)
        time.sleep(UNDER_WAY_S)
        desk.check_paid(len(burst) * CALLS_AT_ONCE, on_one_thread=False)

    desks.each(moments, work)


@needs_strace
def test_nothing_is_paid_for_twice_through_kills_at_system_calls(traced_desks: Benches[Desk]) -> None:
    """Nothing but the one answer that was being recorded."""
    calls = Calls("fdatasync", "fsync", "link")

    def work(desk: Desk, point: At) -> None:
        desk.begin_paying()
        ended = desk.program.run(desk.sort(on_one_thread=True), point)
        calls.tell(point, was_killed=ended.was_killed)
        desk.check_paid(1, on_one_thread=True)

    traced_desks.each(calls, work)
