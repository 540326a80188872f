"""Pictures in S3: from a service that speaks S3, and from a folder that stands in for one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from painted import ANNA, BEN, PaintedEngine, painted
from rekognition_server import rekognition_server
from s3_server import s3_server

from facesorter.endpoint.objects import MOST_BYTES, FolderObjects, NoObjects, S3Objects
from facesorter.endpoint.wire import ServiceError

PICTURE = painted((100, 90, 120, ANNA))


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    """`photos` with a picture in it, and a secret beside it."""
    folder = tmp_path / "buckets" / "photos"
    (folder / "trip to Zoë").mkdir(parents=True)
    (folder / "trip to Zoë" / "a+b.png").write_bytes(PICTURE)
    (tmp_path / "secret.png").write_bytes(PICTURE)
    (tmp_path / "buckets" / "photos-2").mkdir()
    (tmp_path / "buckets" / "photos-2" / "a.png").write_bytes(PICTURE)
    return folder


def code_of(objects: Any, bucket: str, key: str, version: str | None = None) -> str:
    with pytest.raises(ServiceError) as failure:
        objects.read(bucket, key, version)
    return failure.value.code


def test_a_folder_is_read_by_bucket_and_key(bucket: Path) -> None:
    objects = FolderObjects(str(bucket.parent))
    assert objects.read("photos", "trip to Zoë/a+b.png", None) == PICTURE
    for key in ("none.png", "trip to Zoë", "", "a\0b", "trip to Zoë/a+b.png/x", "x" * 1024):
        assert code_of(objects, "photos", key) == "InvalidS3ObjectException"
    assert code_of(objects, "none", "a.png") == "InvalidS3ObjectException"
    assert code_of(objects, "photos", "trip to Zoë/a+b.png", "version-1") == "InvalidS3ObjectException"


def test_nothing_outside_the_bucket_is_read(bucket: Path) -> None:
    objects = FolderObjects(str(bucket.parent))
    (bucket / "link.png").symlink_to(bucket.parent.parent / "secret.png")
    secret = str(bucket.parent.parent / "secret.png")
    for key in ("../../secret.png", secret, "link.png", "../photos-2/a.png", "x/../../photos-2/a.png"):
        assert code_of(objects, "photos", key) == "InvalidS3ObjectException"
    for name in ("..", "."):
        assert code_of(objects, name, "secret.png") == "InvalidS3ObjectException"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="Root may read every file.")
def test_an_unreadable_file_is_not_accessible(bucket: Path) -> None:
    (bucket / "locked.png").write_bytes(PICTURE)
    (bucket / "locked.png").chmod(0)
    assert code_of(FolderObjects(str(bucket.parent)), "photos", "locked.png") == "InvalidS3ObjectException"


def test_objects_of_15_megabytes_at_most(bucket: Path) -> None:
    objects = FolderObjects(str(bucket.parent))
    (bucket / "largest").write_bytes(bytes(MOST_BYTES))
    (bucket / "larger").write_bytes(bytes(MOST_BYTES + 1))
    assert len(objects.read("photos", "largest", None)) == MOST_BYTES
    assert code_of(objects, "photos", "larger") == "ImageTooLargeException"


def test_without_a_bucket_there_is_no_object() -> None:
    assert code_of(NoObjects(), "photos", "a.png") == "InvalidS3ObjectException"


def test_pictures_in_a_folder_are_compared(bucket: Path) -> None:
    (bucket / "large.jpg").write_bytes(
        painted((100, 90, 120, ANNA), (300, 20, 60, BEN), image_format="JPEG") + bytes(6_000_000)
    )
    with rekognition_server(PaintedEngine(), objects=FolderObjects(str(bucket.parent))) as server:
        client = server.client()
        answer = client.compare_faces(
            SourceImage={"S3Object": {"Bucket": "photos", "Name": "trip to Zoë/a+b.png"}},
            TargetImage={"S3Object": {"Bucket": "photos", "Name": "large.jpg"}},
        )
        assert (len(answer["FaceMatches"]), len(answer["UnmatchedFaces"])) == (1, 1)
        with pytest.raises(client.exceptions.InvalidS3ObjectException, match="Check object key"):
            client.detect_faces(Image={"S3Object": {"Bucket": "photos", "Name": "none.jpg"}})


def s3_at(address: str) -> Any:
    return boto3.client(
        "s3", endpoint_url=address, region_name="eu-west-1", aws_access_key_id="any", aws_secret_access_key="any"
    )


@pytest.fixture
def s3() -> Iterator[Any]:
    with s3_server() as (_, client):
        yield client


def test_pictures_in_s3_are_read(s3: Any) -> None:
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket="photos", Key="a b+ö.png", Body=PICTURE)["VersionId"]
    s3.put_object(Bucket="photos", Key="a b+ö.png", Body=b"newer")
    objects = S3Objects(s3)
    assert objects.read("photos", "a b+ö.png", None) == b"newer"
    assert objects.read("photos", "a b+ö.png", first) == PICTURE
    for bucket, key in (("photos", "none"), ("none-such", "a")):
        assert code_of(objects, bucket, key) == "InvalidS3ObjectException"
    s3.put_object(Bucket="photos", Key="larger", Body=bytes(MOST_BYTES + 1))
    assert code_of(objects, "photos", "larger") == "ImageTooLargeException"


def test_an_s3_out_of_reach_is_not_accessible() -> None:
    client = s3_at("http://127.0.0.1:9")
    assert code_of(S3Objects(client), "photos", "a.png") == "InvalidS3ObjectException"
    client.close()


@pytest.mark.parametrize(
    "key",
    ["obama.jpg/", "./obama.jpg", "/obama.jpg", "2009//obama1.jpg", "2009/./obama1.jpg", "2009/../obama.jpg",
     "obama.jpg/.", "2009", "2009/"],
)  # fmt: skip
def test_what_a_file_system_takes_for_a_key_is_none_of_s3(tmp_path: Path, key: str) -> None:
    (tmp_path / "photos" / "2009").mkdir(parents=True)
    (tmp_path / "photos" / "obama.jpg").write_bytes(PICTURE)
    (tmp_path / "photos" / "2009" / "obama1.jpg").write_bytes(PICTURE)
    objects = FolderObjects(str(tmp_path))
    assert code_of(objects, "photos", key) == "InvalidS3ObjectException"
    assert objects.read("photos", "obama.jpg", None) == objects.read("photos", "2009/obama1.jpg", None) == PICTURE


def test_keys_are_spelled_as_the_folder_lists_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "photos" / "Trip").mkdir(parents=True)
    (tmp_path / "photos" / "Trip" / "a.jpg").write_bytes(PICTURE)
    (tmp_path / "photos" / "trip").symlink_to("Trip")  # as a file system that ignores case would find it
    listed = os.listdir
    monkeypatch.setattr("facesorter.endpoint.objects._TELLS_NAMES_APART", False)
    monkeypatch.setattr("os.listdir", lambda folder: [name for name in listed(folder) if name != "trip"])
    objects = FolderObjects(str(tmp_path))
    assert objects.read("photos", "Trip/a.jpg", None) == PICTURE
    assert code_of(objects, "photos", "trip/a.jpg") == "InvalidS3ObjectException"
