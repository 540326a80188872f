"""Copies into and out of buckets, through the same pipeline as copies between folders; against moto's server."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from s3_desk import FOLDER, Desk
from s3_server import BUCKET

from facesorter.domain.errors import PhotoError, StorageUnavailable
from facesorter.domain.events import CopyFailed, CopyKept, CopyTakenBack, PhotoAlreadyThere, PhotoCopied
from facesorter.domain.planning import CopyOrder
from facesorter.pipeline.copy import copy, recover
from facesorter.pipeline.undo import undo_run
from facesorter.places.copiers import AnywhereCopier, FetchingCopier
from facesorter.places.s3.copier import S3Copier
from facesorter.places.s3.reading import read_object


def test_a_photo_of_a_folder_is_copied_into_a_bucket(desk: Desk) -> None:
    (event,) = desk.copy(desk.photo("ä b+c.jpg", b"one"))
    assert isinstance(event, PhotoCopied)
    assert event.target == f"{FOLDER}/ä b+c.jpg"
    assert desk.objects() == {"out/PhotosWithAnna/ä b+c.jpg": b"one"}


def test_the_last_copy_of_a_photo_is_not_taken_back(desk: Desk) -> None:
    photo = desk.photo("a.jpg", b"one")
    desk.copy(photo)
    os.rename(photo.path, f"{photo.path}.gone")
    (kept,) = undo_run(desk.run_id, desk.copier, desk.journal)
    assert isinstance(kept, CopyKept)
    assert "last copy" in kept.reason
    assert desk.objects() == {"out/PhotosWithAnna/a.jpg": b"one"}
    os.rename(f"{photo.path}.gone", photo.path)
    assert [type(one) for one in undo_run(desk.run_id, desk.copier, desk.journal)] == [CopyTakenBack]
    assert desk.objects() == {}


@pytest.mark.parametrize("to_folder", [True, False])
@pytest.mark.parametrize("change", [None, b"eno"])
def test_the_last_copy_of_an_object_is_not_taken_back(desk: Desk, to_folder: bool, change: bytes | None) -> None:
    photo = desk.photo(f"s3://{BUCKET}/in/a.jpg", b"one")
    (done,) = desk.copy(photo, folder=str(desk.folder / "PhotosWithAnna") if to_folder else FOLDER)
    assert isinstance(done, PhotoCopied)
    desk.s3.delete_object(Bucket=BUCKET, Key="in/a.jpg")
    if change:
        desk.put(photo.path, change)
    (kept,) = undo_run(desk.run_id, desk.copier, desk.journal)
    assert isinstance(kept, CopyKept)
    assert "last copy" in kept.reason
    assert desk.read(done.target) == b"one"
    desk.put(photo.path, b"one")
    assert [type(one) for one in undo_run(desk.run_id, desk.copier, desk.journal)] == [CopyTakenBack]
    assert desk.objects() == {"in/a.jpg": b"one"}


class OneBucketOfTwoNames:
    """A client for which `alias`, as an access point may be called, is the same bucket."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.client, name)
        return lambda **named: method(**named | {"Bucket": BUCKET if named["Bucket"] == "alias" else named["Bucket"]})


def test_an_object_that_is_its_own_photo_by_another_name_is_kept(desk: Desk) -> None:
    photo = desk.photo("a.jpg", b"one")
    desk.copy(photo)
    (record,) = desk.journal.standing()
    client = OneBucketOfTwoNames(desk.s3)
    copier = S3Copier(client, lambda path: read_object(client, path))  # type: ignore[arg-type]
    for alias in (BUCKET, "alias"):
        with pytest.raises(PhotoError, match="very object"):
            copier.take_back(replace(record, source=record.target.replace(f"//{BUCKET}/", f"//{alias}/")))
    assert desk.objects() == {"out/PhotosWithAnna/a.jpg": b"one"}


