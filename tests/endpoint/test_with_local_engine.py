"""The endpoint with the engine it is shipped with, on a real photo."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, cast

import pytest
import skimage.data
from botocore.model import StructureShape
from PIL import Image
from rekognition_server import rekognition_server

from facesorter.domain.models import EncodedPicture, Portrait
from facesorter.endpoint.wire import SERVICE
from facesorter.engines.local.amazon_scale import as_amazon
from facesorter.engines.local.engine import LocalEngine


def encoded(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=92)
    return file.getvalue()


DEFAULT = {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}
ASTRONAUT = Image.fromarray(skimage.data.astronaut())
PORTRAIT = encoded(ASTRONAUT.crop((120, 0, 350, 230)))
WHOLE = encoded(ASTRONAUT)
CAT = encoded(Image.fromarray(skimage.data.chelsea()))


@pytest.fixture(scope="module")
def engine() -> LocalEngine:
    return LocalEngine()


@pytest.fixture(scope="module")
def client(engine: LocalEngine) -> Iterator[Any]:
    with rekognition_server(engine, scale=as_amazon) as server:
        yield server.client()


def test_it_compares_as_the_engine_does(engine: LocalEngine, client: Any) -> None:
    answer = client.compare_faces(SourceImage={"Bytes": PORTRAIT}, TargetImage={"Bytes": WHOLE}, SimilarityThreshold=0)
    expected = engine.compare(Portrait(EncodedPicture("", PORTRAIT)), EncodedPicture("", WHOLE))
    assert [match["Similarity"] for match in answer["FaceMatches"]] == pytest.approx(
        [as_amazon(match.similarity) for match in expected.matches]
    )
    assert answer["FaceMatches"][0]["Similarity"] > 99


def test_a_picture_is_a_hundred_percent_itself(client: Any) -> None:
    same = client.compare_faces(SourceImage={"Bytes": WHOLE}, TargetImage={"Bytes": WHOLE})
    assert [match["Similarity"] for match in same["FaceMatches"]] == [100]


def test_a_face_has_every_member_that_the_service_has(client: Any) -> None:
    (face,) = client.detect_faces(Image={"Bytes": WHOLE}, Attributes=["ALL"])["FaceDetails"]
    across = {mark["Type"]: mark["X"] for mark in face["Landmarks"]}
    assert across["eyeLeft"] < across["nose"] < across["eyeRight"]
    assert set(face) == set(cast("StructureShape", SERVICE.shape_for("FaceDetail")).members)


def test_public_programs_read_what_they_are_used_to(client: Any) -> None:
    for face in client.detect_faces(Image={"Bytes": WHOLE}, Attributes=["ALL"])["FaceDetails"]:
        assert 15 < face["AgeRange"]["Low"] < face["AgeRange"]["High"] < 60
        assert face["Emotions"][0] == {"Type": "HAPPY", "Confidence": pytest.approx(100, abs=10)}
        assert face["Gender"]["Value"] == "Female"
        assert face["Smile"] == {"Value": True, "Confidence": pytest.approx(100, abs=10)}
        for member in ("Eyeglasses", "Sunglasses", "Beard", "Mustache", "EyesOpen", "MouthOpen", "FaceOccluded"):
            assert face[member] == {"Value": False, "Confidence": 0}
        assert face["EyeDirection"] == {"Yaw": 0, "Pitch": 0, "Confidence": 0}


def test_indexing_tells_of_a_face_what_is_asked(client: Any) -> None:
    client.create_collection(CollectionId="attributes")
    picture = {"Bytes": WHOLE}
    [plain] = client.index_faces(CollectionId="attributes", Image=picture)["FaceRecords"]
    assert set(plain["FaceDetail"]) == DEFAULT
    asked = {"DetectionAttributes": ["AGE_RANGE"], "MaxFaces": 1}
    [record] = client.index_faces(CollectionId="attributes", Image=picture, **asked)["FaceRecords"]
    assert set(record["FaceDetail"]) == DEFAULT | {"AgeRange"}
    assert record["FaceDetail"]["BoundingBox"] == plain["FaceDetail"]["BoundingBox"]


def test_a_cat_is_nobody(client: Any) -> None:
    assert client.detect_faces(Image={"Bytes": CAT})["FaceDetails"] == []
    with pytest.raises(client.exceptions.InvalidParameterException):
        client.compare_faces(SourceImage={"Bytes": PORTRAIT}, TargetImage={"Bytes": CAT})


def test_an_indexed_face_is_found_by_image_and_by_id(client: Any) -> None:
    client.create_collection(CollectionId="people")
    (portrait,), (whole,) = (
        client.index_faces(CollectionId="people", Image={"Bytes": picture})["FaceRecords"]
        for picture in (PORTRAIT, WHOLE)
    )
    by_image = client.search_faces_by_image(CollectionId="people", Image={"Bytes": WHOLE})["FaceMatches"]
    assert by_image[0]["Face"]["FaceId"] == whole["Face"]["FaceId"]
    by_id = client.search_faces(CollectionId="people", FaceId=whole["Face"]["FaceId"])["FaceMatches"]
    assert [match["Face"]["FaceId"] for match in by_id] == [portrait["Face"]["FaceId"]]
    assert by_id[0]["Similarity"] > 95
