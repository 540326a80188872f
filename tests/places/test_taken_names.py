"""Many photos of one name: each is put under a name of its own, and what lies there is looked at once."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from facesorter.domain.events import PhotoAlreadyThere, PhotoCopied
from facesorter.domain.planning import CopyOrder, Placement
from facesorter.places.disk import copier as copier_module
from facesorter.places.disk.copier import FileCopier
from facesorter.places.disk.dry_copier import DryCopier
from facesorter.places.taken_names import Found, TakenNames
from tests.copying import ANNA, CopyDesk, kinds


class Folder:
    """Names with contents; counts what is looked at and what is read."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.looks = Counter[str]()
        self.reads = Counter[str]()
        self.names = TakenNames(self._look, self._read, beyond=1)

    def _look(self, path: str) -> Found | None:
        self.looks[path] += 1
        return Found(len(self.files[path])) if path in self.files else None

    def _read(self, path: str) -> bytes | None:
        self.reads[path] += 1
        return self.files[path]

    def put(self, content: bytes) -> tuple[str, bool]:
        path, is_there = self.names.find(("folder", "a"), lambda: map(str, itertools.count()), content, len(content))
        if not is_there:
            assert path not in self.files
            self.files[path] = content
        return path, is_there


@pytest.mark.parametrize("sizes", [1, 7])
def test_effort_grows_with_the_number_of_photos_not_its_square(sizes: int) -> None:
    folder = Folder()
    contents = [b"%06d" % number + bytes(number % sizes) for number in range(2000)]
    for number, content in enumerate(contents):
        assert folder.put(content) == (str(number), False)
    assert max(folder.reads.values()) == 1
    assert folder.looks.total() < 4 * len(contents)
    for number, content in enumerate(contents):
        assert folder.put(content) == (str(number), True)
    assert max(folder.reads.values()) == 1
    assert folder.looks.total() < 6 * len(contents)


def test_what_lies_behind_a_gap_is_found_and_the_gap_is_used() -> None:
    folder = Folder()
    folder.files = {"0": b"zero", "2": b"two!"}
    assert folder.put(b"two!") == ("2", True)
    assert folder.put(b"else") == ("1", False)
    assert folder.put(b"more") == ("3", False)
    del folder.files["0"]
    assert folder.put(b"zero") == ("4", False)
    assert folder.put(b"zero") == ("4", True)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CopyDesk]:
    desk = CopyDesk(tmp_path)
    yield desk
    desk.database.close()


@pytest.mark.parametrize("copier", [FileCopier("copy"), DryCopier()])
def test_copies_of_one_name_and_size_are_read_once_and_never_again_if_the_journal_knows_them(
    desk: CopyDesk, copier: FileCopier, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Counter[str]()
    digest_of = copier_module.digest_of

    def counting(path: str) -> bytes:
        read[path] += 1
        return digest_of(path)

    monkeypatch.setattr(copier_module, "digest_of", counting)
    photos = [desk.put(f"{number}/a.jpg", b"photo %03d" % number) for number in range(100)]
    events = desk.copy(*photos, copier=copier)
    assert kinds(events) == ["PhotoCopied"] * 100
    targets = [os.path.basename(event.target) for event in events if isinstance(event, PhotoCopied)]
    assert targets == ["a.jpg", *(f"a ({number}).jpg" for number in range(1, 100))]
    assert max(read.values(), default=0) <= 1
    if copier.dry_run:
        return
    read.clear()
    late = desk.put("late/a.jpg", b"photo 100")
    again = type(copier)("copy", desk.journal.copies_in)
    (done,) = desk.copy(late, copier=again)
    assert isinstance(done, PhotoCopied)
    assert done.target.endswith("a (100).jpg")
    assert not read


def test_a_copy_that_does_not_look_as_the_journal_says_is_read(desk: CopyDesk) -> None:
    photo = desk.put("a.jpg", b"one")
    desk.copy(photo)
    copy = desk.out / ANNA.folder_name / "a.jpg"
    copy.write_bytes(b"two")
    other = desk.put("other/a.jpg", b"two")
    (event,) = desk.copy(other, copier=FileCopier("copy", desk.journal.copies_in))
    assert event == PhotoAlreadyThere(other, ANNA, str(copy))


def test_a_file_written_over_since_is_read_again(desk: CopyDesk) -> None:
    copier = FileCopier("copy")
    folder = desk.out / ANNA.folder_name
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"one")
    order = CopyOrder(desk.put("a.jpg", b"one"), ANNA, str(folder))
    assert copier.place(order) == str(folder / "a.jpg")
    (folder / "a.jpg").write_bytes(b"two")
    os.utime(folder / "a.jpg", ns=(5, 5))
    placed = copier.place(order)
    assert isinstance(placed, Placement)
    assert placed.target == str(folder / "a (1).jpg")
    other = CopyOrder(desk.put("other/a.jpg", b"two"), ANNA, str(folder))
    assert copier.place(other) == str(folder / "a.jpg")
