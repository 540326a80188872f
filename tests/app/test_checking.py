"""Looking back at what is known: the same verdicts as in the run, from the catalog alone, and what can follow."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from concurrent.futures import CancelledError
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from facesorter.app import App, ThreadExecutor
from facesorter.app.checking import Checking, Unfinished, at_once, left_of_everybody, request_for, unfinished
from facesorter.app.known_photos import InTurns
from facesorter.app.people import People
from facesorter.domain.events import CopyTakenBack, Event, PhotoCompared, PhotoCopied, RunFinished
from facesorter.domain.models import Decision, FaceKey, Photo, Pile
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort_request import SortRequest
from facesorter.storage.catalog import SqliteCatalog

STRICT = 99.9


@pytest.fixture
def request_(data: Path, tmp_path: Path) -> SortRequest:
    """A search for somebody, by a photo that is among those to look through; nearly all are left to check."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 4]
    for person in several[:2]:
        (tmp_path / "photos" / person.name).mkdir(parents=True)
        for photo in sorted(person.iterdir())[:4]:
            shutil.copy(photo, tmp_path / "photos" / person.name)
    first = min((tmp_path / "photos" / several[0].name).iterdir())
    anna = PersonRequest("Anna", (Headshot(str(first)),))
    return SortRequest((anna,), (str(tmp_path / "photos"),), str(tmp_path / "out"), threshold=STRICT)


@pytest.fixture
def searched(app: App, request_: SortRequest) -> SortRequest:
    with closing(ThreadExecutor()) as executor:
        list(app.session().run(request_, executor))
    return request_


