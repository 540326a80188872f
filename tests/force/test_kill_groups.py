"""The means kept with groups, through kills: they are those of the groups they are kept with, or made anew."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from warm import BENCHES, After, At, Benches, Calls, Command, Moments, WarmProgram, in_memory, needs_forks, needs_strace

from facesorter.app import App
from facesorter.app.grouping import ProfileGroups
from facesorter.engines.local.engine import LocalEngine
from facesorter.groups.former import GroupMeans
from facesorter.groups.neighbors import Floats
from facesorter.groups.stored import StoredGroups, decode_means
from facesorter.paths import AppPaths

pytestmark = needs_forks

PEOPLE, PHOTOS = 3, 4

Changes = dict[str, Callable[["Room"], tuple[list[str], ...]]]
CHANGES: Changes = {
    "scan": lambda room: (room.scan(),),
    "scan more": lambda room: (room.scan(), room.scan("late")),
    "name": lambda room: (room.scan(), room.name(0, "Anna")),
    "add": lambda room: (room.scan(), room.name(0, "Anna"), [*room.name(1, "Anna"), "--same-person"]),
    "merge": lambda room: (room.scan(), room.name(0, "Anna"), room.name(1, "Ben"), ["merge", "Anna", "Ben"]),
    "unmerge": lambda room: (*CHANGES["merge"](room), ["unmerge", "Ben"]),
    "split": lambda room: (*CHANGES["add"](room), ["split", "Anna", room.photo(1, 0), "--to", "Ben"]),
    "hide": lambda room: (room.scan(), ["hide", f"group of {room.photo(0, 0)}"]),
}
"""What is asked for, the last of which is killed."""


class Found(NamedTuple):
    """Whose each face is or which faces are with it, and what is known of the groups' looks."""

    people: object
    means: dict[int, tuple[Floats, float]]


@cache
def engine() -> LocalEngine:
    return LocalEngine(None)


class Room:
    """Photos of a few people, and a profile in which they are scanned, named, merged and split."""

    def __init__(self, folder: Path, pictures: list[list[Path]], *, traced: bool) -> None:
        self._photos, self._now, self._ready = folder / "photos", folder / "now", folder / "ready"
        for number, person in enumerate(pictures):
            for place, picture in enumerate(person):
                of = self._photos / ("late" if place == PHOTOS - 1 else "early")
                of.mkdir(parents=True, exist_ok=True)
                shutil.copy(picture, of / f"{number}-{place}.jpg")
        self.program = WarmProgram(folder, sorted(self._photos.rglob("*.jpg")), traced=traced)

    def scan(self, *more: str) -> list[str]:
        return ["scan", *(str(self._photos / one) for one in ("early", *more)), "--json"]

    def photo(self, person: int, number: int) -> str:
        return str(self._photos / "early" / f"{person}-{number}.jpg")

    def name(self, person: int, name: str) -> list[str]:
        return ["name", f"group of {self.photo(person, 0)}", name]

    def _command(self, words: list[str]) -> Command:
        words = [
            self._group(word.removeprefix("group of ")) if word.startswith("group of ") else word for word in words
        ]
        profile = str(self._now / "profile")
        return Command(("people", "--profile-dir", profile, *words), on_one_thread=True)

    def _group(self, photo: str) -> str:
        listed = self._do(["scan", str(Path(photo).parent), "--json"])
        groups = [line for line in map(json.loads, listed.splitlines()) if line["event"] == "group"]
        return str(next(one["group"] for one in groups if photo in [face["photo"] for face in one["faces"]]))

    def _do(self, words: list[str]) -> str:
        ended = self.program.run(self._command(words))
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def prepare(self, change: str) -> Command:
        """Put everything back, and do all but the last, once; what is left to be done."""
        ready = self._ready / change
        *first, last = CHANGES[change](self)
        shutil.rmtree(self._now, ignore_errors=True)
        if ready.exists():
            shutil.copytree(ready, self._now)
        else:
            self._now.mkdir()
            for words in first:
                self._do(words)
            shutil.copytree(self._now, ready)
        return self._command(last)

    def found(self) -> Found:
        """What the next start of the program finds; what was kept until then agrees with itself."""
        with closing(App(AppPaths(self._now / "profile"))) as app:
            app._engine = engine()
            app.open()
            kept, catalog = app.catalog.grouping(engine().name), app.catalog
            groups = ProfileGroups(app, catalog)
            if kept is not None:
                stored = StoredGroups.decode(kept[1])
                means = decode_means(catalog.group_means(engine().name), kept[1], engine().dimensions)
                assert_agreeing(means, stored, groups, whole=False)
            stored, means = groups.stored_with_means()
            assert_agreeing(means, stored, groups, whole=True)
            again = ProfileGroups(app, catalog).restored()[0].stored()
            assert_agreeing(again[1], again[0], groups, whole=True)
            names = {one.person.id: one.person.name for one in catalog.people()}
            together = frozenset(
                (names.get(int(stored.faces["owner"][faces[0]])), frozenset(stored.keys(faces)))
                for faces in stored.by_group()
            )
            return Found((together, [(one.hidden, one.faces) for one in catalog.unnamed()]), by_group(means))

    def check(self, change: str, kill: At | After) -> bool:
        """Kill it; whether it was killed. Done again where it has not been done, it ends as it would have."""
        command = self.prepare(change)
        ended = self.program.run(command, kill)
        found = self.found()
        if not ended.was_killed:
            assert ended.returncode == 0, ended.stderr
        elif change.startswith("scan"):
            self.program.run(command)
            found = self.found()
        elif found.people != self.done(change).people:
            self.prepare(change)
            assert found.people == self.found().people, "it has been done, or it has not"
            return True
        assert found.people == self.done(change).people
        return ended.was_killed

    @cache  # noqa: B019 (rooms last as long as the tests)
    def done(self, change: str) -> Found:
        """What there is after the change, done without a kill; what is there now is put back."""
        aside = self._now.with_name("aside")
        self._now.rename(aside)
        ended = self.program.run(self.prepare(change))
        assert ended.returncode == 0, ended.stderr
        found = self.found()
        shutil.rmtree(self._now)
        aside.rename(self._now)
        return found


