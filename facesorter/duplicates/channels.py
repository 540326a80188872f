"""Brings messages about pairs of names to people: on the desktop, as e-mail files, to a web address, to SNS.

No message holds a picture. Each goes to each place once, whatever is run again: that it goes is written down before it
does, and taken back only where the place surely did not get it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from contextlib import suppress
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from http.client import HTTPException
from typing import Any, Protocol
from urllib.parse import urlsplit

from facesorter.domain.errors import WrongUse
from facesorter.domain.figures import percent
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.duplicates.notices import SomeDecided, pair_id
from facesorter.duplicates.store import write_whole

Message = Mapping[str, Any]
"""What `Notice.message` makes of a pair."""

_PATIENCE_S = 10
_MOST_SUBJECT = 100
_IN_ADDRESSES = re.compile("[!-~]+")

_log = logging.getLogger(__name__)


class NotDelivered(Exception):
    """The place surely did not get the message; another attempt may help. `reason` is a sentence for the user."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Channel(Protocol):
    """A place that messages are brought to. `id` is the same for the same place."""

    id: str

    def send(self, message: Message) -> None:
        """Bring it there. Raises `NotDelivered`."""
        ...


def subject(message: Message) -> str:
    """A line that says what it is about."""
    one, other = message["Names"]
    return _as_text(_("{one} and {other} may be one person").format(one=one, other=other))


def text(message: Message) -> str:
    """What is needed to act: who, how sure, which two pictures, and what to do."""
    one, other = message["Names"]
    number = message["Matches"]
    both = f"{shlex.quote(one)} {shlex.quote(other)}"
    lines = [
        subject(message) + ".",
        ngettext(
            "{count} pair of faces is alike, with a similarity of {best}.",
            "{count} pairs of faces are alike, the best with a similarity of {best}.",
            number,
        ).format(count=number, best=percent(message["BestSimilarity"])),
        "",
        *(f"{name}: {source}" for name, source in zip(message["Names"], message["Sources"], strict=True)),
        "",
        _("Look at both pictures, then say which it is:"),
        f"facesorter duplicates same {both}",
        f"facesorter duplicates different {both}",
    ]
    return _as_text("\n".join(lines) + "\n")


def _as_text(words: str) -> str:
    """The same without bytes of a file's name that are no UTF-8, which neither mail nor SNS can carry."""
    return words.encode(errors="replace").decode()


class Desktop:
    """Notifications of the desktop. Raises `WrongUse` where nothing shows them."""

    id = "desktop"

    def __init__(self) -> None:
        self._program = shutil.which("osascript" if sys.platform == "darwin" else "notify-send")
        if self._program is None:
            raise WrongUse(
                _("Nothing on this computer shows notifications."),
                _("Install notify-send (the package libnotify-bin), or have messages written with --notify mail:DIR."),
            )

    def send(self, message: Message) -> None:
        """Show it."""
        assert self._program is not None
        what = [subject(message), text(message)]
        if sys.platform == "darwin":
            script = "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run"
            command = [self._program, "-e", script, *what]
        else:
            command = [self._program, "--app-name=FaceSorter", "--", *what]
        try:
            ended = subprocess.run(command, capture_output=True, check=False, timeout=_PATIENCE_S)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired):
            raise NotDelivered(_("The desktop did not show the message.")) from None
        if ended.returncode:
            raise NotDelivered(_("The desktop did not show the message."))


