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
"""Pictures of the great trial; 1,000 take some minutes."""

_STEPS = (0, 64, 128, 192, 255)
PEOPLE = [
    (red, green, blue) for red in _STEPS for green in _STEPS for blue in _STEPS if max(red, green, blue) > 160
]  # fmt: skip
"""Colors that the painted engine takes for different people, none too dark."""


@pytest.fixture
def moto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """S3, SQS and SNS in a program of their own; this one's AWS clients are led there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = f"import sys; from moto.server import main; main(['-H', '127.0.0.1', '-p', '{port}'])"
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL) as server:
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
    with rekognition_server(PaintedEngine(), objects=S3Objects(client)) as server:
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
    for key in uploads.faces:
        upload(deployment, key, uploads.data(key))
    rekognition.endpoint.faults = Faults(throttle=0.05, error=0.01, seed=3)
    poller = Poller(deployment, seed=4)
    assert poller.workers == 8
    poller.run()
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
    deployment.sqs.purge_queue(QueueUrl=deployment.queue)  # only the redrive tells of them
    for letter in letters:
        deployment.sqs.send_message(QueueUrl=deployment.queue, MessageBody=letter["Body"])
    Poller(deployment, seed=5).run()
    require_right(deployment, uploads)
    assert deployment.messages(deployment.dead_letters) == []