def test_what_is_left_of_several_is_what_is_left_of_each_alone(
    app: App, request_: SortRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = sorted(Path(request_.folders[0]).iterdir())
    heads = {"Anna": min(folders[0].iterdir()), "Ben": min(folders[1].iterdir()), "Cleo": max(folders[0].iterdir())}
    with closing(ThreadExecutor()) as executor:
        for name, head in heads.items():
            wanted = PersonRequest(name, (Headshot(str(head)),))
            list(app.session().run(replace(request_, people=(wanted,), threshold=80.0), executor))
    anna = app.catalog.person("Anna")
    checking = Checking(app, [anna], STRICT)
    first, second = checking.left()[:2]
    app.session().decide(anna, [(first.photo, Decision.YES), (second.photo, Decision.NO)])
    expected = [
        Unfinished(person, destination, left)
        for person, destination in app.journal.last_runs(3)
        if (left := Checking(app, [person], STRICT).count(person))
    ]
    assert {one.person.name for one in expected} == {*heads}
    passes: list[str] = []
    analyzed = SqliteCatalog.analyzed

    def counted(*arguments: Any, **options: Any) -> object:
        passes.append("analyzed")
        return analyzed(*arguments, **options)

    monkeypatch.setattr(SqliteCatalog, "analyzed", counted)
    assert unfinished(app, STRICT) == expected
    assert passes == ["analyzed"] * 2


def test_a_session_looks_back_without_reading_and_copies_at_a_word(app: App, searched: SortRequest) -> None:
    anna = app.catalog.person("Anna")
    photos = Path(searched.folders[0])
    hidden = photos.rename(photos.with_name("away"))  # the disk is not connected
    session = app.session()
    events = list(session.look_back(request_for([anna], searched.destination, STRICT)))
    assert isinstance(events[-1], RunFinished)
    compared = [event for event in events if isinstance(event, PhotoCompared)]
    assert len(compared) == 8
    checked = [event.photo for event in compared if event.piles == (Pile.CHECK,)]
    assert len(checked) >= 2
    assert app.journal.last_runs(3) == [(anna, searched.destination)]
    runs = len(app.journal.runs())
    hidden.rename(photos)
    session.decide(anna, [(checked[0], Decision.YES)])
    plan = session.plan(anna, [checked[0].id], [])
    copied = [event for event in session.carry_out(plan) if isinstance(event, PhotoCopied)]
    assert [event.photo.id for event in copied] == [checked[0].id]
    assert len(app.journal.runs()) == runs + 1
    assert sum(isinstance(event, CopyTakenBack) for event in session.undo()) == 1
    session.close()


def test_answers_teach_and_outlive_the_program(app: App, searched: SortRequest, tmp_path: Path) -> None:
    anna = app.catalog.person("Anna")
    checking = Checking(app, [anna], STRICT)
    left = checking.left()
    assert len(left) >= 2
    checking.answer(anna, [left[0].photo.path], Decision.YES)
    checking.answer(anna, [left[1].photo.path], Decision.NO)
    answered = {one.photo.path for one in left[:2]}
    expected = [(one.photo.path, round(one.similarity, 3)) for one in checking.left()]
    assert answered.isdisjoint(path for path, _similarity in expected)
    checking.close()
    app.close()  # nothing is written at the end: the answers are in the catalog by now
    again = App(AppPaths(tmp_path / "profile"))
    again.open()
    try:
        assert again.unfinished(STRICT) == [Unfinished(anna, searched.destination, len(expected))]
        assert again.unfinished(0.0) == []
        anew = Checking(again, [anna], STRICT)
        assert [(one.photo.path, round(one.similarity, 3)) for one in anew.left()] == expected
        anew.close()
    finally:
        again.close()


def test_answers_are_those_of_any_engine(app: App, searched: SortRequest) -> None:
    """They are kept by the picture's content, and not by what an engine stored of it."""
    anna = app.catalog.person("Anna")
    checking = Checking(app, [anna], STRICT)
    first = checking.left()[0]
    checking.answer(anna, [first.photo.path], Decision.NO)
    checking.close()
    engine = app.engine
    engine._name = "local-99-another"
    with closing(ThreadExecutor()) as executor:
        events = list(app.session().run(searched, executor))
    final = [event for event in events if isinstance(event, PhotoCompared) and event.final]
    (verdict,) = [event.verdicts[0] for event in final if event.photo.path == first.photo.path]
    assert (verdict.pile, verdict.decision) == (Pile.NOT_THEM, Decision.NO)


def test_what_is_left_of_everybody_is_what_a_look_at_all_of_them_shows(
    app: App, searched: SortRequest, tmp_path: Path
) -> None:
    """The figure on a button is that of what it opens, also where not all who are known can be shown."""
    photos = Path(searched.folders[0])
    names = [one.name for one in sorted(photos.iterdir())]
    ben = PersonRequest("Ben", (Headshot(str(min((photos / names[1]).iterdir()))),))
    with closing(ThreadExecutor()) as executor:
        list(app.session().run(replace(searched, people=(ben,), destination=str(tmp_path / "else")), executor))
    left = left_of_everybody(app, STRICT)
    assert {one.person.name for one in left} == {"Anna", "Ben"}
    assert {one.person.name: one.destination for one in left} == {
        "Anna": searched.destination,
        "Ben": str(tmp_path / "else"),
    }
    assert at_once(left) == left[:1], "their copies do not lie together"
    for one in left:
        session = app.session()
        request = request_for([one.person], one.destination, STRICT, among_all=True)
        shown = [event for event in session.look_back(request) if isinstance(event, PhotoCompared)]
        assert all(len(event.verdicts) == 1 for event in shown)
        to_check = [event.photo for event in shown if event.piles == (Pile.CHECK,)]
        assert len(to_check) == one.photos
        (rescored,) = session.reconsider([(one.person, to_check[0], Decision.YES)], STRICT)
        assert rescored.person == one.person
        assert [found.person for found in session.reconsider([], STRICT, all_photos=True)] == [one.person]
        assert all(len(similarities) == 1 for _face, similarities in session.faces_of(to_check[0].id))
        session.close()
    People(app).hide(left[0].person, hidden=True)
    assert [one.person for one in left_of_everybody(app, STRICT)] == [left[1].person]


def test_a_count_of_everybody_lets_others_go_first_on_the_way(
    app: App, searched: SortRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(InTurns.analyzed, "__defaults__", (2, None))
    called: list[bool] = []
    assert left_of_everybody(app, STRICT, lambda: called.append(True)) == left_of_everybody(app, STRICT)
    assert len(called) >= 4, "two passes of several pages"

    def stop() -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        left_of_everybody(app, STRICT, stop)


def test_a_face_that_is_surely_somebody_elses_is_not_asked_about(app: App, searched: SortRequest) -> None:
    """Whoever is not asked about has a say nevertheless: Ann is known by a photo that is like Anna, too."""
    anna, ann = app.catalog.person("Anna"), app.catalog.person("Ann")
    (portrait,) = app.catalog.portraits(anna)
    session = app.session()
    alone = sure_of(session.look_back(request_for([anna], "", 50.0)))
    theirs = next(photo for photo in alone if photo.content != portrait.content)
    face, _similarities = max(session.faces_of(theirs.id), key=lambda one: one[1])
    app.catalog.add_portrait(ann, FaceKey(theirs.content or b"", face.box), portrait.crop)
    among = sure_of(session.look_back(request_for([anna], "", 50.0, among_all=True)))
    session.close()
    assert theirs not in among
    assert any(photo.content == portrait.content for photo in among)


def sure_of(events: Iterable[Event]) -> list[Photo]:
    return [one.photo for one in events if isinstance(one, PhotoCompared) and one.piles[0] is Pile.SURE]
