"""What every `ReferenceService` keeps to; derived classes have the fixtures.

`app` are the services, `anna` is somebody who is known by several faces, one of them her cover, in photos of which some
have a date. `shot` is a headshot of hers that is in none of them, `stranger` one of somebody else, and `damaged` the
path of what is no picture. `again()` gives the services as they are when the program is started anew.
"""

from __future__ import annotations

from datetime import date

import pytest
from contracts import ServiceContract, now_and_later, subjects

from facesorter.domain.changes import Subject
from facesorter.domain.errors import PhotoError
from facesorter.domain.models import FaceKey
from facesorter.pipeline.enrol import Headshot


def ids(app, person):
    return {one.portrait.id for one in app.references.of(person)}


def cover(app, person):
    (found,) = [one.portrait.id for one in app.references.of(person) if one.is_cover]
    return found


class ReferencesContract(ServiceContract):
    def test_they_are_the_portraits_the_newest_picture_first(self, app, anna):
        found = app.references.of(anna)
        assert sorted(one.portrait.id for one in found) == [one.id for one in app.people.portraits(anna)]
        dates = [one.taken_at for one in found if one.taken_at is not None]
        assert dates == sorted(dates, reverse=True) != []
        assert all(one.taken_at is None for one in found[len(dates) :])
        assert sum(one.is_cover for one in found) == 1

    def test_an_age_is_told_where_both_days_are_known(self, app, anna):
        assert all(one.age is None for one in app.references.of(anna))
        app.people.set_born(anna, date(2000, 12, 24))
        for one in app.references.of(anna):
            assert one.age == (None if one.taken_at is None else one.taken_at.year - 2001)

    def test_a_time_of_which_no_face_is_known_is_told_and_filled_from_her_photos(self, app, anna):
        def gap():
            return app.references.gap(anna, app.references.of(anna))

        app.people.set_born(anna, date(2000, 12, 24))
        assert gap() is None, "a face without a date may be of any age"
        oldest, newest = sorted({one.taken_at.year for one in app.references.of(anna) if one.taken_at})
        for one in app.references.of(anna):
            if one.taken_at is None:
                app.references.remove(anna, one.portrait)
        assert gap() is None, f"{oldest} and {newest} are near each other"
        app.people.set_born(anna, None)
        assert gap() is None

    def test_a_face_of_a_photo_is_added(self, app, anna):
        found = app.references.of(anna)[0]
        app.references.remove(anna, found.portrait)
        before = ids(app, anna)
        added = app.references.add_face(anna, FaceKey(found.portrait.content, found.portrait.box))
        assert added is not None
        assert ids(app, anna) == before | {added.id}
        assert app.references.add_face(anna, FaceKey(b"of no photo", found.portrait.box)) is None

    def test_a_face_is_added_once(self, app, anna, shot, told, again):
        before = ids(app, anna)
        added = app.references.add(anna, shot)
        assert added is not None
        assert Subject.PEOPLE in subjects(told)
        assert app.references.add(anna, shot) is None
        for services in now_and_later(app, again):
            assert ids(services, anna) == before | {added}

    def test_what_is_no_picture_is_not_added(self, app, anna, damaged):
        before = ids(app, anna)
        with pytest.raises(PhotoError):
            app.references.add(anna, Headshot(damaged))
        assert ids(app, anna) == before

    def test_a_stranger_is_told_apart_unless_no_face_is_known(self, app, anna, shot, stranger):
        assert not app.references.is_clearly_not(anna, shot)
        assert app.references.is_clearly_not(anna, stranger)
        for one in app.references.of(anna):
            app.references.remove(anna, one.portrait)
        assert app.references.of(anna) == []
        assert not app.references.is_clearly_not(anna, stranger)

    def test_a_cover_that_is_removed_has_a_successor_and_can_be_put_back(self, app, anna, told, again):
        (face,) = [one for one in app.references.of(anna) if one.is_cover]
        others = ids(app, anna) - {face.portrait.id}
        app.references.remove(anna, face.portrait)
        assert subjects(told) == {Subject.PEOPLE}
        assert ids(app, anna) == others
        assert cover(app, anna) in others
        app.references.put_back(anna, face)
        assert subjects(told) == {Subject.PEOPLE}
        for services in now_and_later(app, again):
            back = [one for one in services.references.of(anna) if one.portrait.id not in others]
            assert [(one.portrait.content, one.portrait.box, one.is_cover) for one in back] == [
                (face.portrait.content, face.portrait.box, True)
            ]

    def test_another_face_stands_for_a_person(self, app, anna, told, again):
        other = next(one.portrait for one in app.references.of(anna) if not one.is_cover)
        app.references.stand_for(anna, other)
        assert subjects(told) == {Subject.PEOPLE}
        for services in now_and_later(app, again):
            assert cover(services, anna) == other.id
            assert services.people.details(anna).cover == other.id
