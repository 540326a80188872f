"""Copies that S3 makes by itself, and the servers that must not be asked for them."""

from __future__ import annotations

from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError, ParamValidationError, ReadTimeoutError
from s3_desk import FOLDER, Desk
from s3_server import BUCKET, Copies, Refusal

from facesorter.domain.errors import PhotoChanged
from facesorter.domain.events import CopyFailed, CopyTakenBack, Event, PhotoAlreadyThere, PhotoCopied
from facesorter.domain.models import Photo
from facesorter.domain.planning import CopyOrder, Placement
from facesorter.pipeline.undo import undo_run
from facesorter.places.copiers import AnywhereCopier, FetchingCopier
from facesorter.places.s3.copier import S3Copier
from facesorter.places.s3.server_copies import MOST_FAILURES


def photos(desk: Desk, count: int) -> list[Photo]:
    return [desk.photo(f"s3://{BUCKET}/in/{number}?ä b+c.jpg", f"photo {number}".encode()) for number in range(count)]


def copies_of(taken: list[Photo]) -> dict[str, bytes]:
    return {f"out/PhotosWithAnna/{number}?ä b+c.jpg": f"photo {number}".encode() for number in range(len(taken))}


def out(desk: Desk) -> dict[str, bytes]:
    return {key: data for key, data in desk.objects().items() if key.startswith("out/")}


def client_in(desk: Desk, region: str = "eu-west-1") -> Any:
    """Another client of the same server."""
    keys: dict[str, Any] = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
    return boto3.client("s3", endpoint_url=desk.s3.meta.endpoint_url, region_name=region, **keys)


def copy_counted(desk: Desk, *taken: Photo, folder: str = FOLDER) -> tuple[list[Event], int, int, int]:
    """What happened, and how often something was read, put, and copied by the server."""
    desk.calls.clear()
    events = desk.copy(*taken, folder=folder)
    return events, desk.calls["GetObject"], desk.calls["PutObject"], desk.calls["CopyObject"]


class Client:
    """A client whose answers to one operation are changed."""

    def __init__(self, desk: Desk, **changed: Any) -> None:
        self._client, self._changed = desk.s3, changed
        desk.copier = AnywhereCopier(FetchingCopier("copy", desk.read), lambda: S3Copier(self, desk.read))  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._client, name)
        return (lambda **request: self._changed[name](real, request)) if name in self._changed else real


def proven(desk: Desk) -> tuple[S3Copier, CopyOrder, Placement]:
    """A copier of which the server has made one copy already, and the next order for it, placed."""
    copier = S3Copier(desk.s3, desk.read)
    orders = [CopyOrder(photo, desk.anna, FOLDER) for photo in photos(desk, 3)]
    for order in orders[:2]:
        place = copier.place(order)
        assert isinstance(place, Placement)
        copier.publish(order, place)
    place = copier.place(orders[2])
    assert isinstance(place, Placement)
    return copier, orders[2], place


def test_only_the_first_photo_is_read_where_the_server_refuses_names_that_are_taken(desk: Desk, copies: Copies) -> None:
    taken = photos(desk, 5)
    events, *calls = copy_counted(desk, *taken)
    assert [type(event) for event in events] == [PhotoCopied] * 5
    assert calls == ([1, 1, 5] if copies.honored else [5, 5, 1])
    assert out(desk) == copies_of(taken)
    assert [type(event) for event in desk.copy(*taken)] == [PhotoAlreadyThere] * 5
    assert [type(event) for event in undo_run(desk.run_id, desk.copier, desk.journal)] == [CopyTakenBack] * 5
    assert out(desk) == {}


def test_copies_of_both_ways_are_alike(desk: Desk) -> None:
    taken = photos(desk, 3)
    for photo in taken:
        key = photo.path.removeprefix(f"s3://{BUCKET}/")
        said = {
            "Metadata": {"note": "private"},
            "Tagging": "a=b",
            "ContentType": "text/plain",
            "CacheControl": "no-store",
        }
        desk.s3.put_object(Bucket=BUCKET, Key=key, Body=desk.read(photo.path), StorageClass="STANDARD_IA", **said)
    desk.copy(*taken)
    for key in copies_of(taken):
        head = desk.s3.head_object(Bucket=BUCKET, Key=key, ChecksumMode="ENABLED")
        assert (head["ContentType"], head["Metadata"], head.get("CacheControl")) == ("image/jpeg", {}, None)
        assert "StorageClass" not in head  # the standard one
        assert desk.s3.get_object_tagging(Bucket=BUCKET, Key=key)["TagSet"] == []


def test_an_object_of_a_stranger_is_not_overwritten(desk: Desk) -> None:
    copier, order, place = proven(desk)
    desk.put(place.target, b"somebody else's")
    with pytest.raises(FileExistsError):
        copier.publish(order, place)
    assert desk.read(place.target) == b"somebody else's"


