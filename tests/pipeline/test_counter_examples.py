"""A no answers for all that are like it: the same in every run, whatever was said when."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from fakes import TextEngine

from facesorter.domain.events import Event, PhotoCompared
from facesorter.domain.matching import EXPLAINED
from facesorter.domain.models import Decision, EncodedPicture, Pile, Portrait
from facesorter.pipeline.counter_examples import with_counter_examples
from facesorter.pipeline.person_query import PersonQuery
from facesorter.pipeline.recall import NO_PHOTO
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database
from tests.pipeline.test_sort import Desk, piles
from tests.pipeline.test_sort import desk as desk  # noqa: PLC0414 - a fixture


def say(desk: Desk, decision: Decision, *texts: str) -> None:
    contents = [hashlib.sha256(text.encode()).digest() for text in texts]
    desk.catalog.decide(desk.catalog.person("Anna"), dict.fromkeys(contents, decision))


def similarities(events: list[Event]) -> dict[str, float]:
    return {
        Path(event.photo.path).name: event.verdicts[0].score.similarity
        for event in events
        if isinstance(event, PhotoCompared) and event.final
    }


def test_what_is_like_a_no_leaves_check_in_every_run(desk: Desk) -> None:
    desk.put("no.jpg", "Anna 70 Cleo 99")
    desk.put("like it.jpg", "Anna 65 Cleo 97")
    desk.put("other.jpg", "Anna 60 Dora 99")
    desk.put("sure.jpg", "Anna 90 Emma 99")
    assert piles(desk.sort("Anna"))["like it.jpg"] is Pile.CHECK
    say(desk, Decision.NO, "Anna 70 Cleo 99")
    for _ in range(2):
        events = desk.sort("Anna")
        found = piles(events)
        assert found == {
            "no.jpg": Pile.NOT_THEM,
            "like it.jpg": Pile.NOT_THEM,
            "other.jpg": Pile.CHECK,
            "sure.jpg": Pile.SURE,
        }
        assert similarities(events)["like it.jpg"] == EXPLAINED


def test_what_is_sure_by_a_lower_threshold_stays_sure(desk: Desk) -> None:
    desk.put("no.jpg", "Anna 70 Cleo 99")
    desk.put("like it.jpg", "Anna 65 Cleo 97")
    desk.put("doubtful.jpg", "Anna 58 Cleo 97")
    say(desk, Decision.NO, "Anna 70 Cleo 99")
    assert piles(desk.sort("Anna", threshold=60.0)) == {
        "no.jpg": Pile.NOT_THEM,
        "like it.jpg": Pile.SURE,
        "doubtful.jpg": Pile.NOT_THEM,
    }


def test_a_no_that_is_taken_back_says_nothing(desk: Desk) -> None:
    desk.put("no.jpg", "Anna 70 Cleo 99")
    desk.put("like it.jpg", "Anna 65 Cleo 97")
    before = piles(desk.sort("Anna"))
    say(desk, Decision.NO, "Anna 70 Cleo 99")
    assert piles(desk.sort("Anna")) != before
    say(desk, Decision.UNSURE, "Anna 70 Cleo 99")
    assert piles(desk.sort("Anna")) == before


def test_a_photo_looked_at_only_now_counts_in_the_same_run(desk: Desk) -> None:
    say(desk, Decision.NO, "Anna 70 Cleo 99")
    desk.put("a like it.jpg", "Anna 65 Cleo 97")
    desk.put("no.jpg", "Anna 70 Cleo 99")
    assert piles(desk.sort("Anna"))["a like it.jpg"] is Pile.NOT_THEM


def test_an_answer_that_is_not_there_any_more_is_passed_over(desk: Desk) -> None:
    say(desk, Decision.NO, "Anna 70 Cleo 99")
    desk.put("like it.jpg", "Anna 65 Cleo 97")
    assert piles(desk.sort("Anna"))["like it.jpg"] is Pile.CHECK


@pytest.mark.parametrize("faces", [1, 2])
def test_every_face_worth_a_look_is_a_counter_example(tmp_path: Path, faces: int) -> None:
    database = Database(tmp_path / "catalog.db")
    catalog, engine = SqliteCatalog(database), TextEngine()
    text = "\n".join(["Anna 70 Cleo 99", "Anna 55 Dora 99", "Anna 20 Emma 99"][:faces])
    (query,) = engine.queries(())
    content = hashlib.sha256(text.encode()).digest()
    catalog.record_analyses(NO_PHOTO, content, {query: text.encode()})
    anna = engine.enrol("Anna", [Portrait(EncodedPicture("head.jpg", b"Anna 100"))])
    (one,) = with_counter_examples([PersonQuery(catalog.person("Anna"), anna, {content: Decision.NO})], engine, catalog)
    lines = [b"Anna 60 Cleo 99", b"Anna 60 Dora 99", b"Anna 60 Emma 99"]
    found = [face for ((face,),) in engine.similarities([one.headshots], [(line,) for line in lines])]
    assert found == [EXPLAINED, EXPLAINED if faces > 1 else 60.0, 60.0]
    again = with_counter_examples([one], engine, catalog)[0]
    assert again.headshots.payload == one.headshots.payload
    database.close()
