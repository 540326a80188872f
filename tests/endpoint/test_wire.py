"""The wire itself: requests that no boto3 client would send, and what every answer carries."""

from __future__ import annotations

import base64
import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError
from painted import ANNA, painted
from rekognition_server import RekognitionServer, refusal

TARGET = "RekognitionService.DetectFaces"
PICTURE = base64.b64encode(painted((100, 90, 120, ANNA))).decode()


def post(server: RekognitionServer, body: str | bytes, target: str | None = TARGET, **headers: str) -> tuple[int, Any]:
    """The status and the JSON of the answer to a bare HTTP request."""
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=10)
    named = {} if target is None else {"X-Amz-Target": target}
    connection.request("POST", "/", body, {"Content-Type": "application/x-amz-json-1.1"} | named | headers)
    with connection.getresponse() as response:
        answer = json.loads(response.read())
    connection.close()
    return response.status, answer


def test_an_answer_has_a_request_id_and_the_json_type(server: RekognitionServer) -> None:
    metadata = server.client().list_collections()["ResponseMetadata"]
    assert len(metadata["RequestId"]) == 36
    assert metadata["HTTPHeaders"]["content-type"] == "application/x-amz-json-1.1"


def test_an_error_has_the_members_of_the_guide(server: RekognitionServer) -> None:
    status, answer = post(server, '{"CollectionId": "none"}', "RekognitionService.DescribeCollection")
    assert status == 400
    assert set(answer) == {"__type", "Code", "Logref", "Message"}
    assert answer["__type"] == answer["Code"] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    "target",
    [None, "", "DetectFaces", "S3.DetectFaces", "RekognitionService.", "RekognitionService.Nope",
     "RekognitionService.DetectLabels"],
)  # fmt: skip
def test_unknown_operations(server: RekognitionServer, target: str | None) -> None:
    status, answer = post(server, "{}", target)
    assert (status, answer["__type"]) == (400, "UnknownOperationException")


def test_only_post_is_answered(server: RekognitionServer) -> None:
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=10)
    for method in ("GET", "OPTIONS", "PUT"):
        connection.request(method, "/", headers={"X-Amz-Target": TARGET})
        with connection.getresponse() as response:
            assert json.loads(response.read())["__type"] == "UnknownOperationException"
            assert "Access-Control-Allow-Origin" not in response.headers
    connection.close()


@pytest.mark.parametrize(
    "body",
    ["{", "[]", '"text"', "null", b"\xff\xfe", '{"Image": []}', '{"Image": {"Bytes": 5}}',
     '{"Image": {"Bytes": "%%%"}}', '{"Image": {"Bytes": "QUJ"}}', '{"Image": {"Bytes": true}}',
     "[" * 100_000, '{"Image": {"Bytes": NaN}}'],
)  # fmt: skip
def test_malformed_requests(server: RekognitionServer, body: str | bytes) -> None:
    status, answer = post(server, body)
    assert (status, answer["__type"]) == (400, "SerializationException")


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("DetectFaces", r'{"Image": {"S3Object": {"Bucket": "photos", "Name": "\ud800.jpg"}}}'),
        ("DetectFaces", r'{"Image": {"S3Object": {"Bucket": "\udfff", "Name": "a.jpg"}}}'),
        ("CreateCollection", r'{"CollectionId": "\ud83d"}'),
        ("CreateCollection", r'{"CollectionId": "people", "Tags": {"\ud800": "x"}}'),
        ("CreateCollection", r'{"CollectionId": "people", "Tags": {"x": "\ud800"}}'),
        ("ListFaces", r'{"CollectionId": "people", "NextToken": "\ud800"}'),
        ("DetectFaces", r'{"Image": {"Bytes": "\ud800"}}'),
    ],
)
def test_half_a_character_is_not_text(server: RekognitionServer, operation: str, body: str) -> None:
    status, answer = post(server, body, f"RekognitionService.{operation}")
    assert (status, answer["__type"]) == (400, "SerializationException")


def test_wrong_types_are_not_serializable(server: RekognitionServer) -> None:
    images = {"SourceImage": {"Bytes": PICTURE}, "TargetImage": {"Bytes": PICTURE}}
    for wrong in ('"80"', "true", "[80]", "Infinity"):
        body = json.dumps(images)[:-1] + f', "SimilarityThreshold": {wrong}}}'
        assert post(server, body, "RekognitionService.CompareFaces")[1]["__type"] == "SerializationException"


