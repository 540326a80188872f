"""What was paid for in a collection is kept, whatever fails or ends meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from facesorter.domain.models import EncodedPicture
from facesorter.duplicates.index import Picture
from facesorter.duplicates.local_index import MIGRATIONS
from facesorter.duplicates.paid_index import PAID_MIGRATION, PaidIndex
from facesorter.storage.database import Database

BOX = {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4}


class RefusedError(Exception):
    """The service does not do it."""


class Service:
    """A collection in which every picture has one face, named after its key and bytes, and all are alike."""

    name = "c"

    def __init__(self) -> None:
        self.faces: set[str] = set()
        self.indexed = self.searched = 0
        self.refuses_to_delete = False

    def index(self, picture: EncodedPicture, external_id: str) -> dict[str, Any]:
        self.indexed += 1
        face = {
            "FaceId": f"{external_id} {picture.data.decode()}", "ImageId": "i", "Confidence": 99.0, "BoundingBox": BOX
        }  # fmt: skip
        self.faces.add(face["FaceId"])
        return {"FaceRecords": [{"Face": face}], "UnindexedFaces": []}

    def search(self, face_id: str, at_least: float) -> dict[str, Any]:
        self.searched += 1
        others = [other for other in self.faces if other != face_id] if at_least < 90 else []
        return {"FaceMatches": [{"Similarity": 90.0, "Face": {"FaceId": other}} for other in others]}

    def delete(self, face_ids: Sequence[str]) -> None:
        if self.refuses_to_delete:
            raise RefusedError
        self.faces -= set(face_ids)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "index.db")


@pytest.fixture
def index(service: Service, path: str) -> Iterator[PaidIndex]:
    with closing(opened(path)) as database:
        yield PaidIndex(service, database)


def opened(path: str) -> Database:
    return Database(path, (*MIGRATIONS, PAID_MIGRATION))


def put(index: PaidIndex, key: str, version: str) -> None:
    index.add(Picture(key, version, key), version.encode())


def found(index: PaidIndex, key: str) -> set[str]:
    return {like.face.face_id for like in index.likes([key], 50)[key]}


def test_a_paid_answer_is_kept_though_the_old_face_cannot_be_deleted(index: PaidIndex, service: Service) -> None:
    put(index, "a", "v1")
    put(index, "b", "v1")
    assert found(index, "b") == {"a v1"}
    service.refuses_to_delete = True
    with pytest.raises(RefusedError):
        put(index, "a", "v2")
    assert index.known()["a"].version == "v2"
    assert [face.face_id for face in index.contents("a").faces] == ["a v2"]
    assert found(index, "b") == {"a v2"}
    assert service.searched == 3  # not for the face that is to be deleted
    service.refuses_to_delete = False
    index.remove([])
    assert service.faces == {"a v2", "b v1"}
    put(index, "a", "v1")
    assert [face.face_id for face in index.contents("a").faces] == ["a v1"]
    assert service.faces == {"a v1", "b v1"}


def test_a_picture_that_cannot_be_forgotten_is_forgotten_the_next_time(index: PaidIndex, service: Service) -> None:
    put(index, "a", "v1")
    put(index, "b", "v1")
    service.refuses_to_delete = True
    with pytest.raises(RefusedError):
        index.remove(["a"])
    assert set(index.known()) == {"b"}
    put_back = service.faces.copy()
    service.refuses_to_delete = False
    index.remove([])
    assert (put_back, service.faces) == ({"a v1", "b v1"}, {"b v1"})


def test_a_face_that_comes_back_before_it_is_deleted_stays(index: PaidIndex, service: Service) -> None:
    put(index, "a", "v1")
    service.refuses_to_delete = True
    with pytest.raises(RefusedError):
        put(index, "a", "v2")
    with pytest.raises(RefusedError):
        put(index, "a", "v1")
    service.refuses_to_delete = False
    index.remove([])
    assert service.faces == {"a v1"}
    assert [face.face_id for face in index.contents("a").faces] == ["a v1"]


def test_searches_are_kept_while_they_are_made(index: PaidIndex, service: Service, tmp_path: Path) -> None:
    for number in range(100):
        put(index, str(number), "v1")
    index.commit()
    index.likes([], 95)
    for file in tmp_path.glob("index.db*"):  # what a program that was killed now would leave
        shutil.copy(file, tmp_path / f"left {file.name}")
    with closing(opened(str(tmp_path / "left index.db"))) as another:
        assert len(PaidIndex(service, another).unsearched(95)) <= 32
