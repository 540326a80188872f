"""Wrong photos and faces are taken out of a person's and of a group, and put back as they were."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from facesorter.app import App, ThreadExecutor
from facesorter.app.people import People
from facesorter.app.people_scan import scan_for_everybody
from facesorter.app.taking_out import put_back, take_out
from facesorter.domain.changes import Change
from facesorter.domain.models import Decision


@pytest.fixture
def people(app: App, data: Path, tmp_path: Path) -> People:
    """Photos of two people, both scanned, nobody named."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 4]
    for folder in several[:2]:
        for photo in sorted(folder.iterdir())[:5]:
            shutil.copy(photo, tmp_path)
            (tmp_path / "photos" / folder.name).mkdir(parents=True, exist_ok=True)
            shutil.move(tmp_path / photo.name, tmp_path / "photos" / folder.name)
    with closing(ThreadExecutor()) as executor:
        for _event in scan_for_everybody(app, [str(tmp_path / "photos")], executor):
            pass
    return People(app)


def paths(people: People, name: str) -> set[str]:
    return {one.photo.path for one in people.photos_of(people.find(name))}


def state(app: App, name: str) -> tuple[object, ...]:
    """All that is known of somebody, but for ids."""
    people = People(app)
    person = people.find(name)
    portraits = app.catalog.portraits(person)
    cover = [one.crop for one in portraits if one.id == people.details(person).cover]
    return (
        paths(people, name),
        app.catalog.face_decisions(person),
        sorted((one.content, one.box) for one in portraits),
        cover,
        [(one.hidden, sorted(one.faces)) for one in app.catalog.unnamed()],
    )


def test_photos_of_two_people_under_one_name_are_parted_and_put_back(app: App, people: People) -> None:
    first, second, *_rest = people.unknown()
    anna = people.name(first.number, "Anna")
    hers = paths(people, "Anna")
    people.name(second.number, "Anna", same_person=True)
    wrong = [one.photo for one in people.photos_of(anna) if one.photo.path not in hers]
    before = state(app, "Anna")
    told: list[Change] = []
    app.changes.subscribe(told.append)

    taken = take_out(app, anna, wrong[:1])
    assert (taken.faces, taken.alike) == (1, len(wrong) - 1), "what is like the wrong one goes with it"
    contents = [photo.content or b"" for photo in wrong]
    assert told[-1].said == (anna, dict.fromkeys(contents, Decision.NO)), "whoever shows them is told so"
    assert paths(people, "Anna") == hers
    assert [one.pictures for one in people.unknown()] == [len(wrong)]

    put_back(app, anna, taken)
    assert state(app, "Anna") == before
    assert told[-1].said == (anna, dict.fromkeys(contents, Decision.YES))


def test_nobody_is_known_by_a_face_that_was_taken_out(app: App, people: People) -> None:
    anna = people.name(people.unknown()[0].number, "Anna")
    portrait = next(one for one in app.catalog.portraits(anna) if one.id == people.details(anna).cover)
    photo = next(one.photo for one in people.photos_of(anna) if one.photo.content == portrait.content)
    before = state(app, "Anna")

    taken = take_out(app, anna, [photo])
    assert portrait.content not in {one.content for one in app.catalog.portraits(anna)}
    assert photo.path not in paths(people, "Anna")
    put_back(app, anna, taken)
    assert state(app, "Anna") == before

    (face,) = [one for one in people.faces_of(anna) if one.content == portrait.content]
    people.split(anna, [face])
    assert portrait.content not in {one.content for one in app.catalog.portraits(anna)}


def test_all_photos_can_be_taken_out_and_one_that_was_only_said_to_be_theirs(app: App, people: People) -> None:
    first, second, *_rest = people.unknown()
    other = next(iter(app.catalog.photos_of([people.faces_of(second.number)[0].content])))
    anna = people.name(first.number, "Anna")
    app.catalog.decide(anna, {other.content or b"": Decision.YES})
    before = state(app, "Anna")
    taken = take_out(app, anna, [other])
    assert other.path not in paths(people, "Anna")
    put_back(app, anna, taken)
    assert state(app, "Anna") == before

    taken = take_out(app, anna, [one.photo for one in people.photos_of(anna)])
    assert not paths(people, "Anna")
    put_back(app, anna, taken)
    assert state(app, "Anna") == before
