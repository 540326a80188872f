"""Builds an endpoint from an engine and what the user asked for."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3

from facesorter.domain.errors import WrongUse
from facesorter.endpoint.collections import Collections
from facesorter.endpoint.faults import NO_FAULTS, Faults
from facesorter.endpoint.memory import Memory
from facesorter.endpoint.objects import FolderObjects, NoObjects, ObjectSource, S3Objects
from facesorter.endpoint.pictures import PictureReader, RecallingEngine
from facesorter.endpoint.server import Endpoint
from facesorter.endpoint.service import Service
from facesorter.endpoint.signature import AccessKey
from facesorter.engines.local.amazon_scale import as_amazon

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ACCESS_KEY, SECRET = "FACESORTER_ENDPOINT_ACCESS_KEY", "FACESORTER_ENDPOINT_SECRET"
"""The environment variables that hold the key callers must sign with; a command line could be read by others."""


@dataclass(frozen=True, slots=True)
class EndpointOptions:
    """Where to listen and what to stand on; `collections` is the path of their file, made if missing."""

    collections: str
    host: str = "127.0.0.1"
    port: int = 0
    s3_folder: str | None = None
    faults: Faults = NO_FAULTS


@contextmanager
def opened(engine: RecallingEngine, options: EndpointOptions, environment: Mapping[str, str]) -> Generator[Endpoint]:
    """An endpoint that holds its port and is ready to `run`. Raises `UserError`."""
    key = _key(environment)
    collections = Collections(options.collections)
    try:
        reader = PictureReader(engine, _objects(options, environment), Memory(collections.database))
        service = Service(reader, collections, as_amazon)
        endpoint = Endpoint(service, host=options.host, port=options.port, key=key, faults=options.faults)
        try:
            yield endpoint
        finally:
            endpoint.stop()
    finally:
        collections.close()


def _key(environment: Mapping[str, str]) -> AccessKey | None:
    access_key, secret = environment.get(ACCESS_KEY), environment.get(SECRET)
    if access_key and secret:
        return AccessKey(access_key, secret)
    if access_key or secret:
        raise WrongUse(f"{ACCESS_KEY} and {SECRET} are needed together.", "Set both, or neither.")
    return None


def _objects(options: EndpointOptions, environment: Mapping[str, str]) -> ObjectSource:
    """The folder, else the S3 service that botocore's own variables name; never Amazon's S3 unasked."""
    if options.s3_folder is not None:
        return FolderObjects(options.s3_folder)
    if environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL"):
        client: S3Client = boto3.client("s3")  # pyright: ignore[reportUnknownMemberType]
        return S3Objects(client)
    return NoObjects()
