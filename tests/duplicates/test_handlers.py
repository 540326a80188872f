"""The functions' own clients and messages, without a deployment."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from painted import PaintedEngine, painted
from rekognition_server import rekognition_server

from facesorter.duplicates import collection, handlers
from facesorter.duplicates.channels import NotDelivered, Topic
from facesorter.duplicates.collection import RekognitionCollection
from facesorter.duplicates.decisions import Decisions
from facesorter.duplicates.notices import Notice
from facesorter.duplicates.store import FolderStore
from facesorter.endpoint.faults import Faults


class Losing(ThreadingHTTPServer):
    """Takes every call, and ends the connection without an answer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Losing)
        self.calls = 0


class _Losing(BaseHTTPRequestHandler):
    server: Losing  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls += 1
        self.close_connection = True


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, which are not made."""
    made: list[float] = []
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    monkeypatch.setattr(collection.time, "sleep", made.append)
    return made


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "eu-west-1", "COLLECTION": "c",
        "PICTURES_BUCKET": "pictures", "AWS_CONFIG_FILE": "none",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)


@pytest.fixture
def losing(cloud: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Losing]:
    with Losing() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.usefixtures("pauses")
def test_what_may_have_been_paid_for_or_delivered_is_not_sent_again(losing: Losing) -> None:
    paid = handlers._collection("pictures")
    with pytest.raises(BotoCoreError):
        paid.index("Ann/1.png", "Ann")
    assert losing.calls == 1
    with pytest.raises(BotoCoreError):
        paid.search("face", "Ann", 50)
    assert losing.calls == 2
    with pytest.raises(BotoCoreError):
        handlers._client("sns").publish(TopicArn="arn:aws:sns:eu-west-1:123456789012:pairs", Message="once")
    assert losing.calls == 3
    with pytest.raises(BotoCoreError):
        handlers._client("s3vectors").delete_vectors(
            indexArn="arn:aws:s3vectors:eu-west-1:123456789012:bucket/faces/index/faces", keys=["f"]
        )
    assert losing.calls > 4  # what costs nothing and may be repeated is


@pytest.mark.usefixtures("cloud")
def test_a_service_that_is_not_reached_is_tried_again(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    with socket.socket() as gone:
        gone.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{gone.getsockname()[1]}")
        with pytest.raises(EndpointConnectionError):
            handlers._collection("pictures").index("Ann/1.png", "Ann")
    assert len(pauses) == 7
    assert max(pauses) <= 20


def test_a_service_that_has_too_much_to_do_is_tried_again(pauses: list[float]) -> None:
    with rekognition_server(PaintedEngine()) as server:
        client = server.client()
        client.create_collection(CollectionId="c")
        data = painted((100, 90, 120, (200, 30, 30)))
        paid = RekognitionCollection(client, "c", lambda _: {"Bytes": data})
        server.endpoint.faults = Faults(throttle=1.0)
        server.turn = (len(server.calls) + 3, Faults())
        assert len(paid.index("Ann/1.png", "Ann").faces) == 1
        assert len(pauses) == 3
        server.endpoint.faults = Faults(error=1.0)
        with pytest.raises(ClientError, match="InternalServerError"):
            paid.index("Ann/1.png", "Ann")
        assert len(pauses) == 3


@pytest.mark.parametrize(
    ("error", "told"),
    [(ReadTimeoutError(endpoint_url="https://sns"), True), (ConnectTimeoutError(endpoint_url="https://sns"), False)],
)
def test_a_pair_counts_as_told_unless_it_surely_was_not(tmp_path: Path, error: Exception, told: bool) -> None:
    class Topics:
        def publish(self, **_: object) -> None:
            raise error

    notice = Notice(("Ann", "Anne"), frozenset({("1", "2")}), 97.0, ("a", "b"))
    store = FolderStore(str(tmp_path))
    with nullcontext() if told else pytest.raises(NotDelivered):
        handlers._tell([notice], store, Decisions(store), Topic(Topics(), "arn"))
    assert bool(list(store.names("messages/"))) == told


@pytest.mark.usefixtures("cloud")
def test_a_message_that_cannot_be_dealt_with_fails_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    class Room:
        updater: Room

        def update(self, key: str) -> None:
            if key == "Ann/huge.mp4":
                raise MemoryError(key)
            done.append(key)

    room = Room()
    room.updater = room
    monkeypatch.setattr(handlers, "_room", lambda: room)
    batch = [
        {
            "messageId": key,
            "body": json.dumps({"Records": [{"s3": {"bucket": {"name": "pictures"}, "object": {"key": key}}}]}),
        }
        for key in ("Ann/1.png", "Ann/huge.mp4", "Ann/2.png")
    ]
    for number, body in enumerate(("hello", "[]", '{"Records": [{}]}', '{"Records": 3}')):
        batch.insert(1, {"messageId": str(number), "body": body})
    failed = {one["itemIdentifier"] for one in handlers.match({"Records": batch}, None)["batchItemFailures"]}
    assert failed == {"Ann/huge.mp4", "0", "1", "2", "3"}
    assert done == ["Ann/1.png", "Ann/2.png"]
    assert "failed: MemoryError" in caplog.text
    assert "Ann" not in caplog.text.replace("Message Ann/huge.mp4", "")
