"""What every `SuggestionService` keeps to; derived classes have the fixtures.

`app` are the services: `anna` is known by four photos, two others of hers are a group that nobody has named, and so
are four of somebody else. `again()` gives the services as they are when the program is started anew.
"""

from __future__ import annotations

import pytest
from contracts import ServiceContract, heard_from, now_and_later, subjects

from facesorter.domain.changes import Subject
from facesorter.domain.errors import WrongUse


def asked(app):
    """Who is suggested for which size of group, on the cards of the People page."""
    return [(one.person.name, one.group.faces) for one in app.suggestions.of_groups(app.people.unknown())]


def state(app, person):
    return len(app.people.photos_of(person)), len(app.people.portraits(person)), asked(app)


class SuggestionsContract(ServiceContract):
    def test_a_group_like_somebody_is_suggested_and_no_stranger(self, app, anna):
        (only,) = app.suggestions.of(anna)
        assert (only.person, only.group.faces) == (anna, 2)
        assert 50 < only.similarity <= 100

    def test_a_card_asks_what_the_persons_page_asks(self, app, anna):
        groups = app.people.unknown()
        assert [one.faces for one in groups] == [4, 2]
        assert app.suggestions.of_groups(groups) == app.suggestions.of(anna)
        assert asked(app) == [("Anna", 2)]

    def test_nothing_is_asked_of_a_hidden_group(self, app, anna):
        (only,) = app.suggestions.of(anna)
        app.people.hide(only.group.number, hidden=True)
        assert asked(app) == []

    def test_a_yes_gives_the_group_to_the_person_and_is_undone(self, app, anna, told, again):
        before = state(app, anna)
        (only,) = app.suggestions.of(anna)
        answered = app.suggestions.agree(only)
        assert subjects(told) == {Subject.PEOPLE, Subject.GROUPS, Subject.DECISIONS}
        assert state(app, anna) == (6, before[1] + 1, []), "she is known by how she looks there, too"
        app.suggestions.undo(answered)
        assert subjects(told) == {Subject.PEOPLE, Subject.GROUPS, Subject.DECISIONS}
        for services in now_and_later(app, again):
            assert state(services, anna) == before

    def test_a_no_is_for_good_unless_it_is_undone(self, app, anna, told, again):
        before = state(app, anna)
        (only,) = app.suggestions.of(anna)
        answered = app.suggestions.refuse(only)
        assert subjects(told) == {Subject.DECISIONS}
        assert state(app, anna) == (*before[:2], [])
        later = again()
        assert state(later, anna) == (*before[:2], [])
        assert sorted(one.faces for one in later.people.unknown()) == [2, 4]
        told = heard_from(later)
        later.suggestions.undo(answered)
        assert subjects(told) == {Subject.PEOPLE, Subject.GROUPS, Subject.DECISIONS}
        assert state(later, anna) == before

    def test_whoever_was_renamed_meanwhile_is_still_who_is_meant(self, app, anna):
        (only,) = app.suggestions.of(anna)
        app.people.rename(anna, "Annika")
        answered = app.suggestions.agree(only)
        assert answered.suggestion.person.name == "Annika"
        assert [(one.details.person.name, one.pictures) for one in app.people.everybody()] == [("Annika", 6)]

    @pytest.mark.parametrize("answer", ["agree", "refuse"])
    def test_nothing_is_said_of_somebody_who_was_forgotten_meanwhile(self, app, anna, answer):
        (only,) = app.suggestions.of(anna)
        app.people.forget(anna)
        with pytest.raises(WrongUse, match="Anna"):
            getattr(app.suggestions, answer)(only)
        assert app.people.everybody() == []
