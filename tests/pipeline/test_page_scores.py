"""What claims on a photo's faces came to is kept as long as nobody concerned has learned."""

from __future__ import annotations

from dataclasses import replace

from fakes import a_face

from facesorter.domain.models import Person, Reference, Score
from facesorter.pipeline.page_scores import Weighed
from facesorter.pipeline.person_query import PersonQuery

SCORES = [Score(90.0, 0), Score(10.0, 0)]


def query(number: int, name: str) -> PersonQuery:
    return PersonQuery(Person(number, name, name), Reference(name, a_face(), {name: 0.0}), {})


def test_a_photo_keeps_its_scores_while_nobody_in_it_learns() -> None:
    people, weighed = [query(1, "Anna"), query(2, "Ben"), query(3, "Cleo")], Weighed()
    assert weighed.still_valid(people, 80.0, {7: [0, 1]}) == {}
    weighed.keep(7, [0, 1], SCORES)
    assert weighed.still_valid(people, 80.0, {7: [0, 1]}) == {7: SCORES}
    people[2] = replace(people[2], grown=Reference("Cleo", a_face(), {"Cleo": 0.0}))
    assert weighed.still_valid(people, 80.0, {7: [0, 1]}) == {7: SCORES}
    assert weighed.still_valid(people, 80.0, {7: [0, 2]}) == {}


def test_who_learned_while_they_did_not_seem_to_be_there_is_weighed_anew() -> None:
    people, weighed = [query(1, "Anna"), query(2, "Ben")], Weighed()
    weighed.still_valid(people, 80.0, {7: [0, 1]})
    weighed.keep(7, [0, 1], SCORES)
    people[0] = replace(people[0], grown=Reference("Anna", a_face(), {"Anna": 0.0}))
    assert weighed.still_valid(people, 80.0, {}) == {}
    assert weighed.still_valid(people, 80.0, {7: [0, 1]}) == {}
