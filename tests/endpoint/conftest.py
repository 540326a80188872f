"""An endpoint over painted pictures, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from painted import PaintedEngine
from rekognition_server import RekognitionServer, rekognition_server


@pytest.fixture
def server() -> Iterator[RekognitionServer]:
    with rekognition_server(PaintedEngine()) as running:
        yield running


@pytest.fixture
def client(server: RekognitionServer) -> Any:
    return server.client()
