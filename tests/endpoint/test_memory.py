"""What the endpoint remembers of pictures: no picture is looked at twice, and there is an end to it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from painted import ANNA, BEN, PaintedEngine, painted
from rekognition_server import rekognition_server

from facesorter.domain.models import EncodedPicture, Portrait, Reference
from facesorter.endpoint.collections import Collections
from facesorter.endpoint.memory import Memory


class CountingEngine(PaintedEngine):
    """Counts the pictures that it decodes."""

    def __init__(self) -> None:
        self.looks = 0

    def analyze(self, query: str, picture: EncodedPicture) -> bytes:
        self.looks += 1
        return super().analyze(query, picture)


class EnrollingEngine(CountingEngine):
    """Counts the headshots as well."""

    def enrol(self, name: str, portraits: Sequence[Portrait]) -> Reference:
        self.looks += 1
        return super().enrol(name, portraits)


PICTURES = [painted((100, 90, 120, ANNA)) + bytes(number) for number in range(150)]
TARGET = painted((100, 90, 120, ANNA), (300, 20, 60, BEN))


def ask_for_all(client: Any) -> None:
    for picture in PICTURES:
        assert len(client.detect_faces(Image={"Bytes": picture})["FaceDetails"]) == 1
        (face,) = client.detect_faces(Image={"Bytes": picture}, Attributes=["ALL"])["FaceDetails"]
        assert face["AgeRange"]


def test_a_second_look_in_turn_asks_the_engine_nothing(tmp_path: Path) -> None:
    path = str(tmp_path / "collections.db")
    engine = CountingEngine()
    with rekognition_server(engine, collections=path) as server:
        ask_for_all(server.client())
        first = engine.looks
        ask_for_all(server.client())
    assert first > 0
    assert engine.looks == first
    with rekognition_server(engine, collections=path) as server:  # nor does one after a restart
        ask_for_all(server.client())
    assert engine.looks == first


def test_headshots_are_not_looked_at_again() -> None:
    engine = EnrollingEngine()
    with rekognition_server(engine) as server:
        client = server.client()
        for _ in range(2):
            engine.looks = 0
            for picture in PICTURES:
                client.compare_faces(SourceImage={"Bytes": picture}, TargetImage={"Bytes": TARGET})
    assert engine.looks == 0


def test_what_came_first_is_forgotten_first(tmp_path: Path) -> None:
    with closing(Collections(str(tmp_path / "collections.db"))) as collections:
        memory = Memory(collections.database, most_bytes=1000)
        for number in range(100):
            memory.keep(bytes([number]), "engine", bytes(30))
            assert memory.bytes <= 1000
        assert memory.get(bytes([0]), "engine") is None
        assert memory.get(bytes([99]), "engine") == bytes(30)
        assert memory.get(bytes([99]), "other engine") is None
        assert Memory(collections.database, most_bytes=1000).bytes == memory.bytes > 800
        memory.keep(b"large", "engine", bytes(5000))
        assert memory.bytes == 0
