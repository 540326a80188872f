"""The engine contract, kept by the Rekognition engine with the local engine behind the endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from engine_contract import EngineContract, Pictures
from rekognition_server import rekognition_server
from scenes import encoded, head, scene, with_head

from facesorter.engines.local.engine import LocalEngine
from facesorter.engines.rekognition.calls import RekognitionCalls
from facesorter.engines.rekognition.engine import RekognitionEngine
from facesorter.engines.rekognition.prices import Meter, price_in
from facesorter.engines.rekognition.rate_limiter import RateLimiter


@pytest.fixture(scope="module")
def engine() -> Iterator[RekognitionEngine]:
    local = LocalEngine()
    with rekognition_server(local) as server:
        calls = RekognitionCalls(server.client(), Meter(price_in("eu-west-1"), Decimal(5)), RateLimiter(200))
        yield RekognitionEngine(calls, local)


@pytest.fixture(scope="module")
def pictures() -> Pictures:
    photo = with_head(1200, 900, 90, (800, 400))
    photo.paste(head().resize((400, 400)), (50, 200))
    whole = encoded(photo)
    return Pictures(encoded(head()), whole, encoded(scene(640, 480)), whole[: len(whole) * 2 // 3])


class TestRekognitionEngine(EngineContract):
    """The contract, kept by the Rekognition engine."""
