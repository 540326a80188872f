"""Moto as a program, `python moto_program.py PORT`, whose conditional writes are all or nothing, as those of S3 are.

It writes no line a call, and does not count a queue's messages for each one that it hands out.
"""

from __future__ import annotations

import logging
import sys
import threading
from typing import Any, cast

from moto.core.utils import unix_time
from moto.s3.responses import S3Response
from moto.server import main
from moto.sqs.models import Message, SQSBackend

_one_at_a_time = threading.Lock()
_put_object = S3Response.put_object


def _locked(self: S3Response, *arguments: Any) -> Any:
    with _one_at_a_time:  # moto looks first and writes later
        return _put_object(self, *arguments)


def _still_kept(self: SQSBackend, queue_name: str, message: Message) -> bool:
    kept_seconds = cast("Any", self.get_queue(queue_name)).message_retention_period  # an attribute set by name
    return message.sent_timestamp is not None and unix_time() < kept_seconds + message.sent_timestamp / 1000


S3Response.put_object = _locked  # type: ignore[method-assign]

SQSBackend.is_message_valid_based_on_retention_period = _still_kept  # type: ignore[method-assign]

if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
