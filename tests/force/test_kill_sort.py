"""`facesorter` over 400 photos, killed at random moments and at system calls, and run again.

Few kills by default, see `warm`. Whatever the moment, the sources are untouched and each final name is complete, and
the run after it ends as one that nobody disturbed: with the same files under the same names, and the same journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from album import Album
from warm import (
    BENCHES,
    After,
    At,
    Benches,
    Calls,
    Command,
    Ended,
    Moments,
    WarmProgram,
    in_memory,
    needs_forks,
    needs_strace,
)

pytestmark = needs_forks

FORGOTTEN = "knows nobody named Eileen"
"""What is said of somebody who was forgotten before a kill."""


class Desk:
    """An album, the program, and what each command leaves if nobody kills it."""

    def __init__(self, folder: Path, *, traced: bool) -> None:
        folder.mkdir()
        self.album = Album(folder / "album")
        self.program = WarmProgram(folder, self.album.distinct, traced=traced)
        self.seconds: dict[str, float] = {}
        album = self.album
        first = self._begin("sort", album.sort(), code=1)
        self.copies = album.copies
        self.balance = self.balanced(first)
        assert self.balance["found"] == 400
        self.check_companions(first)
        assert album.late <= {content for name, content in self.copies.items() if "(" not in name}
        self.sorted = album.runs()
        album.keep("sorted")
        self.damage()
        album.keep("damaged")
        self._begin("check", album.command("check", "--repair"), code=1)
        self.repaired, self.repaired_runs = album.copies, album.runs()
        album.restore("sorted")
        self._begin("undo", album.command("undo", 1))
        album.keep("undone")
        self._begin("forget", album.command("forget", "Eileen"))
        album.restore("sorted")
        self._begin("forget everything", album.command("forget", "--everything", "--yes"))
        album.restore(None)
        self._begin("look", album.sort("--dry-run"), code=1)
        album.keep("known")
        self._begin("copy", album.sort(), code=1)

    def _begin(self, what: str, command: Command, code: int = 0) -> Ended:
        ended = self.program.run(command)
        assert ended.returncode == code, ended.stderr
        self.seconds[what] = ended.seconds
        return ended

    def balanced(self, ended: Ended) -> dict[str, Any]:
        """The balance; what an earlier run copied is there already."""
        balance = ended.lines[-1]
        piles = ("check", "not_them", "no_face", "problems")
        assert balance["found"] == sum(balance[pile] for pile in ("copied", "already_there", "same_picture", *piles))
        there = balance["copied"] + balance["already_there"]
        return {"found": balance["found"], "there": there} | {pile: balance[pile] for pile in piles}

    def check_companions(self, ended: Ended) -> None:
        """Each photo with a note has it under its own name."""
        notes = {name for name in self.album.copies if name.endswith(".xmp")}
        assert {name.removesuffix(".xmp") for name in notes} <= set(self.album.copies)
        assert len(notes) == ended.lines[-1]["companions"] > 10

    def damage(self) -> None:
        """Somebody removes every third copy and writes into another one."""
        names = sorted(self.copies)
        for name in names[::3]:
            (self.album.folder / name).unlink()
        (self.album.folder / names[1]).unlink()
        (self.album.folder / names[1]).write_bytes(b"something else")
        self.altered = {names[1]: b"something else"}

    def kill(self, command: Command, kill: At | After) -> bool:
        """Kill it; False if it ended before."""
        ended = self.program.run(command, kill)
        assert ended.was_killed or ended.returncode in (0, 1) or FORGOTTEN in ended.stderr, ended.stderr
        self.album.check_nothing_is_half(self.altered)
        return ended.was_killed

    def check_sorted(self) -> None:
        """Run to the end, then compare with the run that nobody disturbed."""
        ended = self.program.run(self.album.sort())
        assert ended.returncode == 1, ended.stderr
        assert self.balanced(ended) == self.balance
        self.check_companions(ended)
        assert self.album.copies == self.copies
        self.album.check_nothing_is_half()
        recorded = [target for targets in self.album.runs().values() for target in targets]
        assert sorted(recorded) == self.sorted[1]

    def check_undone(self) -> None:
        ended = self.program.run(self.album.command("undo", 1))
        assert ended.returncode in (0, 1), ended.stderr
        assert not any(self.album.out.iterdir())
        self.album.check_nothing_is_half()
        assert self.album.runs() == {1: []}

    def check_repaired(self) -> None:
        ended = self.program.run(self.album.command("check", "--repair"))
        assert ended.returncode == 1, ended.stderr
        assert "1 altered" in ended.stdout
        assert self.album.copies == self.repaired
        self.album.check_nothing_is_half(self.altered)
        assert self.album.runs() == self.repaired_runs == self.sorted

    def check_forgotten(self) -> None:
        """Whoever was forgotten before the kill is not known any more."""
        ended = self.program.run(self.album.command("forget", "Eileen"))
        assert ended.returncode == 0 or FORGOTTEN in ended.stderr
        files = [path for path in self.album.profile.rglob("*") if path.is_file()]
        assert self.album.profile / "catalog.db" in files
        assert not [path for path in files if b"Eileen" in path.read_bytes()]

    def check_all_forgotten(self) -> None:
        ended = self.program.run(self.album.command("forget", "--everything", "--yes"))
        assert ended.returncode == 0, ended.stderr
        assert not self.album.profile.exists()
        assert self.album.copies == self.copies
        self.album.check_nothing_is_half()


def desks_in(folder: Path, *, traced: bool) -> Iterator[Benches[Desk]]:
    desks = [Desk(folder / str(number), traced=traced) for number in range(BENCHES)]
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


class Kind(NamedTuple):
    """What is killed: the state it starts from, the command, how a run to the end is checked, and at which calls."""

    state: str | None
    command: Callable[[Album], Command]
    check: Callable[[Desk], None]
    calls: tuple[str, ...]


KINDS = {
    "sort": Kind(None, Album.sort, Desk.check_sorted, ("fsync", "fdatasync", "link", "unlink", "mkdir")),
    # Between the last look and the last copy.
    "copy": Kind("known", Album.sort, Desk.check_sorted, ("fsync", "fdatasync", "link", "unlink", "mkdir")),
    "undo": Kind(
        "sorted",
        lambda album: album.command("undo", 1),
        Desk.check_undone,
        ("fsync", "fdatasync", "unlink", "rmdir", "pwrite64"),
    ),
    "check": Kind(
        "damaged",
        lambda album: album.command("check", "--repair"),
        Desk.check_repaired,
        ("fsync", "fdatasync", "link", "unlink", "pwrite64"),
    ),
    "forget": Kind(
        "undone",
        lambda album: album.command("forget", "Eileen"),
        Desk.check_forgotten,
        ("fsync", "fdatasync", "unlink", "pwrite64"),
    ),
    "forget everything": Kind(
        "sorted",
        lambda album: album.command("forget", "--everything", "--yes"),
        Desk.check_all_forgotten,
        ("fsync", "fdatasync", "unlink", "rmdir", "pwrite64"),
    ),
}
# As on FAT, which has no links.
WITHOUT_LINKS = Kind("known", lambda album: album.sort(lacks=("links",)), Desk.check_sorted, ("renameat2",))


@pytest.mark.parametrize("kind", KINDS)
def test_killed_at_random_moments(desks: Benches[Desk], kind: str) -> None:
    state, command, check, _ = KINDS[kind]
    moments = Moments(desks.all[0].seconds[kind])

    def work(desk: Desk, burst: list[After]) -> None:
        desk.album.restore(state)
        for kill in burst:
            moments.tell(was_killed=desk.kill(command(desk.album), kill))
        check(desk)

    desks.each(moments, work)


@needs_strace
@pytest.mark.parametrize("kind", [*KINDS, "sort without links"])
def test_killed_at_system_calls(traced_desks: Benches[Desk], kind: str) -> None:
    state, command, check, kinds_of_calls = KINDS.get(kind, WITHOUT_LINKS)
    calls = Calls(*kinds_of_calls)

    def work(desk: Desk, point: At) -> None:
        desk.album.restore(state)
        calls.tell(point, was_killed=desk.kill(command(desk.album), point))
        check(desk)

    traced_desks.each(calls, work)


@needs_strace
def test_a_name_that_was_only_claimed_is_no_copy(traced_desks: Benches[Desk]) -> None:
    """As on exFAT, where a name is claimed with an empty file; the next start of anything clears it away."""
    calls = Calls("rename")

    def work(desk: Desk, point: At) -> None:
        album = desk.album
        album.restore("known")
        ended = desk.program.run(album.sort(lacks=("links", "renames")), point)
        calls.tell(point, was_killed=ended.was_killed)
        if ended.was_killed:
            (empty,) = (name for name, content in album.copies.items() if not content)
            told = desk.program.run(album.command("undo"))
            assert empty in told.stderr
            assert all(album.copies.values())
            assert not [name for name in album.copies if name.endswith(".part")]
        desk.check_sorted()

    traced_desks.each(calls, work)
