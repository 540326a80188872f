"""What every `app.Session` keeps to, the window's stand-in too; derived classes have the fixtures.

`session` and `another` have done nothing yet, `request_` asks for two people in at least eight photos, some of them
sure for somebody and some not, and `executor` is one of the pipeline.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import zip_longest

import pytest

from facesorter.domain.errors import PhotoError, WrongUse
from facesorter.domain.events import (
    CopyTakenBack,
    CostEstimated,
    PhotoAlreadyThere,
    PhotoCompared,
    PhotoCopied,
    PhotoFailed,
    PhotosFound,
    RunFinished,
)
from facesorter.domain.models import Decision, Pile
from facesorter.domain.spending import SavingsMode, Terms


def final(events):
    """The last word on each photo."""
    return [event for event in events if isinstance(event, PhotoCompared | PhotoFailed) and event.final]


def sure_of(events, number):
    """The photos that surely show a person, and the others that were compared; and who that is."""
    compared = [event for event in final(events) if isinstance(event, PhotoCompared)]
    sure = [event.photo for event in compared if event.verdicts[number].pile is Pile.SURE]
    others = [event.photo for event in compared if event.verdicts[number].pile is not Pile.SURE]
    return compared[0].verdicts[number].person, sure, others


class SessionContract:
    def test_before_a_run_no_faces_are_known(self, session, request_, executor):
        with pytest.raises(WrongUse):
            session.faces_of(1)
        list(session.count(request_))
        with pytest.raises(WrongUse):
            session.faces_of(1)

    def test_undo_takes_back_what_this_session_copied_alone(self, session, another, request_, executor):
        events = list(session.run(request_, executor))
        copies = sum(isinstance(event, PhotoCopied) for event in events)
        again = list(another.run(request_, executor))
        assert not any(isinstance(event, PhotoCopied) for event in again)
        assert sum(isinstance(event, PhotoAlreadyThere) for event in again) == copies
        person, _sure, others = sure_of(again, 0)
        plan = another.plan(person, [others[0].id], [])
        assert [order.photo.id for order in plan.to_copy] == [others[0].id]
        list(another.carry_out(plan))
        assert sum(isinstance(event, CopyTakenBack) for event in another.undo()) == 1
        assert sum(isinstance(event, CopyTakenBack) for event in session.undo()) == copies

    def test_two_stand_side_by_side(self, session, another, request_, executor):
        few = replace(request_, people=request_.people[:1], dry_run=True)
        in_turn = zip_longest(session.run(request_, executor), another.run(few, executor))
        told = list(in_turn)
        events, fewer = [event for event, _ in told if event], [event for _, event in told if event]
        sure, sure_of_few = sure_of(events, 0)[1], sure_of(fewer, 0)[1]
        assert [photo.path for photo in sure] == [photo.path for photo in sure_of_few]
        for _face, similarities in session.faces_of(sure[0].id):
            assert len(similarities) == 2
        for _face, similarities in another.faces_of(sure_of_few[0].id):
            assert len(similarities) == 1
        another.close()
        assert session.faces_of(sure[0].id)

    def test_counting_finds_the_photos_of_a_run_and_looks_at_none(self, session, request_, executor):
        counted = list(session.count(request_))
        assert all(isinstance(event, PhotosFound) for event in counted)
        events = list(session.run(request_, executor))
        assert counted[-1].total == len(final(events)) >= 8

    def test_each_way_of_paying_has_an_estimate(self, session, request_, executor):
        terms = Terms(most_dollars=Decimal(3))
        events = list(session.estimate(replace(request_, terms=terms), executor))
        told = [event for event in events if isinstance(event, CostEstimated)]
        assert [event.savings for event in told] == list(SavingsMode)
        assert all(event.cap == terms.most_dollars for event in told)
        assert all(0 < event.cost.calls <= event.most.calls for event in told)
        assert session.spent is None

    def test_a_frame_of_what_is_no_film_is_an_error(self, session, tmp_path):
        (tmp_path / "no film.mp4").write_bytes(b"no film")
        with pytest.raises(PhotoError):
            session.frame(str(tmp_path / "no film.mp4"), 0.5)

    def test_a_run_ends_with_one_last_word_on_each_photo(self, session, request_, executor):
        events = list(session.run(request_, executor))
        assert isinstance(events[-1], RunFinished)
        photos = [event.photo.id for event in final(events)]
        assert len(photos) == len(set(photos))
        people = [one.name for one in request_.people]
        for event in final(events):
            if isinstance(event, PhotoCompared):
                assert [verdict.person.name for verdict in event.verdicts] == people

    def test_what_is_sure_is_copied_unless_it_is_a_look_only(self, session, request_, executor):
        look = list(session.run(replace(request_, dry_run=True), executor))
        assert not any(isinstance(event, PhotoCopied) and not event.dry_run for event in look)
        events = list(session.run(request_, executor))
        copied = {(event.person.name, event.photo.id) for event in events if isinstance(event, PhotoCopied)}
        expected = set()
        for number in range(2):
            person, sure, _others = sure_of(events, number)
            expected |= {(person.name, photo.id) for photo in sure}
        assert copied == expected
        assert copied

    def test_a_change_of_mind_is_planned_and_carried_out(self, session, request_, executor):
        events = list(session.run(request_, executor))
        person, sure, others = sure_of(events, 0)
        ids = [photo.id for photo in sure], [photo.id for photo in others]
        unchanged = session.plan(person, *ids)
        assert (unchanged.to_copy, unchanged.to_take_back) == ((), ())
        changed = session.plan(person, [others[0].id, *ids[0][1:]], [ids[0][0], *ids[1][1:]])
        assert [order.photo.id for order in changed.to_copy] == [others[0].id]
        assert len(changed.to_take_back) == 1
        done = list(session.carry_out(changed))
        assert [event.photo.id for event in done if isinstance(event, PhotoCopied)] == [others[0].id]
        assert sum(isinstance(event, CopyTakenBack) for event in done) == 1
        again = session.plan(person, [others[0].id, *ids[0][1:]], [ids[0][0], *ids[1][1:]])
        assert (again.to_copy, again.to_take_back) == ((), ())

    def test_undo_takes_back_every_copy(self, session, request_, executor):
        events = list(session.run(request_, executor))
        copies = sum(isinstance(event, PhotoCopied) for event in events)
        assert sum(isinstance(event, CopyTakenBack) for event in session.undo()) == copies > 0
        assert not any(isinstance(event, CopyTakenBack) for event in session.undo())

    def test_faces_have_a_similarity_to_each_person(self, session, request_, executor):
        events = list(session.run(request_, executor))
        _person, sure, _others = sure_of(events, 0)
        faces = session.faces_of(sure[0].id)
        assert faces
        assert all(len(similarities) == len(request_.people) for _face, similarities in faces)

    def test_dates_are_known_by_the_ids_of_photos(self, session, request_, executor):
        photos = {event.photo.id for event in session.run(request_, executor) if isinstance(event, PhotoCompared)}
        taken_at = session.taken_at()
        assert taken_at.keys() <= photos
        assert all(isinstance(seconds, int) for seconds in taken_at.values())

    def test_decisions_are_taken_in(self, session, request_, executor):
        person, sure, _others = sure_of(list(session.run(request_, executor)), 0)
        session.decide(person, [(sure[0], Decision.NO)])
        session.decide(person, [(sure[0], None)])

    def test_what_it_found_is_scored_anew_after_an_answer(self, session, request_, executor):
        events = list(session.run(request_, executor))
        person, _sure, others = sure_of(events, 0)
        photos = {event.photo.id for event in final(events)}
        for all_photos in (False, True):
            scored = session.reconsider([(person, others[0], Decision.YES)], 80.0, all_photos=all_photos)
            assert [one.person.name for one in scored] == [one.name for one in request_.people]
            for one in scored:
                assert len(one.photos) == len(one.similarities) == len(one.faces)
                assert photos >= set(one.photos)
            assert others[0].id in scored[0].photos

    def test_photos_of_one_face_are_told_to_be_alike(self, session, request_, executor):
        events = list(session.run(request_, executor))
        faces = {
            event.photo.id: event.verdicts[0].score.face_index
            for event in final(events)
            if isinstance(event, PhotoCompared) and event.verdicts[0].score.face_index is not None
        }
        numbers = session.alike(faces)
        assert numbers.keys() <= faces.keys()
        assert all(list(numbers.values()).count(number) > 1 for number in numbers.values())
        assert session.alike({}) == {}

    def test_which_faces_are_somebodys_is_remembered(self, session, request_, executor):
        events = list(session.run(request_, executor))
        person, sure, _others = sure_of(events, 0)
        assert not session.said_faces(sure[0].id).get(person.id)
        box = session.faces_of(sure[0].id)[0][0].box
        session.decide_faces(person, sure[0], [box])
        assert session.said_faces(sure[0].id)[person.id] == {0}

    def test_before_a_run_there_is_nothing_to_score_anew(self, session):
        assert session.reconsider([], 80.0) == []

    def test_a_session_that_can_cost_nothing_has_spent_nothing(self, session, request_, executor):
        list(session.run(request_, executor))
        assert session.spent is None

    def test_it_can_be_closed_twice(self, session, request_):
        list(session.count(request_))
        session.close()
        session.close()
