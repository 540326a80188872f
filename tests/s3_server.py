"""An S3 service on this computer (moto's server) with an empty bucket `photos`, for tests.

Moto does not look at the conditions of `CopyObject`, as other servers may not. `Copies` makes it look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote
from urllib.request import Request, urlopen

import boto3
from moto.s3.exceptions import PreconditionFailed, S3ClientError
from moto.s3.responses import S3Response
from moto.server import ThreadedMotoServer

BUCKET = "photos"


class Refusal(S3ClientError):
    """What the server may answer to a copy."""

    def __init__(self, code: str, status: int) -> None:
        self.code, self.status_code = code, status
        super().__init__("It is refused by a test.")


class Copies:
    """How the servers answer `CopyObject`: if `honored`, they look at its conditions, as Amazon documents it.

    `meanwhile` is called with the key of each copy before anything is looked at, and may raise a `Refusal`.
    """

    def __init__(self, honored: bool) -> None:
        self.honored = self.source_honored = honored
        self.meanwhile: Callable[[str], object] = lambda _: None

    def answer(self, response: S3Response) -> Any:
        headers, key = response.headers, response.parse_key_name()
        self.meanwhile(key)
        is_taken = response.backend.get_object(response.bucket_name, key) is not None
        if self.honored and is_taken and headers.get("If-None-Match") == "*":
            raise PreconditionFailed("If-None-Match")
        if self.source_honored:
            bucket, _, source_key = unquote(headers["x-amz-copy-source"]).lstrip("/").partition("/")
            source = response.backend.get_object(bucket, source_key)
            if source is not None and headers.get("x-amz-copy-source-if-match", source.etag) != source.etag:
                raise PreconditionFailed("x-amz-copy-source-If-Match")
        return _copy_object(response)


_copy_object = S3Response.copy_object


@contextmanager
def conditions_of_copies(honored: bool) -> Iterator[Copies]:
    """Whether the servers of this process look at the conditions of `CopyObject`."""
    copies = Copies(honored)

    def copy_object(response: S3Response) -> Any:
        return copies.answer(response)

    with patch.object(S3Response, "copy_object", copy_object):
        yield copies


@contextmanager
def s3_server() -> Iterator[tuple[str, Any]]:
    """Its address, and a client of it."""
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    address = f"http://{host}:{port}"
    with urlopen(Request(f"{address}/moto-api/reset", method="POST")):
        pass  # every server of a process shares one state
    client = boto3.client(
        "s3", endpoint_url=address, region_name="eu-west-1", aws_access_key_id="any", aws_secret_access_key="any"
    )
    try:
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield address, client
    finally:
        client.close()
        moto.stop()
