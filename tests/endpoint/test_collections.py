"""Collections over HTTP: what is indexed, listed, found and forgotten."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from painted import ANNA, ANNA_OLDER, BEN, IN_THE_DARK, PaintedEngine, painted
from rekognition_server import rekognition_server

from facesorter.domain.errors import StorageUnavailable
from facesorter.endpoint.collections import Collections

ANNA_AND_BEN = painted((100, 90, 120, ANNA), (300, 20, 60, BEN))
UNKNOWN_FACE = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def people(client: Any) -> Any:
    """A client with an empty collection, `people`."""
    client.create_collection(CollectionId="people")
    return client


def index(client: Any, picture: bytes, **options: Any) -> Any:
    return client.index_faces(CollectionId="people", Image={"Bytes": picture}, **options)


def face_ids(answer: Any) -> list[str]:
    return [record["Face"]["FaceId"] for record in answer["FaceRecords"]]


def test_a_collection_from_creation_to_deletion(client: Any) -> None:
    created = client.create_collection(CollectionId="people", Tags={"for": "tests"})
    assert created["StatusCode"] == 200
    assert created["CollectionArn"].endswith(":eu-west-1:000000000000:collection/people".removeprefix(":"))
    described = client.describe_collection(CollectionId="people")
    assert (described["FaceCount"], described["UserCount"]) == (0, 0)
    assert described["FaceModelVersion"] == created["FaceModelVersion"]
    assert described["CollectionARN"].startswith("arn:aws:rekognition:eu-west-1:")
    assert abs(datetime.now(UTC) - described["CreationTimestamp"]).total_seconds() < 60
    assert client.list_collections()["CollectionIds"] == ["people"]
    assert client.delete_collection(CollectionId="people")["StatusCode"] == 200
    assert client.list_collections()["CollectionIds"] == []


def test_a_name_is_taken_once_and_names_differ_by_case(people: Any) -> None:
    with pytest.raises(people.exceptions.ResourceAlreadyExistsException):
        people.create_collection(CollectionId="people")
    people.create_collection(CollectionId="People")


def test_unknown_collections_are_not_found(client: Any) -> None:
    image = {"Bytes": ANNA_AND_BEN}
    for call in (
        lambda: client.describe_collection(CollectionId="none"),
        lambda: client.delete_collection(CollectionId="none"),
        lambda: client.index_faces(CollectionId="none", Image=image),
        lambda: client.list_faces(CollectionId="none"),
        lambda: client.delete_faces(CollectionId="none", FaceIds=[UNKNOWN_FACE]),
        lambda: client.search_faces(CollectionId="none", FaceId=UNKNOWN_FACE),
        lambda: client.search_faces_by_image(CollectionId="none", Image=image),
    ):
        with pytest.raises(client.exceptions.ResourceNotFoundException, match="none"):
            call()


def test_faces_are_indexed_largest_first(people: Any) -> None:
    answer = index(people, ANNA_AND_BEN, ExternalImageId="trip:2024_a.jpg")
    assert [record["FaceDetail"]["BoundingBox"]["Left"] for record in answer["FaceRecords"]] == [0.25, 0.75]
    assert {record["Face"]["ExternalImageId"] for record in answer["FaceRecords"]} == {"trip:2024_a.jpg"}
    assert len({record["Face"]["ImageId"] for record in answer["FaceRecords"]}) == 1
    assert answer["UnindexedFaces"] == []
    assert [face["FaceId"] for face in people.list_faces(CollectionId="people")["Faces"]] == face_ids(answer)
    assert people.describe_collection(CollectionId="people")["FaceCount"] == 2


def test_a_picture_without_faces_adds_none(people: Any) -> None:
    answer = index(people, painted())
    assert (answer["FaceRecords"], answer["UnindexedFaces"]) == ([], [])


def test_the_same_picture_and_external_id_are_indexed_once(people: Any) -> None:
    first = face_ids(index(people, ANNA_AND_BEN))
    assert face_ids(index(people, ANNA_AND_BEN)) == first
    other = face_ids(index(people, ANNA_AND_BEN, ExternalImageId="again"))
    assert not set(other) & set(first)
    assert people.describe_collection(CollectionId="people")["FaceCount"] == 4


def test_max_faces_keeps_the_largest_and_tells_of_the_rest(people: Any) -> None:
    first = index(people, ANNA_AND_BEN, MaxFaces=1)
    assert [record["FaceDetail"]["BoundingBox"]["Left"] for record in first["FaceRecords"]] == [0.25]
    assert [(face["Reasons"], face["FaceDetail"]["BoundingBox"]["Left"]) for face in first["UnindexedFaces"]] == [
        (["EXCEEDS_MAX_FACES"], 0.75)
    ]
    assert face_ids(index(people, ANNA_AND_BEN))[0] == face_ids(first)[0]
    assert people.describe_collection(CollectionId="people")["FaceCount"] == 2


def test_poor_faces_are_not_indexed_unless_asked_for(people: Any) -> None:
    picture = painted((100, 90, 120, ANNA), (300, 20, 60, IN_THE_DARK))
    answer = index(people, picture)
    assert (len(answer["FaceRecords"]), answer["UnindexedFaces"][0]["Reasons"]) == (1, ["LOW_BRIGHTNESS"])
    assert len(index(people, picture, QualityFilter="NONE")["FaceRecords"]) == 2


def test_at_most_a_hundred_faces_of_a_picture(people: Any) -> None:
    crowd = painted(*((20 * column, 20 * row, 10, BEN) for column in range(12) for row in range(10)))
    assert len(index(people, crowd)["FaceRecords"]) == 100


def test_faces_are_found_by_image_most_similar_first(people: Any) -> None:
    index(people, painted((10, 10, 60, ANNA_OLDER)), ExternalImageId="older")
    index(people, ANNA_AND_BEN, ExternalImageId="both")
    search = {"CollectionId": "people", "Image": {"Bytes": painted((10, 10, 60, BEN), (90, 60, 200, ANNA))}}
    answer = people.search_faces_by_image(**search, FaceMatchThreshold=50)
    assert [match["Face"]["ExternalImageId"] for match in answer["FaceMatches"]] == ["both", "older"]
    assert answer["FaceMatches"][0]["Similarity"] > answer["FaceMatches"][1]["Similarity"] >= 50
    assert answer["SearchedFaceBoundingBox"]["Left"] == 90 / 400
    assert len(people.search_faces_by_image(**search)["FaceMatches"]) == 1
    assert len(people.search_faces_by_image(**search, FaceMatchThreshold=0, MaxFaces=2)["FaceMatches"]) == 2


def test_searching_with_nobody_is_an_invalid_parameter(people: Any) -> None:
    with pytest.raises(people.exceptions.InvalidParameterException, match="no faces in the image"):
        people.search_faces_by_image(CollectionId="people", Image={"Bytes": painted()})


def test_faces_are_found_by_their_id_but_not_themselves(people: Any) -> None:
    anna, _ = face_ids(index(people, ANNA_AND_BEN))
    (older,) = face_ids(index(people, painted((10, 10, 60, ANNA_OLDER))))
    answer = people.search_faces(CollectionId="people", FaceId=anna, FaceMatchThreshold=50)
    assert answer["SearchedFaceId"] == anna
    assert [match["Face"]["FaceId"] for match in answer["FaceMatches"]] == [older]
    with pytest.raises(people.exceptions.InvalidParameterException, match="not found in the collection"):
        people.search_faces(CollectionId="people", FaceId=UNKNOWN_FACE)


def test_faces_stay_in_their_collection(people: Any) -> None:
    (anna,) = face_ids(index(people, painted((10, 10, 60, ANNA))))
    people.create_collection(CollectionId="others")
    people.index_faces(CollectionId="others", Image={"Bytes": painted((10, 10, 60, ANNA))})
    assert people.search_faces(CollectionId="people", FaceId=anna, FaceMatchThreshold=0)["FaceMatches"] == []
    assert people.delete_faces(CollectionId="others", FaceIds=[anna])["DeletedFaces"] == []
    people.delete_collection(CollectionId="others")
    assert people.describe_collection(CollectionId="people")["FaceCount"] == 1


def test_deleted_faces_are_no_longer_found_and_get_a_new_id(people: Any) -> None:
    anna, ben = face_ids(index(people, ANNA_AND_BEN))
    answer = people.delete_faces(CollectionId="people", FaceIds=[anna, UNKNOWN_FACE, anna])
    assert answer["DeletedFaces"] == [anna]
    assert answer["UnsuccessfulFaceDeletions"] == [{"FaceId": UNKNOWN_FACE, "Reasons": ["FACE_NOT_FOUND"]}]
    found = people.search_faces_by_image(
        CollectionId="people", Image={"Bytes": painted((10, 10, 90, ANNA))}, FaceMatchThreshold=0
    )
    assert [match["Face"]["FaceId"] for match in found["FaceMatches"]] == [ben]
    again = face_ids(index(people, ANNA_AND_BEN))
    assert (again[1], again[0] != anna) == (ben, True)


def test_lists_come_in_pages(people: Any) -> None:
    crowd = painted(*((30 * column, 50, 10, BEN) for column in range(7)))
    ids = face_ids(index(people, crowd))
    by_three = people.get_paginator("list_faces").paginate(CollectionId="people", PaginationConfig={"PageSize": 3})
    pages = [page["Faces"] for page in by_three]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [face["FaceId"] for page in pages for face in page] == ids
    for name in ("a", "b", "c"):
        people.create_collection(CollectionId=name)
    pages = list(people.get_paginator("list_collections").paginate(PaginationConfig={"PageSize": 2}))
    assert [page["CollectionIds"] for page in pages] == [["people", "a"], ["b", "c"]]
    assert [len(page["FaceModelVersions"]) for page in pages] == [2, 2]


def test_faces_are_listed_by_their_ids(people: Any) -> None:
    ids = face_ids(index(people, painted(*((30 * column, 50, 10, BEN) for column in range(5)))))
    listed = people.list_faces(CollectionId="people", FaceIds=[ids[3], ids[1], UNKNOWN_FACE], MaxResults=1)
    assert [face["FaceId"] for face in listed["Faces"]] == [ids[1]]
    rest = people.list_faces(CollectionId="people", FaceIds=[ids[3], ids[1]], NextToken=listed["NextToken"])
    assert [face["FaceId"] for face in rest["Faces"]] == [ids[3]]
    assert "NextToken" not in rest


def test_a_page_goes_on_after_its_last_face_was_deleted(people: Any) -> None:
    ids = face_ids(index(people, painted(*((30 * column, 50, 10, BEN) for column in range(4)))))
    first = people.list_faces(CollectionId="people", MaxResults=2)
    people.delete_faces(CollectionId="people", FaceIds=[ids[1]])
    rest = people.list_faces(CollectionId="people", NextToken=first["NextToken"])
    assert [face["FaceId"] for face in rest["Faces"]] == ids[2:]


@pytest.mark.parametrize("token", ["x", "", "AAAA", "é", "A" * 255])
def test_made_up_tokens_are_refused(people: Any, token: str) -> None:
    with pytest.raises(people.exceptions.InvalidPaginationTokenException):
        people.list_collections(NextToken=token)
    with pytest.raises(people.exceptions.InvalidPaginationTokenException):
        people.list_faces(CollectionId="people", NextToken=token)


def test_a_token_is_good_for_its_own_list_only(people: Any) -> None:
    index(people, ANNA_AND_BEN)
    token = people.list_faces(CollectionId="people", MaxResults=1)["NextToken"]
    people.create_collection(CollectionId="others")
    with pytest.raises(people.exceptions.InvalidPaginationTokenException):
        people.list_faces(CollectionId="others", NextToken=token)


def test_collections_survive_a_restart(tmp_path: Path) -> None:
    file = str(tmp_path / "collections.db")
    with rekognition_server(PaintedEngine(), collections=file) as server:
        client = server.client()
        client.create_collection(CollectionId="people")
        anna, ben = face_ids(index(client, ANNA_AND_BEN, ExternalImageId="both"))
    with rekognition_server(PaintedEngine(), collections=file) as server:
        client = server.client()
        assert face_ids(index(client, ANNA_AND_BEN, ExternalImageId="both")) == [anna, ben]
        found = client.search_faces_by_image(CollectionId="people", Image={"Bytes": painted((9, 9, 90, BEN))})
        assert [match["Face"]["FaceId"] for match in found["FaceMatches"]] == [ben]
        assert client.search_faces(CollectionId="people", FaceId=anna)["FaceMatches"] == []


def test_a_collection_of_another_engine_is_not_searched(tmp_path: Path) -> None:
    class RepaintedEngine(PaintedEngine):
        name = "painted-2"

    file = str(tmp_path / "collections.db")
    with rekognition_server(PaintedEngine(), collections=file) as server:
        server.client().create_collection(CollectionId="people")
    with rekognition_server(RepaintedEngine(), collections=file) as server:
        with pytest.raises(ClientError, match="create it anew"):
            index(server.client(), ANNA_AND_BEN)
        server.client().delete_collection(CollectionId="people")


def test_one_endpoint_a_file(tmp_path: Path) -> None:
    file = str(tmp_path / "collections.db")
    with rekognition_server(PaintedEngine(), collections=file), pytest.raises(StorageUnavailable):
        Collections(file)


def test_many_threads_index_the_same_picture_once(people: Any) -> None:
    barrier = threading.Barrier(8)

    def once(_: int) -> list[str]:
        barrier.wait()
        return face_ids(index(people, ANNA_AND_BEN))

    with ThreadPoolExecutor(8) as pool:
        analyses = list(pool.map(once, range(8)))
    assert analyses == [analyses[0]] * 8
    assert people.describe_collection(CollectionId="people")["FaceCount"] == 2


def test_a_search_sees_faces_indexed_since_the_last(people: Any) -> None:
    def found() -> Iterator[str]:
        search = {"CollectionId": "people", "Image": {"Bytes": painted((9, 9, 90, BEN))}}
        return (match["Face"]["FaceId"] for match in people.search_faces_by_image(**search)["FaceMatches"])

    assert list(found()) == []
    (ben,) = face_ids(index(people, painted((10, 10, 60, BEN))))
    assert list(found()) == [ben]
    (again,) = face_ids(index(people, painted((10, 10, 70, BEN))))
    assert sorted(found()) == sorted([ben, again])
