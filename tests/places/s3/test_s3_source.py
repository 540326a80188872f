"""Buckets as a source of photos, against moto's server."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from film_making import make_film, plain
from s3_server import BUCKET, s3_server

from facesorter.domain.errors import PhotoError, StorageUnavailable, WrongUse
from facesorter.domain.left_out import LeftOut
from facesorter.domain.listing import KnownFolder, Listing
from facesorter.domain.places import S3Place, below, is_in_s3, s3_place
from facesorter.places.disk.presence import mount_of
from facesorter.places.disk.source import FolderSource
from facesorter.places.s3.ranges import opened_object
from facesorter.places.s3.reading import require_unchanged
from facesorter.places.s3.source import S3Source, _with_stems_together
from facesorter.places.sources import AnywhereSource


@pytest.fixture(scope="module")
def running() -> Iterator[Any]:
    with s3_server() as (_, client):
        yield client


@pytest.fixture
def s3(running: Any) -> Any:
    for page in running.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
        for one in page.get("Contents", []):
            running.delete_object(Bucket=BUCKET, Key=one["Key"])
    return running


def put(s3: Any, *keys: str) -> None:
    for key in keys:
        s3.put_object(Bucket=BUCKET, Key=key, Body=f"content of {key}".encode())


def paths(source: S3Source) -> list[str]:
    return [path for listing in source.listings() for path in paths_of(listing)]


def paths_of(listing: Listing) -> Sequence[str]:
    assert not listing.whole
    return [listing.folder + entry.name for entry in listing.entries]


def test_films_are_listed_on_request_but_for_those_of_live_photos(s3: Any, tmp_path: Path) -> None:
    put(s3, "trip/IMG_1.jpg", "trip/IMG_2.jpg", "trip/other.jpg")
    pictures = [plain((200, 30, 30)), plain((30, 30, 200))]
    for name, seconds in (("IMG_1.MOV", 1), ("IMG_2.MOV", 4), ("alone.mp4", 1)):
        film = make_film(tmp_path / name, pictures, seconds=seconds)
        s3.put_object(Bucket=BUCKET, Key=f"trip/{name}", Body=film.read_bytes())
    names = [path.rpartition("/")[2] for path in paths(S3Source(s3, [f"s3://{BUCKET}/trip"], films=True))]
    assert names == ["IMG_1.jpg", "IMG_2.MOV", "IMG_2.jpg", "alone.mp4", "other.jpg"]
    assert not any(path.endswith((".MOV", ".mp4")) for path in paths(S3Source(s3, [f"s3://{BUCKET}/trip"])))


@pytest.mark.parametrize("page_size", [1, 2, 3])
def test_a_photo_and_its_film_on_two_pages_of_the_list_belong_together(s3: Any, tmp_path: Path, page_size: int) -> None:
    put(s3, "trip/IMG_0.jpg", "trip/IMG_1.HEIC", "trip/IMG_2.HEIC", "trip/IMG_3.jpg")
    film = make_film(tmp_path / "a.MOV", [plain((200, 30, 30))], seconds=1).read_bytes()
    for number in (1, 2):
        s3.put_object(Bucket=BUCKET, Key=f"trip/IMG_{number}.MOV", Body=film)

    def short(params: dict[str, Any], **_event: Any) -> None:
        params["MaxKeys"] = page_size

    s3.meta.events.register("provide-client-params.s3.ListObjectsV2", short)
    try:
        found = paths(S3Source(s3, [f"s3://{BUCKET}/trip"], films=True))
    finally:
        s3.meta.events.unregister("provide-client-params.s3.ListObjectsV2", short)
    assert [path.rpartition("/")[2] for path in found] == ["IMG_0.jpg", "IMG_1.HEIC", "IMG_2.HEIC", "IMG_3.jpg"]


def test_objects_that_share_a_stem_are_not_all_waited_with() -> None:
    pages = [[{"Key": f"log.{page * 1000 + number:07}"} for number in range(1000)] for page in range(5)]
    found = list(_with_stems_together(iter(pages)))
    assert max(map(len, found)) < 1010
    assert list(chain.from_iterable(found)) == list(chain.from_iterable(pages))


def test_a_film_is_downloaded_and_looked_through(s3: Any, tmp_path: Path) -> None:
    data = make_film(tmp_path / "a.mp4", [plain((200, 30, 30))]).read_bytes()
    s3.put_object(Bucket=BUCKET, Key="a.mp4", Body=data)
    with S3Source(s3, [f"s3://{BUCKET}"], films=True).film(f"s3://{BUCKET}/a.mp4", lambda: False) as film:
        assert film.content == hashlib.sha256(data).digest()
        assert film.frame(1.0) is not None
    assert opened_object(s3, f"s3://{BUCKET}/a.mp4", len(data)).read() == data


ODD_KEYS = (
    "trip/a b+c.jpg",
    "trip/Zoë & ☃.jpg",
    "trip//double.jpg",
    "/leading.jpg",
    "trip/100%25.jpg",
    "trip/sub/q?x=1#y.jpg",
    'trip/"quoted".jpg',
)


def test_odd_keys_are_listed_and_read(s3: Any) -> None:
    put(s3, *ODD_KEYS)
    source = S3Source(s3, [f"s3://{BUCKET}"])
    assert sorted(paths(source)) == sorted(f"s3://{BUCKET}/{key}" for key in ODD_KEYS)
    for key in ODD_KEYS:
        assert source.read(f"s3://{BUCKET}/{key}") == f"content of {key}".encode()


def test_folder_markers_and_other_files_are_no_photos(s3: Any) -> None:
    put(s3, "trip/", "trip/a.jpg", "trip/notes.txt", "trip/.hidden.jpg", "folder.jpg/", "trip/b.HEIC")
    assert paths(S3Source(s3, [f"s3://{BUCKET}/"])) == [f"s3://{BUCKET}/trip/a.jpg", f"s3://{BUCKET}/trip/b.HEIC"]


def test_what_has_no_suffix_is_known_by_its_first_bytes_and_the_rest_is_counted(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="users/4711", Body=b"\xff\xd8\xff\xe0 a picture")
    s3.put_object(Bucket=BUCKET, Key="users/anna", Body=b"\x89PNG\r\n\x1a\n a picture")
    s3.put_object(Bucket=BUCKET, Key="users/empty", Body=b"")
    put(s3, "users/README", "users/notes.txt", "users/.DS_Store", "users/a.jpg", "other/list.csv")
    asked: list[str] = []
    heard = s3.meta.events.register(
        "provide-client-params.s3.GetObject", lambda params, **_: asked.append(params["Key"])
    )
    kinds: dict[bytes, Any] = {}
    for _ in range(2):
        listings = list(S3Source(s3, [f"s3://{BUCKET}"], kinds=kinds).listings())
        found = [path for listing in listings for path in paths_of(listing)]
        assert found == [f"s3://{BUCKET}/users/{name}" for name in ("4711", "a.jpg", "anna")]
        assert sum(listing.passed_over for listing in listings) == 5
    assert sorted(asked) == ["users/4711", "users/README", "users/anna"]
    assert heard is None


def test_a_prefix_is_a_folder_and_not_its_namesakes(s3: Any) -> None:
    put(s3, "trip/a.jpg", "trip-2/b.jpg", "trip.jpg", "other/c.jpg")
    assert paths(S3Source(s3, [f"s3://{BUCKET}/trip"])) == [f"s3://{BUCKET}/trip/a.jpg"]
    assert paths(S3Source(s3, [f"s3://{BUCKET}/trip/"])) == [f"s3://{BUCKET}/trip/a.jpg"]
    assert paths(S3Source(s3, [f"s3://{BUCKET}/trip.jpg"])) == [f"s3://{BUCKET}/trip.jpg"]


def test_listings_of_any_length_are_read_to_the_end(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "40")
    put(s3, *(f"{number // 100}/{number:05}.jpg" for number in range(205)))
    assert len(s3.list_objects_v2(Bucket=BUCKET)["Contents"]) == 40
    found = paths(S3Source(s3, [f"s3://{BUCKET}", f"s3://{BUCKET}/1"]))
    assert len(found) == len(set(found)) == 205


def test_sub_folders_and_destinations_can_be_left_out(s3: Any) -> None:
    put(s3, "a.jpg", "sub/b.jpg", "out/PhotosWithAnna/a.jpg")
    assert paths(S3Source(s3, [f"s3://{BUCKET}"], recursive=False)) == [f"s3://{BUCKET}/a.jpg"]
    skip = [f"s3://{BUCKET}/out/PhotosWithAnna"]
    assert len(paths(S3Source(s3, [f"s3://{BUCKET}"], skip=skip))) == 2


def test_a_destination_is_looked_through_if_it_is_given_itself(s3: Any) -> None:
    put(s3, "a.jpg", "out/PhotosWithBen/b.jpg", "out/PhotosWithBen/sub/c.jpg")
    ben = f"s3://{BUCKET}/out/PhotosWithBen"
    for place, count in ((ben, 2), (ben + "/", 2), (f"{ben}/sub", 1), (f"{ben}/b.jpg", 1), (f"s3://{BUCKET}/out", 0)):
        assert len(paths(S3Source(s3, [place], skip=[ben]))) == count
    assert len(paths(S3Source(s3, [f"s3://{BUCKET}", f"{ben}/b.jpg"], skip=[ben]))) == 2


def test_only_photos_are_remembered(s3: Any) -> None:
    put(s3, "a.jpg", "notes.txt", "out/b.jpg")
    source = S3Source(s3, [f"s3://{BUCKET}"], skip=[f"s3://{BUCKET}/out"])
    assert paths(source) == list(source._objects) == [f"s3://{BUCKET}/a.jpg"]


def test_only_the_newest_version_counts(s3: Any) -> None:
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    try:
        put(s3, "a.jpg", "a.jpg", "gone.jpg")
        s3.delete_object(Bucket=BUCKET, Key="gone.jpg")
        assert paths(S3Source(s3, [f"s3://{BUCKET}"])) == [f"s3://{BUCKET}/a.jpg"]
    finally:
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})


def test_sizes_and_times_are_told(s3: Any) -> None:
    put(s3, "a.jpg")
    ((entry,),) = [listing.entries for listing in S3Source(s3, [f"s3://{BUCKET}"]).listings()]
    head = s3.head_object(Bucket=BUCKET, Key="a.jpg")
    assert (entry.name, entry.size) == ("a.jpg", head["ContentLength"])
    assert abs(entry.modified_ns - head["LastModified"].timestamp() * 1e9) < 2e9


def test_an_object_is_known_by_its_bytes_and_read_only_if_it_is_the_one_that_was_listed(s3: Any) -> None:
    put(s3, "a.jpg")
    s3.put_object(Bucket=BUCKET, Key="b.jpg", Body=b"content of a.jpg")
    source = S3Source(s3, [f"s3://{BUCKET}"])
    first, same = (entry.object for listing in source.listings() for entry in listing.entries)
    assert first is not None
    assert first == same
    require_unchanged(s3, f"s3://{BUCKET}/a.jpg", first)
    s3.put_object(Bucket=BUCKET, Key="a.jpg", Body=b"CONTENT of a.jpg")
    with pytest.raises(PhotoError, match="changed"):
        source.read(f"s3://{BUCKET}/a.jpg")
    with pytest.raises(PhotoError, match="changed"):
        require_unchanged(s3, f"s3://{BUCKET}/a.jpg", first)
    assert source.read(f"s3://{BUCKET}/b.jpg") == b"content of a.jpg"
    (entry, _) = (entry for listing in source.listings() for entry in listing.entries)
    assert entry.object != first
    assert source.read(f"s3://{BUCKET}/a.jpg") == b"CONTENT of a.jpg"


def test_what_is_not_there_is_told_of(s3: Any) -> None:
    put(s3, "a.jpg")
    with pytest.raises(WrongUse, match="no bucket"):
        paths(S3Source(s3, ["s3://no-such-bucket/x"]))
    with pytest.raises(WrongUse, match="nothing at"):
        paths(S3Source(s3, [f"s3://{BUCKET}/no-such-prefix"]))
    with pytest.raises(PhotoError, match="missing") as caught:
        S3Source(s3, [f"s3://{BUCKET}"]).read(f"s3://{BUCKET}/gone.jpg")
    assert not caught.value.lasting


def test_an_empty_bucket_is_no_error(s3: Any) -> None:
    assert paths(S3Source(s3, [f"s3://{BUCKET}"])) == []


def test_a_network_that_is_down_is_told_of() -> None:
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    client = boto3.client(
        "s3",
        endpoint_url="http://127.0.0.1:9",
        region_name="eu-west-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=config,
    )
    with pytest.raises(StorageUnavailable, match="cannot be reached"):
        paths(S3Source(client, [f"s3://{BUCKET}"]))
    with pytest.raises(StorageUnavailable, match="cannot be reached"):
        S3Source(client, []).read(f"s3://{BUCKET}/a.jpg")
    client.close()


def test_folders_and_buckets_are_one_source(s3: Any, tmp_path: Any) -> None:
    put(s3, "a.jpg")
    (tmp_path / "b.jpg").write_bytes(b"of a file")
    source = AnywhereSource(FolderSource([str(tmp_path)]), S3Source(s3, [f"s3://{BUCKET}"]))
    found = [below(listing.folder, entry.name) for listing in source.listings() for entry in listing.entries]
    assert found == [str(tmp_path / "b.jpg"), f"s3://{BUCKET}/a.jpg"]
    assert [source.read(path) for path in found] == [b"of a file", b"content of a.jpg"]


def test_places_are_read_and_written_alike() -> None:
    assert s3_place("s3://bucket/a/b c.jpg") == S3Place("bucket", "a/b c.jpg")
    assert str(S3Place("bucket", "a/b c.jpg")) == "s3://bucket/a/b c.jpg"
    assert s3_place("s3://bucket") == S3Place("bucket", "")
    assert not is_in_s3("/s3://bucket")
    for path in ("s3://", "s3:///key", "/folder"):
        with pytest.raises(WrongUse):
            s3_place(path)


def test_what_is_passed_over_in_a_bucket_is_counted_and_looked_at_when_asked_for(s3: Any) -> None:
    thumbnails = (
        "a/@eaDir/x.jpg/SYNOPHOTO_THUMB_M.jpg",
        "a/SYNOFILE_THUMB_M.jpg",
        "L.photoslibrary/resources/derivatives/1.jpg",
    )
    put(s3, "a/x.jpg", "L.photoslibrary/originals/1.jpg", *thumbnails, "#recycle/y.jpg", "__MACOSX/z.jpg")
    listings = list(S3Source(s3, [f"s3://{BUCKET}"]).listings())
    found = [path for listing in listings for path in paths_of(listing)]
    assert sorted(found) == [f"s3://{BUCKET}/L.photoslibrary/originals/1.jpg", f"s3://{BUCKET}/a/x.jpg"]
    counted = sum((Counter(listing.left_out) for listing in listings), Counter())
    assert counted == {LeftOut.THUMBNAIL: 3, LeftOut.DELETED: 1}
    assert len(paths(S3Source(s3, [f"s3://{BUCKET}"], all_pictures=True))) == 6
    given = S3Source(
        s3, [f"s3://{BUCKET}/L.photoslibrary/resources/derivatives", f"s3://{BUCKET}/a/SYNOFILE_THUMB_M.jpg"]
    )
    assert len(paths(given)) == 2


def test_nothing_is_asked_of_objects_that_are_passed_over(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    put(s3, "@eaDir/without-suffix")
    monkeypatch.setattr(S3Source, "_kind", lambda *_: pytest.fail("it was looked at"))
    assert paths(S3Source(s3, [f"s3://{BUCKET}"])) == []


def gone(source: S3Source, folder: str, *names: str) -> list[str]:
    return list(source.gone(KnownFolder(f"s3://{BUCKET}/{folder}", None), lambda: names))


def test_what_a_listing_would_hold_and_does_not_is_gone(s3: Any) -> None:
    put(s3, "trip/1.jpg", "trip/day/2.jpg", "trip-2/3.jpg", "out/4.jpg")
    source = S3Source(s3, [f"s3://{BUCKET}/trip"])
    assert gone(source, "trip/", "1.jpg") == []
    paths(source)
    assert gone(source, "trip/", "1.jpg", "5.jpg") == ["5.jpg"]
    assert gone(source, "trip/away/", "6.jpg") == ["6.jpg"]
    assert gone(source, "trip-2/", "7.jpg") == []
    assert gone(source, "trip/", "film.mp4", "without-suffix", "@eaDir/8.jpg") == []
    assert gone(source, "trip/@eaDir/", "8.jpg") == []


def test_what_was_not_to_be_listed_is_not_gone(s3: Any) -> None:
    put(s3, "trip/1.jpg", "trip/day/2.jpg")
    flat = S3Source(s3, [f"s3://{BUCKET}/trip/"], recursive=False)
    paths(flat)
    assert gone(flat, "trip/day/", "2.jpg") == []
    assert gone(flat, "trip/", "3.jpg") == ["3.jpg"]
    without = S3Source(s3, [f"s3://{BUCKET}"], skip=[f"s3://{BUCKET}/trip/day"])
    paths(without)
    assert gone(without, "trip/day/", "2.jpg") == []
    assert gone(without, "", "3.jpg") == ["3.jpg"]


def test_a_listing_that_was_cut_off_tells_nothing_of_what_is_gone(s3: Any) -> None:
    put(s3, "trip/1.jpg")
    source = S3Source(s3, [f"s3://{BUCKET}/trip"])
    next(iter(source.listings()))
    assert gone(source, "trip/", "2.jpg") == []


def test_of_folders_and_buckets_together_each_tells_of_its_own(s3: Any, tmp_path: Path) -> None:
    put(s3, "trip/1.jpg")
    source = AnywhereSource(FolderSource([str(tmp_path)]), S3Source(s3, [f"s3://{BUCKET}/trip"]))
    list(source.listings())
    assert list(source.gone(KnownFolder(f"s3://{BUCKET}/trip/", None), lambda: ["2.jpg"])) == ["2.jpg"]
    folder = KnownFolder(str(tmp_path / "away"), mount_of(str(tmp_path)))
    assert list(source.gone(folder, lambda: ["3.jpg"])) == ["3.jpg"]
