"""The Rekognition engine against the endpoint, over real HTTP and with painted faces."""

from __future__ import annotations

import base64
import io
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from painted import ANNA, BEN, PaintedEngine, Patch, painted
from PIL import Image
from rekognition_server import KEY, RekognitionServer, rekognition_server

from facesorter.domain.errors import BudgetReached, EngineUnavailable, NoCallLeft, NoFaceInHeadshot, PhotoError
from facesorter.domain.models import EncodedPicture, Face, Portrait, Reference
from facesorter.domain.spending import CallEstimate, StopSignal
from facesorter.endpoint.faults import Faults
from facesorter.engines.rekognition.calls import RekognitionCalls
from facesorter.engines.rekognition.engine import RekognitionEngine
from facesorter.engines.rekognition.prices import Meter, price_in
from facesorter.engines.rekognition.rate_limiter import RateLimiter

HEAD = painted((100, 80, 120, ANNA))


class SeesSomebody(PaintedEngine):
    """Finds a face where there is none."""

    def faces(self, picture: EncodedPicture) -> tuple[Face, ...]:
        return super().faces(EncodedPicture("head.png", HEAD))


@pytest.fixture
def server() -> Iterator[RekognitionServer]:
    with rekognition_server(PaintedEngine()) as running:
        yield running


def engine_for(
    server: RekognitionServer, cap: str = "5", rate: float = 500.0, stopped: StopSignal | None = None
) -> RekognitionEngine:
    meter = Meter(price_in("eu-west-1"), Decimal(cap))
    calls = RekognitionCalls(server.client(read_timeout=5), meter, RateLimiter(rate), stopped)
    return RekognitionEngine(calls, PaintedEngine())


@pytest.fixture
def engine(server: RekognitionServer) -> RekognitionEngine:
    return engine_for(server)


def picture(*patches: Patch, **options: object) -> EncodedPicture:
    return EncodedPicture("photo.png", painted(*patches, **options))  # type: ignore[arg-type]


def enrolled(engine: RekognitionEngine, *heads: bytes, index: int | None = None) -> Reference:
    return engine.enrol("Anna", [Portrait(EncodedPicture("head.png", head), index) for head in heads])


def asked(engine: RekognitionEngine, anna: Reference, photo: EncodedPicture) -> list[float]:
    analyses = tuple(engine.analyze(query, photo) for query in engine.queries([anna]))
    return [scores[0] for scores in engine.similarities([anna], [analyses])[0]]


def test_one_question_a_headshot_and_the_best_of_them_counts(server: RekognitionServer, engine: RekognitionEngine):
    anna = enrolled(engine, HEAD, painted((50, 50, 90, (190, 80, 80))))
    photo = picture((30, 60, 60, BEN), (200, 100, 80, (190, 80, 80)))
    assert len(engine.queries([anna])) == 2
    scores = asked(engine, anna, photo)
    assert scores[0] > 95
    assert scores[1] < 50
    assert server.billed() == {"CompareFaces": 2}
    assert engine.calls.meter.spent.calls == 2


def test_enrolling_uploads_nothing(server: RekognitionServer, engine: RekognitionEngine):
    enrolled(engine, HEAD)
    assert server.calls == []


def test_of_several_faces_in_a_headshot_the_picked_one_is_compared(engine: RekognitionEngine):
    group = painted((20, 40, 150, BEN), (220, 60, 90, ANNA))
    photo = picture((100, 80, 70, ANNA))
    assert asked(engine, enrolled(engine, group, index=1), photo)[0] > 95
    assert asked(engine, enrolled(engine, group), photo)[0] < 50


def test_a_headshot_without_a_face_or_without_that_face_is_refused(engine: RekognitionEngine):
    with pytest.raises(NoFaceInHeadshot, match="No face"):
        enrolled(engine, painted())
    with pytest.raises(NoFaceInHeadshot, match="face number 3"):
        enrolled(engine, HEAD, index=2)


