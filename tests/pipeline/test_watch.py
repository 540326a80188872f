"""Watching: what a run by hand would do, once a photo is complete, and told once."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from facesorter.domain.errors import WrongUse
from facesorter.domain.events import (
    CompanionCopied,
    CompanionFailed,
    CompanionsLeft,
    Event,
    NamesWritten,
    PhotoCompared,
    PhotoCopied,
    PhotoFailed,
    RunFinished,
    RunPaused,
    SamePicture,
)
from facesorter.domain.models import Person, Photo
from facesorter.domain.ports import PhotoSource
from facesorter.pipeline import watch as watching
from facesorter.pipeline.sort import Sort
from facesorter.pipeline.watch import StableSource, _News, watch
from facesorter.places.disk.source import FolderSource
from facesorter.places.disk.watcher import FolderWatcher
from tests.pipeline.test_sort import Desk

LONG_AGO = 1_000_000_000


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "STABLE_SECONDS", 0.1)
    monkeypatch.setattr(watching, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(watching, "RESCAN_SECONDS", 0.2)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.executor.close()
    desk.database.close()


class Script:
    """Does one thing each time one waits for a change, and stops after the last."""

    def __init__(self, *steps: Callable[[], object]) -> None:
        self.steps = list(steps)
        self.stopped = threading.Event()

    def wait(self, seconds: float) -> None:
        if self.steps:
            self.steps.pop(0)()
        else:
            self.stopped.set()
        self.stopped.wait(min(seconds, 0.12))


def nothing() -> None:
    pass


def rounds(desk: Desk, *steps: Callable[[], object]) -> list[Event]:
    """The events of a watched desk while these steps happen."""
    script = Script(*steps)

    def sort(source: PhotoSource) -> Generator[Event]:
        prepared = desk.prepare("Anna")
        tools = prepared._tools
        yield from Sort(prepared.person_queries, prepared.request, replace(tools, source=source)).run()

    source = FolderSource([str(desk.photos)], skip=[str(desk.destination)])
    return list(watch(source, sort, script, script.stopped))


def old(path: Path) -> Path:
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def copied(events: list[Event]) -> list[str]:
    return [os.path.basename(event.target) for event in events if isinstance(event, PhotoCopied)]


def test_the_first_round_is_a_run(desk: Desk) -> None:
    old(desk.put("1.jpg", "Anna 99"))
    old(desk.put("2.jpg", "Ben 99"))
    events = rounds(desk)
    assert copied(events) == ["1.jpg"]
    (finished,) = [event for event in events if isinstance(event, RunFinished)]
    assert finished.balances[0].found == 2


def test_a_new_photo_is_handled_and_nothing_is_told_twice(desk: Desk) -> None:
    old(desk.put("1.jpg", "Anna 99"))
    events = rounds(desk, nothing, lambda: desk.put("trip/2.jpg", "Anna 98"), nothing, nothing, nothing)
    assert copied(events) == ["1.jpg", "2.jpg"]
    assert sum(isinstance(event, PhotoCompared) and event.final for event in events) == 2
    assert sum(isinstance(event, RunFinished) for event in events) == 2
    assert desk.copies("Anna") == {"1.jpg": "Anna 99", "2.jpg": "Anna 98"}


def test_what_is_held_back_stays_the_photo_that_it_was(desk: Desk) -> None:
    """A run may have found it a moment ago, and a window shows it."""
    desk.put("1.jpg", "Anna 99")
    desk.put("2.jpg", "Ben 99")

    def ids(events: Iterable[Event]) -> dict[str, int]:
        return {event.photo.path: event.photo.id for event in events if isinstance(event, PhotoCompared)}

    before = ids(desk.prepare("Anna").run())
    assert len(before) == 2
    os.utime(desk.photos / "2.jpg")
    assert ids(rounds(desk, *[nothing] * 4)) == before


def test_a_photo_that_grows_is_not_opened(desk: Desk) -> None:
    def grow(text: str) -> Callable[[], object]:
        return lambda: desk.put("1.jpg", text)

    events = rounds(desk, *(grow("damaged" + "x" * size) for size in range(6)), grow("Anna 99"), *[nothing] * 4)
    assert not [event for event in events if isinstance(event, PhotoFailed)]
    assert copied(events) == ["1.jpg"]
    assert desk.engine.asked == [str(desk.photos / "1.jpg")]


def test_a_new_photo_that_cannot_be_decoded_yet_is_waited_for(desk: Desk) -> None:
    """A copy over a slow network may stand still for longer than a photo takes to be stable."""
    steps = [
        lambda: desk.put("1.jpg", "damaged"),
        nothing,
        nothing,
        lambda: desk.put("1.jpg", "Anna 99"),
        *[nothing] * 4,
    ]
    events = rounds(desk, *steps)
    assert not [event for event in events if isinstance(event, PhotoFailed)]
    assert copied(events) == ["1.jpg"]


def test_one_that_stays_damaged_is_told_in_the_end(desk: Desk) -> None:
    events = rounds(desk, lambda: desk.put("1.jpg", "damaged"), *[nothing] * 30)
    assert [event.reason for event in events if isinstance(event, PhotoFailed)] == ["The picture is damaged."]


def test_a_folder_out_of_reach_pauses_and_goes_on(desk: Desk) -> None:
    old(desk.put("1.jpg", "Anna 99"))
    away = desk.photos.with_name("away")

    def back() -> None:
        away.rename(desk.photos)
        desk.put("2.jpg", "Anna 98")

    events = rounds(desk, lambda: desk.photos.rename(away), nothing, nothing, back, *[nothing] * 4)
    assert sum(isinstance(event, RunPaused) for event in events) == 1
    assert copied(events) == ["1.jpg", "2.jpg"]


def test_what_ends_the_first_round_ends_it_all(desk: Desk) -> None:
    desk.photos.rmdir()
    with pytest.raises(WrongUse):
        rounds(desk)


def test_a_changed_photo_must_be_stable_anew(desk: Desk) -> None:
    path = old(desk.put("1.jpg", "Ben 99"))
    source = StableSource(FolderSource([str(desk.photos)]))
    assert source.look()
    assert not source.look()
    path.write_text("Anna 99")
    assert not source.look()
    assert source.is_waiting
    assert not [entry for listing in source.listings() for entry in listing.entries]
    time.sleep(0.15)
    assert source.look()
    assert [entry.name for listing in source.listings() for entry in listing.entries] == ["1.jpg"]


def test_changes_end_a_wait_and_so_does_stopping(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    stopped = threading.Event()
    watcher = FolderWatcher([str(tmp_path), str(tmp_path / "missing")], recursive=True, stopped=stopped)
    (tmp_path / "deep" / "er" / "1.jpg").write_text("new")
    began = time.monotonic()
    watcher.wait(30)
    assert time.monotonic() - began < 10
    stopped.set()
    watcher.wait(30)
    assert time.monotonic() - began < 10


def test_where_nothing_is_announced_one_waits(tmp_path: Path) -> None:
    stopped = threading.Event()
    watcher = FolderWatcher([str(tmp_path / "missing")], recursive=True, stopped=stopped)
    began = time.monotonic()
    watcher.wait(0.1)
    assert time.monotonic() - began >= 0.09


def test_a_folder_put_in_the_place_of_a_watched_one_is_noticed_soon(tmp_path: Path) -> None:
    watched, stopped = tmp_path / "photos", threading.Event()
    watched.mkdir()
    watcher = FolderWatcher([str(watched)], recursive=True, stopped=stopped)
    (tmp_path / "new").mkdir()

    def replace_it() -> None:
        time.sleep(0.7)
        watched.rename(tmp_path / "old")
        (tmp_path / "new").rename(watched)

    replacing = threading.Thread(target=replace_it)
    began = time.monotonic()
    replacing.start()
    watcher.wait(20)
    assert time.monotonic() - began < 5
    replacing.join()
    watcher.wait(1)  # what is left to say of the old one
    timer = threading.Timer(0.7, (watched / "a.jpg").touch)
    began = time.monotonic()
    timer.start()
    watcher.wait(20)
    assert 0.5 < time.monotonic() - began < 5
    stopped.set()


def test_what_stays_as_it_was_is_told_once() -> None:
    anna, photo = Person(1, "Anna", "PhotosWithAnna"), Photo(1, "/photos/1.jpg", 1, 1, b"1")
    told: list[Event] = [
        SamePicture(photo, anna, "/photos/0.jpg", "/out/0.jpg"),
        CompanionFailed("/photos/1.jpg.xmp", anna, "It is damaged."),
        CompanionCopied("/photos/1.mov", anna, "/out/1.mov", "/photos/1.jpg", already_there=True),
        NamesWritten("/photos/1.jpg", anna, "/out/1.jpg.xmp", already_there=True),
        CompanionsLeft(2),
    ]
    news = _News()
    assert all(news.tells(event) for event in told)
    news.round_ended()
    assert not any(news.tells(event) for event in told)
    assert news.tells(CompanionsLeft(3))
    assert news.tells(CompanionFailed("/photos/1.jpg.xmp", anna, "It is missing."))
    assert news.tells(CompanionCopied("/photos/1.mov", anna, "/out/1.mov", "/photos/1.jpg"))
