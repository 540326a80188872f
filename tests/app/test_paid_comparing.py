"""Comparisons through Amazon Rekognition: what they cost is known before, kept to, told after, and paid once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from painted import ANNA, BEN, PaintedEngine, painted
from rekognition_server import RekognitionServer, aws_environment, rekognition_server
from s3_server import BUCKET, s3_server

from facesorter.app import App, ThreadExecutor
from facesorter.app.cloud import SMALL_BYTES
from facesorter.domain.errors import BudgetReached, EngineUnavailable, PhotoError, Stopped, WrongUse
from facesorter.domain.events import CostEstimated, MoneySpent, PhotoFailed
from facesorter.domain.paid_work import PaidWork
from facesorter.domain.spending import Cost, Terms
from facesorter.endpoint.faults import Faults
from facesorter.endpoint.objects import S3Objects
from facesorter.paths import AppPaths
from facesorter.pipeline.compare import PictureCompared
from facesorter.pipeline.enrol import Headshot


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    with s3_server() as (_, client):
        yield client


@pytest.fixture
def server(s3: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[RekognitionServer]:
    with rekognition_server(PaintedEngine(), objects=S3Objects(s3)) as running:
        for name, value in aws_environment(Path(), running.address, s3.meta.endpoint_url).items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def app(tmp_path: Path, server: RekognitionServer) -> Iterator[App]:
    made = a_app(tmp_path)
    yield made
    made.close()


def a_app(folder: Path) -> App:
    made = App(AppPaths(folder / "profile"))
    made._engine = PaintedEngine()  # type: ignore[assignment]
    made.open()
    return made


@pytest.fixture
def head(tmp_path: Path) -> Headshot:
    return Headshot(put(tmp_path / "head.png", (100, 80, 120, ANNA)), 0)


@pytest.fixture
def executor() -> Iterator[ThreadExecutor]:
    made = ThreadExecutor()
    yield made
    made.close()


def put(path: Path, *patches: Any) -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(painted(*patches))
    return str(path)


def large(*patches: Any) -> bytes:
    """A picture that takes as much room as a photo."""
    return painted(*patches) + bytes(SMALL_BYTES)


def fill(folder: Path, count: int) -> str:
    for number in range(count):
        put(folder / f"{number:03}.png", (20 + number, 30, 60, ANNA), (250, 100, 70, BEN))
    return str(folder)


def paid_work(cap: str = "5") -> PaidWork:
    return PaidWork(Terms(most_dollars=Decimal(cap)))


def without_prices(events: Iterable[object]) -> list[object]:
    return [event for event in events if not isinstance(event, CostEstimated | MoneySpent)]


def price(app: App, head: Headshot, place: str) -> int:
    whole = not place.endswith(".png")
    return app.comparisons.price_of_comparison(head, place, Terms(), whole=whole).cost.calls


def test_a_pair_costs_a_call_once_and_then_nothing(
    app: App, server: RekognitionServer, head: Headshot, tmp_path: Path
) -> None:
    target = put(tmp_path / "target.png", (30, 60, 60, BEN), (200, 100, 80, ANNA))
    assert price(app, head, target) == 1
    assert server.calls == []
    first, again = paid_work(), paid_work()
    comparison = app.comparisons.compare(head, target, first)
    assert [match.similarity > 90 for match in comparison.matches] == [True, False]
    assert first.spent == Cost(1, Decimal("0.001"))
    assert price(app, head, target) == 0
    assert app.comparisons.compare(head, target, again) == comparison
    assert again.spent.calls == 0
    assert server.billed() == {"CompareFaces": 1}
    (noted,) = app.figures.spendings()
    assert (noted.work, noted.cost) == ("compare", first.spent)


def test_what_was_paid_for_outlives_the_program(
    app: App, server: RekognitionServer, head: Headshot, tmp_path: Path
) -> None:
    target = put(tmp_path / "target.png", (30, 60, 60, BEN))
    app.comparisons.compare(head, target, paid_work())
    app.comparisons.analyze(target, paid_work())
    app.close()
    later = a_app(tmp_path)
    assert price(later, head, target) == 0
    later.comparisons.compare(head, target, paid_work())
    later.comparisons.analyze(target, paid_work())
    later.close()
    assert server.billed() == {"CompareFaces": 1, "DetectFaces": 1}


def test_a_picture_that_changed_is_asked_about_anew(
    app: App, server: RekognitionServer, head: Headshot, tmp_path: Path
) -> None:
    target = put(tmp_path / "target.png", (30, 60, 60, BEN))
    assert app.comparisons.compare(head, target, paid_work()).matches[0].similarity < 50
    put(tmp_path / "target.png", (30, 60, 64, ANNA))
    assert app.comparisons.compare(head, target, paid_work()).matches[0].similarity > 90
    assert server.billed() == {"CompareFaces": 2}


def test_a_folder_is_asked_about_once_however_often_a_picture_lies_in_it(
    app: App, server: RekognitionServer, head: Headshot, executor: ThreadExecutor, tmp_path: Path
) -> None:
    folder = fill(tmp_path / "photos", 6)
    for number in range(6):
        (tmp_path / "photos" / f"copy-{number}.png").write_bytes((tmp_path / "photos" / "000.png").read_bytes())
    (tmp_path / "photos" / "broken.png").write_bytes(b"nothing")
    assert price(app, head, folder) == 13
    first, again = paid_work(), paid_work()
    events = list(app.comparisons.compare_with_folder(head, folder, executor, first))
    assert sum(isinstance(event, PictureCompared) for event in events) == 12
    assert [event.photo.path.rsplit("/", 1)[-1] for event in events if isinstance(event, PhotoFailed)] == ["broken.png"]
    assert first.spent.calls == 6
    assert price(app, head, folder) == 1  # of what is no picture nothing is known
    assert without_prices(app.comparisons.compare_with_folder(head, folder, executor, again)) == without_prices(events)
    assert again.spent.calls == 0
    assert server.billed() == {"CompareFaces": 6}


def test_the_cap_ends_it_and_a_higher_one_goes_on_where_it_was(
    app: App, server: RekognitionServer, head: Headshot, executor: ThreadExecutor, tmp_path: Path
) -> None:
    folder = fill(tmp_path / "photos", 20)
    capped, further = paid_work("0.005"), paid_work()
    events = app.comparisons.compare_with_folder(head, folder, executor, capped)
    told: list[object] = []
    with pytest.raises(BudgetReached, match=r"\$0.005"):
        told.extend(iter(lambda: next(events), None))
    assert capped.spent.calls == sum(isinstance(event, PictureCompared) for event in told) == 5
    assert price(app, head, folder) == 15
    list(app.comparisons.compare_with_folder(head, folder, executor, further))
    assert further.spent.calls == 15
    assert server.billed_twice() == 0


def test_expired_credentials_end_it_and_cost_nothing(
    app: App, server: RekognitionServer, head: Headshot, executor: ThreadExecutor, tmp_path: Path
) -> None:
    server.endpoint.faults = Faults(expired=1)
    compared, analyzed = paid_work(), paid_work()
    with pytest.raises(EngineUnavailable, match="expired"):
        list(app.comparisons.compare_with_folder(head, fill(tmp_path / "photos", 3), executor, compared))
    with pytest.raises(EngineUnavailable, match="expired"):
        app.comparisons.analyze(head.path, analyzed)
    assert compared.spent.calls == analyzed.spent.calls == 0


def test_paid_work_that_is_given_up_ends_within_a_second_although_the_service_hangs(
    app: App, server: RekognitionServer, head: Headshot, tmp_path: Path
) -> None:
    server.endpoint.faults = Faults(slow=1, slow_seconds=8)
    slow, given_up_at = paid_work(), list[float]()

    def give_up() -> None:
        while not slow.spent.calls:
            time.sleep(0.01)
        given_up_at.append(time.monotonic())
        slow.stopped.give_up()

    giving_up = threading.Thread(target=give_up)
    giving_up.start()
    with pytest.raises(Stopped):
        app.comparisons.compare(head, put(tmp_path / "target.png", (30, 60, 60, BEN)), slow)
    assert time.monotonic() - given_up_at[0] < 2.5
    giving_up.join()


def test_what_lies_in_s3_is_compared_there_and_paid_for_once(app: App, server: RekognitionServer, s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="me.png", Body=painted((100, 80, 120, ANNA)))
    s3.put_object(Bucket=BUCKET, Key="all/of us.png", Body=large((30, 60, 60, BEN), (200, 100, 80, ANNA)))
    head, target = Headshot(f"s3://{BUCKET}/me.png", 0), f"s3://{BUCKET}/all/of us.png"
    assert price(app, head, target) == 1
    assert [match.similarity > 90 for match in app.comparisons.compare(head, target, paid_work()).matches] == [
        True,
        False,
    ]
    (asked,) = server.calls
    assert b'"S3Object": {"Bucket": "photos", "Name": "all/of us.png"}' in asked.body
    assert price(app, head, target) == 0
    app.comparisons.compare(head, target, paid_work())
    s3.put_object(Bucket=BUCKET, Key="all/of us.png", Body=large((30, 60, 66, ANNA)))
    assert price(app, head, f"s3://{BUCKET}/all/") == 1
    assert [match.similarity > 90 for match in app.comparisons.compare(head, target, paid_work()).matches] == [True]
    assert server.billed() == {"CompareFaces": 2}
    with pytest.raises((PhotoError, WrongUse)):
        price(app, head, f"s3://{BUCKET}/all/of them.png")


def test_the_price_of_a_call_needs_a_region(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    assert app.comparisons.price_of_a_call(Terms()).cost == Cost(1, Decimal("0.001"))
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    app.use_account()
    with pytest.raises(WrongUse, match="region"):
        app.comparisons.price_of_a_call(Terms())


def test_a_program_without_the_profile_compares_and_remembers_nothing(
    server: RekognitionServer, head: Headshot, tmp_path: Path
) -> None:
    target = put(tmp_path / "target.png", (30, 60, 60, BEN))
    reader = App(AppPaths(tmp_path / "profile"))
    reader._engine = PaintedEngine()  # type: ignore[assignment]
    for _ in range(2):
        reader.comparisons.compare(head, target, paid_work())
    assert server.billed() == {"CompareFaces": 2}
    assert not (tmp_path / "profile" / "catalog.db").exists()