def test_a_photo_without_faces_is_an_answer(server: RekognitionServer, engine: RekognitionEngine):
    anna = enrolled(engine, HEAD)
    assert asked(engine, anna, picture((50, 50, 60, ANNA))) != []
    assert asked(engine, anna, picture()) == []


def test_a_headshot_that_only_the_service_cannot_use_is_told_of(server: RekognitionServer, engine: RekognitionEngine):
    """Otherwise each photo would be said to show nobody, at a price."""
    anna = enrolled(engine, HEAD)
    engine.headshots[engine.queries([anna])[0]] = painted()
    with pytest.raises(NoFaceInHeadshot, match="Amazon"):
        asked(engine, anna, picture((50, 50, 60, ANNA)))


def test_answers_without_a_face_are_kept_when_the_cap_is_reached(server: RekognitionServer):
    """Each needs to know that it was not the headshot, which one call tells, and not one for each that asks at once."""
    engine = engine_for(server, cap="0.010")
    (query,) = engine.queries([enrolled(engine, HEAD)])
    engine._finder = SeesSomebody()

    server.endpoint.faults = Faults(slow=1, slow_seconds=0.1)

    def answer(photo: EncodedPicture) -> bytes | None:
        try:
            return engine.analyze(query, photo)
        except BudgetReached:
            return None

    with ThreadPoolExecutor(32) as pool:
        analyses = list(pool.map(answer, [picture(size=(400, 300 + number)) for number in range(40)]))
    assert engine.calls.meter.spent.calls == 10
    assert sum(it is not None for it in analyses) == 9


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_boxes_are_those_of_the_upright_picture(engine: RekognitionEngine, orientation: int):
    anna = enrolled(engine, HEAD)
    data = painted((40, 30, 80, ANNA), image_format="JPEG", orientation=orientation)
    photo = EncodedPicture("photo.jpg", data)
    (query,) = engine.queries([anna])
    (found,) = engine.faces_in((engine.analyze(query, photo),))
    (expected,) = engine.faces(photo)
    assert found.box == pytest.approx(expected.box, abs=0.02)


@pytest.mark.parametrize("size", [(60, 300), (300, 50), (60, 60)])
def test_pictures_below_80_px_are_padded_and_boxes_stay_right(engine: RekognitionEngine, size: tuple[int, int]):
    anna = enrolled(engine, HEAD)
    (query,) = engine.queries([anna])
    photo = picture((10, 12, 30, ANNA), size=size)
    (found,) = engine.faces_in((engine.analyze(query, photo),))
    (expected,) = engine.faces(photo)
    assert found.box == pytest.approx(expected.box, abs=0.05)


def test_a_crowd_beyond_the_100_largest_faces_is_cut_into_parts(server: RekognitionServer, engine: RekognitionEngine):
    anna = enrolled(engine, HEAD)
    crowd: list[Patch] = [(20 + 60 * column, 20 + 60 * row, 30, BEN) for row in range(11) for column in range(14)]
    crowd[77] = (*crowd[77][:2], 22, ANNA)  # the smallest, which is not among the 100 largest
    photo = picture(*crowd, size=(880, 700))
    (query,) = engine.queries([anna])
    answer = engine.analyze(query, photo)
    faces = engine.faces_in((answer,))
    assert len(faces) == len(crowd)
    best = max(engine.similarities([anna], [(answer,)])[0])
    assert best[0] > 80
    assert server.billed()["CompareFaces"] >= 5


def test_a_crowd_is_judged_by_its_largest_faces_where_no_more_calls_are_agreed_to(server: RekognitionServer):
    """Its answer is kept, and neither lost nor paid for at the expense of other photos."""
    engine = engine_for(server)
    (query,) = engine.queries([enrolled(engine, HEAD)])
    engine.calls.meter.agree(CallEstimate(2, 4, spare=2))
    crowd: list[Patch] = [(20 + 60 * column, 20 + 60 * row, 30, BEN) for row in range(11) for column in range(14)]
    answer = engine.analyze(query, picture(*crowd, size=(880, 700)))
    assert len(engine.faces_in((answer,))) == 100
    assert len(engine.faces_in((engine.analyze(query, picture((20, 20, 60, ANNA))),))) == 1
    assert server.billed() == {"CompareFaces": 2}


