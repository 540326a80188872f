"""A whole run over real folders, a real catalog and real copies; only the faces are text (see `fakes`)."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import TextEngine

from facesorter.app import ThreadExecutor
from facesorter.domain.balance import Balance
from facesorter.domain.events import CopyFailed, Event, PhotoCompared, PhotoCopied, PhotoFailed, RunFinished
from facesorter.domain.models import Decision, EncodedPicture, Pile, Portrait
from facesorter.pipeline.person_query import PersonQuery
from facesorter.pipeline.sort import Sort
from facesorter.pipeline.sort_request import SortRequest
from facesorter.pipeline.sort_tools import Tools
from facesorter.places.disk.copier import FileCopier
from facesorter.places.disk.dry_copier import DryCopier
from facesorter.places.disk.source import FolderSource
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database
from facesorter.storage.journal import SqliteJournal


class Desk:
    """A profile, a folder of photos, a destination; one call to `sort` is one run of the program."""

    def __init__(self, folder: Path) -> None:
        self.photos = folder / "photos"
        self.destination = folder / "out"
        self.engine = TextEngine()
        self.database = Database(folder / "catalog.db")
        self.catalog = SqliteCatalog(self.database)
        self.journal = SqliteJournal(self.database)
        self.executor = ThreadExecutor()
        self.photos.mkdir()
        self.destination.mkdir()

    def put(self, name: str, text: str) -> Path:
        path = self.photos / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def request(self, **changes: object) -> SortRequest:
        request = SortRequest((), (str(self.photos),), str(self.destination))
        return replace(request, **changes)  # type: ignore[arg-type]

    def prepare(self, *names: str, **changes: object) -> Sort:
        request = self.request(**changes)
        person_queries: list[PersonQuery] = []
        for name in names:
            person = self.catalog.person(name)
            reference = self.engine.enrol(name, [Portrait(EncodedPicture("head.jpg", f"{name} 100".encode()))])
            person_queries.append(PersonQuery(person, reference, self.catalog.decisions(person)))
        copier = DryCopier() if request.dry_run else FileCopier("copy")
        targets = {str(self.destination / one.person.folder_name) for one in person_queries}
        source = FolderSource(request.folders, request.recursive, targets)
        tools = Tools(self.engine, source, self.catalog, self.journal, copier, self.executor)
        return Sort(person_queries, request, tools)

    def sort(self, *names: str, **changes: object) -> list[Event]:
        return list(self.prepare(*names, **changes).run())

    def copies(self, name: str) -> dict[str, str]:
        folder = self.destination / f"PhotosWith{name}"
        return {path.name: path.read_text() for path in folder.iterdir()} if folder.exists() else {}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.executor.close()
    desk.database.close()


def balance(events: list[Event]) -> Balance:
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    (only,) = finished.balances
    return only


def piles(events: list[Event]) -> dict[str, Pile]:
    return {
        os.path.basename(event.photo.path): event.verdicts[0].pile
        for event in events
        if isinstance(event, PhotoCompared) and event.final
    }


def test_every_photo_ends_in_exactly_one_pile(desk: Desk) -> None:
    desk.put("sure.jpg", "Anna 97")
    desk.put("sub/check.jpg", "Anna 60")
    desk.put("other.jpg", "Ben 97")
    desk.put("nobody.jpg", "empty")
    desk.put("broken.jpg", "damaged")
    desk.put("notes.txt", "Anna 97")
    events = desk.sort("Anna")
    assert balance(events) == Balance(
        person=desk.catalog.person("Anna"), copied=1, already_there=0, check=1, not_them=1, no_face=1, problems=1
    )
    assert balance(events).found == 5
    assert desk.copies("Anna") == {"sure.jpg": "Anna 97"}
    finals = [event for event in events if isinstance(event, PhotoCompared | PhotoFailed) and event.final]
    assert len({event.photo.id for event in finals}) == len(finals) == 5


def test_a_second_run_reads_no_picture_and_copies_nothing_twice(desk: Desk) -> None:
    for number in range(10):
        desk.put(f"{number}.jpg", f"Anna 9{number}")
    desk.put("broken.jpg", "damaged")
    first = balance(desk.sort("Anna"))
    desk.engine.asked.clear()
    second = balance(desk.sort("Anna"))
    assert desk.engine.asked == []
    assert (first.copied, first.already_there, first.problems) == (10, 0, 1)
    assert (second.copied, second.already_there, second.problems) == (0, 10, 1)
    assert len(desk.copies("Anna")) == 10


def test_identical_photos_are_asked_about_once_and_each_is_reported(desk: Desk) -> None:
    for number in range(8):
        desk.put(f"{number}.jpg", "Anna 97\nBen 3")
    events = desk.sort("Anna")
    assert len(desk.engine.asked) == 1
    assert balance(events).found == 8
    assert len(piles(events)) == 8


def test_what_the_user_said_outweighs_the_score(desk: Desk) -> None:
    desk.put("no.jpg", "Anna 97")
    desk.put("yes.jpg", "Anna 10")
    events = desk.sort("Anna", dry_run=True)
    contents = {os.path.basename(e.photo.path): e.photo.content for e in events if isinstance(e, PhotoCompared)}
    person = desk.catalog.person("Anna")
    for name, decision in (("no.jpg", Decision.NO), ("yes.jpg", Decision.YES)):
        content = contents[name]
        assert content is not None
        desk.catalog.decide(person, {content: decision})
    assert piles(desk.sort("Anna")) == {"no.jpg": Pile.NOT_THEM, "yes.jpg": Pile.SURE}
    assert desk.copies("Anna") == {"yes.jpg": "Anna 10"}


def test_a_dry_run_writes_nothing_and_tells_the_same(desk: Desk) -> None:
    desk.put("sure.jpg", "Anna 97")
    dry = balance(desk.sort("Anna", dry_run=True))
    assert list(desk.destination.iterdir()) == []
    assert dry == balance(desk.sort("Anna"))


def test_the_check_pile_is_copied_on_request(desk: Desk) -> None:
    desk.put("check.jpg", "Anna 60")
    events = desk.sort("Anna", include_check=True)
    assert piles(events) == {"check.jpg": Pile.CHECK}
    assert balance(events).copied == 1
    assert balance(events).check == 0
    assert desk.copies("Anna") == {"check.jpg": "Anna 60"}


def test_several_people_are_found_in_one_pass(desk: Desk) -> None:
    desk.put("both.jpg", "Anna 97\nBen 95")
    desk.put("ben.jpg", "Ben 95")
    events = desk.sort("Anna", "Ben")
    assert desk.engine.asked.count(str(desk.photos / "both.jpg")) == 1
    assert set(desk.copies("Anna")) == {"both.jpg"}
    assert set(desk.copies("Ben")) == {"both.jpg", "ben.jpg"}
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert [one.found for one in finished.balances] == [2, 2]


def test_copies_are_made_while_the_run_goes_on(desk: Desk) -> None:
    for number in range(100):
        desk.put(f"{number:03}.jpg", f"Anna 9{number % 10}\nBen {number}")
    run = desk.prepare("Anna").run()
    seen: list[Event] = []
    for event in run:
        seen.append(event)
        if isinstance(event, PhotoCopied):
            break
    run.close()
    assert not any(isinstance(event, PhotoCompared) and event.final for event in seen)
    assert len(desk.engine.asked) < 100


def test_a_stopped_run_goes_on_where_it_was(desk: Desk) -> None:
    for number in range(60):
        desk.put(f"{number:03}.jpg", f"Anna 97\nBen {number}")
    run = desk.prepare("Anna").run()
    for _ in range(30):
        next(run)
    run.close()
    assert balance(desk.sort("Anna")).found == 60
    assert len(desk.engine.asked) == 60
    assert len(desk.copies("Anna")) == 60
    assert not [path for path in (desk.destination / "PhotosWithAnna").iterdir() if "part" in path.name]


def test_a_copy_that_fails_is_a_problem_of_that_person(desk: Desk) -> None:
    path = desk.put("sure.jpg", "Anna 97")
    run = desk.prepare("Anna").run()
    events: list[Event] = []
    for event in run:
        events.append(event)
        if isinstance(event, PhotoCompared):
            path.unlink(missing_ok=True)
    assert any(isinstance(event, CopyFailed) for event in events)
    assert balance(events).problems == 1
    assert balance(events).found == 1


def test_the_target_inside_the_source_is_never_scanned(desk: Desk) -> None:
    desk.put("sure.jpg", "Anna 97")
    desk.destination = desk.photos
    desk.sort("Anna")
    assert balance(desk.sort("Anna")).found == 1


def test_a_changed_photo_is_looked_at_again(desk: Desk) -> None:
    path = desk.put("a.jpg", "Anna 97")
    desk.sort("Anna", dry_run=True)
    path.write_text("Ben 97, other size".replace(", other size", "\nCarla 5"))
    assert piles(desk.sort("Anna")) == {"a.jpg": Pile.NOT_THEM}


@pytest.mark.parametrize("now", ["Ben  97", "Anna 96"])
def test_a_change_that_keeps_size_and_time_is_found_out_by_copying(desk: Desk, now: str) -> None:
    """Some programs that write into photos put their old date back."""
    path = desk.put("sub/a.jpg", "Anna 97")
    desk.put("sub/b.jpg", "Anna 98")
    desk.sort("Anna", dry_run=True)
    status = path.stat()
    path.write_text(now)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    first = balance(desk.sort("Anna"))
    assert (first.copied, first.problems, first.found) == (1, 1, 2)
    desk.engine.asked.clear()
    second = desk.sort("Anna")
    assert len(desk.engine.asked) == 1
    assert piles(second)["a.jpg"] is (Pile.SURE if now.startswith("Anna") else Pile.NOT_THEM)
    assert balance(second).problems == 0
    assert desk.copies("Anna").get("a.jpg") == (now if now.startswith("Anna") else None)


def test_a_lower_threshold_makes_more_photos_sure(desk: Desk) -> None:
    desk.put("a.jpg", "Anna 70")
    assert piles(desk.sort("Anna", threshold=65.0)) == {"a.jpg": Pile.SURE}


def test_names_do_not_depend_on_where_a_run_was_cut_off(tmp_path: Path) -> None:
    """Of photos with one name, the first in the order of the folders gets it: known already, sure at once or late."""

    def desk_in(folder: Path) -> Desk:
        folder.mkdir()
        desk = Desk(folder)
        desk.put("a/1.jpg", "Carla 85 Anna 40")  # sure only once Carla has joined Anna's reference
        desk.put("b/1.jpg", "Anna 97 Carla 90")
        desk.put("b/1 (1).jpg", "Anna 96")
        desk.put("c/1.JPG", "Anna 10")
        desk.put("d/1.jpg", "Anna 95")
        return desk

    names = {}
    for cut_off_after in itertools.count():
        desk = desk_in(tmp_path / str(cut_off_after))
        run = desk.prepare("Anna").run()
        seen = list(itertools.islice(run, cut_off_after))
        run.close()
        desk.sort("Anna")
        names = names or desk.copies("Anna")
        assert desk.copies("Anna") == names
        desk.executor.close()
        desk.database.close()
        if len(seen) < cut_off_after:
            break
    assert names["1.jpg"] == "Carla 85 Anna 40"
    assert len(names) == 4


def test_a_yes_outweighs_the_birth_date(desk: Desk) -> None:
    said = desk.put("said.jpg", "Anna 97")
    desk.put("sure.jpg", "Anna 98")
    desk.put("check.jpg", "Anna 60")
    desk.put("nobody.jpg", "empty")
    content = hashlib.sha256(said.read_bytes()).digest()
    desk.catalog.decide(desk.catalog.person("Anna"), {content: Decision.YES})
    sort = desk.prepare("Anna")
    sort.person_queries = tuple(replace(one, unborn=frozenset) for one in sort.person_queries)  # before all photos
    assert piles(list(sort.run())) == {
        "said.jpg": Pile.SURE,
        "sure.jpg": Pile.NOT_THEM,
        "check.jpg": Pile.NOT_THEM,
        "nobody.jpg": Pile.NO_FACE,
    }