def by_group(means: GroupMeans) -> dict[int, tuple[Floats, float]]:
    return {
        int(label): (direction.astype(np.float32), float(length))
        for label, direction, length in zip(means.labels, means.directions, means.lengths, strict=True)
    }


def assert_agreeing(means: GroupMeans, stored: StoredGroups, groups: ProfileGroups, *, whole: bool) -> None:
    """Each mean is that of the clear faces and portraits of its group; if `whole`, none is missing."""
    vectors = dict(groups.vectors(stored.contents))
    sums: dict[int, Floats] = defaultdict(lambda: np.zeros(engine().dimensions, np.float32))
    flat = [vector for content in stored.contents for vector in vectors[content]]
    sizes = np.bincount(stored.faces["group"], minlength=1)
    for face, vector in zip(stored.faces, flat, strict=True):
        if face["clear"] or sizes[face["group"]] == 1:
            sums[int(face["group"])] += vector
    portraits = {portrait.id: portrait for portrait in groups._portraits()}
    for row in stored.portraits:
        if int(row["portrait"]) in portraits:
            sums[int(row["group"])] += portraits[int(row["portrait"])].vector
    told = by_group(means)
    assert told.keys() == sums.keys() if whole else told.keys() <= sums.keys()
    for group, (direction, length) in told.items():
        assert length == pytest.approx(float(np.linalg.norm(sums[group])), rel=0.01), group
        assert direction @ sums[group] / np.linalg.norm(sums[group]) == pytest.approx(1, abs=2e-3), group


@pytest.fixture(scope="module")
def pictures(data: Path) -> list[list[Path]]:
    several = (sorted(one.iterdir()) for one in sorted((data / "lfw").iterdir()) if one.is_dir())
    return [one[:PHOTOS] for one in several if len(one) >= PHOTOS][:PEOPLE]


def rooms_in(folder: Path, pictures: list[list[Path]], *, traced: bool) -> Iterator[Benches[Room]]:
    rooms = [Room(folder / str(number), pictures, traced=traced) for number in range(BENCHES)]
    yield Benches(rooms)
    for room in rooms:
        room.program.close()


@pytest.fixture(scope="module")
def rooms(pictures: list[list[Path]]) -> Iterator[Benches[Room]]:
    with in_memory() as folder:
        yield from rooms_in(folder, pictures, traced=False)


@pytest.fixture(scope="module")
def traced_rooms(pictures: list[list[Path]]) -> Iterator[Benches[Room]]:
    with in_memory() as folder:
        yield from rooms_in(folder, pictures, traced=True)


@pytest.mark.parametrize("change", CHANGES)
def test_means_agree_with_their_groups_after_a_kill_at_any_moment(rooms: Benches[Room], change: str) -> None:
    first = rooms.all[0]
    moments = Moments(first.program.run(first.prepare(change)).seconds)
    rooms.each_moment(moments, lambda room, kill: room.check(change, kill))


@needs_strace
@pytest.mark.parametrize("change", CHANGES)
def test_means_agree_with_their_groups_after_a_kill_at_any_write(traced_rooms: Benches[Room], change: str) -> None:
    calls = Calls("fdatasync", "pwrite64")
    traced_rooms.each(calls, lambda room, point: calls.tell(point, was_killed=room.check(change, point)))