def test_what_is_lost_on_the_way_is_asked_again_only_within_the_price(server: RekognitionServer):
    calls = RekognitionCalls(
        server.client(read_timeout=0.3), Meter(price_in("eu-west-1"), Decimal(5)), RateLimiter(500)
    )
    engine = RekognitionEngine(calls, PaintedEngine())
    anna = enrolled(engine, HEAD)
    calls.meter.agree(CallEstimate(1, 3, spare=2))
    server.endpoint.faults = Faults(slow=1, slow_seconds=1)
    with pytest.raises(NoCallLeft):
        asked(engine, anna, picture((50, 50, 60, ANNA)))
    assert calls.meter.spent.calls == 3
    with pytest.raises(BudgetReached, match="price that was told"):
        asked(engine, anna, picture((50, 50, 60, ANNA)))
    time.sleep(1)
    assert len(server.calls) <= 3


@pytest.mark.parametrize("size", [(10_800, 700), (600, 10_400)])
def test_pictures_beyond_10000_px_are_shrunk_before_they_are_sent(
    server: RekognitionServer, engine: RekognitionEngine, size: tuple[int, int]
):
    anna = enrolled(engine, HEAD)
    photo = picture((200, 200, 300, ANNA), size=size, image_format="JPEG")
    assert asked(engine, anna, photo)[0] > 75
    engine.face_details(photo)
    for call, member in zip(server.calls, ("TargetImage", "Image"), strict=True):
        with Image.open(io.BytesIO(base64.b64decode(json.loads(call.body)[member]["Bytes"]))) as sent:
            assert max(sent.size) <= 10_000


def test_a_panorama_keeps_its_small_faces(engine: RekognitionEngine):
    anna = enrolled(engine, HEAD)
    photo = picture((6000, 500, 50, ANNA), size=(8000, 1200), image_format="JPEG")
    assert asked(engine, anna, photo)[0] > 75


def test_metadata_stays_here(server: RekognitionServer, engine: RekognitionEngine):
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    file = io.BytesIO()
    Image.open(io.BytesIO(painted((40, 30, 80, ANNA)))).save(file, "JPEG", exif=exif.tobytes())
    assert b"secret place" in file.getvalue()
    asked(engine, enrolled(engine, HEAD), EncodedPicture("photo.jpg", file.getvalue() + b"a secret voice"))
    sent = base64.b64decode(json.loads(server.calls[0].body)["TargetImage"]["Bytes"])
    assert b"secret" not in sent
    assert sent.endswith(b"\xff\xd9")


