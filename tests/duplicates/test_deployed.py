"""End to end: what the template deploys, on this computer, with everything that can go wrong with a queue."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus
from urllib.request import urlopen

import boto3
import pytest

pytest.importorskip("aws_cdk", reason="The templates need the AWS CDK: pip install facesorter[cloud].")

from deployed import Deployment, Poller, picture
from painted import PaintedEngine
from rekognition_server import RekognitionServer, aws_environment, rekognition_server
from synthesized import synthesized

from facesorter.duplicates.naming import by_folder
from facesorter.endpoint.faults import NO_FAULTS, Faults
from facesorter.endpoint.objects import S3Objects

PICTURES = int(os.environ.get("FACESORTER_TEST_CLOUD_PICTURES", "200"))
"""Pictures of the great trial."""

SHADES = 5 if PICTURES < 500 else 16
"""Of red, green and blue: some pictures a person, however many pictures there are, as in a register of customers."""
_STEPS = [round(255 * number / (SHADES - 1)) for number in range(SHADES)]
PEOPLE = [
    (red, green, blue) for red in _STEPS for green in _STEPS for blue in _STEPS if max(red, green, blue) > 160
]  # fmt: skip
"""Colors that the painted engine takes for different people, none too dark."""
CONTRAST = 60 / (_STEPS[1] - _STEPS[0])
"""Makes neighbors of them 40 % alike."""


@pytest.fixture
def moto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """S3, SQS and SNS in a program of their own; this one's AWS clients are led there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(__file__).parents[1] / "moto_program.py"
    with subprocess.Popen([sys.executable, str(program), str(port)], stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            for name, value in aws_environment(tmp_path, "http://127.0.0.1:1", address).items():
                monkeypatch.setenv(name, value)
            _wait_for(address)
            yield address
        finally:
            server.terminate()


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urlopen(f"{address}/moto-api/"):
                return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


@pytest.fixture
def rekognition(moto: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[RekognitionServer]:
    client: Any = boto3.client("s3")
    engine = PaintedEngine()
    engine.contrast = CONTRAST
    with rekognition_server(engine, objects=S3Objects(client)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_REKOGNITION", server.address)
        yield server


@pytest.fixture
def deployment(rekognition: RekognitionServer) -> Iterator[Deployment]:
    deployed = Deployment(synthesized(calls_per_second="16")["Resources"])
    with deployed.environment():
        yield deployed


class Uploads:
    """Pictures of people, some under two names, and what their reports have to say."""

    def __init__(self, number: int, seed: int) -> None:
        chance = random.Random(seed)
        self.faces: dict[str, list[tuple[int, int, int]]] = {}
        self.broken: set[str] = set()
        for index in range(number):
            person = chance.randrange(len(PEOPLE))
            alias = person % 5 == 0 and chance.random() < 0.5
            name = f"{'Zoë & ' if alias else ''}Person +{person}"
            key = f"images/{name}/{index} (é%20).png"
            faces = [PEOPLE[person]]
            if index % 20 == 7:
                faces = []
            elif index % 25 == 3:
                faces.append(PEOPLE[chance.randrange(len(PEOPLE))])
            self.faces[key] = faces
            if index % 50 == 11:
                self.broken.add(key)

    def data(self, key: str) -> bytes:
        """A picture's bytes; no two are alike."""
        whole = picture(*(self.faces[key] or [None])) + key.encode()
        return whole[:90] if key in self.broken else whole

    def expected(self, bucket: str) -> dict[str, Counter[tuple[str, str]]]:
        """By source: the names and sources of its report's matches, each as often as pairs of faces are alike."""
        by_face: dict[tuple[int, int, int], list[str]] = {}
        for key, faces in self.faces.items():
            for face in faces if key not in self.broken else ():
                by_face.setdefault(face, []).append(key)
        reports: dict[str, Counter[tuple[str, str]]] = {}
        for key, faces in self.faces.items():
            reports[f"{bucket}/{key}"] = Counter(
                (by_folder(other) or "", f"{bucket}/{other}")
                for face in (faces if key not in self.broken else ())
                for other in by_face[face]
                if by_folder(other) != by_folder(key)
            )
        return reports

    def pairs(self, bucket: str) -> set[tuple[str, str]]:
        """The pairs of names that one message each is about."""
        found: set[tuple[str, str]] = set()
        for source, matches in self.expected(bucket).items():
            name = by_folder(source) or ""
            found |= {(min(name, other), max(name, other)) for other, _ in matches}
        return found


def found_in(report: dict[str, Any]) -> Counter[tuple[str, str]]:
    return Counter((match["CustomerId"], match["Source"]) for match in report["Matches"])


def upload(deployment: Deployment, key: str, data: bytes) -> None:
    deployment.s3.put_object(Bucket=deployment.pictures, Key=key, Body=data)


def require_right(deployment: Deployment, uploads: Uploads) -> None:
    reports = deployment.all_reports()
    expected = uploads.expected(deployment.pictures)
    assert set(reports) == set(expected)
    for source, report in reports.items():
        assert found_in(report) == expected[source], source
        key = source.removeprefix(f"{deployment.pictures}/")
        assert (report["Problem"] is not None) == (key in uploads.broken)
        assert report["CustomerID"] == by_folder(key)
        assert len(report["Faces"]) == (len(uploads.faces[key]) if key not in uploads.broken else 0)


def test_every_report_is_right_and_only_broken_pictures_are_left(
    deployment: Deployment, rekognition: RekognitionServer
) -> None:
    uploads = Uploads(PICTURES, seed=12)
    heard = deployment.hear()
    rekognition.endpoint.faults = Faults(throttle=0.05, error=0.01, seed=3)
    poller = Poller(deployment, seed=4)
    assert poller.workers == 8
    with poller.running():
        for key in uploads.faces:
            upload(deployment, key, uploads.data(key))
    rekognition.endpoint.faults = NO_FAULTS
    assert len(poller.delivered) == PICTURES + 1  # and the event that S3 tries a new notification with
    assert max(poller.delivered.values()) > 1
    require_right(deployment, uploads)

    messages = [json.loads(body) for body in deployment.messages(heard)]
    names = [tuple(json.loads(message["MessageAttributes"]["Names"]["Value"])) for message in messages]
    assert sorted(names) == sorted(uploads.pairs(deployment.pictures))

    dead = deployment.sqs.receive_message  # the letters are read, and put back into the queue as a redrive does
    letters: list[dict[str, Any]] = []
    while found := dead(QueueUrl=deployment.dead_letters, MaxNumberOfMessages=10).get("Messages"):
        letters += found
        for letter in found:
            deployment.sqs.delete_message(QueueUrl=deployment.dead_letters, ReceiptHandle=letter["ReceiptHandle"])
    assert len(letters) == len(uploads.broken) > 0

    broken, uploads.broken = uploads.broken, set()
    for key in broken:
        upload(deployment, key, uploads.data(key))
    deployment.sqs.purge_queue(QueueUrl=deployment.queue)  # only the redrive announces them
    for letter in letters:
        deployment.sqs.send_message(QueueUrl=deployment.queue, MessageBody=letter["Body"])
    with Poller(deployment, seed=5).running():
        pass
    require_right(deployment, uploads)
    assert deployment.messages(deployment.dead_letters) == []


RED, GREEN, BLUE = PEOPLE[0], PEOPLE[10], PEOPLE[30]


def event(*keys: str, bucket: str = "pictures") -> dict[str, Any]:
    """A batch of one message a picture, as S3 and SQS word it."""
    return {
        "Records": [
            {
                "messageId": key,
                "body": json.dumps(
                    {"Records": [{"s3": {"bucket": {"name": bucket}, "object": {"key": quote_plus(key)}}}]}
                ),
            }
            for key in keys
        ]
    }


@pytest.fixture
def small(deployment: Deployment) -> Deployment:
    """Ann, Anne and Ben, whose second picture shows Ann as well."""
    for key, colors in (
        ("Ann/1.png", (RED, None)), ("Anne/1 +é.png", (RED, None)), ("Ben/1.png", (BLUE, None)),
        ("Ben/2.png", (BLUE, RED)),
    ):  # fmt: skip
        upload(deployment, key, picture(*colors) + key.encode())
    deployment.pictures_keys = ["Ann/1.png", "Anne/1 +é.png", "Ben/1.png", "Ben/2.png"]
    bucket = deployment.pictures
    assert deployment.handler(event(*deployment.pictures_keys, bucket=bucket), None) == {"batchItemFailures": []}
    return deployment


def who(deployment: Deployment, key: str) -> set[str]:
    """Whom a picture's report takes its people for."""
    return {match["CustomerId"] for match in deployment.all_reports()[f"{deployment.pictures}/{key}"]["Matches"]}


def test_what_comes_again_costs_nothing(small: Deployment, rekognition: RekognitionServer) -> None:
    before = rekognition.billed()
    assert before == {"IndexFaces": 4, "SearchFaces": 5}
    reports = small.all_reports()
    small.handler(event(*reversed(small.pictures_keys), bucket=small.pictures), None)
    assert rekognition.billed() == before
    assert small.all_reports() == reports


def test_what_is_replaced_or_deleted_is_followed_on_both_sides(
    small: Deployment, rekognition: RekognitionServer
) -> None:
    assert who(small, "Ann/1.png") == {"Anne", "Ben"}
    upload(small, "Anne/1 +é.png", picture(GREEN))
    small.handler(event("Anne/1 +é.png", bucket=small.pictures), None)
    assert who(small, "Ann/1.png") == {"Ben"}
    assert who(small, "Anne/1 +é.png") == set()
    small.s3.delete_object(Bucket=small.pictures, Key="Ben/2.png")
    small.handler(event("Ben/2.png", bucket=small.pictures), None)
    assert who(small, "Ann/1.png") == set()
    assert set(small.all_reports()) == {
        f"{small.pictures}/{key}" for key in ("Ann/1.png", "Anne/1 +é.png", "Ben/1.png")
    }
    faces = rekognition.client().list_faces(CollectionId="FaceDuplicates")["Faces"]
    assert len(faces) == 3


def test_a_person_is_erased_by_name(small: Deployment, rekognition: RekognitionServer) -> None:
    small.calling("decide")({"same": ["Ann", "Anne"]}, None)
    small.calling("decide")({"different": ["Anne", "Ben"]}, None)
    with pytest.raises(ValueError, match="name"):
        small.calling("erase")({}, None)
    assert small.calling("erase")({"name": "Ann"}, None) == {"erased": 1}
    assert small.calling("erase")({"name": "Ann"}, None) == {"erased": 0}
    left = ""
    for bucket in (small.pictures, small.reports):
        for found in small.s3.list_objects_v2(Bucket=bucket).get("Contents", ()):
            left += found["Key"] + "\n"
            if bucket == small.reports:
                left += small.s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read().decode()
    assert "Ann/" not in left
    assert '"Ann"' not in left
    assert '"Anne"' in left
    assert who(small, "Ben/2.png") == {"Anne"}
    external = [
        face["ExternalImageId"] for face in rekognition.client().list_faces(CollectionId="FaceDuplicates")["Faces"]
    ]
    assert sorted(external) == ["Anne:2F1:20:2B:C3:A9.png", "Ben:2F1.png", "Ben:2F2.png", "Ben:2F2.png"]
    small.handler(event("Ann/1.png", bucket=small.pictures), None)  # a late message finds nothing
    assert f"{small.pictures}/Ann/1.png" not in small.all_reports()


def test_nobody_is_told_of_a_pair_that_was_decided(deployment: Deployment) -> None:
    heard = deployment.hear()
    deployment.calling("decide")({"different": ["Anne", "Ann"]}, None)
    for key in ("Ann/1.png", "Anne/1.png", "Ben/1.png"):
        upload(deployment, key, picture(RED) + key.encode())
        deployment.handler(event(key, bucket=deployment.pictures), None)
    messages = [json.loads(body) for body in deployment.messages(heard)]
    assert sorted(message["Subject"] for message in messages) == [
        "Ann and Ben may be one person", "Anne and Ben may be one person",
    ]  # fmt: skip
    for wrong in ({}, {"same": ["Ann"]}, {"perhaps": ["Ann", "Ben"]}, {"same": ["Ann", 3]}):
        with pytest.raises(ValueError, match="Call it with"):
            deployment.calling("decide")(wrong, None)


def test_events_that_are_about_no_picture_of_ours_do_nothing(deployment: Deployment) -> None:
    test_event = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": deployment.pictures}
    batch = {"Records": [{"messageId": "1", "body": json.dumps(test_event)}]}
    assert deployment.handler(batch, None) == {"batchItemFailures": []}
    assert deployment.handler(event("Ann/1.png", bucket="another"), None) == {"batchItemFailures": []}
    assert deployment.handler(event("Ann/", bucket=deployment.pictures), None) == {"batchItemFailures": []}
    assert deployment.all_reports() == {}


def test_a_function_that_runs_out_of_time_begins_no_further_picture(deployment: Deployment) -> None:
    class Late:
        def get_remaining_time_in_millis(self) -> int:
            return 10_000

    answer = deployment.handler(event("Ann/1.png", "Anne/1.png", bucket=deployment.pictures), Late())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "Ann/1.png"}, {"itemIdentifier": "Anne/1.png"}]}
