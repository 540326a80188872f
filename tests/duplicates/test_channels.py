"""Messages reach people once, on every way there is."""

from __future__ import annotations

import email
import email.policy
import json
import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from facesorter.domain.errors import WrongUse
from facesorter.duplicates.channels import Channel, Desktop, MailFiles, NotDelivered, Topic, Webhook, deliver
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
    for part in ("2 pairs", "97%", "c/Anna/1.jpg", "c/Zoë Anna/2.jpg", 'duplicates same "Anna" "Zoë Anna"'):
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


def test_a_decided_pair_is_not_told_of(desk: Desk, hook: Hook) -> None:
    desk.said.decide("Zoë Anna", "Anna", "different")
    assert desk.deliver(Webhook(hook.address)) == (0, [])
    assert hook.got == []


@pytest.mark.parametrize("address", ["file:///etc/passwd", "example.org", "https://", ""])
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

    def publish(self, **request: Any) -> None:
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