def test_a_name_that_is_being_taken_is_not_overwritten(desk: Desk, copies: Copies) -> None:
    copier, order, place = proven(desk)

    def conflict(_: str) -> None:
        desk.put(place.target, b"somebody else's")
        raise Refusal("ConditionalRequestConflict", 409)

    copies.meanwhile = conflict
    if not copies.honored:
        desk.put(place.target, b"somebody else's")
    with pytest.raises(FileExistsError):
        copier.publish(order, place)
    assert desk.read(place.target) == b"somebody else's"


def test_a_photo_that_changed_is_not_copied(desk: Desk) -> None:
    copier, order, place = proven(desk)
    desk.put(order.photo.path, b"another photo")
    with pytest.raises(PhotoChanged):
        copier.publish(order, place)
    assert place.target not in desk.objects()
    assert len(out(desk)) == 2


@pytest.mark.parametrize("source_honored", [True, False])
def test_a_photo_that_changes_while_the_server_is_tried_proves_nothing(
    desk: Desk, copies: Copies, source_honored: bool
) -> None:
    """Where the server copies what it is now over our copy, that goes again."""
    copies.source_honored = source_honored
    taken = photos(desk, 3)

    def change(_: str) -> None:
        desk.put(taken[0].path, b"another photo")

    copies.meanwhile = change
    events = desk.copy(*taken)
    ours = copies_of(taken)
    if not copies.honored and not source_honored:
        (failed,) = [event for event in events if isinstance(event, CopyFailed)]
        assert (failed.photo, failed.changed) == (taken[0], True)
        del ours["out/PhotosWithAnna/0?ä b+c.jpg"]
    assert out(desk) == ours
    assert len([event for event in events if isinstance(event, PhotoCopied)]) == len(ours)


def test_a_refusal_because_of_the_photo_is_no_proof(desk: Desk, copies: Copies) -> None:
    taken = photos(desk, 4)
    copies.source_honored = True
    copies.meanwhile = lambda key: desk.put(taken[0].path, b"another photo")
    honored, copies.honored = copies.honored, False
    assert copy_counted(desk, taken[0])[1:] == (1, 2, 1)  # one of them puts the other photo
    copies.honored, copies.meanwhile = honored, lambda _: None
    assert copy_counted(desk, *taken[1:])[1:] == ((1, 1, 3) if honored else (3, 3, 1))


def test_a_copy_of_other_bytes_is_noticed_and_goes_again(desk: Desk, copies: Copies) -> None:
    """A server may honor one condition and not the other."""
    copies.source_honored = False
    copier, order, place = proven(desk)
    copies.meanwhile = lambda _: desk.put(order.photo.path, b"another photo")
    if not copies.honored:
        desk.put(order.photo.path, b"another photo")
    with pytest.raises(PhotoChanged):
        copier.publish(order, place)
    assert len(out(desk)) == 2


def test_a_copy_of_other_bytes_that_may_be_the_last_is_left(
    desk: Desk, copies: Copies, caplog: pytest.LogCaptureFixture
) -> None:
    copies.source_honored = False
    taken = photos(desk, 3)

    def copy_object(real: Any, request: dict[str, Any]) -> Any:
        if "1?" not in request["Key"]:
            return real(**request)
        desk.put(taken[1].path, b"another photo")
        answer = real(**request)
        desk.put(taken[1].path, b"and changed again")
        return answer

    Client(desk, copy_object=copy_object)
    events = desk.copy(*taken)
    ours = copies_of(taken)
    if copies.honored:
        ours["out/PhotosWithAnna/1?ä b+c.jpg"] = b"another photo"
        assert [event.changed for event in events if isinstance(event, CopyFailed)] == [True]
        assert "was left where it is" in caplog.text
    assert out(desk) == ours


def test_a_server_that_says_a_wrong_checksum_is_not_believed_and_not_asked_again(desk: Desk, copies: Copies) -> None:
    def copy_object(real: Any, request: dict[str, Any]) -> Any:
        answer = real(**request)
        answer["CopyObjectResult"]["ChecksumSHA256"] = "AAAA"
        return answer

    Client(desk, copy_object=copy_object)
    events, *calls = copy_counted(desk, *photos(desk, 4))
    assert [type(event) for event in events].count(CopyFailed) == copies.honored
    assert calls[2] == (2 if copies.honored else 1)


