"""The calls that the well-known AWS sample for duplicate faces makes, in its order and with its values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from painted import ANNA, BEN, PaintedEngine, painted
from rekognition_server import rekognition_server

from facesorter.endpoint.objects import FolderObjects

KEYS = ("images/Hans_Blix/Hans_Blix_0006.jpg", "images/X/X_0001.jpg", "images/Ben/Ben_0001.jpg", "images/Cat/Cat_1.jpg")


def match_faces(client: Any, key: str) -> dict[str, Any] | None:
    """What the sample makes of one picture; None where it finds no face."""
    image_id = key.rsplit("/", maxsplit=1)[-1]
    customer = image_id[: image_id.rfind("_")]
    indexed = client.index_faces(
        CollectionId="TestCollection", Image={"S3Object": {"Bucket": "pictures", "Name": key}},
        ExternalImageId=image_id, MaxFaces=1, QualityFilter="AUTO", DetectionAttributes=["DEFAULT"],
    )  # fmt: skip
    if not indexed["FaceRecords"]:
        return None
    found = client.search_faces(
        CollectionId="TestCollection", FaceId=indexed["FaceRecords"][0]["Face"]["FaceId"], FaceMatchThreshold=50,
        MaxFaces=100,
    )  # fmt: skip
    matches = [
        {"Similarity": match["Similarity"], "Face": match["Face"], "CustomerId": matched[: matched.rfind("_")]}
        for match in found["FaceMatches"]
        if (matched := match["Face"]["ExternalImageId"])[: matched.rfind("_")] != customer
    ]
    return {"Source": f"pictures/{key}", "CustomerID": customer, "Matches": matches}


def test_the_samples_reports_come_out(tmp_path: Path) -> None:
    pictures = (
        painted((100, 90, 120, ANNA), (300, 20, 60, BEN), image_format="JPEG"),
        painted((90, 80, 130, ANNA), image_format="JPEG"),
        painted((100, 90, 120, BEN), image_format="JPEG"),
        painted(image_format="JPEG"),
    )
    for key, data in zip(KEYS, pictures, strict=True):
        (tmp_path / "pictures" / key).parent.mkdir(parents=True)
        (tmp_path / "pictures" / key).write_bytes(data)
    with rekognition_server(PaintedEngine(), objects=FolderObjects(str(tmp_path))) as server:
        client = server.client()
        client.create_collection(CollectionId="TestCollection")
        first, second, other, none = (match_faces(client, key) for key in KEYS)
        again = match_faces(client, KEYS[0])
        count = client.describe_collection(CollectionId="TestCollection")["FaceCount"]
    assert first == {"Source": f"pictures/{KEYS[0]}", "CustomerID": "Hans_Blix", "Matches": []}
    assert second is not None
    assert again is not None
    (match,) = second["Matches"]
    assert (match["CustomerId"], match["Similarity"]) == ("Hans_Blix", pytest.approx(100, abs=1))
    assert set(match["Face"]) == {
        "FaceId", "BoundingBox", "ImageId", "ExternalImageId", "Confidence", "IndexFacesModelVersion",
    }  # fmt: skip
    assert other is not None  # the sample indexes the largest face alone, so that Ben beside Anna is not found
    assert (other["Matches"], none) == ([], None)
    assert [found["CustomerId"] for found in again["Matches"]] == ["X"]
    assert count == 3  # a picture that comes twice is indexed once
