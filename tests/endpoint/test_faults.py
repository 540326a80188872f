"""Faults on purpose, and how clients see them."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from painted import ANNA, PaintedEngine, painted
from rekognition_server import RekognitionServer, refusal, rekognition_server

from facesorter.domain.errors import WrongUse
from facesorter.endpoint.faults import NO_FAULTS, CaptivePortal, FaultInjector, Faults
from facesorter.endpoint.wire import ServiceError

PICTURE = {"Bytes": painted((100, 90, 120, ANNA))}


def outcomes(injector: FaultInjector, calls: int) -> Iterator[str]:
    for _ in range(calls):
        try:
            yield "slow" if injector.strike() else "fine"
        except ServiceError as error:
            yield error.code
        except CaptivePortal:
            yield "portal"


def test_shares_are_met_and_a_seed_repeats() -> None:
    faults = Faults(throttle=0.3, error=0.05, expired=0.1, portal=0.1, slow=0.5, seed=7)
    told = list(outcomes(FaultInjector(faults), 4000))
    assert told == list(outcomes(FaultInjector(faults), 4000))
    shares = {name: count / 4000 for name, count in Counter(told).items()}
    assert shares == pytest.approx(
        {"ThrottlingException": 0.3, "InternalServerError": 0.05, "ExpiredTokenException": 0.1, "portal": 0.1,
         "slow": 0.225, "fine": 0.225}, abs=0.03,
    )  # fmt: skip


def test_the_rate_is_kept_whatever_is_asked() -> None:
    now = itertools.count(0, 0.001)  # a call each millisecond
    told = Counter(outcomes(FaultInjector(Faults(calls_per_second=50), lambda: next(now)), 10_000))
    assert told["fine"] == pytest.approx(500, abs=12)
    assert told["fine"] + told["ThrottlingException"] == 10_000


def test_a_client_below_the_rate_is_never_throttled() -> None:
    now = itertools.count(0, 0.0201)
    assert set(outcomes(FaultInjector(Faults(calls_per_second=50), lambda: next(now)), 1000)) == {"fine"}


def test_faults_from_words() -> None:
    words = ["throttle=0.3", "error=.05", "calls-per-second=50", "slow-seconds=1", "seed=3"]
    assert Faults.parse(words) == Faults(throttle=0.3, error=0.05, calls_per_second=50, slow_seconds=1, seed=3)
    assert Faults.parse([]) == NO_FAULTS


@pytest.mark.parametrize(
    "word",
    ["throtle=1", "throttle", "throttle=x", "throttle=1.5", "throttle=nan", "error=-1", "slow=2", "slow-seconds=inf",
     "seed=.5"],
)  # fmt: skip
def test_words_that_are_no_faults(word: str) -> None:
    with pytest.raises(WrongUse):
        Faults.parse([word])


@pytest.mark.parametrize(
    ("faults", "code", "status"),
    [
        (Faults(throttle=1), "ThrottlingException", 400),
        (Faults(error=1), "InternalServerError", 500),
        (Faults(expired=1), "ExpiredTokenException", 400),
    ],
)
def test_boto3_sees_the_exceptions(server: RekognitionServer, faults: Faults, code: str, status: int) -> None:
    server.endpoint.faults = faults
    with pytest.raises(ClientError) as failure:
        server.client().detect_faces(Image=PICTURE)
    assert refusal(failure.value) == (code, status)
    server.endpoint.faults = NO_FAULTS
    assert server.client().detect_faces(Image=PICTURE)["FaceDetails"]
    assert server.billed() == {"DetectFaces": 1}


def test_boto3_retries_what_is_throttled() -> None:
    with rekognition_server(PaintedEngine(), faults=Faults(throttle=0.5, error=0.2, seed=1)) as server:
        client = server.client(retries={"mode": "standard", "total_max_attempts": 10})
        assert client.detect_faces(Image=PICTURE)["FaceDetails"]
        assert {call.outcome for call in server.calls} > {"OK"}
        assert (server.billed(), server.billed_twice()) == ({"DetectFaces": 1}, 0)


def test_a_captive_portal_parses_to_nothing(server: RekognitionServer) -> None:
    server.endpoint.faults = Faults(portal=1)
    answer = server.client().detect_faces(Image=PICTURE)
    assert set(answer) == {"ResponseMetadata"}
    assert server.billed() == {}


def test_slow_calls_keep_a_client_waiting_and_do_not_hold_up_the_end() -> None:
    began = time.monotonic()
    slow = Faults(slow=1, slow_seconds=60)
    with rekognition_server(PaintedEngine(), faults=slow) as server, pytest.raises(ReadTimeoutError):
        server.client(read_timeout=0.2).list_collections()
    assert time.monotonic() - began < 5


def test_what_is_billed_is_counted_by_operation(server: RekognitionServer) -> None:
    client = server.client()
    client.create_collection(CollectionId="people")
    client.index_faces(CollectionId="people", Image=PICTURE)
    for _ in range(2):
        client.detect_faces(Image=PICTURE)
    with pytest.raises(ClientError):
        client.detect_faces(Image={"Bytes": b"text"})
    assert (server.billed(), server.billed_twice()) == ({"IndexFaces": 1, "DetectFaces": 2}, 1)