def test_a_damaged_photo_is_told_of_and_not_sent(server: RekognitionServer, engine: RekognitionEngine):
    anna = enrolled(engine, HEAD)
    data = painted((40, 30, 80, ANNA), image_format="JPEG")
    with pytest.raises(PhotoError) as caught:
        asked(engine, anna, EncodedPicture("photo.jpg", data[: len(data) // 2]))
    assert caught.value.lasting
    assert server.calls == []


@pytest.mark.parametrize("fault", ["throttle", "error"])
def test_what_passes_is_tried_again_and_billed_once(server: RekognitionServer, engine: RekognitionEngine, fault: str):
    anna = enrolled(engine, HEAD)
    server.endpoint.faults = Faults(**{fault: 0.4}, seed=3)
    for number in range(10):
        assert asked(engine, anna, picture((50 + number, 50, 60, ANNA)))[0] > 95
    assert server.billed() == {"CompareFaces": 10}
    assert server.billed_twice() == 0
    assert len(server.calls) > 10
    assert engine.calls.meter.spent.calls == 10


def test_a_service_that_always_fails_makes_the_photo_a_problem_for_now(
    server: RekognitionServer, engine: RekognitionEngine
):
    anna = enrolled(engine, HEAD)
    server.endpoint.faults = Faults(error=1)
    with pytest.raises(PhotoError) as caught:
        asked(engine, anna, picture((50, 50, 60, ANNA)))
    assert not caught.value.lasting
    assert len(server.calls) == 5
    assert engine.calls.meter.spent.calls == 0


@pytest.mark.parametrize(
    ("faults", "words"), [(Faults(expired=1), "expired"), (Faults(portal=1), "login page")], ids=["expired", "portal"]
)
def test_what_concerns_the_account_or_the_network_ends_the_run(
    server: RekognitionServer, engine: RekognitionEngine, faults: Faults, words: str
):
    anna = enrolled(engine, HEAD)
    server.endpoint.faults = faults
    with pytest.raises(EngineUnavailable, match=words):
        asked(engine, anna, picture((50, 50, 60, ANNA)))
    assert len(server.calls) == 1
    assert engine.calls.meter.spent.calls == 0


def test_a_wrong_key_is_told_of():
    with rekognition_server(PaintedEngine(), key=KEY) as server:
        wrong = type(KEY)(KEY.access_key, "wrong")
        calls = RekognitionCalls(server.client(wrong), Meter(price_in("eu-west-1"), Decimal(5)))
        engine = RekognitionEngine(calls, PaintedEngine())
        with pytest.raises(EngineUnavailable, match="secret key is wrong"):
            asked(engine, enrolled(engine, HEAD), picture((50, 50, 60, ANNA)))


def test_no_connection_is_told_of_after_some_attempts():
    with rekognition_server(PaintedEngine()) as server:
        engine = engine_for(server)
        anna = enrolled(engine, HEAD)
    with pytest.raises(EngineUnavailable, match="cannot be reached"):
        asked(engine, anna, picture((50, 50, 60, ANNA)))
    assert engine.calls.meter.spent.calls == 0


def test_the_cap_holds_while_many_call_at_once(server: RekognitionServer):
    engine = engine_for(server, cap="0.05")
    anna = enrolled(engine, HEAD)
    refused: list[BudgetReached] = []

    def work(start: int) -> None:
        for number in range(start, start + 10):
            try:
                asked(engine, anna, picture((50 + number, 50, 60, ANNA)))
            except BudgetReached as error:
                refused.append(error)

    threads = [threading.Thread(target=work, args=(10 * number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.billed() == {"CompareFaces": 50}
    assert len(refused) == 30
    assert "$0.05" in str(refused[0])


@pytest.mark.parametrize("faults", [Faults(throttle=1), Faults(slow=1, slow_seconds=20)], ids=["waiting", "hanging"])
def test_giving_up_ends_waits_and_calls_within_a_second(server: RekognitionServer, faults: Faults):
    stopped = StopSignal()
    engine = engine_for(server, stopped=stopped)
    anna = enrolled(engine, HEAD)
    server.endpoint.faults = faults
    ended: list[float] = []

    def work() -> None:
        with pytest.raises(EngineUnavailable, match="stopped"):
            asked(engine, anna, picture((50, 50, 60, ANNA)))
        ended.append(time.monotonic())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.6)
    stopped_at = time.monotonic()
    stopped.give_up()
    for thread in threads:
        thread.join()
    assert len(ended) == 4
    assert max(ended) - stopped_at < 1


def test_analyze_gives_all_that_the_service_says(server: RekognitionServer, engine: RekognitionEngine):
    (detail,) = engine.face_details(picture((50, 50, 60, ANNA)))
    assert set(detail) >= {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}
    assert server.billed() == {"DetectFaces": 1}


def test_answers_of_another_service_are_kept_apart(engine: RekognitionEngine):
    assert engine.name == "rekognition-1@127.0.0.1"
    assert engine.queries([enrolled(engine, HEAD)])[0].startswith(engine.name)
