"""What every `NamesakeService` keeps to; derived classes have the fixtures.

`app` are the services, `anna` is somebody who is known, `shot` a headshot of hers that is in none of the photos, and
`stranger` one of somebody else.
"""

from __future__ import annotations

import pytest

from facesorter.domain.errors import WrongUse
from facesorter.pipeline.enrol import PersonRequest


class NamesakesContract:
    def test_whoever_is_not_known_yet_keeps_the_name(self, app, anna, shot):
        assert app.namesakes.who_is(PersonRequest("Cleo", (shot,))) == ("Cleo", "Cleo")

    def test_whoever_is_known_is_told_by_the_face(self, app, anna, shot, stranger):
        assert app.namesakes.who_is(PersonRequest("Anna", (shot,))) == ("Anna", "Anna (2)")
        assert app.namesakes.who_is(PersonRequest("Anna", (stranger,))) == (None, "Anna (2)")
        assert app.namesakes.who_is(PersonRequest("Anna", (stranger, shot))).name == "Anna"

    def test_nothing_is_written_by_asking(self, app, anna, shot):
        before = app.people.portraits(anna)
        app.namesakes.who_is(PersonRequest("Anna", (shot,)))
        app.namesakes.who_is(PersonRequest("Cleo", (shot,)))
        assert app.people.portraits(anna) == before
        assert not app.people.knows("Cleo")

    def test_a_second_person_of_a_name_is_found_by_a_later_headshot(self, app, anna, shot, stranger):
        other = app.people.name(app.people.unknown()[0].number, app.namesakes.who_is(PersonRequest("Anna", ())).free)
        assert other.name == "Anna (2)"
        assert app.namesakes.who_is(PersonRequest("Anna", (stranger,))) == ("Anna (2)", "Anna (3)")
        assert app.namesakes.who_is(PersonRequest("Anna", (shot,))).name == "Anna"

    @pytest.mark.parametrize("name", ["", "  ", "\N{ZERO WIDTH SPACE}"])
    def test_a_name_that_nobody_could_read_is_refused(self, app, anna, shot, name):
        with pytest.raises(WrongUse):
            app.namesakes.who_is(PersonRequest(name, (shot,)))