def test_null_and_unknown_members_are_as_if_absent(server: RekognitionServer) -> None:
    body = json.dumps({"Image": {"Bytes": PICTURE, "S3Object": None}, "Attributes": None, "Wish": [1, {"x": 2}]})
    assert len(post(server, body)[1]["FaceDetails"]) == 1


def test_required_members(server: RekognitionServer) -> None:
    status, answer = post(server, '{"SourceImage": {}}', "RekognitionService.CompareFaces")
    assert (status, answer["__type"]) == (400, "ValidationException")
    assert answer["Message"].startswith("1 validation error detected: Value null at 'targetImage'")


@pytest.mark.parametrize(
    ("operation", "arguments", "where"),
    [
        ("compare_faces", {"SimilarityThreshold": 100.1}, "similarityThreshold"),
        ("compare_faces", {"SimilarityThreshold": -1}, "similarityThreshold"),
        ("compare_faces", {"QualityFilter": "BEST"}, "qualityFilter"),
        ("detect_faces", {"Attributes": ["ALL", "SOME"]}, "attributes.2.member"),
        ("create_collection", {"CollectionId": "with blank"}, "collectionId"),
        ("create_collection", {"CollectionId": "a" * 256}, "collectionId"),
        ("index_faces", {"ExternalImageId": "a/b.jpg"}, "externalImageId"),
        ("index_faces", {"ExternalImageId": "Zoë"}, "externalImageId"),
        ("index_faces", {"ExternalImageId": "ends\n"}, "externalImageId"),
        ("index_faces", {"MaxFaces": 0}, "maxFaces"),
        ("list_faces", {"MaxResults": 4097}, "maxResults"),
        ("search_faces", {"FaceId": "anna"}, "faceId"),
        ("search_faces", {"MaxFaces": 4097}, "maxFaces"),
        ("search_faces_by_image", {"FaceMatchThreshold": 101}, "faceMatchThreshold"),
        ("delete_faces", {"FaceIds": ["x"] * 4097}, "faceIds"),
    ],
)
def test_what_the_model_forbids(
    server: RekognitionServer, operation: str, arguments: dict[str, Any], where: str
) -> None:
    picture = {"Bytes": base64.b64decode(PICTURE)}
    usual = {
        "compare_faces": {"SourceImage": picture, "TargetImage": picture},
        "detect_faces": {"Image": picture},
        "index_faces": {"CollectionId": "people", "Image": picture},
        "list_faces": {"CollectionId": "people"},
        "search_faces": {"CollectionId": "people", "FaceId": "00000000-0000-0000-0000-000000000000"},
        "search_faces_by_image": {"CollectionId": "people", "Image": picture},
        "delete_faces": {"CollectionId": "people"},
    }.get(operation, {})
    client = server.client(parameter_validation=False)  # botocore itself would refuse what is too small
    with pytest.raises(ClientError) as failure:
        getattr(client, operation)(**usual | arguments)
    assert refusal(failure.value)[0] == "ValidationException"
    assert f"'{where}'" in failure.value.response.get("Error", {}).get("Message", "")


def test_pictures_are_never_in_a_message(server: RekognitionServer) -> None:
    huge = base64.b64encode(bytes(5_242_881)).decode()
    status, answer = post(server, json.dumps({"Image": {"Bytes": huge}}))
    assert (status, answer["__type"]) == (400, "ValidationException")
    assert len(answer["Message"]) < 250


def test_a_bug_fails_one_call_and_not_the_server(server: RekognitionServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(server.endpoint._service, "answer", broken)
        status, answer = post(server, json.dumps({"Image": {"Bytes": PICTURE}}))
    assert (status, answer["__type"]) == (500, "InternalServerError")
    assert post(server, json.dumps({"Image": {"Bytes": PICTURE}}))[0] == 200


def test_a_page_that_points_its_own_name_at_loopback_gets_nothing(server: RekognitionServer) -> None:
    for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example"):
        assert post(server, "{}", Host=host)[1]["__type"] == "AccessDeniedException"
    port = urlsplit(server.address).port
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}", "localhost"):
        assert post(server, json.dumps({"Image": {"Bytes": PICTURE}}), Host=host)[0] == 200
