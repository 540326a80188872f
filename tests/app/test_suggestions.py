"""Groups are suggested to be somebody who is known, once each, and the answers last."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from facesorter.app import App, ThreadExecutor
from facesorter.app.people import People
from facesorter.app.people_scan import scan_for_everybody
from facesorter.app.suggestions import Suggestions
from facesorter.domain.changes import Change
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


def test_what_a_yes_or_no_says_of_the_photos_is_told(app: App, anna: Person) -> None:
    (only,) = Suggestions(app).of(anna)
    contents = {face.content for face in People(app).faces_of(only.group.number)}
    told: list[Change] = []
    app.changes.subscribe(told.append)
    answers = (Suggestions(app).refuse, Decision.NO), (Suggestions(app).agree, Decision.YES)
    for answer, decision in answers:
        answered = answer(Suggestions(app).of(anna)[0])
        assert told[-1].said == (anna, dict.fromkeys(contents, decision))
        Suggestions(app).undo(answered)
        assert told[-1].said == (anna, dict.fromkeys(contents))


def test_a_group_in_a_photo_without_the_person_is_not_suggested(app: App, anna: Person) -> None:
    (only,) = Suggestions(app).of(anna)
    app.catalog.decide(anna, {People(app).faces_of(only.group.number)[0].content: Decision.NO})
    assert not Suggestions(app).of(anna)


def asked(app: App) -> list[tuple[str, int]]:
    """Who is suggested for which size of group, on the cards of the People page."""
    return [(one.person.name, one.group.faces) for one in Suggestions(app).of_groups(People(app).unknown())]


def test_a_group_may_be_one_person_until_it_is_not(app: App, data: Path, tmp_path: Path) -> None:
    """One woman's photos, as those of two people who look alike."""
    folder = next(one for one in sorted((data / "lfw").iterdir()) if len(list(one.iterdir())) >= 8)
    shutil.copytree(folder, tmp_path / "photos")
    scan(app, str(tmp_path / "photos"))
    people, suggestions = People(app), Suggestions(app)
    (group,) = people.unknown()
    faces = people.faces_of(group.number)
    app.catalog.set_apart([(faces[:4], False), (faces[4:6], False), (faces[6:], False)])
    (larger, smaller, rest) = people.unknown()
    anna, anne = people.name(larger.number, "Anna"), people.name(smaller.number, "Anne")
    (first,) = suggestions.of_groups(people.unknown())
    assert first.group.number == rest.number
    other = anne if first.person == anna else anna
    assert suggestions.of(first.person) == [first]
    assert suggestions.of(other) == []
    suggestions.refuse(first)
    (second,) = suggestions.of_groups(people.unknown())
    assert second.person == other
    assert second.similarity <= first.similarity
    suggestions.refuse(second)
    assert asked(app) == []


def test_nobody_is_suggested_for_photos_from_before_their_birth(app: App, anna: Person, photos: str) -> None:
    assert asked(app) == [("Anna", 2)]
    People(app).set_born(anna, date(2001, 5, 4))
    assert asked(app) == [("Anna", 2)], "photos without a date may be later ones"
    (only,) = Suggestions(app).of(anna)
    contents = [face.content for face in People(app).faces_of(only.group.number)]
    with app.catalog._database.writing() as connection:
        connection.execute("UPDATE contents SET taken_at = '1999-12-24 18:00:00' WHERE digest = ?", contents[:1])
    assert asked(app) == []


def test_groups_whose_means_are_lost_are_compared_by_their_best_faces(app: App, anna: Person) -> None:
    before = Suggestions(app).of(anna)
    with app.catalog._database.writing() as connection:
        connection.execute("DELETE FROM group_means")
    (after,) = Suggestions(app).of(anna)
    assert after.group == before[0].group
    assert after.similarity == pytest.approx(before[0].similarity, abs=5)
