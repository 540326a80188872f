"""What every `AlbumService` keeps to; derived classes have the fixtures.

`app` are the services of a profile whose photos were looked through for everybody: of one person there are six, of
another four, and nobody has a name. `searched` is a person with the first one's photos whom a search has looked for;
several photos were copied into her folder in `destination`, where other copies go, too. `again()` gives the services
as they are when the program is started anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from contracts import ServiceContract, heard_from, subjects

from facesorter.app.export import ExportRequest, NotExported, PhotoExported
from facesorter.app.sets import PeopleSet
from facesorter.domain.changes import Subject
from facesorter.domain.errors import WrongUse
from facesorter.domain.events import CopyKept, CopyTakenBack, PhotoCopied

NO_GROUP = 1_000_000


def of(app, person):
    return {one.photo for one in app.people.photos_of(person)}


def in_order(photos):
    return sorted(photos, key=lambda one: one.path)


def sizes(app):
    return {one.number: one.faces for one in app.people.unknown()}


class AlbumsContract(ServiceContract):
    def test_a_wrong_photo_takes_those_like_it_with_it_and_can_be_put_back(self, app, told, again):
        first, second = app.people.unknown()
        wrong = {one.photo for one in app.albums.photos_of_group(second.number)}
        anna = app.people.name(first.number, "Anna")
        right = of(app, anna)
        app.people.name(second.number, "Anna", same_person=True)
        told.clear()
        taken = app.albums.take_out(anna, in_order(wrong)[:1])
        assert subjects(told) == {Subject.PEOPLE, Subject.GROUPS, Subject.DECISIONS}
        assert (taken.faces, taken.alike) == (1, 3)
        assert of(app, anna) == right
        later = again()
        assert of(later, anna) == right
        told = heard_from(later)
        later.albums.put_back(anna, taken)
        assert subjects(told) == {Subject.PEOPLE, Subject.GROUPS, Subject.DECISIONS}
        assert of(later, anna) == right | wrong

    def test_a_group_has_a_photo_for_each_face_the_newest_first(self, app):
        for group in app.people.unknown():
            found = app.albums.photos_of_group(group.number)
            assert len(found) == group.faces
            assert [one.taken_at.year for one in found if one.taken_at] == [2021, 2019]
            assert all(one.taken_at is None for one in found[2:])
            assert app.albums.group_of(group.best) == group.number
        assert app.albums.group_of([]) is None

    def test_there_is_nothing_to_say_of_a_group_that_is_not_there(self, app, told):
        for ask in (lambda: app.albums.photos_of_group(NO_GROUP), lambda: app.albums.take_out_of_group(NO_GROUP, [])):
            with pytest.raises(WrongUse):
                ask()
        assert told == []

    def test_wrong_faces_are_taken_out_of_a_group_and_put_back(self, app, told, again):
        first, second = app.people.unknown()
        before = sizes(app)
        everybody = app.people.faces_of(first.number)
        with pytest.raises(WrongUse, match="These are all faces of the group"):
            app.albums.take_out_of_group(first.number, everybody)
        assert told == []
        taken = app.albums.take_out_of_group(first.number, everybody[:1])
        assert subjects(told) >= {Subject.GROUPS}
        assert (taken.faces, taken.alike) == (1, 0)
        parted = [second.faces, first.faces - 1]
        assert sorted(sizes(app).values()) == parted
        later = again()
        assert sorted(sizes(later).values()) == parted
        told = heard_from(later)
        later.albums.put_back_into_group(taken)
        assert subjects(told) == {Subject.GROUPS}
        assert sizes(later) == before

    def test_copies_of_photos_that_are_not_hers_are_taken_back(self, app, searched, destination, again):
        folder = Path(destination) / searched.folder_name
        assert app.albums.folders_of(searched) == [str(folder)]
        photos = app.people.photos_of(searched)
        assert app.albums.not_copied(searched, photos) == len(photos) - len(os.listdir(folder))
        assert app.albums.stale_copies(searched) == []
        copies = {one.name for one in folder.iterdir()}
        wrong = next(one for one in in_order(of(app, searched)) if Path(one.path).name in copies)
        app.albums.take_out(searched, [wrong])
        (stale,) = app.albums.stale_copies(searched)
        assert (stale.source, stale.target) == (wrong.path, str(folder / Path(wrong.path).name))
        later = again()
        assert later.albums.stale_copies(searched) == [stale]
        told = heard_from(later)
        assert list(later.albums.take_back_copies([stale])) == [CopyTakenBack(stale.target)]
        assert subjects(told) == {Subject.COPIES}
        assert {one.name for one in folder.iterdir()} == copies - {Path(stale.target).name}
        assert Path(wrong.path).exists()

    def test_a_copy_that_was_changed_is_kept(self, app, searched, destination):
        copy = min((Path(destination) / searched.folder_name).iterdir())
        wrong = next(one for one in of(app, searched) if Path(one.path).name == copy.name)
        app.albums.take_out(searched, [wrong])
        copy.write_bytes(copy.read_bytes() + b"changed")
        (event,) = app.albums.take_back_copies(app.albums.stale_copies(searched))
        assert isinstance(event, CopyKept)
        assert copy.exists()

    def test_a_set_of_people_gets_a_folder_that_is_brought_up_to_date(self, app, destination, again):
        for group, name in zip(app.people.unknown(), ("Anna", "Ben"), strict=True):
            app.people.name(group.number, name)
        wanted = PeopleSet(any_of=("Anna", "Ben"))
        photos = {one.id for one in app.people.photos_of_set(wanted)}
        assert {order.photo.id for order in app.albums.plan_set(wanted).to_copy} == photos
        copied = [event for event in app.albums.copy_set(wanted) if isinstance(event, PhotoCopied)]
        assert {event.photo.id for event in copied} == photos
        assert {Path(event.target).parent for event in copied} == {Path(destination) / wanted.folder_name}
        assert all(Path(event.target).read_bytes() == Path(event.photo.path).read_bytes() for event in copied)
        assert app.albums.plan_set(wanted).to_copy == ()
        later = again()
        assert later.albums.plan_set(wanted).to_copy == ()
        for name in ("Anna", "Ben"):
            later.albums.take_out(later.people.find(name), [copied[0].photo])
        assert [one.target for one in later.albums.plan_set(wanted).to_take_back] == [copied[0].target]

    def test_a_set_of_nobody_or_of_a_stranger_is_refused(self, app):
        for wanted in (PeopleSet(), PeopleSet(all_of=("Cleo",))):
            with pytest.raises(WrongUse):
                app.albums.plan_set(wanted)
            with pytest.raises(WrongUse):
                list(app.albums.copy_set(wanted))

    def test_a_free_place_is_where_nothing_is(self, app, tmp_path):
        assert app.albums.free_place(str(tmp_path), "Anna") == str(tmp_path / "Anna")
        (tmp_path / "Anna").mkdir()
        free = app.albums.free_place(str(tmp_path), "Anna")
        assert os.path.dirname(free) == str(tmp_path)
        assert not os.path.exists(free)

    def test_photos_are_exported_once_each_and_into_a_new_place_only(self, app, tmp_path):
        anna = app.people.name(app.people.unknown()[0].number, "Anna")
        photos = in_order(of(app, anna))
        request = ExportRequest(str(tmp_path / "export"))
        events = list(app.albums.export(anna, request, [*photos, photos[0]]))
        assert not any(isinstance(event, NotExported) for event in events)
        exported = {event.photo: event.name for event in events if isinstance(event, PhotoExported)}
        assert set(exported) == set(photos)
        assert len(events) == len(photos)
        for photo, name in exported.items():
            assert (tmp_path / "export" / name).read_bytes() == Path(photo.path).read_bytes()
        for refused in (request, ExportRequest("s3://album/export")):
            with pytest.raises(WrongUse):
                list(app.albums.export(anna, refused, photos))
        with pytest.raises(WrongUse):
            list(app.albums.export(anna, ExportRequest(str(tmp_path / "nothing")), []))
        assert not (tmp_path / "nothing").exists()
