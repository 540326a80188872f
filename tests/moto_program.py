"""Moto as a program, `python moto_program.py PORT`, whose conditional writes are all or nothing, as those of S3 are."""

from __future__ import annotations

import sys
import threading
from typing import Any

from moto.s3.responses import S3Response
from moto.server import main

_one_at_a_time = threading.Lock()
_put_object = S3Response.put_object


def _locked(self: S3Response, *arguments: Any) -> Any:
    with _one_at_a_time:  # moto looks first and writes later
        return _put_object(self, *arguments)


S3Response.put_object = _locked  # type: ignore[method-assign]

if __name__ == "__main__":
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
