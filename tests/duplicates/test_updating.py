"""Pictures of a queue are forgotten and replaced to the last face, wherever a function is cut off and called again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

import pytest

from facesorter.domain.models import BoundingBox
from facesorter.duplicates.collection import Hit, digest_of
from facesorter.duplicates.index import Contents, IndexedFace
from facesorter.duplicates.naming import by_folder
from facesorter.duplicates.reports import Source
from facesorter.duplicates.store import Kept
from facesorter.duplicates.updating import Updater


class CutOffError(Exception):
    """The function has run out of time."""


class Clock:
    """Cuts a function off before or after the step of this number; None never does."""

    def __init__(self) -> None:
        self.steps = 0
        self.cut: int | None = None

    def tick(self) -> None:
        self.steps += 1
        if self.steps == self.cut:
            raise CutOffError


class CutStore:
    """A store in memory whose every change may be the last thing that is done, or not done any more."""

    def __init__(self, clock: Clock) -> None:
        self.kept: dict[str, str] = {}
        self._clock = clock

    def read(self, name: str) -> Kept | None:
        text = self.kept.get(name)
        return None if text is None else Kept(text, text)

    def write(self, name: str, text: str, tag: str | None) -> bool:
        if self.kept.get(name) != tag:
            return False
        self._clock.tick()
        self.kept[name] = text
        self._clock.tick()
        return True

    def remove(self, name: str, tag: str | None = None) -> None:
        self._clock.tick()
        if tag is None or self.kept.get(name) == tag:
            self.kept.pop(name, None)
        self._clock.tick()

    def names(self, prefix: str) -> Iterator[str]:
        return iter([name for name in sorted(self.kept) if name.startswith(prefix)])


class CutCollection:
    """Takes all people for one whose pictures begin with the same letter; `deleted` are faces that are gone."""

    def __init__(self, pictures: dict[str, str], clock: Clock) -> None:
        self.faces: dict[str, tuple[str, str]] = {}
        self._pictures, self._clock = pictures, clock

    def index(self, key: str, name: str | None) -> Contents:
        version = self._pictures[key]
        face_id = f"{key} {version}"
        self.faces[face_id] = (key, version[0])
        return Contents((self._face(face_id),))

    def search(self, face_id: str, name: str, at_least: float) -> list[Hit]:
        like = self.faces[face_id][1]
        return [
            Hit(95.0, self._face(other), digest_of(key))
            for other, (key, letter) in sorted(self.faces.items())
            if other != face_id and letter == like
        ]

    def delete(self, face_ids: Sequence[str]) -> None:
        self._clock.tick()
        for face_id in face_ids:
            self.faces.pop(face_id, None)
        self._clock.tick()

    def _face(self, face_id: str) -> IndexedFace:
        return IndexedFace(face_id, "image", BoundingBox(0, 0, 1, 1), 99.0)


class Room:
    """Ann, Anne and Ben, of whom the first two look alike."""

    def __init__(self) -> None:
        self.pictures = {"Ann/1.png": "a1", "Anne/1.png": "a1", "Anne/2.png": "a2", "Ben/1.png": "b1"}
        self.clock = Clock()
        self.store = CutStore(self.clock)
        self.collection = CutCollection(self.pictures, self.clock)
        self.updater = Updater(
            Source("b", 50.0), by_folder, self.collection, self.store, self.pictures.get, lambda _: None, 90.0
        )
        for key in self.pictures:
            self.updater.update(key)
        self.clock.steps = 0

    def everything(self) -> tuple[set[str], dict[str, str]]:
        """All faces that can be found, and all that is written, but for marks, which go with the next erasure."""
        written = {name: text for name, text in self.store.kept.items() if not name.startswith("names/")}
        return set(self.collection.faces), written


def erase(room: Room) -> None:
    def delete_picture(key: str) -> None:
        room.pictures.pop(key, None)

    room.updater.erase("Ann", delete_picture)


def delete(room: Room) -> None:
    room.pictures.pop("Ann/1.png", None)
    room.updater.update("Ann/1.png")


def replace(room: Room) -> None:
    room.pictures["Ann/1.png"] = "b7"
    room.updater.update("Ann/1.png")


def rooms(change: Callable[[Room], None]) -> Iterator[Room]:
    """A room for each step at which the change can be cut off, after that."""
    steps = 1
    while True:
        room = Room()
        room.clock.cut = steps
        try:
            change(room)
        except CutOffError:
            room.clock.cut = None
            yield room
        else:
            return
        steps += 1


@pytest.mark.parametrize("change", [erase, delete, replace])
def test_what_was_cut_off_is_made_good_by_the_next_call(change: Callable[[Room], None]) -> None:
    whole = Room()
    change(whole)
    cut_off = 0
    for room in rooms(change):
        change(room)
        assert room.everything() == whole.everything(), room.clock.steps
        cut_off += 1
    assert cut_off > 8


def test_nothing_of_an_erased_person_is_left() -> None:
    for room in rooms(erase):
        erase(room)
        faces, written = room.everything()
        assert faces == {"Anne/1.png a1", "Anne/2.png a2", "Ben/1.png b1"}
        assert "Ann/" not in json.dumps(written)
        assert digest_of("Ann") not in json.dumps(list(room.store.kept))


def test_a_replaced_picture_is_named_by_nobody_that_it_is_unlike() -> None:
    for room in rooms(replace):
        replace(room)
        faces, written = room.everything()
        assert "Ann/1.png a1" not in faces
        named = {name for name, text in written.items() if name.startswith("reports/1.png") and "b/Ann/1.png" in text}
        assert len(named) == 2  # its own, and Ben's
        erase(room)
        assert set(room.collection.faces) == {"Anne/1.png a1", "Anne/2.png a2", "Ben/1.png b1"}


def test_a_picture_that_comes_back_while_it_is_forgotten_is_found_again() -> None:
    for room in rooms(delete):
        room.pictures["Ann/1.png"] = "a1"
        room.updater.update("Ann/1.png")
        assert room.everything() == Room().everything()


def test_who_is_being_forgotten_is_found_by_nobody() -> None:
    room = Room()
    room.clock.cut = 3  # after the record says so
    with pytest.raises(CutOffError):
        delete(room)
    room.clock.cut = None
    room.pictures["Anne/2.png"] = "a3"
    room.updater.update("Anne/2.png")
    (report,) = (text for name, text in room.everything()[1].items() if name.startswith("reports/2.png"))
    assert "b/Ann/" not in report
