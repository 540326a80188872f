"""Whoever writes says what changed, once it is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from painted import ANNA, BEN, PaintedEngine, painted, photographed

from facesorter.app import App, Session, ThreadExecutor
from facesorter.domain.changes import Change, Changes, Subject
from facesorter.domain.events import PhotoCompared
from facesorter.domain.models import Decision, Photo
from facesorter.engines.local.engine import LocalEngine
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort_request import SortRequest


@pytest.fixture
def app(app: App) -> App:
    app._engine = cast("LocalEngine", PaintedEngine())
    return app


@pytest.fixture
def told(app: App) -> list[Change]:
    found: list[Change] = []
    app.changes.subscribe(found.append)
    return found


@pytest.fixture
def run(app: App, tmp_path: Path) -> Iterator[tuple[Session, list[Photo]]]:
    """A session that has searched for Anna, and the photos it found."""
    (tmp_path / "photos").mkdir()
    for number, color in enumerate((ANNA, BEN)):
        (tmp_path / "photos" / f"{number}.jpg").write_bytes(photographed((50, 60, 80, color), seed=number))
    (tmp_path / "anna.png").write_bytes(painted((100, 80, 120, ANNA)))
    people = (PersonRequest("Anna", (Headshot(str(tmp_path / "anna.png")),)),)
    session, executor = app.session(), ThreadExecutor(1)
    events = list(session.run(SortRequest(people, (str(tmp_path / "photos"),), str(tmp_path / "out")), executor))
    yield session, [event.photo for event in events if isinstance(event, PhotoCompared) and event.final]
    executor.close()


def subjects(told: list[Change]) -> list[set[Subject]]:
    return [set(change.subjects) for change in told]


def test_a_run_its_decisions_and_its_undoing_are_told(
    told: list[Change], app: App, run: tuple[Session, list[Photo]]
) -> None:
    session, photos = run
    assert subjects(told) == [{Subject.PEOPLE, Subject.COPIES}]
    told.clear()
    anna = app.people.find("Anna")
    session.decide(anna, [(photos[1], Decision.YES)])
    assert subjects(told) == [{Subject.DECISIONS}]
    told.clear()
    list(session.carry_out(session.plan(anna, [photo.id for photo in photos], [])))
    assert subjects(told) == [{Subject.COPIES}]
    told.clear()
    list(session.undo())
    assert subjects(told) == [{Subject.COPIES}]


def test_a_count_writes_nothing_to_tell_of(told: list[Change], app: App, tmp_path: Path) -> None:
    list(app.session().count(SortRequest((), (str(tmp_path),), str(tmp_path / "out"))))
    assert told == []


def test_whoever_has_left_is_told_nothing() -> None:
    changes, heard = Changes(), list[Change]()
    leave = changes.subscribe(heard.append)
    changes.tell(Subject.GROUPS)
    leave()
    changes.tell(Subject.GROUPS)
    assert [change.subjects for change in heard] == [{Subject.GROUPS}]