def test_nothing_is_removed_while_the_bucket_of_the_photos_is_out_of_reach(desk: Desk) -> None:
    photo = desk.photo(f"s3://{BUCKET}/in/a.jpg", b"one")
    desk.copy(photo, folder=str(desk.folder / "PhotosWithAnna"))
    copier = FetchingCopier("copy", lambda _: (_ for _ in ()).throw(StorageUnavailable("No network.")))
    with pytest.raises(StorageUnavailable, match="No network"):
        list(undo_run(desk.run_id, copier, desk.journal))
    assert [path.name for path in (desk.folder / "PhotosWithAnna").iterdir()] == ["a.jpg"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such a name")
def test_a_file_name_that_is_not_utf_8_is_copied_and_undone(desk: Desk) -> None:
    photo = desk.photo(os.fsdecode(b"caf\xe9.jpg"), b"one")
    (event,) = desk.copy(photo)
    assert isinstance(event, PhotoCopied)
    assert event.target == f"{FOLDER}/caf\ufffd.jpg"
    assert [type(one) for one in desk.copy(photo)] == [PhotoAlreadyThere]
    assert [type(one) for one in undo_run(desk.run_id, desk.copier, desk.journal)] == [CopyTakenBack]


def test_a_photo_of_a_bucket_is_copied_within_s3_and_into_a_folder(desk: Desk) -> None:
    photo = desk.photo(f"s3://{BUCKET}/in/a.jpg", b"one")
    (event,) = desk.copy(photo)
    assert isinstance(event, PhotoCopied)
    assert desk.objects() == {"in/a.jpg": b"one", "out/PhotosWithAnna/a.jpg": b"one"}
    folder = desk.folder / "out" / "PhotosWithAnna"
    folder.parent.mkdir()
    (event,) = desk.copy(photo, folder=str(folder))
    assert isinstance(event, PhotoCopied)
    assert (folder / "a.jpg").read_bytes() == b"one"
    assert os.stat(folder / "a.jpg").st_mtime_ns == photo.modified_ns
    assert [path.name for path in folder.iterdir()] == ["a.jpg"]


def test_nothing_is_overwritten_and_nothing_copied_twice(desk: Desk) -> None:
    desk.put(f"{FOLDER}/a.jpg", b"somebody else's")
    photo = desk.photo("a.jpg", b"one")
    (event,) = desk.copy(photo)
    assert isinstance(event, PhotoCopied)
    assert event.target == f"{FOLDER}/a (1).jpg"
    (again,) = desk.copy(photo)
    assert isinstance(again, PhotoAlreadyThere)
    assert again.target == event.target
    (desk.folder / "another profile").mkdir()
    other = Desk(desk.folder / "another profile", desk.s3)
    (found,) = other.copy(photo)
    other.close()
    assert isinstance(found, PhotoAlreadyThere)
    assert desk.objects()["out/PhotosWithAnna/a.jpg"] == b"somebody else's"


def test_an_object_that_cannot_be_read_keeps_its_name_and_one_of_another_size_is_not_read(desk: Desk) -> None:
    desk.put(f"{FOLDER}/a.jpg", b"two")
    desk.put(f"{FOLDER}/b.jpg", b"three")
    asked: list[str] = []

    def read(path: str) -> bytes:
        if path.startswith("s3://"):
            asked.append(path)
            raise PhotoError("It lies in an archive of S3 and must be restored first.")
        return desk.read(path)

    desk.copier = AnywhereCopier(FetchingCopier("copy", read), lambda: S3Copier(desk.s3, read))
    events = desk.copy(desk.photo("a.jpg", b"one"), desk.photo("b.jpg", b"four"))
    targets = [event.target for event in events if isinstance(event, PhotoCopied)]
    assert targets == [f"{FOLDER}/a (1).jpg", f"{FOLDER}/b (1).jpg"]
    assert asked == [f"{FOLDER}/a.jpg"]


def test_a_name_that_is_taken_meanwhile_is_not_overwritten(desk: Desk) -> None:
    photo = desk.photo("a.jpg", b"one")
    order = CopyOrder(photo, desk.anna, FOLDER)
    copier = S3Copier(desk.s3, desk.read)
    place = copier.place(order)
    assert not isinstance(place, str)
    desk.put(f"{FOLDER}/a.jpg", b"somebody else's")
    with pytest.raises(FileExistsError):
        copier.publish(order, place)
    assert desk.objects() == {"out/PhotosWithAnna/a.jpg": b"somebody else's"}


class LostAnswers:
    """A client of S3 that does what it is told and whose answers to one operation are lost for a while."""

    def __init__(self, client: Any, operation: str, times: int) -> None:
        self._client, self._operation, self._times = client, operation, times
        self._put = False

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._client, name)

        def call(**request: Any) -> Any:
            answer = real(**request)
            self._put |= name == "put_object"
            if self._put and name == self._operation and self._times:
                self._times -= 1
                raise ReadTimeoutError(endpoint_url="s3")
            return answer

        return call


