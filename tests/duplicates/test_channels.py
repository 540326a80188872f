"""Messages reach people once, on every way there is."""

from __future__ import annotations

import email
import email.policy
import json
import os
import shlex
import socketserver
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from facesorter.domain.errors import WrongUse
from facesorter.duplicates.channels import Channel, Desktop, MailFiles, NotDelivered, Topic, Webhook, deliver, text
from facesorter.duplicates.decisions import Decisions
from facesorter.duplicates.notices import FolderOutbox, Notice
from facesorter.duplicates.store import FolderStore


def notice(one: str = "Anna", other: str = "Zoë Anna") -> Notice:
    return Notice((one, other), frozenset({("1", "2"), ("1", "3")}), 97.39, (f"c/{one}/1.jpg", f"c/{other}/2.jpg"))


class Desk:
    """An outbox with one message, and what was said of pairs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said = Decisions(FolderStore(str(folder)))
        self.outbox = FolderOutbox(str(folder / "outbox"))
        self.outbox.post(notice())

    def deliver(self, *channels: Channel) -> tuple[int, list[str]]:
        return deliver(str(self.folder / "delivered"), str(self.folder / "outbox"), channels, self.said)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


class Hook(HTTPServer):
    """Remembers what is posted to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.got: list[dict[str, Any]] = []
        self.status = 204

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class _Answering(BaseHTTPRequestHandler):
    server: Hook  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_an_e_mail_file_says_what_is_needed_to_act(desk: Desk, tmp_path: Path) -> None:
    assert desk.deliver(MailFiles(str(tmp_path / "mail"))) == (1, [])
    (file,) = (tmp_path / "mail").iterdir()
    assert file.suffix == ".eml"
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert mail["Subject"] == "Anna and Zoë Anna may be one person"
    assert not list(mail.iter_attachments())
    body = mail.get_content()
    for part in ("2 pairs", "97%", "c/Anna/1.jpg", "c/Zoë Anna/2.jpg", "duplicates same Anna 'Zoë Anna'\n"):
        assert part in body


def test_each_place_gets_each_message_once(desk: Desk, hook: Hook, tmp_path: Path) -> None:
    assert desk.deliver(Webhook(hook.address)) == (1, [])
    assert desk.deliver(Webhook(hook.address), MailFiles(str(tmp_path / "mail"))) == (1, [])
    assert desk.deliver(Webhook(hook.address), MailFiles(str(tmp_path / "mail"))) == (0, [])
    desk.outbox.post(notice("Ben", "Carol"))
    assert desk.deliver(Webhook(hook.address)) == (1, [])
    assert [message["Names"] for message in hook.got] == [["Anna", "Zoë Anna"], ["Ben", "Carol"]]
    assert "may be one person" in hook.got[0]["text"]


@pytest.mark.parametrize("status", [302, 404, 503])
def test_what_was_refused_is_tried_again_the_next_time(desk: Desk, hook: Hook, status: int) -> None:
    desk.outbox.post(notice("Ben", "Carol"))
    hook.status = status
    sent, (reason,) = desk.deliver(Webhook(hook.address))
    assert (sent, len(hook.got)) == (0, 1)  # who refuses one is not asked about the next
    assert str(status) in reason
    hook.status = 200
    assert desk.deliver(Webhook(hook.address)) == (2, [])


def test_a_webhook_that_is_not_there_is_told_and_tried_again(desk: Desk, hook: Hook) -> None:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as gone:
        address = f"http://127.0.0.1:{gone.server_port}/"
    sent, reasons = desk.deliver(Webhook(address), Webhook(hook.address))
    assert (sent, reasons) == (1, ["The webhook cannot be reached."])