def test_a_server_that_says_no_checksum_is_asked_once(desk: Desk, copies: Copies) -> None:
    def copy_object(real: Any, request: dict[str, Any]) -> Any:
        answer = real(**request)
        del answer["CopyObjectResult"]["ChecksumSHA256"]
        return answer

    taken = photos(desk, 4)
    Client(desk, copy_object=copy_object)
    events, *calls = copy_counted(desk, *taken)
    assert [type(event) for event in events] == [PhotoCopied] * 4
    assert calls == ([3, 3, 2] if copies.honored else [4, 4, 1])
    assert out(desk) == copies_of(taken)


@pytest.mark.parametrize("always", [True, False])
def test_a_refusal_that_names_no_condition_is_proof_if_there_is_none_without_the_condition(
    desk: Desk, copies: Copies, always: bool
) -> None:
    def copy_object(real: Any, request: dict[str, Any]) -> Any:
        if always:
            raise ClientError({"Error": {"Code": "PreconditionFailed", "Message": ""}}, "CopyObject")
        try:
            return real(**request)
        except ClientError as error:
            del cast("Any", error.response)["Error"]["Condition"]
            raise

    taken = photos(desk, 4)
    Client(desk, copy_object=copy_object)
    events, *calls = copy_counted(desk, *taken)
    assert [type(event) for event in events] == [PhotoCopied] * 4
    assert out(desk) == copies_of(taken)
    assert calls[1:] == ([4, 0] if always else [1, 5] if copies.honored else [4, 1])


@pytest.mark.parametrize(
    "error", [Refusal("AccessDenied", 403), Refusal("NotImplemented", 501), Refusal("InvalidRequest", 400)]
)
def test_a_server_that_makes_no_copies_is_tried_once(desk: Desk, copies: Copies, error: Refusal) -> None:
    def refuse(_: str) -> None:
        raise error

    copies.meanwhile = refuse
    taken = photos(desk, 3)
    client = client_in(desk)
    desk.copier = AnywhereCopier(FetchingCopier("copy", desk.read), lambda: S3Copier(client, desk.read))
    asked: list[str] = []
    client.meta.events.register("before-call.s3.CopyObject", lambda **_: asked.append("copy"))
    try:
        assert [type(event) for event in desk.copy(*taken)] == [PhotoCopied] * 3
    finally:
        client.close()
    assert len(asked) == 1
    assert out(desk) == copies_of(taken)


def test_a_client_that_does_not_know_the_condition_copies_from_here(desk: Desk) -> None:
    def unknown(_real: Any, _request: Any) -> Any:
        raise ParamValidationError(report="Unknown parameter")

    taken = photos(desk, 3)
    Client(desk, copy_object=unknown)
    assert [type(event) for event in desk.copy(*taken)] == [PhotoCopied] * 3
    assert out(desk) == copies_of(taken)


def test_a_server_that_fails_again_and_again_is_not_asked_any_more(desk: Desk, copies: Copies) -> None:
    taken = photos(desk, 3 * MOST_FAILURES)
    asked: list[str] = []

    def copy_object(real: Any, request: dict[str, Any]) -> Any:
        asked.append(request["Key"])
        if len(asked) > 2:
            raise ClientError({"Error": {"Code": "SlowDown", "Message": ""}}, "CopyObject")
        return real(**request)

    Client(desk, copy_object=copy_object)
    assert [type(event) for event in desk.copy(*taken)] == [PhotoCopied] * len(taken)
    assert len(asked) == (2 + MOST_FAILURES if copies.honored else 1)
    assert out(desk) == copies_of(taken)


def test_a_copy_whose_answer_was_lost_is_told_of_and_can_be_undone(desk: Desk) -> None:
    def copy_object(real: Any, request: dict[str, Any]) -> Any:
        real(**request)
        raise ReadTimeoutError(endpoint_url="s3")

    taken = photos(desk, 3)
    copier, order, place = proven(desk)
    copier._by_server._client = Client(desk, copy_object=copy_object)  # type: ignore[assignment]
    assert copier.publish(order, place) == (taken[2].size, taken[2].modified_ns)
    Client(desk, copy_object=copy_object)
    assert len([event for event in desk.copy(*taken) if isinstance(event, PhotoAlreadyThere)]) == 3
    assert out(desk) == copies_of(taken)


@pytest.mark.parametrize("region", ["eu-west-1", "eu-central-1"])
def test_photos_of_another_region_are_read(desk: Desk, copies: Copies, region: str) -> None:
    taken = photos(desk, 3)
    bucket = f"out-{region}-{copies.honored}".lower()
    client = client_in(desk, region)
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
    client.close()
    events, *calls = copy_counted(desk, *taken, folder=f"s3://{bucket}/PhotosWithAnna")
    assert [type(event) for event in events] == [PhotoCopied] * 3
    if region != "eu-west-1":
        assert calls == [3, 3, 0]
    else:
        assert calls == ([1, 1, 3] if copies.honored else [3, 3, 1])
