"""Groups are suggested to be somebody who is known, once each, and the answers last."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from facesorter.app import App, ThreadExecutor
from facesorter.app.people import People
from facesorter.app.people_scan import scan_for_everybody
from facesorter.app.suggestions import Suggestions
from facesorter.domain.models import Decision, Person


@pytest.fixture
def photos(data: Path, tmp_path: Path) -> str:
    """Five photos each of two people."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 6]
    for folder in several[:2]:
        (tmp_path / "photos" / folder.name).mkdir(parents=True)
        for photo in sorted(folder.iterdir())[:5]:
            shutil.copy(photo, tmp_path / "photos" / folder.name)
    return str(tmp_path / "photos")


def scan(app: App, photos: str) -> None:
    with closing(ThreadExecutor()) as executor:
        for _event in scan_for_everybody(app, [photos], executor):
            pass


@pytest.fixture
def anna(app: App, photos: str) -> Person:
    """Who is known by three of her photos; two others are a group of their own."""
    scan(app, photos)
    people = People(app)
    group = people.unknown()[0]
    faces = people.faces_of(group.number)
    app.catalog.set_apart([(faces[:2], False), (faces[2:], False)])
    (rest,) = (one for one in people.unknown() if one.faces == 3)
    return people.name(rest.number, "Anna")


def test_a_group_like_somebody_is_suggested_and_no_stranger(app: App, anna: Person) -> None:
    (only,) = Suggestions(app).of(anna)
    assert (only.person, only.group.faces) == (anna, 2)
    assert only.similarity > 50


def test_a_no_is_for_good_also_after_a_scan(app: App, anna: Person, photos: str) -> None:
    (only,) = Suggestions(app).of(anna)
    answered = Suggestions(app).refuse(only)
    assert not Suggestions(app).of(anna)
    shutil.copy(next(Path(photos).rglob("*.jpg")), Path(photos) / "again.jpg")
    scan(app, photos)
    assert not Suggestions(app).of(anna)
    assert sorted(one.faces for one in People(app).unknown()) == [2, 5]
    Suggestions(app).undo(answered)
    assert [one.group.faces for one in Suggestions(app).of(anna)] == [2]


def test_a_yes_gives_the_group_to_the_person_and_is_undone(app: App, anna: Person) -> None:
    people, before = People(app), len(app.catalog.portraits(anna))
    (only,) = Suggestions(app).of(anna)
    answered = Suggestions(app).agree(only)
    assert len(people.photos_of(anna)) == 5
    assert len(app.catalog.portraits(anna)) == before + 1, "she is known by how she looks there, too"
    assert not Suggestions(app).of(anna)
    Suggestions(app).undo(answered)
    assert len(people.photos_of(anna)) == 3
    assert len(app.catalog.portraits(anna)) == before
    assert [one.group.faces for one in Suggestions(app).of(anna)] == [2]


def test_a_group_in_a_photo_without_the_person_is_not_suggested(app: App, anna: Person) -> None:
    (only,) = Suggestions(app).of(anna)
    app.catalog.decide(anna, {People(app).faces_of(only.group.number)[0].content: Decision.NO})
    assert not Suggestions(app).of(anna)
