"""What every `WhyService` keeps to; derived classes have the fixtures.

`app` are the services: of `anna` six photos are known, and four are of somebody else whom nobody has named. `hers` and
`other` are the paths of a photo of each, `unseen` of one of hers that no search has looked at, `damaged` of what is no
picture. `again()` gives the services as they are when the program is started anew.
"""

from __future__ import annotations

import pytest
from contracts import ServiceContract, now_and_later, subjects

from facesorter.domain.changes import Subject
from facesorter.domain.errors import WrongUse
from facesorter.domain.models import BoundingBox, Decision, Pile
from facesorter.domain.why import Hindrance

THRESHOLD = 80.0
NOWHERE = BoundingBox(0.02, 0.02, 0.05, 0.05)
"""Where there is no face."""


def is_hers(app, person, path):
    return path in {one.photo.path for one in app.people.photos_of(person)}


class WhyContract(ServiceContract):
    def test_a_photo_of_somebody_is_told_to_be_theirs(self, app, anna, hers, told):
        found = app.why.ask(hers, anna, THRESHOLD)
        assert (found.person, found.photo.path, found.threshold) == (anna, hers, THRESHOLD)
        assert found.pile is Pile.SURE
        assert found.reasons == ()
        assert found.faces[found.nearest].similarity >= THRESHOLD
        assert told == [], "nothing is said by asking"

    def test_each_face_of_another_photo_has_a_reason(self, app, anna, other):
        found = app.why.ask(other, anna, THRESHOLD)
        assert found.pile is Pile.NOT_THEM
        assert found.faces
        for face in found.faces:
            assert 0 <= face.similarity < THRESHOLD
            assert all(reason.sentence for reason in face.reasons)
            assert face.reasons

    def test_a_photo_that_no_search_has_looked_at_is_looked_at_now(self, app, anna, unseen):
        found = app.why.ask(unseen, anna, THRESHOLD)
        assert found.pile is Pile.SURE
        assert found.hindered_by(Hindrance.NOT_LOOKED_THROUGH)

    def test_what_cannot_be_read_is_told_of_and_cannot_be_decided_on(self, app, anna, damaged, told):
        found = app.why.ask(damaged, anna, THRESHOLD)
        assert found.pile is Pile.PROBLEM
        assert found.hindered_by(Hindrance.UNREADABLE)
        with pytest.raises(WrongUse):
            app.why.decide(found, Decision.YES)
        assert told == []

    def test_nobody_is_asked_about_of_whom_no_face_is_known(self, app, anna, hers):
        app.people.forget(anna)
        with pytest.raises(WrongUse):
            app.why.ask(hers, anna, THRESHOLD)

    def test_a_yes_to_a_face_is_remembered(self, app, anna, other, told, again):
        found = app.why.ask(other, anna, THRESHOLD)
        app.why.decide(found, Decision.YES, found.nearest)
        assert subjects(told) == {Subject.DECISIONS}
        for services in now_and_later(app, again):
            now = services.why.ask(other, anna, THRESHOLD)
            assert (now.pile, now.decision) == (Pile.SURE, Decision.YES)
            assert is_hers(services, anna, other)

    @pytest.mark.parametrize("of_the_face", [True, False])
    def test_a_no_is_remembered(self, app, anna, hers, told, again, of_the_face):
        found = app.why.ask(hers, anna, THRESHOLD)
        app.why.decide(found, Decision.NO, found.nearest if of_the_face else None)
        assert subjects(told) == {Subject.DECISIONS}
        for services in now_and_later(app, again):
            now = services.why.ask(hers, anna, THRESHOLD)
            assert (now.pile, now.decision) == (Pile.NOT_THEM, Decision.NO)
            assert not is_hers(services, anna, hers)

    def test_a_face_that_was_drawn_is_remembered(self, app, anna, other, told, again):
        app.why.draw(app.why.ask(other, anna, THRESHOLD), NOWHERE)
        assert subjects(told) == {Subject.DECISIONS}
        for services in now_and_later(app, again):
            now = services.why.ask(other, anna, THRESHOLD)
            assert (now.pile, now.drawn) == (Pile.SURE, (NOWHERE,))
            assert is_hers(services, anna, other)
