"""Hostile and clumsy clients on real sockets: what they get, and that everybody else goes on being answered."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from painted import ANNA, PaintedEngine, painted
from rekognition_server import KEY, RekognitionServer, rekognition_server
from test_access import signed

from facesorter.endpoint.limits import LIMITS
from facesorter.endpoint.room import Patience

PICTURE = painted((100, 90, 120, ANNA))
MEGABYTE = 1_000_000


def connected(server: RekognitionServer) -> socket.socket:
    address = urlsplit(server.address)
    return socket.create_connection((address.hostname, address.port), timeout=20)


def head(length: int | str | None, *more: str, target: str = "DetectFaces", host: str = "127.0.0.1") -> bytes:
    """The head of a POST that announces so many bytes."""
    lines = ["POST / HTTP/1.1", f"Host: {host}", f"X-Amz-Target: RekognitionService.{target}", *more]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return "\r\n".join([*lines, "", ""]).encode()


def answer_of(connection: socket.socket) -> tuple[int, Any]:
    """Status and JSON of the one answer that comes before the server ends the connection, or falls silent."""
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while more := connection.recv(1 << 16):
            data += more
            top, _, body = data.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", top)
            if length and len(body) >= int(length[1]):
                break
    top, _, body = data.partition(b"\r\n\r\n")
    return int(top.split()[1]), json.loads(body)


def seconds_of_a_call(server: RekognitionServer) -> float:
    """How long an ordinary client waits for a picture of 5 MB to be looked at; of three, the quickest."""
    seconds: list[float] = []
    for _ in range(3):
        client = server.client(connect_timeout=30, read_timeout=30)
        began = time.monotonic()
        assert len(client.detect_faces(Image={"Bytes": PICTURE + bytes(5_000_000)})["FaceDetails"]) == 1
        seconds.append(time.monotonic() - began)
    return min(seconds)


@pytest.fixture
def guarded() -> Iterator[RekognitionServer]:
    with rekognition_server(PaintedEngine(), key=KEY) as running:
        yield running


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[RekognitionServer]:
    """A server whose deadlines are over soon."""
    limits = replace(LIMITS, idle_s=0.5, head_s=0.5, body_s=0.5, linger_s=0.2)
    monkeypatch.setattr("facesorter.endpoint.server.LIMITS", limits)
    with rekognition_server(PaintedEngine()) as running:
        yield running


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Iterator[RekognitionServer]:
    """A server with room for 20 MB of bodies and for 8 connections."""
    limits = replace(LIMITS, room_bytes=20 * MEGABYTE, connections=8, patience=Patience(waiting_s=1))
    monkeypatch.setattr("facesorter.endpoint.server.LIMITS", limits)
    with rekognition_server(PaintedEngine()) as running:
        yield running


def test_slow_heads_hold_nobody_up(server: RekognitionServer) -> None:
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connected(server)) for _ in range(100)]
        for connection in slow:
            connection.sendall(head(None, "X-Slow: 1")[:-2])
        for connection in slow:
            connection.sendall(b"X-Slower: 1\r\n")
        assert seconds_of_a_call(server) < 1


@pytest.mark.parametrize("announced", [60_000, 5 * MEGABYTE, 30 * MEGABYTE])
def test_half_sent_bodies_hold_nobody_up(server: RekognitionServer, announced: int) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(40):
            connection = stack.enter_context(connected(server))
            connection.sendall(head(announced) + bytes(50_000))
        assert seconds_of_a_call(server) < 1


def test_trickling_bodies_give_way(narrow: RekognitionServer) -> None:
    with connected(narrow) as trickling:
        trickling.sendall(head(18 * MEGABYTE) + bytes(100_000))
        with ThreadPoolExecutor(1) as threads:
            client = narrow.client()
            call = threads.submit(client.detect_faces, Image={"Bytes": PICTURE + bytes(4_000_000)})
            with contextlib.suppress(ConnectionError):
                while not call.done():
                    trickling.sendall(bytes(1000))
                    time.sleep(0.02)
            assert call.result()["FaceDetails"]
        status, answer = answer_of(trickling)
    assert (status, answer["__type"]) == (503, "ServiceUnavailableException")
    assert "Try again" in answer["Message"]


def test_who_finds_no_room_is_told_and_boto3_tries_again(narrow: RekognitionServer) -> None:
    with connected(narrow) as large, connected(narrow) as larger, ThreadPoolExecutor(1) as threads:
        large.sendall(head(18 * MEGABYTE))
        sending = threads.submit(send_steadily, large, 18 * MEGABYTE, seconds=3.0)
        time.sleep(0.2)
        larger.sendall(head(19 * MEGABYTE))
        assert answer_of(larger)[0] == 503
        client = narrow.client(retries={"mode": "standard", "total_max_attempts": 10})
        assert client.detect_faces(Image={"Bytes": PICTURE + bytes(4_000_000)})["FaceDetails"]
        sending.result()
        assert answer_of(large)[1]["__type"] == "SerializationException"  # it was read to its end


def send_steadily(connection: socket.socket, size: int, seconds: float) -> None:
    for _ in range(60):
        connection.sendall(bytes(size // 60))
        time.sleep(seconds / 60)


def test_bodies_beyond_the_limit_are_refused_from_their_heads(server: RekognitionServer) -> None:
    def send(_: int) -> tuple[int, Any]:
        with connected(server) as connection:
            connection.sendall(head(60 * MEGABYTE))
            answer = answer_of(connection)
            with contextlib.suppress(ConnectionError):
                for _ in range(60):
                    connection.sendall(bytes(MEGABYTE))
            return answer

    with ThreadPoolExecutor(12) as threads:
        sent = threads.map(send, range(12))
        assert seconds_of_a_call(server) < 1
        assert {(status, answer["__type"]) for status, answer in sent} == {(413, "RequestEntityTooLargeException")}


def test_unsigned_bodies_are_not_read(guarded: RekognitionServer) -> None:
    for announced, code in ((5 * MEGABYTE, "MissingAuthenticationTokenException"), (2, None)):
        with connected(guarded) as connection:
            connection.sendall(head(announced))  # and not a byte of the body
            if code is None:
                connection.sendall(b"{}")
            assert answer_of(connection)[1]["__type"] == (code or "MissingAuthenticationTokenException")
    assert [call.body for call in guarded.calls] == [b"", b"{}"]


def test_a_stale_or_foreign_signature_ends_before_the_body(guarded: RekognitionServer) -> None:
    request = signed(b"{}", "RekognitionService.DetectFaces")
    for old, new, code in (
        (KEY.access_key, "AKIDOTHER", "UnrecognizedClientException"),
        (request.headers["x-amz-date"], "20200101T000000Z", "InvalidSignatureException"),
    ):
        lines = [f"{name}: {value.replace(old, new)}" for name, value in request.headers.items() if name != "host"]
        with connected(guarded) as connection:
            connection.sendall(
                "\r\n".join(
                    ["POST / HTTP/1.1", "Host: 127.0.0.1:1", *lines, "Content-Length: 5000000", "", ""]
                ).encode()
            )
            assert answer_of(connection)[1]["__type"] == code


@pytest.mark.parametrize(
    "sent",
    [
        head("-5"), head("5.0"), head("5x"), head("+5"), head("5, 6"), head(""), head("9" * 40),
        head(5, "Content-Length: 6"), head(5, "Transfer-Encoding: chunked"),
        head(None, "Transfer-Encoding: gzip"), head(None, "Transfer-Encoding: chunked, chunked"),
        head(None, "Transfer-Encoding: chunked") + b"-5\r\nhello\r\n0\r\n\r\n",
        head(None, "Transfer-Encoding: chunked") + b"xyz\r\nhello\r\n0\r\n\r\n",
        head(None, "Transfer-Encoding: chunked") + b"5\r\nhello world\r\n0\r\n\r\n",
        head(None, "Transfer-Encoding: chunked") + b"0x5\r\nhello\r\n0\r\n\r\n",
        head(None, "Transfer-Encoding: chunked") + b"f" * 21 + b"\r\nhello\r\n",
        head(None, "Transfer-Encoding: chunked") + b"5;" + b"x" * 20_000,
        head(None, "X: " + "x" * 40_000), head(None, "X" * 40_000), head(None, "no colon"),
        head(None, "Bad\0name: 1"), head(2, "Host: b") + b"{}",
        b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"\0" * 20_000,
    ],
)  # fmt: skip
def test_what_is_no_http_is_refused(server: RekognitionServer, sent: bytes) -> None:
    with connected(server) as connection:
        connection.sendall(sent)
        status, answer = answer_of(connection)
    assert status in {400, 413, 431, 501}
    assert answer["__type"] in {"SerializationException", "RequestEntityTooLargeException"}
    assert server.client().list_collections()["CollectionIds"] == []


def test_proper_chunks_are_read(server: RekognitionServer) -> None:
    body = json.dumps({"Image": {"Bytes": base64.b64encode(PICTURE).decode()}}).encode()
    chunks = b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in (body[:10], body[10:]))
    with connected(server) as connection:
        connection.sendall(head(None, "Transfer-Encoding: chunked") + chunks + b"0\r\nTrailer: x\r\n\r\n")
        status, answer = answer_of(connection)
    assert (status, len(answer["FaceDetails"])) == (200, 1)


def test_endless_chunks_end(server: RekognitionServer) -> None:
    chunk = b"100000\r\n" + bytes(0x100000) + b"\r\n"
    with connected(server) as connection:
        connection.sendall(head(None, "Transfer-Encoding: chunked"))
        with contextlib.suppress(ConnectionError):
            for _ in range(40):
                connection.sendall(chunk)
        assert answer_of(connection)[0] == 413


def test_a_client_that_asks_first_is_told_to_go_on(guarded: RekognitionServer) -> None:
    """curl does so with pictures of more than a megabyte."""
    with connected(guarded) as connection:
        connection.sendall(head(5 * MEGABYTE, "Expect: 100-continue"))
        assert answer_of(connection)[0] == 400  # unsigned: it is not told to
    with rekognition_server(PaintedEngine()) as server, connected(server) as connection:
        connection.sendall(head(70_000, "Expect: 100-continue"))
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"{}" + b" " * 69_998)
        assert answer_of(connection)[1]["__type"] == "ValidationException"


@pytest.mark.parametrize("sent", [head(None)[:-2], head(10) + b"{", head(MEGABYTE) + b"{"])
def test_a_request_has_a_deadline(hurried: RekognitionServer, sent: bytes) -> None:
    with connected(hurried) as connection:
        connection.sendall(sent)
        status, answer = answer_of(connection)
    assert (status, answer["__type"]) == (408, "RequestTimeoutException")


def test_a_silent_connection_is_closed_without_a_word(hurried: RekognitionServer) -> None:
    with connected(hurried) as connection:
        assert connection.recv(100) == b""


def test_a_newcomer_takes_the_place_of_the_most_silent(narrow: RekognitionServer) -> None:
    with contextlib.ExitStack() as stack:
        silent = [stack.enter_context(connected(narrow)) for _ in range(8)]
        time.sleep(0.2)
        assert seconds_of_a_call(narrow) < 1
        with contextlib.suppress(ConnectionResetError):
            assert silent[0].recv(100) == b""
        silent[7].sendall(head(2, target="ListCollections") + b"{}")
        assert answer_of(silent[7])[0] == 200


def test_requests_in_a_row_are_answered_in_turn(server: RekognitionServer) -> None:
    one = head(2, target="ListCollections") + b"{}"
    with connected(server) as connection:
        connection.sendall(one * 3 + head("-5"))
        received = b""
        while received.count(b"HTTP/1.1") < 4 and (more := connection.recv(1 << 16)):
            received += more
    assert re.findall(rb"HTTP/1.1 (\d+)", received) == [b"200", b"200", b"200", b"400"]


def test_clients_that_go_away_leave_nothing(server: RekognitionServer) -> None:
    for sent in (b"", b"POST", head(None)[:-2], head(MEGABYTE) + b"{", head(2) + b"{}"):
        with connected(server) as connection:
            connection.sendall(sent)
    deadline = time.monotonic() + 5
    while server.endpoint._server._visitors and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not server.endpoint._server._visitors
    assert server.endpoint._server._room._taken == 0
