"""Merging, un-merging, splitting and renaming with its folder, through kills: each is whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import skimage.data
from album import encoded, headshot
from PIL import Image, ImageEnhance
from warm import BENCHES, After, At, Benches, Calls, Command, Moments, WarmProgram, in_memory, needs_forks, needs_strace

from facesorter.app import App
from facesorter.paths import AppPaths

pytestmark = needs_forks

PHOTOS = 4

Changes = dict[str, tuple[tuple[str, ...], ...]]
CHANGES: Changes = {
    "merge": (("merge", "Anna", "Ben"),),
    "unmerge": (("merge", "Anna", "Ben"), ("unmerge", "Ben")),
    "split": (("split", "Anna", "0.jpg", "--to", "Carl"),),
    "split apart": (("split", "Anna", "0.jpg"),),
    "rename": (("rename", "Anna", "Berta", "--with-folder"),),
}
"""What is asked for, the last of which is killed."""


class Room:
    """A profile in which Anna and Ben are known and Anna's photos were copied, put back before each kill."""

    def __init__(self, folder: Path, *, traced: bool) -> None:
        self._photos, self._now, self._saved = folder / "photos", folder / "now", folder / "saved"
        head = folder / "head.jpg"
        self._photos.mkdir(parents=True)
        head.write_bytes(headshot())
        person = Image.fromarray(skimage.data.astronaut()).resize((200, 200))
        for number in range(PHOTOS):
            picture = ImageEnhance.Brightness(person).enhance(0.8 + 0.05 * number)
            (self._photos / f"{number}.jpg").write_bytes(encoded(picture))
        self.program = WarmProgram(folder, [head], traced=traced)
        self._profile = str(self._now / "profile")
        found = self._do(self._people("scan", str(self._photos), "--json"))
        group = next(line["group"] for line in found if line["event"] == "group")
        self._do(self._people("name", str(group), "Anna"))
        for name, folders in (("Anna", [str(self._photos)]), ("Ben", [str(self._photos / "3.jpg")])):
            words = ("--name", name, "--headshot", str(head), *folders, "--to", str(self._now / "out"), "--same-person")
            self._do(Command(("sort", "--profile-dir", self._profile, *words), on_one_thread=True))
        shutil.copytree(self._now, self._saved)

    def _people(self, action: str, *words: str) -> Command:
        paths = [str(self._photos / word) if word.endswith(".jpg") else word for word in words]
        return Command(("people", "--profile-dir", self._profile, action, *paths), on_one_thread=True)

    def _do(self, command: Command) -> list[dict[str, Any]]:
        ended = self.program.run(command)
        assert ended.returncode == 0, ended.stderr
        return ended.lines if "--json" in command.arguments else []

    def prepare(self, change: str) -> Command:
        """Put everything back, and do all but the last; what is left to be done."""
        shutil.rmtree(self._now)
        shutil.copytree(self._saved, self._now)
        *first, last = CHANGES[change]
        for words in first:
            self._do(self._people(*words))
        return self._people(*last)

    def state(self) -> object:
        """All that was said of people, and where the copies are, as the next start of the program finds it."""
        app = App(AppPaths(Path(self._profile)))
        app.open()
        try:
            catalog, journal = app.catalog, app.journal
            people = [one.person for one in catalog.people()]
            said = {one.name: (one.folder_name, dict(catalog.face_decisions(one))) for one in people}
            merged = [(one.person.name, one.into) for one in catalog.merges()]
            apart = [one.faces for one in catalog.unnamed()]
            copies = sorted(record.target for record in journal.standing())
            assert all(map(os.path.exists, copies))
            return said, merged, apart, copies
        finally:
            app.close()

    def check(self, change: str, kill: At | After) -> bool:
        """Kill it; whether it was killed."""
        command = self.prepare(change)
        before = self.state()
        ended = self.program.run(command, kill)
        found = self.state()
        if ended.was_killed:
            if found != before:
                finished = found
                self._do(self.prepare(change))
                assert finished == self.state()
        else:
            assert ended.returncode == 0, ended.stderr
            assert found != before
        return ended.was_killed


def rooms_in(folder: Path, *, traced: bool) -> Iterator[Benches[Room]]:
    rooms = [Room(folder / str(number), traced=traced) for number in range(BENCHES)]
    yield Benches(rooms)
    for room in rooms:
        room.program.close()


@pytest.fixture(scope="module")
def rooms() -> Iterator[Benches[Room]]:
    with in_memory() as folder:
        yield from rooms_in(folder, traced=False)


@pytest.fixture(scope="module")
def traced_rooms() -> Iterator[Benches[Room]]:
    with in_memory() as folder:
        yield from rooms_in(folder, traced=True)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_killed_at_random_moments_is_whole_or_not_at_all(rooms: Benches[Room], change: str) -> None:
    first = rooms.all[0]
    moments = Moments(first.program.run(first.prepare(change)).seconds)
    rooms.each_moment(moments, lambda room, kill: room.check(change, kill))


@needs_strace
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_killed_at_system_calls_is_whole_or_not_at_all(traced_rooms: Benches[Room], change: str) -> None:
    renames = ("renameat2", "rename", "unlink") if change == "rename" else ()
    calls = Calls("fdatasync", "pwrite64", *renames)
    traced_rooms.each(calls, lambda room, point: calls.tell(point, was_killed=room.check(change, point)))