@contextmanager
def answering(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers all alike and ends the connection; its address, and what it got."""
    got: list[bytes] = []

    class Answering(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            got.append(self.request.recv(65536))
            self.request.sendall(answer)

    with socketserver.TCPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", got
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n\r\n"])
def test_what_may_have_arrived_is_not_sent_again(desk: Desk, answer: bytes) -> None:
    with answering(answer) as (address, got):
        assert desk.deliver(Webhook(address)) == (1, [])
        assert desk.deliver(Webhook(address)) == (0, [])
    assert len(got) == 1


def test_a_webhook_whose_connection_takes_too_long_is_tried_again(
    desk: Desk, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def times_out(*_: object) -> None:
        raise TimeoutError

    with monkeypatch.context() as patched:
        patched.setattr("socket.create_connection", times_out)
        patched.setattr("http.client.HTTPConnection.connect", times_out)
        assert desk.deliver(Webhook(hook.address)) == (0, ["The webhook cannot be reached."])
    assert desk.deliver(Webhook(hook.address)) == (1, [])


def test_names_that_are_no_text_reach_mail_and_topics(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "outbox" / f"{notice().id}.json").unlink()
    desk.outbox.post(notice(os.fsdecode(b"Jos\xe9")))
    topics = FakeTopics()
    assert desk.deliver(MailFiles(str(tmp_path / "mail")), Topic(topics, "arn")) == (2, [])
    (file,) = (tmp_path / "mail").iterdir()
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert mail["Subject"] == "Jos? and Zoë Anna may be one person"
    topics.got[0]["Message"].encode()


def test_a_message_that_cannot_be_read_stops_no_other(desk: Desk, hook: Hook, tmp_path: Path) -> None:
    for name, content in (("0", bytes(100)), ("1", b"{}"), ("2", b'{"Names": ["Ann'), ("3", b'"\xff"'), ("4", b"[]")):
        (tmp_path / "outbox" / f"{name}.json").write_bytes(content)
    assert desk.deliver() == (0, [])
    assert desk.deliver(Webhook(hook.address)) == (1, [])


def test_without_a_channel_no_message_is_looked_at(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "outbox" / f"{notice().id}.json").unlink()
    (tmp_path / "outbox").rmdir()
    assert desk.deliver() == (0, [])


def test_the_commands_to_paste_take_a_name_for_nothing_else() -> None:
    names = ['Ann"; touch x; "', "$(touch x)"]
    told = text({"Names": names, "Matches": 1, "BestSimilarity": 90.0, "Sources": ["a", "b"]})
    same, different = told.splitlines()[-2:]
    assert shlex.split(same) == ["facesorter", "duplicates", "same", *names]
    assert shlex.split(different) == ["facesorter", "duplicates", "different", *names]


def test_a_decided_pair_is_not_told_of(desk: Desk, hook: Hook) -> None:
    desk.said.decide("Zoë Anna", "Anna", "different")
    assert desk.deliver(Webhook(hook.address)) == (0, [])
    assert hook.got == []


@pytest.mark.parametrize(
    "address", [
        "file:///etc/passwd", "example.org", "https://", "", "http://a b/", "http://127.0.0.1/a b", "http://a..b/",
        "http://127.0.0.1/ä", "http://[x/", "http://127.0.0.1:x/", "http://127.0.0.1:99999/", "http://a/\n",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(WrongUse, match="not a web address"):
        Webhook(address)


def test_the_desktops_notifier_gets_the_words(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WrongUse, match="shows notifications"):
        Desktop()
    program = tmp_path / "notify-send"
    program.write_text('#!/bin/sh\nfor word; do echo "[$word]"; done > "$0.said"\nexit $(/bin/cat "$0.code")\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "notify-send.code").write_text("1")
    assert desk.deliver(Desktop()) == (0, ["The desktop did not show the message."])
    (tmp_path / "notify-send.code").write_text("0")
    assert desk.deliver(Desktop()) == (1, [])
    said = (tmp_path / "notify-send.said").read_text()
    assert "[--]\n[Anna and Zoë Anna may be one person]\n" in said
    assert "97%" in said


class FakeTopics:
    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.refuse = False
        self.error: Exception | None = None

    def publish(self, **request: Any) -> None:
        if self.error:
            self.got.append(request)
            raise self.error
        if self.refuse:
            raise ClientError({"Error": {"Code": "AuthorizationError", "Message": "no"}}, "Publish")
        self.got.append(request)


def test_a_topic_gets_a_subject_it_can_take() -> None:
    topics = FakeTopics()
    topic = Topic(topics, "arn:aws:sns:eu-west-1:000000000000:faces")
    topic.send(notice("Zoë\n" + "x" * 200, "Ben").message())
    (got,) = topics.got
    assert len(got["Subject"]) == 100
    assert got["Subject"].isascii()
    assert "\n" not in got["Subject"]
    topics.refuse = True
    with pytest.raises(NotDelivered, match="AuthorizationError"):
        topic.send(notice().message())


@pytest.mark.parametrize(
    ("error", "sent"),
    [
        (ReadTimeoutError(endpoint_url="https://sns"), 1),
        (ConnectionClosedError(endpoint_url="https://sns"), 1),
        (ResponseParserError("no answer of SNS"), 1),
        (ConnectTimeoutError(endpoint_url="https://sns"), 0),
        (EndpointConnectionError(endpoint_url="https://sns"), 0),
        (NoCredentialsError(), 0),
    ],
)
def test_a_topic_is_told_again_only_where_it_was_surely_not_told(desk: Desk, error: Exception, sent: int) -> None:
    topics = FakeTopics()
    topics.error = error
    topic = Topic(topics, "arn:aws:sns:eu-west-1:000000000000:faces")
    assert desk.deliver(topic)[0] == sent
    topics.error = None
    assert desk.deliver(topic) == (1 - sent, [])
