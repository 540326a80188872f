"""Users and tags over HTTP, every answer checked against botocore's model (see `rekognition_server`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from painted import ANNA, ANNA_OLDER, BEN, IN_THE_DARK, PaintedEngine, painted
from rekognition_server import refusal, rekognition_server
from test_collections import UNKNOWN_FACE, face_ids, index

CAROL = (30, 200, 30)
ANNA_ALONE, OLDER_ALONE, BEN_ALONE = (painted((100, 90, 120, color)) for color in (ANNA, ANNA_OLDER, BEN))


@pytest.fixture
def people(client: Any) -> Any:
    """A client with an empty collection, `people`, and a user in it, `anna`."""
    client.create_collection(CollectionId="people")
    client.create_user(CollectionId="people", UserId="anna")
    return client


def indexed(client: Any, picture: bytes) -> str:
    return face_ids(index(client, picture))[0]


def associate(client: Any, *faces: str, user: str = "anna", **options: Any) -> Any:
    return client.associate_faces(CollectionId="people", UserId=user, FaceIds=list(faces), **options)


def code_of(function: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as failure:
        function(**{"CollectionId": "people"} | arguments)
    return refusal(failure.value)[0]


def users(client: Any) -> list[tuple[str, str]]:
    found = client.list_users(CollectionId="people")["Users"]
    return [(user["UserId"], user["UserStatus"]) for user in found]


def test_a_user_from_creation_to_deletion(people: Any) -> None:
    assert users(people) == [("anna", "CREATED")]
    assert people.describe_collection(CollectionId="people")["UserCount"] == 1
    face = indexed(people, ANNA_ALONE)
    answer = associate(people, face)
    assert answer["AssociatedFaces"] == [{"FaceId": face}]
    assert (answer["UnsuccessfulFaceAssociations"], answer["UserStatus"]) == ([], "ACTIVE")
    assert users(people) == [("anna", "ACTIVE")]
    assert [found["UserId"] for found in people.list_faces(CollectionId="people")["Faces"]] == ["anna"]
    gone = people.disassociate_faces(CollectionId="people", UserId="anna", FaceIds=[face])
    assert (gone["DisassociatedFaces"], gone["UserStatus"]) == ([{"FaceId": face}], "CREATED")
    people.delete_user(CollectionId="people", UserId="anna")
    assert users(people) == []
    assert len(people.list_faces(CollectionId="people")["Faces"]) == 1


def test_what_cannot_be_associated_is_told_with_its_reason(people: Any) -> None:
    people.create_user(CollectionId="people", UserId="ben")
    anna, older, ben = (indexed(people, picture) for picture in (ANNA_ALONE, OLDER_ALONE, BEN_ALONE))
    associate(people, ben, user="ben")
    associate(people, anna)
    answer = associate(people, anna, older, ben, UNKNOWN_FACE, indexed(people, painted((9, 9, 99, CAROL))))
    assert answer["AssociatedFaces"] == []  # Anna's own face is hers already, and not reported again
    reasons = [(refused["FaceId"], refused["Reasons"]) for refused in answer["UnsuccessfulFaceAssociations"]]
    assert reasons[:3] == [
        (older, ["LOW_MATCH_CONFIDENCE"]),
        (ben, ["ASSOCIATED_TO_A_DIFFERENT_USER"]),
        (UNKNOWN_FACE, ["FACE_NOT_FOUND"]),
    ]
    assert answer["UnsuccessfulFaceAssociations"][0]["Confidence"] == pytest.approx(65, abs=1)
    assert answer["UnsuccessfulFaceAssociations"][1]["UserId"] == "ben"
    assert associate(people, older, UserMatchThreshold=60)["AssociatedFaces"] == [{"FaceId": older}]


def test_what_cannot_be_disassociated_is_told_with_its_reason(people: Any) -> None:
    people.create_user(CollectionId="people", UserId="ben")
    free, bens = indexed(people, ANNA_ALONE), indexed(people, BEN_ALONE)
    associate(people, bens, user="ben")
    answer = people.disassociate_faces(CollectionId="people", UserId="anna", FaceIds=[free, bens, UNKNOWN_FACE])
    assert answer["DisassociatedFaces"] == []
    assert answer["UnsuccessfulFaceDisassociations"] == [
        {"FaceId": bens, "UserId": "ben", "Reasons": ["ASSOCIATED_TO_A_DIFFERENT_USER"]},
        {"FaceId": UNKNOWN_FACE, "Reasons": ["FACE_NOT_FOUND"]},
    ]


def test_a_user_has_a_hundred_faces_at_most(people: Any) -> None:
    crowd = painted(*((x * 30, y * 30, 20, ANNA) for x in range(10) for y in range(10)), size=(320, 320))
    faces = face_ids(index(people, crowd, QualityFilter="NONE"))
    assert len(associate(people, *faces)["AssociatedFaces"]) == 100
    assert code_of(people.associate_faces, UserId="anna", FaceIds=[indexed(people, ANNA_ALONE)]) == (
        "ServiceQuotaExceededException"
    )
    assert len(people.list_faces(CollectionId="people", UserId="anna", MaxResults=60)["Faces"]) == 60


def test_a_face_of_a_user_is_not_deleted(people: Any) -> None:
    hers, free = indexed(people, ANNA_ALONE), indexed(people, BEN_ALONE)
    associate(people, hers)
    answer = people.delete_faces(CollectionId="people", FaceIds=[hers, free, UNKNOWN_FACE])
    assert answer["DeletedFaces"] == [free]
    assert answer["UnsuccessfulFaceDeletions"] == [
        {"FaceId": hers, "UserId": "anna", "Reasons": ["ASSOCIATED_TO_AN_EXISTING_USER"]},
        {"FaceId": UNKNOWN_FACE, "Reasons": ["FACE_NOT_FOUND"]},
    ]


def test_users_are_found_by_face_user_and_image(people: Any) -> None:
    for user in ("older", "ben", "nobody"):
        people.create_user(CollectionId="people", UserId=user)
    anna, older, ben = (indexed(people, picture) for picture in (ANNA_ALONE, OLDER_ALONE, BEN_ALONE))
    for user, face in (("anna", anna), ("older", older), ("ben", ben)):
        associate(people, face, user=user)
    by_face = people.search_users(CollectionId="people", FaceId=anna, UserMatchThreshold=50)
    assert by_face["SearchedFace"] == {"FaceId": anna}
    assert [(match["User"]["UserId"], round(match["Similarity"])) for match in by_face["UserMatches"]] == [
        ("anna", 100), ("older", 65),
    ]  # fmt: skip
    by_user = people.search_users(CollectionId="people", UserId="anna", UserMatchThreshold=0, MaxUsers=1)
    assert by_user["SearchedUser"] == {"UserId": "anna"}
    assert [match["User"] for match in by_user["UserMatches"]] == [{"UserId": "older", "UserStatus": "ACTIVE"}]
    assert people.search_users(CollectionId="people", UserId="nobody")["UserMatches"] == []
    both = painted((100, 90, 120, ANNA), (300, 20, 60, BEN))
    by_image = people.search_users_by_image(CollectionId="people", Image={"Bytes": both})
    assert [match["User"]["UserId"] for match in by_image["UserMatches"]] == ["anna"]
    assert by_image["SearchedFace"]["FaceDetail"]["BoundingBox"]["Left"] == 0.25
    assert [unsearched["Reasons"] for unsearched in by_image["UnsearchedFaces"]] == [["FACE_NOT_LARGEST"]]


def test_an_image_without_a_usable_face_finds_nobody(people: Any) -> None:
    associate(people, indexed(people, ANNA_ALONE))
    for picture, unsearched in ((painted(), []), (painted((100, 90, 120, IN_THE_DARK)), [["LOW_BRIGHTNESS"]])):
        answer = people.search_users_by_image(
            CollectionId="people", Image={"Bytes": picture}, QualityFilter="LOW", UserMatchThreshold=0
        )
        assert (answer["UserMatches"], "SearchedFace" in answer) == ([], False)
        assert [face["Reasons"] for face in answer["UnsearchedFaces"]] == unsearched


def test_a_search_sees_what_changed(people: Any) -> None:
    anna, older = indexed(people, ANNA_ALONE), indexed(people, OLDER_ALONE)
    associate(people, older)
    for change, found in ((lambda: None, 65), (lambda: associate(people, anna, UserMatchThreshold=0), 100)):
        change()
        (match,) = people.search_users(CollectionId="people", FaceId=anna, UserMatchThreshold=0)["UserMatches"]
        assert round(match["Similarity"]) == found
    people.delete_user(CollectionId="people", UserId="anna")
    assert people.search_users(CollectionId="people", FaceId=anna, UserMatchThreshold=0)["UserMatches"] == []


def test_users_come_in_pages(people: Any) -> None:
    for number in range(4):
        people.create_user(CollectionId="people", UserId=f"user-{number}")
    pages = people.get_paginator("list_users").paginate(CollectionId="people", PaginationConfig={"PageSize": 2})
    assert [len(page["Users"]) for page in pages] == [2, 2, 1]
    assert code_of(people.list_users, NextToken="made-up") == "InvalidPaginationTokenException"


def test_what_is_not_there_is_not_found(people: Any) -> None:
    face = {"FaceIds": [UNKNOWN_FACE]}
    for function, arguments in (
        (people.delete_user, {}), (people.associate_faces, face), (people.disassociate_faces, face),
        (people.search_users, {}), (people.list_faces, {}),
    ):  # fmt: skip
        assert code_of(function, UserId="none", **arguments) == "ResourceNotFoundException"
    assert code_of(people.create_user, CollectionId="none", UserId="x") == "ResourceNotFoundException"
    assert code_of(people.create_user, UserId="anna") == "ConflictException"
    assert code_of(people.search_users, FaceId=UNKNOWN_FACE) == "InvalidParameterException"
    assert code_of(people.search_users) == "InvalidParameterException"
    assert code_of(people.search_users, FaceId=UNKNOWN_FACE, UserId="anna") == "InvalidParameterException"


def test_a_token_makes_a_call_once(people: Any) -> None:
    for _ in range(2):
        people.create_user(CollectionId="people", UserId="ben", ClientRequestToken="one")
    assert code_of(people.create_user, UserId="carol", ClientRequestToken="one") == (
        "IdempotentParameterMismatchException"
    )
    face = indexed(people, BEN_ALONE)
    first, again = (associate(people, face, user="ben", ClientRequestToken="two") for _ in range(2))
    assert first["AssociatedFaces"] == again["AssociatedFaces"] == [{"FaceId": face}]


def test_users_and_tags_survive_a_restart_and_go_with_their_collection(tmp_path: Path) -> None:
    path = str(tmp_path / "collections.db")
    with rekognition_server(PaintedEngine(), collections=path) as server:
        client = server.client()
        arn = client.create_collection(CollectionId="people", Tags={"for": "tests"})["CollectionArn"]
        client.create_user(CollectionId="people", UserId="anna")
        face = indexed(client, ANNA_ALONE)
        associate(client, face)
    with rekognition_server(PaintedEngine(), collections=path) as server:
        client = server.client()
        assert users(client) == [("anna", "ACTIVE")]
        assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"for": "tests"}
        client.delete_collection(CollectionId="people")
        client.create_collection(CollectionId="people")
        assert users(client) == []
        assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {}


def test_tags_are_given_changed_and_taken(people: Any) -> None:
    arn = people.describe_collection(CollectionId="people")["CollectionARN"]
    people.tag_resource(ResourceArn=arn, Tags={"stage": "test", "owner": "Zoë +1"})
    people.tag_resource(ResourceArn=arn, Tags={"stage": ""})
    assert people.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"stage": "", "owner": "Zoë +1"}
    people.untag_resource(ResourceArn=arn, TagKeys=["stage", "none"])
    assert people.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"owner": "Zoë +1"}


def test_tags_have_limits(people: Any) -> None:
    arn = people.describe_collection(CollectionId="people")["CollectionARN"]
    people.tag_resource(ResourceArn=arn, Tags={f"key-{number}": "x" for number in range(50)})
    people.tag_resource(ResourceArn=arn, Tags={"key-7": "y"})
    for function, arguments, code in (
        (people.tag_resource, {"ResourceArn": arn, "Tags": {"one more": "x"}}, "ServiceQuotaExceededException"),
        (people.tag_resource, {"ResourceArn": arn, "Tags": {"aws:mine": "x"}}, "ValidationException"),
        (people.tag_resource, {"ResourceArn": arn, "Tags": {"line\nbreak": "x"}}, "ValidationException"),
        (people.list_tags_for_resource, {"ResourceArn": arn + "-none"}, "ResourceNotFoundException"),
        (people.untag_resource, {"ResourceArn": "x" * 30, "TagKeys": ["a"]}, "InvalidParameterException"),
    ):
        with pytest.raises(ClientError) as failure:
            function(**arguments)
        assert refusal(failure.value)[0] == code
    many = {f"key-{number}": "x" for number in range(51)}
    assert code_of(people.create_collection, CollectionId="other", Tags=many) == "ServiceQuotaExceededException"
    assert people.list_collections()["CollectionIds"] == ["people"]
