"""Runs through Amazon Rekognition over photos in S3: compared where they lie, downloaded only to be copied."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
from painted import ANNA, BEN, LIKE_ANNA, PaintedEngine, Patch, painted, photographed
from PIL import Image
from rekognition_server import RekognitionServer, aws_environment, rekognition_server
from s3_server import BUCKET, conditions_of_copies, s3_server

from facesorter.app import App, Session, ThreadExecutor
from facesorter.domain.errors import BudgetReached, SourceUnavailable
from facesorter.domain.events import (
    CostEstimated,
    Event,
    MoneySpent,
    PhotoCompared,
    PhotoFailed,
    PhotosFound,
    RunFinished,
)
from facesorter.domain.models import BoundingBox, Decision, Photo, Pile
from facesorter.domain.named_faces import NamedFace, StoredPicture
from facesorter.domain.places import is_in_s3
from facesorter.domain.spending import NOTHING, SavingsMode, Terms
from facesorter.endpoint.objects import NoObjects, S3Objects
from facesorter.endpoint.wire import ServiceError
from facesorter.images.xmp import faces_in, with_faces
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort_request import SortRequest
from facesorter.places.s3.kept import KeptObjects

PICTURE = StoredPicture(400, 300, 1)
FAR = "far-away"
"""A bucket in another region, from which the service does not read."""

"""Similar enough to be worth a look, not to be sure."""


class Objects(S3Objects):
    """What the service gets at in buckets: everything, unless its rights are taken away."""

    within_reach = True

    def read(self, bucket: str, key: str, version: str | None) -> bytes:
        data = (super() if self.within_reach else NoObjects()).read(bucket, key, version)
        if (size := max(Image.open(io.BytesIO(data)).size)) > 10_000:
            message = f"Input image dimensions {size} x {size} exceed maximum dimension size of 10000 pixels"
            raise ServiceError("ImageTooLargeException", message)
        return data


class Cloud:
    """Both services, and a program with a profile of its own for each name."""

    def __init__(self, folder: Path, server: RekognitionServer, s3: Any, objects: Objects) -> None:
        self.folder, self.server, self.s3, self.objects = folder, server, s3, objects
        self.fetched = Counter[str]()
        self.opened: dict[str, App] = {}
        self.executor = ThreadExecutor()
        (folder / "Anna.png").write_bytes(painted((100, 80, 120, ANNA)))
        (folder / "Ben.png").write_bytes(painted((100, 80, 120, BEN)))

    def app(self, name: str = "profile") -> App:
        if name not in self.opened:
            made = self.opened[name] = App(AppPaths(self.folder / name))
            made._engine = PaintedEngine()  # type: ignore[assignment]
            made.open()
            made.cloud.s3.meta.events.register("provide-client-params.s3.GetObject", self._count)
        return self.opened[name]

    def _count(self, params: dict[str, str], **_: object) -> None:
        self.fetched[params["Key"]] += 1

    def put(self, key: str, data: bytes, bucket: str = BUCKET) -> None:
        self.s3.put_object(Bucket=bucket, Key=key, Body=data)

    def bytes_of(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()

    def fill(self, count: int, bucket: str = BUCKET) -> None:
        for number in range(count):
            at = 20 + number
            patches: Sequence[Patch] = (
                ((at, 30, 60, ANNA), (250, 100, 70, BEN)),
                ((at, 30, 60, BEN),),
                ((at, 30, 60, LIKE_ANNA),),
                (),
            )[number % 4]
            self.put(f"in/{number:02}.jpg", photographed(*patches, seed=number), bucket)

    def request(self, *names: str, bucket: str = BUCKET, to: str = "", **options: Any) -> SortRequest:
        people = tuple(
            PersonRequest(name, (Headshot(str(self.folder / f"{name}.png")),)) for name in names or ("Anna",)
        )
        where = (f"s3://{bucket}/in",), to or str(self.folder / "out")
        given: dict[str, Any] = {"terms": Terms()} | options
        return SortRequest(people, *where, **given)

    def sort(self, *names: str, profile: str = "profile", **options: Any) -> list[Event]:
        return list(self.session(profile).run(self.request(*names, **options), self.executor))

    def session(self, profile: str = "profile") -> Session:
        self.last = self.app(profile).session()
        return self.last

    def close(self) -> None:
        self.executor.close()
        for app in self.opened.values():
            app.close()


@pytest.fixture(scope="module")
def services() -> Iterator[tuple[str, Any]]:
    with s3_server() as (address, s3):
        far = boto3.client(
            "s3", endpoint_url=address, region_name="eu-central-1", aws_access_key_id="any", aws_secret_access_key="any"
        )
        far.create_bucket(Bucket=FAR, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        far.close()
        yield address, s3


@pytest.fixture
def cloud(tmp_path: Path, services: tuple[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    address, s3 = services
    for bucket in (BUCKET, FAR):
        for one in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=one["Key"])
    objects = Objects(s3)
    with rekognition_server(PaintedEngine(), objects=objects) as server:
        for name, value in aws_environment(tmp_path, server.address, address).items():
            monkeypatch.setenv(name, value)
        made = Cloud(tmp_path, server, s3, objects)
        yield made
        made.close()


@pytest.fixture(params=[True, False], ids=["conditions honored", "conditions ignored"])
def honored(request: pytest.FixtureRequest) -> Iterator[bool]:
    """Whether the server refuses to copy to a name that is taken; what is seen must be the same."""
    with conditions_of_copies(request.param):
        yield request.param


def piles(events: list[Event]) -> dict[str, list[Pile]]:
    return {
        event.photo.path.partition("/in/")[2]: [verdict.pile for verdict in event.verdicts]
        for event in events
        if isinstance(event, PhotoCompared) and event.final
    }


def photo_named(name: str, events: list[Event]) -> Photo:
    found = [event.photo for event in events if isinstance(event, PhotoCompared) and event.photo.path.endswith(name)]
    return found[-1]


def copied(cloud: Cloud) -> dict[str, bytes]:
    folder = cloud.folder / "out" / "PhotosWithAnna"
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def balance(events: list[Event]) -> tuple[int, int, int]:
    assert isinstance(events[-1], RunFinished)
    (of_anna,) = events[-1].balances
    return of_anna.copied, of_anna.already_there, of_anna.found


def sent_where_they_lie(cloud: Cloud) -> int:
    return sum(b'"TargetImage": {"S3Object"' in call.body for call in cloud.server.calls)


def test_nothing_is_downloaded_to_look_and_the_piles_are_those_of_downloaded_photos(cloud: Cloud) -> None:
    for bucket in (BUCKET, FAR):
        cloud.fill(12, bucket)
    events = cloud.sort("Anna", "Ben", dry_run=True)
    assert cloud.fetched == {}
    assert sent_where_they_lie(cloud) == 24
    told = [event.cost.calls for event in events if isinstance(event, CostEstimated)]
    spent = [event.cost.calls for event in events if isinstance(event, MoneySpent)]
    assert [spent[-1]] <= told == [24]
    assert [event.most.calls for event in events if isinstance(event, CostEstimated)] == [28]
    assert len(piles(events)) == 12
    assert piles(cloud.sort("Anna", "Ben", dry_run=True, bucket=FAR, profile="far")) == piles(events)
    assert len(cloud.fetched) == 12


def test_only_what_is_found_is_downloaded_and_a_second_run_asks_and_downloads_nothing(cloud: Cloud) -> None:
    cloud.fill(16)
    events = cloud.sort()
    found = {f"{number:02}.jpg": cloud.bytes_of(f"in/{number:02}.jpg") for number in range(0, 16, 4)}
    assert copied(cloud) == found
    assert set(cloud.fetched) == {f"in/{name}" for name in found}
    assert balance(events) == (4, 0, 16)
    calls, fetched = len(cloud.server.calls), cloud.fetched.copy()
    assert balance(cloud.sort()) == (0, 4, 16)
    assert (len(cloud.server.calls), cloud.fetched) == (calls, fetched)
    assert cloud.server.billed_twice() == 0


def test_runs_with_a_small_cap_come_to_an_end_in_an_album_without_faces(cloud: Cloud) -> None:
    for number in range(24):
        cloud.put(f"in/{number:02}.jpg", photographed(seed=number))
    for _ in range(2):  # one call of each is to make sure of the headshot
        with pytest.raises(BudgetReached):
            cloud.sort(terms=Terms(most_dollars=Decimal("0.010")))
    events = cloud.sort(terms=Terms(most_dollars=Decimal("0.010")))
    assert list(piles(events).values()) == [[Pile.NO_FACE]] * 24
    assert len(cloud.server.calls) == 24 + 3


@pytest.mark.usefixtures("honored")
def test_copies_into_s3_hold_the_very_bytes(cloud: Cloud) -> None:
    cloud.fill(8)
    assert balance(cloud.sort(to=f"s3://{BUCKET}/out")) == (2, 0, 8)
    for name in ("00.jpg", "04.jpg"):
        assert cloud.bytes_of(f"out/PhotosWithAnna/{name}") == cloud.bytes_of(f"in/{name}")
    assert set(cloud.fetched) == {"in/00.jpg", "in/04.jpg"}


def test_the_same_object_is_asked_about_once_and_a_changed_one_anew(cloud: Cloud) -> None:
    anna, ben = photographed((50, 50, 80, ANNA)), photographed((50, 50, 80, BEN))
    for key in ("in/a.jpg", "in/again.jpg", "in/sub/a.jpg"):
        cloud.put(key, anna)
    cloud.sort(dry_run=True)
    assert len(cloud.server.calls) == 1
    cloud.s3.delete_object(Bucket=BUCKET, Key="in/again.jpg")
    cloud.put("in/moved.jpg", anna)
    cloud.put("in/sub/a.jpg", ben)
    expected = {"a.jpg": [Pile.SURE], "moved.jpg": [Pile.SURE], "sub/a.jpg": [Pile.NOT_THEM]}
    assert piles(cloud.sort()) == expected
    assert len(cloud.server.calls) == 2
    assert set(copied(cloud).values()) == {anna}


def test_what_another_engine_downloads_stays_paid_for(cloud: Cloud) -> None:
    cloud.fill(8)
    paid = piles(cloud.sort(dry_run=True))
    calls = len(cloud.server.calls)
    local = cloud.sort(terms=None, dry_run=True)
    assert len(cloud.fetched) == 8
    assert all(photo_named(name, local).content for name in paid)
    for savings in (SavingsMode.NONE, SavingsMode.FACELESS):
        assert piles(cloud.sort(terms=Terms(savings), dry_run=True)) == paid
    assert len(cloud.server.calls) == calls


def test_what_the_service_cannot_get_at_is_downloaded_and_sent(cloud: Cloud) -> None:
    cloud.fill(44)
    cloud.objects.within_reach = False
    events = cloud.sort(dry_run=True)
    assert not [event for event in events if isinstance(event, PhotoFailed)]
    assert len(piles(events)) == len(cloud.fetched) == 44
    assert cloud.server.billed() == {"CompareFaces": 33}  # in the others is nobody
    assert sent_where_they_lie(cloud) < 40  # it is not tried for ever


def test_other_formats_and_tiny_pictures_are_sent(cloud: Cloud) -> None:
    with Image.open(io.BytesIO(painted((10, 10, 40, ANNA), size=(120, 60)))) as tiny:
        file = io.BytesIO()
        tiny.save(file, "JPEG", quality=95)
    cloud.put("in/tiny.jpg", file.getvalue())
    cloud.put("in/a.webp", photographed((50, 50, 80, ANNA), image_format="WEBP"))
    cloud.put("in/named.jpg", photographed((50, 50, 80, ANNA), image_format="WEBP"))
    cloud.put("in/broken.jpg", b"\xff\xd8\xff" + 30_000 * b"no picture")
    events = cloud.sort(dry_run=True)
    assert piles(events) == {name: [Pile.SURE] for name in ("a.webp", "named.jpg", "tiny.jpg")}
    (failed,) = [event for event in events if isinstance(event, PhotoFailed) and event.final]
    assert failed.photo.path.endswith("broken.jpg")


def test_what_is_larger_than_the_service_takes_is_read_shrunk_and_paid_for_once(cloud: Cloud) -> None:
    """However many there are, they do not make others be read, too."""
    for number in range(5):
        file = io.BytesIO()
        with Image.open(io.BytesIO(painted((200, 100 + number, 300, ANNA), size=(10_800, 800)))) as wide:
            wide.save(file, "JPEG", quality=95)
        cloud.put(f"in/{number}.jpg", file.getvalue())
    cloud.fill(8)
    events = cloud.sort(dry_run=True)
    assert sorted(cloud.fetched) == [f"in/{number}.jpg" for number in range(5)]
    assert [piles(events)[f"{number}.jpg"] for number in range(5)] == [[Pile.SURE]] * 5
    paid = sum(call.outcome in {"OK", "InvalidParameterException"} for call in cloud.server.calls)
    assert paid in {13, 14}  # one more if the first answer is of a photo without a face: is there one in the headshot?
    assert [event.cost.calls for event in events if isinstance(event, MoneySpent)][-1] == paid


def test_objects_without_a_suffix_are_pictures_if_they_are(cloud: Cloud) -> None:
    cloud.put("in/anna", photographed((50, 50, 80, ANNA)))
    cloud.put("in/4711", photographed((50, 50, 80, BEN), image_format="WEBP"))
    cloud.put("in/README", b"no picture")
    cloud.put("in/notes.txt", b"no picture")
    found: list[PhotosFound] = []
    for event in cloud.session().run(cloud.request(dry_run=True), cloud.executor):
        found += [event] if isinstance(event, PhotosFound) else []
    assert (found[-1].total, found[-1].passed_over) == (2, 2)
    assert piles(cloud.sort(dry_run=True)) == {"4711": [Pile.NOT_THEM], "anna": [Pile.SURE]}
    assert cloud.server.billed() == {"CompareFaces": 2}
    assert sent_where_they_lie(cloud) == 1
    assert cloud.fetched == {"in/anna": 1, "in/README": 1, "in/4711": 2}  # once to look at how it begins


def test_small_files_are_read_before_anything_is_paid_for_them(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.put("in/a.jpg", painted(image_format="JPEG"))
    with monkeypatch.context() as patched:
        patched.setattr("facesorter.places.s3.source.read_object", out_of_reach)
        with pytest.raises(SourceUnavailable):
            cloud.sort(dry_run=True)
    assert cloud.last.spent == NOTHING
    assert piles(cloud.sort(dry_run=True)) == {"a.jpg": [Pile.NO_FACE]}
    assert len(cloud.server.calls) == 1


def out_of_reach(*_: object) -> bytes:
    raise SourceUnavailable("The connection was lost.")


def test_a_photo_that_changes_meanwhile_is_not_judged_by_what_it_was(cloud: Cloud) -> None:
    anna, ben = photographed((50, 50, 80, ANNA)), photographed((50, 50, 80, BEN))
    cloud.put("in/a.jpg", anna)
    cloud.put("in/same.jpg", anna)
    for event in cloud.session().run(cloud.request(), cloud.executor):
        if isinstance(event, CostEstimated):
            cloud.put("in/a.jpg", ben)
    assert copied(cloud) in ({}, {"same.jpg": anna})
    assert piles(cloud.sort()) == {"a.jpg": [Pile.NOT_THEM], "same.jpg": [Pile.SURE]}
    assert copied(cloud) == {"same.jpg": anna}


def test_a_photo_that_changes_before_it_is_copied_is_a_problem(cloud: Cloud) -> None:
    cloud.put("in/a.jpg", photographed((50, 50, 80, ANNA)))
    event = None
    for event in cloud.session().run(cloud.request(), cloud.executor):
        if isinstance(event, PhotoCompared) and not event.final:
            cloud.put("in/a.jpg", photographed((50, 50, 80, BEN)))
    assert isinstance(event, RunFinished)
    assert event.balances[0].problems == 1
    assert copied(cloud) == {}


def test_answers_of_the_user_hold_before_and_after_a_photo_is_read(cloud: Cloud) -> None:
    cloud.fill(4)
    events, session = cloud.sort(dry_run=True), cloud.last
    photo, (person,) = photo_named("02.jpg", events), session._begun.person_queries
    assert photo.content is None
    session.decide(person.person, [(photo, Decision.YES)])
    plan = session.plan(person.person, [photo.id], [])
    list(session.carry_out(plan))
    assert set(copied(cloud)) == {"02.jpg"}
    assert set(cloud.fetched) == {"in/02.jpg"}
    assert session.plan(person.person, [photo.id], []).to_copy == ()
    events = cloud.sort(dry_run=True)
    assert piles(events)["02.jpg"] == [Pile.SURE]
    photo = photo_named("02.jpg", events)
    session.decide(person.person, [(photo, None)])
    assert piles(cloud.sort(dry_run=True))["02.jpg"] == [Pile.CHECK]


def test_the_price_of_sending_all_is_told_without_a_download(cloud: Cloud) -> None:
    cloud.fill(12)
    events = cloud.session().estimate_unseen(cloud.request())
    (told,) = [event for event in events if isinstance(event, CostEstimated)]
    assert (told.savings, told.cost.calls, told.most.calls) == (SavingsMode.NONE, 12, 14)
    assert cloud.fetched == {}
    every = cloud.session().estimate(cloud.request(dry_run=True), cloud.executor)
    assert {one.savings for one in every if isinstance(one, CostEstimated)} == set(SavingsMode)
    assert len(cloud.fetched) == 12
    assert cloud.server.calls == []


@pytest.mark.usefixtures("honored")
@pytest.mark.parametrize("to", ["out", f"s3://{BUCKET}/out"])
def test_a_photo_that_was_read_is_not_downloaded_again_to_be_copied(cloud: Cloud, to: str) -> None:
    cloud.fill(16)
    assert balance(cloud.sort(terms=None, to=to if is_in_s3(to) else str(cloud.folder / to))) == (4, 0, 16)
    assert set(cloud.fetched.values()) == {1}
    assert len(cloud.fetched) == 16


def test_a_photo_is_downloaded_once_to_be_copied_where_a_service_looked_at_it(cloud: Cloud) -> None:
    cloud.fill(16)
    assert balance(cloud.sort()) == (4, 0, 16)
    assert cloud.fetched == {f"in/{number:02}.jpg": 1 for number in range(0, 16, 4)}


def test_a_photo_that_changed_since_it_was_read_is_not_copied_as_it_was(cloud: Cloud) -> None:
    cloud.put("in/a.jpg", photographed((50, 50, 80, ANNA)))
    event = None
    for event in cloud.session().run(cloud.request(terms=None), cloud.executor):
        if isinstance(event, PhotoCompared) and not event.final:
            cloud.put("in/a.jpg", photographed((50, 50, 80, BEN)))
    assert isinstance(event, RunFinished)
    assert event.balances[0].problems == 1
    assert copied(cloud) == {}
    assert cloud.fetched == {"in/a.jpg": 2}  # once more to see what it is now


def test_a_photo_that_was_read_is_copied_by_the_server_once_one_copy_has_shown_that_it_may(
    cloud: Cloud, honored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeptObjects, "keep", lambda *_: None)  # as where photos are too many or too large to be kept
    cloud.fill(16)
    assert balance(cloud.sort(terms=None, to=f"s3://{BUCKET}/out")) == (4, 0, 16)
    found = {f"in/{number:02}.jpg" for number in range(0, 16, 4)}
    for key in found:
        assert cloud.bytes_of(key.replace("in/", "out/PhotosWithAnna/")) == cloud.bytes_of(key)
    assert len(cloud.fetched) == 16
    read_twice = {key for key, times in cloud.fetched.items() if times > 1}
    assert read_twice == ({"in/00.jpg"} if honored else found)
    assert cloud.fetched.total() == 16 + len(read_twice)


@pytest.mark.usefixtures("honored")
@pytest.mark.parametrize("to", ["out", f"s3://{BUCKET}/out"])
def test_companions_and_names_go_from_s3_to_folders_and_to_s3(cloud: Cloud, to: str) -> None:
    cloud.fill(4)
    cloud.put("in/00.xmp", b"a note")
    cloud.put("in/00.jpg.xmp", with_faces(None, [NamedFace("Somebody", BoundingBox(0.9, 0.9, 0.05, 0.05))], PICTURE))
    cloud.put("in/01.xmp", b"the note of somebody else's photo")
    to = to if is_in_s3(to) else str(cloud.folder / to)

    def lying_there() -> dict[str, bytes]:
        if not is_in_s3(to):
            return copied(cloud)
        listed = cloud.s3.list_objects_v2(Bucket=BUCKET, Prefix="out/PhotosWithAnna/").get("Contents", [])
        return {
            one["Key"].rpartition("/")[2]: cloud.s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read()
            for one in listed
        }

    for _ in range(3):
        cloud.fetched.clear()
        events = cloud.sort(to=to, with_companions=True, write_names=True)
        assert isinstance(events[-1], RunFinished)
        (of_anna,) = events[-1].balances
        assert (of_anna.companions, of_anna.problems) == (1, 0)
        assert {times for key, times in cloud.fetched.items() if key.startswith("in/")} == {1}
        there = lying_there()
        assert there["00.xmp"] == b"a note"
        assert {face.name for face in faces_in(there["00.jpg.xmp"], 1)} == {"Somebody", "Anna"}
        assert "01.xmp" not in there
    for run in cloud.app("profile").journal.runs():
        list(cloud.app("profile").copies.undo(run.id))
    assert lying_there() == {}
