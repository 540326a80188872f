"""What every `PeopleService` keeps to; derived classes have the fixtures.

`app` are the services of a profile whose photos in the folder `photos` were looked through for everybody: of one person
there are six, of another four, and nobody has a name. One of the six shows somebody else, too. Of either person one
photo is of 2019 and one of 2021, and the others have no date. `again()` gives the services as they are when the program
is started anew, and `executor` is one of the pipeline.
"""

from __future__ import annotations

from datetime import date

import pytest
from contracts import ServiceContract, now_and_later, subjects

from facesorter.app.sets import PeopleSet
from facesorter.domain.changes import Subject
from facesorter.domain.errors import WrongUse
from facesorter.domain.groups import GroupFound
from facesorter.domain.models import FaceKey
from facesorter.images import size_of


def paths(photos):
    return {one.path for one in photos}


def of(people, person):
    return {one.photo.path for one in people.photos_of(person)}


class PeopleContract(ServiceContract):
    @pytest.fixture
    def both(self, app):
        """Anna, with most photos, and Ben."""
        return [
            app.people.name(group.number, name)
            for group, name in zip(app.people.unknown(), ("Anna", "Ben"), strict=True)
        ]

    def test_groups_come_largest_first(self, app):
        first, second = app.people.unknown()
        assert (first.faces, first.pictures, second.faces, second.pictures) == (6, 6, 4, 4)
        assert not first.hidden
        assert len({face.content for face in first.best}) == len(first.best) > 0

    def test_a_group_tells_when_the_first_and_the_last_of_its_photos_were_taken(self, app):
        spans = [(one.first, one.last) for one in app.people.unknown()]
        assert spans == [(date(2019, 5, 14), date(2021, 5, 14))] * 2

    def test_an_overview_has_everybody_and_counts_their_photos_once(self, app):
        first, second = app.people.unknown()
        before = app.people.overview()
        assert (before.people, before.groups, before.hidden, before.pictures) == ((), (first, second), 0, 10)
        anna = app.people.name(first.number, "Anna")
        seen = app.people.overview()
        assert [one.details.person for one in seen.people] == [anna]
        assert (seen.groups, seen.hidden, seen.pictures) == ((second,), 0, 10)
        app.people.hide(anna, hidden=True)
        seen = app.people.overview()
        assert (seen.people, seen.groups, seen.hidden, seen.pictures) == ((), (second,), 1, 4)
        seen = app.people.overview(with_hidden=True)
        assert ([one.details.person for one in seen.people], seen.pictures) == ([anna], 10)

    def test_single_faces_are_counted_and_shown_apart_and_can_be_hidden_and_named(self, app):
        single = app.people.single_faces()
        assert app.people.overview().single == len(single) > 0
        assert {(one.faces, one.pictures, len(one.best)) for one in single} == {(1, 1, 1)}
        assert not {one.number for one in single} & {one.number for one in app.people.unknown()}
        app.people.hide(single[0].number, hidden=True)
        assert len(app.people.single_faces()) == len(single) - 1
        (hidden,) = (one for one in app.people.single_faces(with_hidden=True) if one.hidden)
        assert hidden.best == single[0].best
        seen = app.people.overview()
        assert (seen.hidden, seen.single, len(seen.groups)) == (1, len(single) - 1, 2)
        assert app.people.overview(with_hidden=True).groups[2:] == (hidden,)
        cleo = app.people.name(hidden.number, "Cleo")
        assert len(app.people.photos_of(cleo)) == 1
        assert app.people.overview().hidden == 0

    def test_a_group_with_a_name_is_a_person_for_good(self, app, told, again):
        first, second = app.people.unknown()
        anna = app.people.name(first.number, "Anna")
        assert subjects(told) == {Subject.PEOPLE, Subject.GROUPS}
        for people in (one.people for one in now_and_later(app, again)):
            assert people.find("Anna") == anna
            assert [(one.details.person, one.pictures) for one in people.everybody()] == [(anna, 6)]
            assert [one.number for one in people.unknown()] == [second.number]
            assert len(people.photos_of(anna)) == 6

    def test_whoever_is_in_most_pictures_comes_first(self, app):
        for group, name in zip(app.people.unknown(), ("Zoë", "Adam"), strict=True):
            app.people.name(group.number, name)
        assert [one.details.person.name for one in app.people.everybody()] == ["Zoë", "Adam"]
        zoe = app.people.find("Zoë")
        assert app.people.names_beside(zoe) == ["Adam"]
        assert app.people.knows("  Zoe\N{COMBINING DIAERESIS} ")

    def test_a_name_that_is_taken_is_refused_unless_it_is_the_same_person(self, app, told):
        first, second = app.people.unknown()
        anna = app.people.name(first.number, "Anna")
        told.clear()
        with pytest.raises(WrongUse):
            app.people.name(second.number, "Anna")
        with pytest.raises(WrongUse):
            app.people.name(first.number, "Ben")
        assert told == []
        assert [one.number for one in app.people.unknown()] == [second.number]
        assert app.people.name(second.number, "Anna", same_person=True) == anna
        assert len(app.people.photos_of(anna)) == 10

    def test_nobody_is_found_by_a_name_that_nobody_has(self, app, both):
        assert not app.people.knows("Cleo")
        for ask in (app.people.find, app.people.unmerge):
            with pytest.raises(WrongUse):
                ask("Cleo")

    def test_photos_come_newest_first_and_last_those_without_a_date(self, app, both):
        for person in both:
            taken = [one.taken_at for one in app.people.photos_of(person)]
            assert [when.year for when in taken if when] == [2021, 2019]
            assert all(when is None for when in taken[2:])

    def test_whoever_is_renamed_is_told_by_both_names(self, app, both, told, again):
        anna, _ben = both
        with pytest.raises(WrongUse):
            app.people.rename(anna, "Ben")
        assert told == []
        renamed = app.people.rename(anna, "Anne")
        assert [(change.renamed, change.subjects) for change in told] == [(("Anna", renamed), {Subject.PEOPLE})]
        for people in (one.people for one in now_and_later(app, again)):
            assert not people.knows("Anna")
            assert people.find("Anne") == renamed
            assert renamed.id == anna.id

    def test_two_who_are_merged_are_one_person(self, app, both, told, again):
        anna, ben = both
        before = {one.id: of(app.people, one) for one in both}
        app.people.merge(anna, ben)
        assert subjects(told) == {Subject.PEOPLE}
        for people in (one.people for one in now_and_later(app, again)):
            assert [(one.details.person, one.pictures) for one in people.everybody()] == [(anna, 10)]
            assert [merge.person for merge in people.merged_into(anna)] == [ben]
            assert (people.known(anna).person, people.known(ben)) == (anna, None)
            assert of(people, anna) == before[anna.id] | before[ben.id]

    def test_two_who_were_merged_can_be_taken_apart(self, app, both, told):
        anna, ben = both
        before = {one.id: of(app.people, one) for one in both}
        app.people.merge(anna, ben)
        told.clear()
        assert app.people.unmerge("Ben") == ben
        assert subjects(told) == {Subject.PEOPLE}
        assert app.people.merged_into(anna) == []
        assert {one.id: of(app.people, one) for one in both} == before

    def test_whoever_is_hidden_stays_so_until_shown(self, app, told, again):
        first, second = app.people.unknown()
        anna = app.people.name(first.number, "Anna")
        told.clear()
        app.people.hide(anna, hidden=True)
        assert subjects(told) == {Subject.PEOPLE}
        app.people.hide(second.number, hidden=True)
        assert subjects(told) == {Subject.GROUPS}
        people = again().people
        assert people.details(anna).hidden
        assert [one.hidden for one in people.unknown()] == [True]
        people.hide(anna, hidden=False)
        people.hide(people.unknown()[0].number, hidden=False)
        assert not people.details(anna).hidden
        assert [one.hidden for one in people.unknown()] == [False]

    def test_a_birth_date_is_kept(self, app, told, again):
        first, _second = app.people.unknown()
        anna = app.people.name(first.number, "Anna")
        assert app.people.details(anna).born is None
        told.clear()
        app.people.set_born(anna, date(2020, 5, 4))
        assert subjects(told) == {Subject.PEOPLE}
        assert again().people.details(anna).born == date(2020, 5, 4)

    def test_whoever_is_forgotten_is_told_by_all_their_names(self, app, both, told, again):
        anna, ben = both
        app.people.merge(anna, ben)
        app.people.forget(anna)
        assert told[-1].forgotten == (anna, ("Anna", "Ben"))
        assert told[-1].subjects == {*Subject}
        for people in (one.people for one in now_and_later(app, again)):
            assert people.everybody() == []
            assert people.known(anna) is None
            assert not people.knows("Anna")
            assert not people.knows("Ben")

    def test_a_person_is_known_by_faces_that_can_be_shown(self, app, both):
        anna, _ben = both
        portraits = app.people.portraits(anna)
        assert [one.id for one in portraits] == sorted(one.id for one in portraits)
        assert app.people.details(anna).cover in {one.id for one in portraits}
        assert all(min(size_of(one.crop)) > 20 for one in portraits)
        cut = app.people.cut_out(FaceKey(portraits[0].content, portraits[0].box))
        assert cut is not None
        assert min(size_of(cut)) > 20
        assert app.people.cut_out(FaceKey(b"of no photo", portraits[0].box)) is None

    def test_a_set_of_people_has_its_photos(self, app, both):
        annas, bens = (of(app.people, one) for one in both)

        def photos(**wanted):
            return paths(app.people.photos_of_set(PeopleSet(**wanted)))

        assert photos(all_of=("Anna",)) == annas
        assert set() < photos(only=("Anna",)) < annas
        assert photos(any_of=("Anna", "Ben")) == annas | bens
        assert photos(any_of=("Anna", "Ben"), without=("Ben",)) == annas
        assert photos(all_of=("Anna", "Ben")) == set()
        for wanted in (PeopleSet(), PeopleSet(without=("Anna",)), PeopleSet(all_of=("Cleo",))):
            with pytest.raises(WrongUse):
                app.people.photos_of_set(wanted)

    def test_a_scan_ends_with_the_groups_the_largest_first(self, app, photos, executor, told):
        events = list(app.people.scan([photos], executor))
        assert subjects(told) == {Subject.GROUPS}
        found = [event.group for event in events if isinstance(event, GroupFound)]
        assert found == [event.group for event in events[-len(found) :]]
        assert [len(group.faces) for group in found][:2] == [6, 4]
        assert [group.number for group in found][:2] == [one.number for one in app.people.unknown()]