@pytest.mark.parametrize("operation", ["put_object", "head_object"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_copy_whose_answer_was_lost_is_told_of_and_can_be_undone(desk: Desk, operation: str, times: int) -> None:
    client = LostAnswers(desk.s3, operation, times)
    desk.copier = AnywhereCopier(FetchingCopier("copy", desk.read), lambda: S3Copier(client, desk.read))  # type: ignore[arg-type]
    photo = desk.photo("a.jpg", b"one")
    (event,) = desk.copy(photo)
    assert isinstance(event, PhotoCopied)
    assert desk.objects() == {"out/PhotosWithAnna/a.jpg": b"one"}
    (again,) = desk.copy(photo)
    assert isinstance(again, PhotoAlreadyThere)
    assert [type(one) for one in undo_run(desk.run_id, desk.copier, desk.journal)] == [CopyTakenBack]
    assert desk.objects() == {}


def test_a_copy_that_botocore_puts_twice_is_told_of_and_can_be_undone(desk: Desk) -> None:
    """It does so by itself when it hears no answer, and is told that the name is taken."""
    session = desk.s3._endpoint.http_session
    send, lost = session.send, list[str]()

    def send_and_lose(request: Any) -> Any:
        answer = send(request)
        if request.method == "PUT" and not lost:
            lost.append(answer.text)
            raise ReadTimeoutError(endpoint_url=request.url)
        return answer

    photo = desk.photo("a.jpg", b"one")
    session.send = send_and_lose
    try:
        (event,) = desk.copy(photo)
    finally:
        session.send = send
    assert lost
    assert isinstance(event, PhotoCopied)
    assert [type(one) for one in undo_run(desk.run_id, desk.copier, desk.journal)] == [CopyTakenBack]


def test_a_photo_that_changed_is_not_copied(desk: Desk) -> None:
    photo = desk.photo("a.jpg", b"one")
    (desk.folder / "a.jpg").write_bytes(b"two")
    (event,) = desk.copy(photo)
    assert isinstance(event, CopyFailed)
    assert desk.objects() == {}
    in_s3 = desk.photo(f"s3://{BUCKET}/in/b.jpg", b"one")
    desk.put(in_s3.path, b"two")
    (desk.folder / "out").mkdir()
    (event,) = desk.copy(in_s3, folder=str(desk.folder / "out" / "PhotosWithAnna"))
    assert isinstance(event, CopyFailed)
    assert not list((desk.folder / "out").rglob("*.jpg"))


def test_undo_removes_only_what_is_unchanged(desk: Desk) -> None:
    desk.copy(desk.photo("a.jpg", b"one"), desk.photo("b.jpg", b"two"), desk.photo("c.jpg", b"three"))
    desk.put(f"{FOLDER}/b.jpg", b"edited")
    desk.s3.delete_object(Bucket=BUCKET, Key="out/PhotosWithAnna/c.jpg")
    events = list(undo_run(desk.run_id, desk.copier, desk.journal))
    assert [event.target for event in events if isinstance(event, CopyTakenBack)] == [f"{FOLDER}/a.jpg"]
    (changed,) = [event for event in events if isinstance(event, CopyKept) and event.target == f"{FOLDER}/b.jpg"]
    assert "changed" in changed.reason
    assert desk.objects() == {"out/PhotosWithAnna/b.jpg": b"edited"}


def test_a_copy_that_a_kill_left_unrecorded_is_adopted(desk: Desk) -> None:
    order = CopyOrder(desk.photo("a.jpg", b"one"), desk.anna, FOLDER)
    place = desk.copier.place(order)
    assert not isinstance(place, str)
    desk.journal.intend(desk.run_id, [(order, place)])
    desk.copier.publish(order, place)
    recover(desk.journal, desk.copier)
    assert [record.target for record in desk.journal.copies_of_run(desk.run_id)] == [f"{FOLDER}/a.jpg"]
    assert desk.journal.unfinished() == []


def test_a_dry_run_writes_nothing_and_counts_what_it_promised(desk: Desk) -> None:
    copier = S3Copier(desk.s3, desk.read, dry_run=True)
    orders = [CopyOrder(desk.photo(name, data), desk.anna, FOLDER) for name, data in (("a.jpg", b"1"), ("b.jpg", b"1"))]
    orders.append(orders[0])
    kinds = [type(event) for event in copy(orders, desk.run_id, copier, desk.journal)]
    assert kinds == [PhotoCopied, PhotoCopied, PhotoAlreadyThere]
    assert desk.objects() == {}


def test_a_bucket_that_is_not_there_is_refused_before_anything_begins(desk: Desk) -> None:
    copier = S3Copier(desk.s3, desk.read)
    copier.check_destination(f"s3://{BUCKET}/out")
    with pytest.raises(StorageUnavailable, match="no bucket"):
        copier.check_destination("s3://no-such-bucket/out")


def test_an_object_without_a_checksum_is_compared_by_reading_it(desk: Desk) -> None:
    desk.put(f"{FOLDER}/a.jpg", b"one")
    (event,) = desk.copy(desk.photo("a.jpg", b"one"))
    assert isinstance(event, PhotoAlreadyThere)
    with pytest.raises(PhotoError):
        desk.read(f"s3://{BUCKET}/none.jpg")
