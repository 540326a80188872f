"""An S3 service on this computer (moto's server) with an empty bucket `photos`, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import Request, urlopen

import boto3
from moto.server import ThreadedMotoServer

BUCKET = "photos"


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
