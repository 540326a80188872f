"""The engine on board with S3 Vectors, whose calls are checked against botocore's model of the service."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import boto3
import numpy as np
import pytest
import skimage.data
from botocore import UNSIGNED
from botocore.config import Config
from botocore.validate import validate_parameters
from PIL import Image

from facesorter.duplicates.collection import NotYetSearchable, digest_of
from facesorter.duplicates.vectors import VectorCollection, vector_collection
from facesorter.engines.local.engine import LocalEngine

INDEX = "arn:aws:s3vectors:eu-west-1:000000000000:bucket/faces/index/faces"
_MODEL = boto3.Session().client("s3vectors", region_name="eu-west-1", config=Config(signature_version=UNSIGNED)).meta


class Vectors:
    """An index in memory, by cosine distance, exact where the service's is nearly so."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    def put_vectors(self, **request: Any) -> Any:
        self._check("PutVectors", request)
        for vector in request["vectors"]:
            assert len(vector["data"]["float32"]) == 128
            self.kept[vector["key"]] = vector

    def get_vectors(self, **request: Any) -> Any:
        self._check("GetVectors", request)
        return {"vectors": [self.kept[key] for key in request["keys"] if key in self.kept]}

    def query_vectors(self, **request: Any) -> Any:
        self._check("QueryVectors", request)
        ((name, condition),) = request["filter"].items()
        asked = request["queryVector"]["float32"]
        found = [
            {"key": one["key"], "metadata": one["metadata"], "distance": 1 - cosine(asked, one["data"]["float32"])}
            for one in self.kept.values()
            if one["metadata"][name] != condition["$ne"]
        ]
        return {"vectors": sorted(found, key=lambda one: one["distance"])[: request["topK"]]}

    def delete_vectors(self, **request: Any) -> Any:
        self._check("DeleteVectors", request)
        for key in request["keys"]:
            self.kept.pop(key, None)

    def _check(self, operation: str, request: dict[str, Any]) -> None:
        assert request["indexArn"] == INDEX
        validate_parameters(request, _MODEL.service_model.operation_model(operation).input_shape)


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    a, b = np.array(one), np.array(other)
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def pictures() -> dict[str, bytes]:
    whole = Image.fromarray(skimage.data.astronaut())
    return {
        "Eileen/1.jpg": jpeg(whole),
        "E. Collins/é 1.jpg": jpeg(whole.crop((100, 0, 380, 280))),
        "Eileen/2.jpg": jpeg(whole.crop((90, 0, 400, 300))),
        "Cat/1.jpg": jpeg(Image.fromarray(skimage.data.chelsea())),
        "Cat/broken.jpg": jpeg(whole)[:3000],
    }


def test_faces_of_other_names_are_found_and_forgotten(pictures: dict[str, bytes]) -> None:
    vectors = Vectors()
    collection = VectorCollection(LocalEngine(), vectors, INDEX, pictures.__getitem__)
    found = {key: collection.index(key, key.partition("/")[0]) for key in pictures}
    assert {key: len(contents.faces) for key, contents in found.items()} == {
        "Eileen/1.jpg": 1, "E. Collins/é 1.jpg": 1, "Eileen/2.jpg": 1, "Cat/1.jpg": 0, "Cat/broken.jpg": 0,
    }  # fmt: skip
    assert found["Cat/broken.jpg"].problem
    assert found["Cat/1.jpg"].problem is None
    (own,) = found["Eileen/1.jpg"].faces
    (hit,) = collection.search(own.face_id, "Eileen", 90)  # not her own second picture
    assert hit.face == found["E. Collins/é 1.jpg"].faces[0]
    assert hit.digest == digest_of("E. Collins/é 1.jpg")
    assert 90 <= hit.similarity <= 100
    others = collection.search(own.face_id, "E. Collins", 90)
    assert [other.face for other in others] == list(found["Eileen/2.jpg"].faces)  # and never the face itself
    assert collection.search(own.face_id, "Eileen", 100.1) == []

    assert collection.index("Eileen/1.jpg", "Eileen") == found["Eileen/1.jpg"]  # again, with the same ids
    assert len(vectors.kept) == 3
    collection.delete([own.face_id])
    collection.delete([own.face_id])
    collection.delete([])
    assert len(vectors.kept) == 2
    with pytest.raises(NotYetSearchable):
        collection.search(own.face_id, "Eileen", 90)


def test_an_object_that_is_too_large_is_a_problem_and_not_read() -> None:
    class Body(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise AssertionError

    class Bucket:
        def get_object(self, **_: Any) -> dict[str, Any]:
            return {"Body": Body(), "ContentLength": 8_000_000_000}

    contents = vector_collection(Vectors(), INDEX, Bucket(), "pictures").index("Eileen/film.mp4", "Eileen")
    assert contents.problem == "It has 8.0 GB, which is too large to be read."
