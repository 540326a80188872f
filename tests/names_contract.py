"""What every `NameService` keeps to, the window's stand-in too; derived classes have the fixtures.

`names` is the service and `places` where to look: Anna is named in more photos than Ben, and of the two only she has a
face there.
"""

from __future__ import annotations


class NamesContract:
    def test_whoever_is_named_in_most_photos_comes_first(self, names, places):
        *counts, people = names.find(places)
        assert all(isinstance(count, int) for count in counts)
        assert [person.name for person in people] == ["Anna", "Ben"]
        assert people[0].photos > people[1].photos >= 1
        assert all(person.marked <= person.photos for person in people)

    def test_a_sample_names_them_in_the_same_order(self, names, places):
        *before, last = names.peek(places)
        assert last == ["Anna", "Ben"]
        assert all(isinstance(one, list) and set(one) <= set(last) for one in before)

    def test_whoever_has_a_face_there_can_be_looked_for(self, names, places):
        *_, people = names.find(places, recursive=True)
        (anna,) = names.requests(people)
        assert anna.name == "Anna"
        assert anna.headshots
        assert all(shot.face_index is not None for shot in anna.headshots)
        assert names.requests([person for person in people if person.name == "Ben"]) == ()
