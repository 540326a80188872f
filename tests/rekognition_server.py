"""A running endpoint for tests, and clients whose every answer is checked against botocore's model of Rekognition.

with rekognition_server(engine) as server:
    server.client().compare_faces(...)
    server.endpoint.faults = Faults(throttle=0.3)
    assert server.billed() == {"CompareFaces": 1}
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from facesorter.endpoint.collections import Collections
from facesorter.endpoint.faults import NO_FAULTS, Faults
from facesorter.endpoint.memory import Memory
from facesorter.endpoint.objects import NoObjects, ObjectSource
from facesorter.endpoint.pictures import PictureReader, RecallingEngine
from facesorter.endpoint.server import Call, Endpoint
from facesorter.endpoint.service import BILLED, Service
from facesorter.endpoint.signature import AccessKey

_SESSION = boto3.Session()  # reads the model of the service once
KEY = AccessKey("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")


def aws_environment(folder: Path, rekognition: str, others: str = "") -> dict[str, str]:
    """Leads clients of AWS to services on this computer, by their addresses; `folder` holds no configuration of AWS."""
    return {
        "AWS_ENDPOINT_URL_REKOGNITION": rekognition,
        **({"AWS_ENDPOINT_URL": others} if others else {}),
        "AWS_ACCESS_KEY_ID": KEY.access_key,
        "AWS_SECRET_ACCESS_KEY": KEY.secret,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_CONFIG_FILE": str(folder / "no-config"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@dataclass
class RekognitionServer:
    """The endpoint, its address and every call it answered."""

    endpoint: Endpoint
    calls: list[Call] = field(default_factory=list)
    turn: tuple[int, Faults] | None = None
    """After so many calls, these faults."""

    def hear(self, call: Call) -> None:
        """Note a call that was answered."""
        self.calls.append(call)
        if self.turn is not None and len(self.calls) >= self.turn[0]:
            self.endpoint.faults = self.turn[1]
            self.turn = None

    @property
    def address(self) -> str:
        return self.endpoint.address

    def billed(self) -> Counter[str]:
        """How many calls AWS would charge for, by operation."""
        return Counter(call.operation for call in self._paid())

    def billed_twice(self) -> int:
        """How many of them asked the very same again."""
        return sum(Counter(call.body for call in self._paid()).values()) - len({call.body for call in self._paid()})

    def _paid(self) -> list[Call]:
        return [call for call in self.calls if call.operation in BILLED and call.outcome == "OK"]

    def client(self, key: AccessKey = KEY, region: str = "eu-west-1", **options: Any) -> Any:
        """An ordinary boto3 client that tries once, and fails the test if an answer is not as the model says."""
        client = _SESSION.client(
            "rekognition",
            endpoint_url=self.address,
            region_name=region,
            aws_access_key_id=key.access_key,
            aws_secret_access_key=key.secret,
            config=Config(**{"retries": {"total_max_attempts": 1}, "max_pool_connections": 32} | options),
        )
        client.meta.events.register("after-call.rekognition", check_answer)
        return client


def refusal(error: ClientError) -> tuple[str, int]:
    """The code of an answer that refuses a call, and its HTTP status."""
    response = cast("dict[str, Any]", error.response)
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


@contextmanager
def rekognition_server(
    engine: RecallingEngine,
    *,
    collections: str = ":memory:",
    objects: ObjectSource | None = None,
    key: AccessKey | None = None,
    faults: Faults = NO_FAULTS,
    scale: Callable[[float], float] = float,
) -> Iterator[RekognitionServer]:
    """Serve this engine on a thread, on a free loopback port; its similarities as they are, unless `scale` is given."""
    stored = Collections(collections)
    reader = PictureReader(engine, objects or NoObjects(), Memory(stored.database))
    service = Service(reader, stored, scale)
    server = RekognitionServer(Endpoint(service, key=key, faults=faults, on_call=lambda call: server.hear(call)))  # noqa: PLW0108  (not bound yet)
    try:
        with server.endpoint.running():
            yield server
    finally:
        stored.close()


def check_answer(http_response: Any, model: OperationModel, **_: Any) -> None:
    """What came over the wire has only the members of the model, with its types, ranges and patterns."""
    assert re.fullmatch(r"[0-9a-f-]{36}", http_response.headers["x-amzn-RequestId"])
    if http_response.status_code == 200 and http_response.headers["Content-Type"] == "application/x-amz-json-1.1":
        _check(model.output_shape, json.loads(http_response.content), model.name)


def _check(shape: Shape | None, value: Any, path: str) -> None:
    assert shape is not None
    limits = shape.metadata
    match shape:
        case StructureShape():
            assert isinstance(value, dict), path
            assert set(value) <= set(shape.members), f"{path} has {set(value) - set(shape.members)}"
            assert set(shape.required_members) <= set(value), path
            for name, item in value.items():
                _check(shape.members[name], item, f"{path}.{name}")
        case ListShape():
            assert isinstance(value, list), path
            # The model reuses the request's list of ids, at least one, for the answer's, which may be empty.
            assert len(value) >= limits.get("min", 0) or path == "DeleteFaces.DeletedFaces", path
            assert len(value) <= limits.get("max", len(value)), path
            for number, item in enumerate(value):
                _check(shape.member, item, f"{path}[{number}]")
        case MapShape():
            assert isinstance(value, dict), path
            for key, item in value.items():
                _check(shape.key, key, f"{path}.{key}")
                _check(shape.value, item, f"{path}.{key}")
        case _ if shape.type_name == "string":
            assert isinstance(value, str), path
            assert limits.get("min", 0) <= len(value) <= limits.get("max", len(value)), path
            assert re.fullmatch(limits.get("pattern", "(?s:.*)").replace(r"\p{L}\p{Z}\p{N}", r"\w "), value), (
                f"{path}: {value}"
            )
            # A gender that is not told has no name in the model, and a program that reads it shall find one.
            told = limits.get("enum", [value]) + ["UNKNOWN"] * path.endswith("Gender.Value")
            assert value in told, f"{path}: {value}"
        case _:
            kinds = (int, float) if shape.type_name in {"float", "timestamp"} else (int,)
            assert isinstance(value, kinds), f"{path}: {value}"
            assert limits.get("min", value) <= value <= limits.get("max", value), f"{path}: {value}"
