"""The commands that use Amazon Web Services, as a user runs them: processes, the endpoint, moto's server."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from rekognition_server import KEY, RekognitionServer, aws_environment, rekognition_server
from s3_server import BUCKET, s3_server
from skimage import data as pictures

from facesorter.endpoint.faults import NO_FAULTS, Faults
from facesorter.endpoint.objects import S3Objects
from facesorter.engines.local.engine import LocalEngine

ROOT = Path(__file__).parents[2]


def head() -> Image.Image:
    return Image.fromarray(pictures.astronaut()).crop((110, 0, 340, 230))


def scene() -> Image.Image:
    return Image.fromarray(pictures.coffee()).resize((500, 400))


def encoded(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


class Cloud:
    """A profile, the services, and a program that is led to them by its environment."""

    def __init__(self, folder: Path, rekognition: RekognitionServer, s3_address: str, s3: Any) -> None:
        self.folder, self.rekognition, self.s3 = folder, rekognition, s3
        self.environment = aws_environment(folder, rekognition.address, s3_address)

    def started(self, *arguments: object, **environment: str) -> subprocess.Popen[str]:
        """The program, which goes on."""
        command = [sys.executable, "-m", "facesorter", *map(str, arguments), "--profile-dir", str(self.folder / "p")]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=kept | self.environment | environment,
        )

    def __call__(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        with self.started(*arguments, **environment) as program:
            try:
                shown, said = program.communicate(timeout=120)
            finally:
                program.kill()
        return subprocess.CompletedProcess(program.args, program.returncode, shown, said)

    def sort(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        person = ("--name", "Eileen", "--headshot", self.folder / "head.png")
        where = (self.folder / "photos", "--to", self.folder / "out")
        return self("sort", *person, *where, "--engine", "rekognition", "--json", *arguments)

    def put(self, key: str, data: bytes) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=data)


@pytest.fixture(scope="module")
def services() -> Iterator[tuple[RekognitionServer, str, Any]]:
    with s3_server() as (address, s3), rekognition_server(LocalEngine(), objects=S3Objects(s3)) as rekognition:
        yield rekognition, address, s3


@pytest.fixture
def cloud(tmp_path: Path, services: tuple[RekognitionServer, str, Any]) -> Cloud:
    rekognition, address, s3 = services
    for one in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        s3.delete_object(Bucket=BUCKET, Key=one["Key"])
    rekognition.calls.clear()
    rekognition.endpoint.faults = NO_FAULTS
    (tmp_path / "photos").mkdir()
    (tmp_path / "head.png").write_bytes(encoded(head()))
    for number in range(3):
        photo = scene()
        photo.paste(head(), (100 + 20 * number, 60))
        photo.save(tmp_path / "photos" / f"{number}.jpg")
    scene().save(tmp_path / "photos" / "coffee.jpg")
    return Cloud(tmp_path, rekognition, address, s3)


def lines(result: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def events(result: subprocess.CompletedProcess[str], name: str) -> list[dict[str, Any]]:
    return [line for line in lines(result) if line["event"] == name]


def test_without_consent_nothing_is_sent_and_it_says_what_to_add(cloud: Cloud) -> None:
    result = cloud.sort()
    assert result.returncode == 2
    assert "--yes" in result.stderr
    assert cloud.rekognition.calls == []


def test_a_dry_run_prices_every_way_and_calls_nobody(cloud: Cloud) -> None:
    result = cloud.sort("--dry-run")
    assert result.returncode == 0, result.stderr
    calls = {line["savings"]: line["calls"] for line in events(result, "cost")}
    assert calls == {"none": 4, "faceless": 3, "hybrid": 0, "sheets": 1}
    assert cloud.rekognition.calls == []


@pytest.mark.parametrize(("savings", "calls"), [("none", 4), ("faceless", 3), ("hybrid", 0), ("sheets", 1)])
def test_a_run_finds_copies_and_tells_what_it_cost(cloud: Cloud, savings: str, calls: int) -> None:
    result = cloud.sort("--yes", "--savings", savings)
    assert result.returncode == 0, result.stderr
    assert "Amazon may keep them" in result.stderr
    (balance,) = events(result, "balance")
    assert (balance["copied"], balance["no_face"], balance["found"]) == (3, 1, 4)
    assert len(cloud.rekognition.calls) == calls
    assert sum(line["calls"] for line in events(result, "spent")) == calls
    again = cloud.sort("--yes", "--savings", savings)
    assert "Amazon may keep them" not in again.stderr
    assert len(cloud.rekognition.calls) == calls
    assert events(again, "balance")[0]["already_there"] == 3


def test_a_cap_ends_the_run_and_a_higher_one_goes_on(cloud: Cloud) -> None:
    result = cloud.sort("--yes", "--max-cost", "0.002")
    assert result.returncode == 3
    assert "The cap of $0.002 is reached" in result.stderr
    assert events(result, "spent") == [{"event": "spent", "calls": 2, "dollars": 0.002}]
    assert cloud.sort("--yes").returncode == 0
    assert len(cloud.rekognition.calls) == 4


def test_expired_credentials_end_the_run_with_what_to_do(cloud: Cloud) -> None:
    cloud.rekognition.endpoint.faults = Faults(expired=1)
    result = cloud.sort("--yes")
    assert result.returncode == 3
    assert "expired" in result.stderr
    assert "Traceback" not in result.stderr
    cloud.rekognition.endpoint.faults = NO_FAULTS
    assert cloud.sort("--yes").returncode == 0


def test_a_key_or_a_region_that_is_missing_is_told_of(cloud: Cloud) -> None:
    cloud.environment |= {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    result = cloud.sort("--yes")
    assert (result.returncode, "No AWS credentials" in result.stderr) == (3, True)
    cloud.environment["AWS_DEFAULT_REGION"] = ""
    result = cloud.sort("--yes")
    assert (result.returncode, "--region" in result.stderr) == (2, True)
    result = cloud.sort("--yes", "--region", "eu west")
    assert (result.returncode, "eu west is no AWS region" in result.stderr) == (2, True)
    result = cloud.sort("--yes", "--profile", "nobody")
    assert (result.returncode, "no such AWS profile" in result.stderr) == (3, True)


def test_photos_headshots_and_copies_may_all_lie_in_s3(cloud: Cloud) -> None:
    cloud.put("me/head shot+1.png", (cloud.folder / "head.png").read_bytes())
    for number in range(3):
        cloud.put(f"in/trip {number}/{number}.jpg", (cloud.folder / "photos" / f"{number}.jpg").read_bytes())
    cloud.put("in/coffee.jpg", (cloud.folder / "photos" / "coffee.jpg").read_bytes())
    person = ("--name", "Eileen", "--headshot", f"s3://{BUCKET}/me/head shot+1.png")
    result = cloud("sort", *person, f"s3://{BUCKET}/in", "--to", f"s3://{BUCKET}/out", "--json")
    assert result.returncode == 0, result.stderr
    (balance,) = events(result, "balance")
    assert (balance["copied"], balance["no_face"], balance["found"]) == (3, 1, 4)
    listed = cloud.s3.list_objects_v2(Bucket=BUCKET, Prefix="out/")["Contents"]
    assert [one["Key"] for one in listed] == [f"out/PhotosWithEileen/{number}.jpg" for number in range(3)]
    again = cloud("sort", *person, f"s3://{BUCKET}/in", "--to", f"s3://{BUCKET}/out", "--json")
    assert events(again, "balance")[0]["already_there"] == 3
    assert cloud("undo", "1").returncode == 0
    assert "Contents" not in cloud.s3.list_objects_v2(Bucket=BUCKET, Prefix="out/")


@pytest.mark.parametrize("engine", ["local", "rekognition"])
def test_a_picture_is_compared_with_a_bucket(cloud: Cloud, engine: str) -> None:
    both = Image.new("RGB", (460, 230))
    both.paste(head(), (0, 0))
    both.paste(head().transpose(Image.Transpose.FLIP_LEFT_RIGHT).resize((180, 180)), (250, 0))
    cloud.put("users/me.png", encoded(both))
    for number in range(2):
        cloud.put(f"collection/ä {number}.jpg", (cloud.folder / "photos" / f"{number}.jpg").read_bytes())
    cloud.put("collection/coffee.jpg", (cloud.folder / "photos" / "coffee.jpg").read_bytes())
    cloud.put("collection/broken.jpg", b"\xff\xd8\xff no picture")
    where = (f"s3://{BUCKET}/users/me.png", f"s3://{BUCKET}/collection/", "--threshold", "80")
    result = cloud("compare", *where, "--engine", engine, "--yes", "--json")
    assert result.returncode == 1, result.stderr
    answer = json.loads(result.stdout)
    assert answer["compared"] == 3
    assert [error["file"] for error in answer["errors"]] == [f"s3://{BUCKET}/collection/broken.jpg"]
    pairs = [(match["file"], match["source_face"]) for match in answer["matches"]]
    assert len(pairs) == len({file for file, _ in pairs}) == 2  # somebody twice in the source finds each face once
    scores = [match["similarity"] for match in answer["matches"]]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] >= 80
    table = cloud("compare", *where, "--engine", engine, "--yes", "--csv")
    rows = list(csv.DictReader(io.StringIO(table.stdout)))
    assert [(row["file"], int(row["source_face"])) for row in rows] == pairs
    if engine == "rekognition":
        sent = [json.loads(call.body) for call in cloud.rekognition.calls if call.outcome == "OK"]
        targets = [body["TargetImage"] for body in sent if body["TargetImage"] != body["SourceImage"]]
        assert len(targets) == 4  # two faces and two pictures; the second time all is known
        assert all("S3Object" in image for image in targets)


def test_a_paid_comparison_tells_its_price_and_what_it_found_before_the_cap(cloud: Cloud) -> None:
    for number in range(12):
        scene_with = scene()
        scene_with.paste(head(), (100 + number, 60))
        cloud.put(f"users/{number}", encoded(scene_with))
    cloud.put("users/README", b"no picture")
    where = (cloud.folder / "head.png", f"s3://{BUCKET}/users", "--engine", "rekognition", "--yes")
    capped = cloud("compare", *where, "--json", "--max-cost", "0.005")
    assert capped.returncode == 3
    assert "about 12 calls, $0.012; at most 14 calls, $0.014. Never more than $0.005." in capped.stderr
    assert "Amazon Rekognition: 5 calls, $0.005." in capped.stderr
    assert "The cap of $0.005 is reached" in capped.stderr
    found = json.loads(capped.stdout)
    assert (found["complete"], found["compared"], len(found["matches"])) == (False, 5, 5)
    rest = cloud("compare", *where)
    assert rest.returncode == 0, rest.stderr
    assert "12 pictures were compared. 12 matches." in rest.stdout
    assert "1 file was skipped" in rest.stdout
    assert "Amazon Rekognition: 7 calls, $0.007." in rest.stderr
    assert cloud.rekognition.billed() == {"CompareFaces": 12}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_paid_comparison_that_is_stopped_waits_for_what_is_paid_and_shows_it(cloud: Cloud, number: int) -> None:
    for count in range(40):
        scene_with = scene()
        scene_with.paste(head(), (100 + count, 60))
        cloud.put(f"users/{count}", encoded(scene_with))
    cloud.rekognition.endpoint.faults = Faults(slow=1, slow_seconds=3)
    where = (cloud.folder / "head.png", f"s3://{BUCKET}/users", "--engine", "rekognition", "--yes", "--json")
    with cloud.started("compare", *where) as program:
        while len(cloud.rekognition.calls) < 3:
            time.sleep(0.05)
        program.send_signal(number)
        shown, said = program.communicate(timeout=120)
    assert program.returncode == 130, said
    billed = cloud.rekognition.billed()["CompareFaces"]
    assert 3 <= billed < 40
    assert f"Amazon Rekognition: {billed} call" in said
    assert 0 < json.loads(shown)["compared"] <= billed
    cloud.rekognition.endpoint.faults = NO_FAULTS
    assert cloud("compare", *where).returncode == 0
    assert cloud.rekognition.billed() == {"CompareFaces": 40}
    assert "Traceback" not in said


def test_keys_stay_as_they_are_in_a_table_for_programs(cloud: Cloud) -> None:
    keys = ['users/Zoë, "the\tone"\x07.png', "users/\u202ebackwards.png"]
    for number, key in enumerate(keys):
        photo = scene()
        photo.paste(head(), (100 + number, 60))
        cloud.put(key, encoded(photo))
    result = cloud("compare", cloud.folder / "head.png", f"s3://{BUCKET}/users", "--csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert sorted(row["file"] for row in rows) == sorted(f"s3://{BUCKET}/{key}" for key in keys)


def test_two_pictures_are_compared_once_and_one_analyzed_by_rekognition(cloud: Cloud) -> None:
    photo = cloud.folder / "photos" / "0.jpg"
    for _ in range(2):
        result = cloud("compare", cloud.folder / "head.png", photo, "--engine", "rekognition", "--yes", "--json")
        assert result.returncode == 0, result.stderr
        assert [match["Similarity"] > 90 for match in json.loads(result.stdout)["FaceMatches"]] == [True]
    result = cloud("analyze", photo, "--engine", "rekognition", "--yes", "--json")
    assert len(json.loads(result.stdout)["FaceDetails"]) == 1
    assert cloud.rekognition.billed() == {"CompareFaces": 1, "DetectFaces": 1}
    assert cloud("compare", cloud.folder / "head.png", photo, "--engine", "rekognition").returncode == 2


def test_login_check_tells_who_one_is_and_what_is_allowed(cloud: Cloud) -> None:
    result = cloud("aws", "login-check")
    assert result.returncode == 0, result.stderr
    assert "123456789012" in result.stdout
    assert "allowed  rekognition:CompareFaces" in result.stdout
    assert "$0.001 a call" in result.stdout
    assert cloud.rekognition.billed() == {}
    assert KEY.secret not in result.stdout + result.stderr
    cloud.rekognition.endpoint.faults = Faults(expired=1)
    result = cloud("aws", "login-check")
    assert (result.returncode, "expired" in result.stderr) == (3, True)


CLOSED = "http://127.0.0.1:9"


def test_login_check_tells_a_missing_network_from_a_region_without_rekognition(cloud: Cloud) -> None:
    result = cloud("aws", "login-check", AWS_ENDPOINT_URL=CLOSED, AWS_ENDPOINT_URL_REKOGNITION=CLOSED)
    assert result.returncode == 3
    assert "Amazon Rekognition cannot be reached. Check the connection" in result.stderr
    result = cloud("aws", "login-check", "--region", "eu-north-1", AWS_ENDPOINT_URL_REKOGNITION=CLOSED)
    assert result.returncode == 3
    assert "cannot be reached in eu-north-1" in result.stderr
    assert "such as" in result.stderr
    assert "login page" not in result.stderr


def test_the_region_of_the_environment_counts(cloud: Cloud) -> None:
    cloud.environment["AWS_DEFAULT_REGION"] = ""
    assert "region    us-east-2," in cloud("aws", "login-check", AWS_REGION="us-east-2").stdout
    assert "region    eu-west-2," in cloud("aws", "login-check", "--region", "eu-west-2", AWS_REGION="us-east-2").stdout


def test_a_key_file_serves_for_one_run_where_there_is_no_keyring(cloud: Cloud) -> None:
    cloud.environment |= {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    file = cloud.folder / "key.csv"
    file.write_text(f"Access key ID,Secret access key\n{KEY.access_key},{KEY.secret}\n")
    result = cloud.sort("--yes", "--key-file", file)
    assert result.returncode == 0, result.stderr
    assert cloud.rekognition.billed()["CompareFaces"] == 3
    kept = "".join(path.read_text(errors="replace") for path in (cloud.folder / "p").rglob("*") if path.is_file())
    assert KEY.secret not in kept + result.stdout + result.stderr
    assert cloud("aws", "login-check").returncode == 3
    assert cloud("aws", "login-check", "--key-file", file, "--profile", "other").returncode == 2
    result = cloud("aws", "login-check", "--key-file", cloud.folder / "missing.csv")
    assert (result.returncode, "cannot be read" in result.stderr) == (2, True)


def test_the_policy_lets_copies_be_written_and_nothing_else(cloud: Cloud) -> None:
    where = ("--bucket", "photos", "--bucket", "more", "--copies", "s3://photos/found by face/", "--copies", "s3://out")
    policy = json.loads(cloud("aws", "policy", *where).stdout)
    granted = {
        (action, resource)
        for statement in policy["Statement"]
        for action in statement["Action"]
        for resource in ([statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"])
    }
    writing = {resource for action, resource in granted if action in {"s3:PutObject", "s3:DeleteObject"}}
    assert writing == {"arn:aws:s3:::photos/found by face/PhotosWith*", "arn:aws:s3:::out/PhotosWith*"}
    assert {("s3:GetObject", "arn:aws:s3:::more/*"), ("s3:ListBucket", "arn:aws:s3:::out")} <= granted
    assert ("s3:GetObject", "arn:aws:s3:::out/*") not in granted
    reading = json.loads(cloud("aws", "policy", "--bucket", "photos").stdout)
    assert "Put" not in json.dumps(reading)


def test_the_price_of_a_bucket_is_told_without_reading_it(cloud: Cloud) -> None:
    for number in range(3):
        cloud.put(f"in/{number}.jpg", (cloud.folder / "photos" / f"{number}.jpg").read_bytes())
    person = ("--name", "Eileen", "--headshot", cloud.folder / "head.png")
    where = (f"s3://{BUCKET}/in", "--to", cloud.folder / "out", "--engine", "rekognition", "--json", "--dry-run")
    result = cloud("sort", *person, *where)
    assert result.returncode == 0, result.stderr
    assert [(line["calls"], line["most_calls"]) for line in events(result, "cost")] == [(3, 4)]
    assert "--savings" in result.stderr


def test_a_key_without_a_keyring_is_not_kept_and_the_policy_is_valid_json(cloud: Cloud) -> None:
    file = cloud.folder / "key.csv"
    file.write_text(f"\ufeffUser name,Access key ID,Secret access key\nanna,{KEY.access_key},{KEY.secret}\n")
    result = cloud("aws", "import-key", file)
    assert (result.returncode, "no keyring" in result.stderr) == (2, True)
    kept = "".join(path.read_text(errors="replace") for path in (cloud.folder / "p").rglob("*") if path.is_file())
    assert KEY.secret not in kept + result.stdout + result.stderr
    policy = json.loads(cloud("aws", "policy", "--bucket", "photos").stdout)
    actions = {action for statement in policy["Statement"] for action in statement["Action"]}
    assert {"rekognition:CompareFaces", "s3:ListBucket", "s3:GetObject"} <= actions
