"""Who may call: loopback without a key, anybody's address only with a signature."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import botocore.auth
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from painted import ANNA, PaintedEngine, painted
from rekognition_server import KEY, RekognitionServer, refusal, rekognition_server
from test_wire import post

from facesorter.domain.errors import UserError, WrongUse
from facesorter.endpoint.collections import Collections
from facesorter.endpoint.memory import Memory
from facesorter.endpoint.objects import NoObjects
from facesorter.endpoint.pictures import PictureReader
from facesorter.endpoint.server import Endpoint
from facesorter.endpoint.service import Service
from facesorter.endpoint.signature import AccessKey, HttpRequest, check
from facesorter.endpoint.wire import ServiceError


@pytest.fixture
def service() -> Iterator[Service]:
    collections = Collections(":memory:")
    yield Service(PictureReader(PaintedEngine(), NoObjects(), Memory(collections.database)), collections, float)
    collections.close()


@pytest.fixture
def guarded() -> Iterator[RekognitionServer]:
    with rekognition_server(PaintedEngine(), key=KEY) as running:
        yield running


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
def test_other_addresses_need_a_key(service: Service, host: str) -> None:
    with pytest.raises(WrongUse, match="this computer alone"):
        Endpoint(service, host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_loopback_needs_none(service: Service, host: str) -> None:
    endpoint = Endpoint(service, host=host)
    assert endpoint.address.startswith("http://")
    endpoint.stop()


def test_with_a_key_any_address_will_do(service: Service) -> None:
    endpoint = Endpoint(service, host="0.0.0.0", key=KEY)
    endpoint.stop()


def test_a_port_in_use_is_told(service: Service) -> None:
    first = Endpoint(service)
    try:
        with pytest.raises(UserError, match="cannot be used"):
            Endpoint(service, port=int(first.address.rpartition(":")[2]))
    finally:
        first.stop()


def test_boto3_with_the_key_is_let_in(guarded: RekognitionServer) -> None:
    client = guarded.client()
    assert client.detect_faces(Image={"Bytes": painted((100, 90, 120, ANNA))})["FaceDetails"]
    client.create_collection(CollectionId="people")
    assert guarded.client(region="us-east-1").list_collections()["CollectionIds"] == ["people"]


def code_of(guarded: RekognitionServer, key: AccessKey) -> str:
    with pytest.raises(ClientError) as failure:
        guarded.client(key).list_collections()
    return refusal(failure.value)[0]


def test_other_keys_are_not(guarded: RekognitionServer) -> None:
    assert code_of(guarded, AccessKey("AKIDOTHER", KEY.secret)) == "UnrecognizedClientException"
    assert code_of(guarded, AccessKey(KEY.access_key, "wrong")) == "InvalidSignatureException"


def test_unsigned_calls_are_not(guarded: RekognitionServer) -> None:
    status, answer = post(guarded, "{}", "RekognitionService.ListCollections")
    assert (status, answer["__type"]) == (400, "MissingAuthenticationTokenException")
    for header in ("Basic eDp5", "AWS4-HMAC-SHA256 Credential=a/20260101/r/rekognition/aws4_request", ""):
        status, answer = post(guarded, "{}", "RekognitionService.ListCollections", Authorization=header)
        assert (status, answer["__type"]) == (400, "IncompleteSignatureException")


def test_a_wrong_clock_is_told(guarded: RekognitionServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for minutes in (-6, 6):
        shifted = datetime.now(UTC) + timedelta(minutes=minutes)
        with monkeypatch.context() as patched:
            patched.setattr(botocore.auth, "get_current_datetime", lambda remove_tzinfo=True, at=shifted: at)
            assert code_of(guarded, KEY) == "InvalidSignatureException"


def signed(body: bytes = b"{}", target: str = "RekognitionService.ListCollections") -> HttpRequest:
    request = AWSRequest("POST", "http://127.0.0.1:1/", headers={"X-Amz-Target": target}, data=body)
    SigV4Auth(Credentials(KEY.access_key, KEY.secret), "rekognition", "eu-west-1").add_auth(request)
    headers = {name.lower(): value for name, value in request.headers.items()} | {"host": "127.0.0.1:1"}
    return HttpRequest("/", headers, body)


def test_a_signature_covers_body_target_and_path() -> None:
    request = signed()
    check(request, KEY, datetime.now(UTC))
    other_target = {**request.headers, "x-amz-target": "RekognitionService.DeleteCollection"}
    for altered in (request._replace(body=b"{ }"), request._replace(headers=other_target), request._replace(path="/x")):
        with pytest.raises(ServiceError, match="InvalidSignatureException"):
            check(altered, KEY, datetime.now(UTC))


def test_a_signature_without_the_target_could_be_used_for_another_operation() -> None:
    request = signed()
    headers = dict(request.headers)
    headers["authorization"] = headers["authorization"].replace(";x-amz-target", "")
    with pytest.raises(ServiceError, match="IncompleteSignatureException"):
        check(request._replace(headers=headers), KEY, datetime.now(UTC))


def test_a_key_does_not_show_its_secret() -> None:
    assert KEY.secret not in repr(KEY)