class MailFiles:
    """An .eml file a message, in a folder that is made if it is missing; any mail program opens and sends them."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.id = f"mail:{os.path.realpath(folder)}"

    def send(self, message: Message) -> None:
        """Write it whole."""
        mail = EmailMessage()
        mail["Subject"] = " ".join(subject(message).split())
        mail["Date"] = format_datetime(localtime())
        mail["Message-ID"] = f"<{_name(message)}@facesorter.invalid>"
        mail["X-Unsent"] = "1"
        mail.set_content(text(message))
        try:
            os.makedirs(self._folder, exist_ok=True)
            write_whole(os.path.join(self._folder, f"{_name(message)}.eml"), mail.as_string())
        except OSError as error:
            raise NotDelivered(
                _("{folder} cannot be written to ({reason}).").format(folder=self._folder, reason=error.strerror)
            ) from None


class Webhook:
    """Posts messages as JSON. Raises `WrongUse` for what is no web address."""

    def __init__(self, address: str) -> None:
        if not _is_address(address):
            raise WrongUse(
                _("{address} is not a web address.").format(address=address),
                _("Write one that begins with https://. Spaces and accented letters must be encoded, as in %20."),
            )
        self._address = address
        self.id = f"webhook:{address}"

    def send(self, message: Message) -> None:
        """Post it, with the text to show as `text`; any answer of 200 to 299 is success."""
        body = json.dumps({**message, "Id": _name(message), "text": text(message)}).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "FaceSorter"}
        request = urllib.request.Request(self._address, body, headers)  # noqa: S310 - its scheme was looked at
        opener = urllib.request.build_opener(_NoRedirects)
        try:
            with opener.open(request, timeout=_PATIENCE_S):
                return
        except urllib.error.HTTPError as error:
            with error:
                reason = _("The webhook refused the message with status {status}.").format(status=error.code)
            raise NotDelivered(reason) from None
        except urllib.error.URLError:
            raise NotDelivered(_("The webhook cannot be reached.")) from None
        except (OSError, HTTPException) as error:
            _may_be_lost(error)


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host, _port = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and _IN_ADDRESSES.fullmatch(address) is not None


def _may_be_lost(error: Exception) -> None:
    """Nobody knows whether a message arrived; never twice is what was promised."""
    _log.warning("A message may not have been delivered: %s", type(error).__name__)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows nowhere: it would ask with GET, and bring nothing."""

    def http_error_302(self, *_: Any, **__: Any) -> None:
        """Leave the answer to whoever reports errors."""

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


class Publisher(Protocol):
    """What is needed of boto3's client of SNS."""

    def publish(self, **request: Any) -> Any: ...


class Topic:
    """Publishes messages to a topic of SNS."""

    def __init__(self, client: Publisher, arn: str) -> None:
        self._client = client
        self._arn = arn
        self.id = f"sns:{arn}"

    def send(self, message: Message) -> None:
        """Publish it, with the names as attributes that subscriptions can filter by."""
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
        from botocore.parsers import ResponseParserError

        plain = " ".join(subject(message).split()).encode("ascii", "replace").decode()
        names = {"DataType": "String.Array", "StringValue": json.dumps(message["Names"])}
        try:
            self._client.publish(
                TopicArn=self._arn,
                Subject=plain[:_MOST_SUBJECT],
                Message=text(message),
                MessageAttributes={"Names": names},
            )
        except (HTTPClientError, ResponseParserError) as error:
            _may_be_lost(error)
        except (BotoCoreError, ClientError) as error:
            raise NotDelivered(_("SNS refused the message: {reason}").format(reason=error)) from error


def deliver(folder: str, outbox: str, channels: Iterable[Channel], decided: SomeDecided) -> tuple[int, list[str]]:
    """Bring what lies in `outbox` to every channel that did not get it; `folder` remembers what went where.

    Pairs that were decided are not announced any more. Returns how many were brought, and the reasons why others were
    not; a channel that fails is left alone until the next call.
    """
    sent, reasons = 0, list[str]()
    channels = list(channels)
    if not channels:
        return sent, reasons
    waiting = [message for message in _messages(outbox) if decided.of(_pair(message)) is None]
    for channel in channels:
        known = os.path.join(folder, hashlib.sha256(channel.id.encode()).hexdigest()[:16])
        os.makedirs(known, exist_ok=True)
        for message in waiting:
            mark = os.path.join(known, _name(message))
            try:
                os.close(os.open(mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            except FileExistsError:
                continue
            try:
                channel.send(message)
            except NotDelivered as error:
                with suppress(FileNotFoundError):
                    os.unlink(mark)
                reasons.append(error.reason)
                break
            sent += 1
    return sent, reasons


def _messages(outbox: str) -> Iterable[Message]:
    for name in sorted(os.listdir(outbox)):
        if name.endswith(".json"):
            with open(os.path.join(outbox, name), "rb") as file:
                content = file.read()
            try:
                message = json.loads(content)
                _pair(message)
            except (ValueError, LookupError, TypeError):
                _log.warning("A message cannot be read: %s", name)
            else:
                yield message


def _pair(message: Message) -> tuple[str, str]:
    one, other = message["Names"]
    return one, other


def _name(message: Message) -> str:
    return pair_id(_pair(message))
