"""`facesorter sort` and `facesorter undo` over 400 photos, killed at random moments and at system calls, and run again.

Few kills by default; `FACESORTER_KILLS=200` makes as many of each kind. Whatever the moment, the sources are untouched
and each final name is complete, and the run after it ends with the folder of a run that nobody disturbed.
"""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from album import KILLS, Album, json_lines, kill_after, moments, needs_strace, run, strace, timed

WITHOUT_LINKS = "link,linkat:error=EPERM renameat2"
"""As on FAT, which has no links."""

SORT_CALLS = ("fsync", "fdatasync", "link,linkat", "unlink,unlinkat", "pwrite64", "mkdir,mkdirat", WITHOUT_LINKS)
UNDO_CALLS = ("fsync", "fdatasync", "unlink,unlinkat", "rmdir", "pwrite64")
MOST_CALLS = 330
"""As many as a run makes of the most frequent of them. Of the others there are fewer, and then nothing is killed."""


class Undisturbed:
    """What a run that nobody kills leaves, and how long it takes; likewise its undo."""

    def __init__(self, album: Album) -> None:
        self.album = album
        result, self.sort_seconds = timed(album.sort)
        assert result.returncode == 1, result.stderr
        self.copies = album.copies
        self.balance = self.settled(json_lines(result)[-1])
        assert self.balance["found"] == 400
        assert len(self.copies) > 200
        album.keep()
        result, self.undo_seconds = timed(album.undo(1))
        assert result.returncode == 0, result.stderr

    def settled(self, balance: dict[str, Any]) -> dict[str, Any]:
        """The balance; what an earlier run copied is there already."""
        piles = ("check", "not_them", "no_face", "problems")
        assert balance["found"] == sum(balance[pile] for pile in ("copied", "already_there", *piles))
        there = balance["copied"] + balance["already_there"]
        return {"found": balance["found"], "there": there} | {pile: balance[pile] for pile in piles}

    def check_sorted(self) -> None:
        """Run to the end, then compare with the run that nobody disturbed."""
        result = run(self.album.sort)
        assert result.returncode == 1, result.stderr
        assert self.settled(json_lines(result)[-1]) == self.balance
        assert self.album.copies == self.copies
        self.album.check_nothing_is_half()
        recorded = [target for targets in self.album.runs().values() for target in targets]
        assert len(recorded) == len(set(recorded)) == len(self.copies)

    def check_undone(self) -> None:
        result = run(self.album.undo(1))
        assert result.returncode in (0, 1), result.stderr
        assert not any(self.album.out.iterdir())
        self.album.check_nothing_is_half()
        assert self.album.runs() == {1: []}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return Undisturbed(Album(tmp_path_factory.mktemp("album")))


@pytest.fixture
def album(undisturbed: Undisturbed) -> Iterator[Album]:
    yield undisturbed.album
    undisturbed.album.check_nothing_is_half()


def injections(calls: tuple[str, ...]) -> list[str]:
    """Kills at the first of each kind of call, then at any of them."""
    points = [f"{one}:signal=KILL:when={number}" for one in calls for number in range(2, MOST_CALLS + 1)]
    firsts = [f"{one}:signal=KILL:when=1" for one in random.sample(calls, len(calls))]
    return [*firsts[: (KILLS + 1) // 2], *random.sample(points, min(len(points), KILLS // 2))]


def kill_at(injection: str, command: list[str]) -> None:
    result = run(strace(injection, command))
    assert result.returncode == -signal.SIGKILL or not injection.endswith("when=1"), result.stderr


def test_a_sort_killed_at_random_moments(undisturbed: Undisturbed, album: Album) -> None:
    for burst in moments(undisturbed.sort_seconds):
        album.forget()
        for seconds in burst:
            kill_after(seconds, album.sort)
            album.check_nothing_is_half()
        undisturbed.check_sorted()


@needs_strace
def test_a_sort_killed_at_system_calls(undisturbed: Undisturbed, album: Album) -> None:
    for injection in injections(SORT_CALLS):
        album.forget()
        kill_at(injection, album.sort)
        album.check_nothing_is_half()
        undisturbed.check_sorted()


@needs_strace
def test_a_name_that_was_only_claimed_is_no_copy(undisturbed: Undisturbed, album: Album) -> None:
    """As on exFAT, where a name is claimed with an empty file; the next run clears it away."""
    album.forget()
    kill_at("link,linkat:error=EPERM renameat2:error=EINVAL rename:signal=KILL:when=1", album.sort)
    assert sorted(map(len, album.copies.values()))[0] == 0
    undisturbed.check_sorted()


def test_an_undo_killed_at_random_moments(undisturbed: Undisturbed, album: Album) -> None:
    for burst in moments(undisturbed.undo_seconds):
        album.restore()
        for seconds in burst:
            kill_after(seconds, album.undo(1))
            album.check_nothing_is_half()
        undisturbed.check_undone()


@needs_strace
def test_an_undo_killed_at_system_calls(undisturbed: Undisturbed, album: Album) -> None:
    for injection in injections(UNDO_CALLS):
        album.restore()
        kill_at(injection, album.undo(1))
        album.check_nothing_is_half()
        undisturbed.check_undone()
