"""Whole runs through the Rekognition engine: real folders, catalog and copies, HTTP, and painted faces."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from painted import ANNA, BEN, LIKE_ANNA, PaintedEngine, Patch, painted
from rekognition_server import KEY, RekognitionServer, rekognition_server

from facesorter import logs
from facesorter.app import ThreadExecutor
from facesorter.app.cloud import CALLS_AT_ONCE
from facesorter.domain.errors import BudgetReached, EngineUnavailable
from facesorter.domain.events import (
    CostEstimated,
    Event,
    MoneySpent,
    OpinionFailed,
    PhotoCompared,
    PhotoCopied,
    PhotoFailed,
    RunFinished,
)
from facesorter.domain.models import Decision, EncodedPicture, Pile, Portrait
from facesorter.domain.spending import SavingsMode, StopSignal, Terms
from facesorter.endpoint.faults import NO_FAULTS, Faults
from facesorter.engines.rekognition.calls import RekognitionCalls
from facesorter.engines.rekognition.engine import RekognitionEngine
from facesorter.engines.rekognition.prices import Meter, price_in
from facesorter.engines.rekognition.rate_limiter import RateLimiter
from facesorter.engines.rekognition.sheet_engine import SheetRekognition
from facesorter.pipeline.estimate import estimate
from facesorter.pipeline.person_query import PersonQuery
from facesorter.pipeline.second_opinion import First, Second
from facesorter.pipeline.sort import Sort
from facesorter.pipeline.sort_request import SortRequest
from facesorter.pipeline.sort_tools import Tools
from facesorter.places.disk.copier import FileCopier
from facesorter.places.disk.source import FolderSource
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database
from facesorter.storage.journal import SqliteJournal

HEADS = {"Anna": painted((100, 80, 120, ANNA)), "Ben": painted((100, 80, 120, BEN))}
LIKE_BEN = (65, 65, 200)
"""Similar enough to be worth a look, not to be sure."""
FALSE = (40, 200, 40)
"""A face to this computer alone."""


class PaidDesk:
    """A profile, photos, a destination and an endpoint; one call to `sort` is one run of the program."""

    def __init__(self, folder: Path, server: RekognitionServer) -> None:
        self.server = server
        self.local = PaintedEngine()
        self.photos, self.destination = folder / "photos", folder / "out"
        self.photos.mkdir()
        self.destination.mkdir()
        self.database = Database(folder / "catalog.db")
        self.catalog, self.journal = SqliteCatalog(self.database), SqliteJournal(self.database)
        self.executors: list[ThreadExecutor] = []
        self.engine: RekognitionEngine | None = None
        self.stopped: StopSignal | None = None

    def put(self, name: str, *patches: Patch) -> None:
        (self.photos / name).write_bytes(painted(*patches))

    def fill(self, count: int) -> None:
        for number in range(count):
            match number % 4:
                case 0:
                    self.put(
                        f"{number:03}-anna.png", (20 + number % 100, 30 + number // 100, 60, ANNA), (250, 100, 70, BEN)
                    )
                case 1:
                    self.put(f"{number:03}-ben.png", (20 + number % 100, 30 + number // 100, 60, BEN))
                case 2:
                    self.put(f"{number:03}-like.png", (20 + number % 100, 30 + number // 100, 60, LIKE_ANNA))
                case _:
                    self.put(f"{number:03}-nobody.png", *[])
                    path = self.photos / f"{number:03}-nobody.png"
                    path.write_bytes(path.read_bytes() + bytes([number]))

    def second_engine(self, terms: Terms, names: tuple[str, ...]) -> tuple[Second, Meter]:
        meter = Meter(price_in("eu-west-1"), terms.most_dollars, terms.most_calls)
        kind = SheetRekognition if terms.savings is SavingsMode.SHEETS else RekognitionEngine
        self.stopped = StopSignal()
        calls = RekognitionCalls(self.server.client(read_timeout=5), meter, RateLimiter(200), self.stopped)
        self.engine = engine = kind(calls, self.local)
        executor = ThreadExecutor(CALLS_AT_ONCE)
        self.executors.append(executor)
        sheets = engine if isinstance(engine, SheetRekognition) else None
        return Second(engine, self.person_queries(engine, names), terms.savings, executor, sheets), meter

    def person_queries(
        self, engine: RekognitionEngine | PaintedEngine, names: tuple[str, ...]
    ) -> tuple[PersonQuery, ...]:
        found: list[PersonQuery] = []
        for name in names:
            person = self.catalog.person(name)
            reference = engine.enrol(name, [Portrait(EncodedPicture("head.png", HEADS[name]))])
            found.append(PersonQuery(person, reference, self.catalog.decisions(person)))
        return tuple(found)

    def prepare(
        self, *names: str, cap: str = "5", savings: SavingsMode = SavingsMode.NONE, most_calls: int | None = None
    ) -> Sort:
        terms = Terms(savings, Decimal(cap), most_calls)
        request = SortRequest((), (str(self.photos),), str(self.destination), terms=terms)
        second, meter = self.second_engine(terms, names)
        source = FolderSource(request.folders, request.recursive, ())
        local = ThreadExecutor()
        self.executors.append(local)
        tools = Tools(self.local, source, self.catalog, self.journal, FileCopier("copy"), local, second, meter)
        person_queries = self.person_queries(self.local, names)
        if savings is SavingsMode.NONE:
            tools = replace(tools, engine=second.engine, executor=second.executor, second=None)
            person_queries = second.person_queries
        return Sort(person_queries, request, tools)

    def sort(self, *names: str, cap: str = "5", savings: SavingsMode = SavingsMode.NONE) -> list[Event]:
        return list(self.prepare(*names, cap=cap, savings=savings).run())

    def local_piles(self, *names: str) -> dict[tuple[str, str], Pile]:
        """What the local engine says without growing its references."""
        first = First(self.local, self.person_queries(self.local, names), 80, self.catalog)
        queries = self.local.queries(())
        for photo in list(self.catalog.unanalyzed(queries)):
            data = Path(photo.path).read_bytes()
            answer = self.local.analyze(queries[0], EncodedPicture(photo.path, data))
            content = self.catalog.analyzed_photo(photo.id, ()).photo.content
            assert content is not None
            self.catalog.record_analyses(photo, content, {queries[0]: answer})
        return {
            (Path(analyzed.photo.path).name, verdict.person.name): verdict.pile
            for analyzed, verdicts in first.verdicts()
            for verdict in verdicts
        }

    def copies(self, name: str) -> set[str]:
        folder = self.destination / f"PhotosWith{name}"
        return {path.name for path in folder.iterdir()} if folder.exists() else set()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PaidDesk]:
    with rekognition_server(PaintedEngine()) as server:
        desk = PaidDesk(tmp_path, server)
        yield desk
        for executor in desk.executors:
            executor.close()
        desk.database.close()


def piles(events: list[Event]) -> dict[tuple[str, str], Pile]:
    return {
        (Path(event.photo.path).name, verdict.person.name): verdict.pile
        for event in events
        if isinstance(event, PhotoCompared) and event.final
        for verdict in event.verdicts
    }


def looked_at(desk: PaidDesk) -> int:
    """The calls for which the service looked at a picture, whether it found somebody or not."""
    return sum(call.outcome in {"OK", "InvalidParameterException"} for call in desk.server.calls)


def spent(events: list[Event]) -> int:
    return [event.cost.calls for event in events if isinstance(event, MoneySpent)][-1]


@pytest.mark.parametrize("savings", list(SavingsMode))
def test_the_piles_are_those_of_the_local_engine(desk: PaidDesk, savings: SavingsMode) -> None:
    desk.fill(40)
    events = desk.sort("Anna", "Ben", savings=savings)
    assert len(piles(events)) == 80
    assert piles(events) == desk.local_piles("Anna", "Ben")
    assert len(desk.copies("Anna")) == 10
    assert spent(events) == len(desk.server.calls)


@pytest.mark.parametrize(
    ("savings", "calls"),
    [(SavingsMode.NONE, 80), (SavingsMode.FACELESS, 60), (SavingsMode.HYBRID, 10), (SavingsMode.SHEETS, 2)],
)
def test_the_price_is_told_before_and_kept(desk: PaidDesk, savings: SavingsMode, calls: int) -> None:
    desk.fill(40)
    events = desk.sort("Anna", "Ben", savings=savings)
    (told,) = [event for event in events if isinstance(event, CostEstimated)]
    assert told.cost == (calls, calls * Decimal("0.001"))
    assert len(desk.server.calls) == calls
    before = events[: events.index(told)]
    assert not any(isinstance(event, MoneySpent) for event in before)


def test_every_way_is_priced_without_a_call(desk: PaidDesk) -> None:
    desk.fill(40)
    names = ("Anna", "Ben")
    first = First(desk.local, desk.person_queries(desk.local, names), 80, desk.catalog)
    executor = ThreadExecutor()
    desk.executors.append(executor)
    _, meter = desk.second_engine(Terms(), names)
    source = FolderSource([str(desk.photos)])
    events = list(estimate(first, lambda way: desk.second_engine(Terms(way), names)[0], source, executor, meter))
    costs = {event.savings: event.cost.calls for event in events if isinstance(event, CostEstimated)}
    assert costs == {SavingsMode.NONE: 80, SavingsMode.FACELESS: 60, SavingsMode.HYBRID: 10, SavingsMode.SHEETS: 2}
    assert desk.server.calls == []


@pytest.mark.parametrize("savings", [SavingsMode.NONE, SavingsMode.FACELESS, SavingsMode.SHEETS])
def test_with_throttling_and_failures_nothing_is_lost_doubled_or_wrong(desk: PaidDesk, savings: SavingsMode) -> None:
    desk.fill(60)
    desk.server.endpoint.faults = Faults(throttle=0.3, error=0.05, seed=1)
    events = desk.sort("Anna", savings=savings)
    assert not [event for event in events if isinstance(event, PhotoFailed)]
    assert desk.server.billed_twice() == 0
    assert spent(events) == looked_at(desk)
    assert piles(events) == desk.local_piles("Anna")


def test_two_hundred_photos_come_through_a_third_of_refusals_failures_and_foreign_answers(desk: PaidDesk) -> None:
    """A foreign answer ends a run, and the next one goes on; answers that are late by then are waited for."""
    desk.fill(200)
    desk.server.endpoint.faults = Faults(throttle=0.3, error=0.03, portal=0.02, slow=0.1, slow_seconds=1.2, seed=1)
    paid = 0
    ended: list[str] = []
    events: list[Event] = []
    while not events:
        sort = desk.prepare("Anna")
        try:
            events = list(sort.run())
        except EngineUnavailable as error:
            ended.append(str(error))
        assert sort.spent is not None
        paid += sort.spent.calls
    assert ended
    assert all("not Amazon Rekognition" in reason for reason in ended)
    assert desk.server.billed_twice() == 0
    assert paid == looked_at(desk) == 200
    assert not [event for event in events if isinstance(event, PhotoFailed)]
    assert piles(events) == desk.local_piles("Anna")
    assert isinstance(events[-1], RunFinished)
    (balance,) = events[-1].balances
    assert (balance.found, balance.copied + balance.already_there, balance.problems) == (200, 50, 0)
    assert desk.copies("Anna") == {f"{number:03}-anna.png" for number in range(0, 200, 4)}


@pytest.mark.parametrize("savings", [SavingsMode.NONE, SavingsMode.FACELESS])
def test_a_run_goes_on_where_expired_credentials_ended_it(desk: PaidDesk, savings: SavingsMode) -> None:
    desk.fill(60)
    desk.server.turn = 10, Faults(expired=1)
    with pytest.raises(EngineUnavailable, match="expired"):
        desk.sort("Anna", savings=savings)
    paid = looked_at(desk)
    assert 10 <= paid <= 10 + CALLS_AT_ONCE
    desk.server.endpoint.faults = NO_FAULTS
    events = desk.sort("Anna", savings=savings)
    assert desk.server.billed_twice() == 0
    assert looked_at(desk) == (60 if savings is SavingsMode.NONE else 45)
    assert spent(events) == looked_at(desk) - paid
    assert piles(events) == desk.local_piles("Anna")


def test_a_cap_of_five_cents_stops_at_fifty_calls_and_the_next_run_goes_on(desk: PaidDesk) -> None:
    desk.fill(80)
    run, events = desk.prepare("Anna", cap="0.05").run(), list[Event]()
    with pytest.raises(BudgetReached, match=r"\$0\.05 is reached after 50 calls"):
        events.extend(iter(lambda: next(run), None))
    told = {event.photo.path for event in events if isinstance(event, PhotoCompared)}
    assert len(told) == looked_at(desk) == len(desk.server.calls) == 50
    desk.sort("Anna")
    assert looked_at(desk) == len(desk.server.calls) == 80
    assert desk.server.billed_twice() == 0


class SeesNoGreen(PaintedEngine):
    """A service that does not take for a face what this computer takes for one."""

    def analyze(self, query: str, picture: EncodedPicture) -> bytes:
        found = json.loads(super().analyze(query, picture))
        return json.dumps([face for face in found if face[1][1] < 150]).encode()


@pytest.fixture
def doubtful_desk(tmp_path: Path) -> Iterator[PaidDesk]:
    with rekognition_server(SeesNoGreen()) as server:
        desk = PaidDesk(tmp_path, server)
        yield desk
        for executor in desk.executors:
            executor.close()
        desk.database.close()


def told(desk: PaidDesk, *names: str) -> dict[SavingsMode, CostEstimated]:
    """What every way would cost, as it is told beforehand."""
    first = First(desk.local, desk.person_queries(desk.local, names), 80, desk.catalog)
    executor = ThreadExecutor()
    desk.executors.append(executor)
    source, meter = FolderSource([str(desk.photos)]), desk.second_engine(Terms(), names)[1]
    events = list(estimate(first, lambda way: desk.second_engine(Terms(way), names)[0], source, executor, meter))
    return {event.savings: event for event in events if isinstance(event, CostEstimated)}


def test_false_faces_on_sheets_cost_no_more_than_was_told(doubtful_desk: PaidDesk) -> None:
    desk = doubtful_desk
    for number in range(40):
        desk.put(f"{number:02}.png", (20 + number, 30, 60, ANNA), (250, 100, 70, FALSE))
    price = told(desk, "Anna")[SavingsMode.SHEETS]
    assert price.cost.calls == 1
    events = desk.sort("Anna", savings=SavingsMode.SHEETS)
    (at_once,) = [event for event in events if isinstance(event, CostEstimated)]
    assert (at_once.cost, at_once.most) == (price.cost, price.most)
    assert looked_at(desk) == spent(events) == 41
    assert price.cost.calls < looked_at(desk) <= price.most.calls
    assert len(desk.copies("Anna")) == 40


def test_references_that_grow_do_not_make_it_dearer_than_was_told(desk: PaidDesk) -> None:
    """What joins the references puts photos in doubt that were not, and these are asked about."""
    desk.put("sure.png", (90, 30, 60, (208, 48, 46)))
    desk.put("doubtful-once-that-has-joined.png", (90, 30, 60, (180, 67, 60)))
    price = told(desk, "Anna")[SavingsMode.HYBRID]
    events = desk.sort("Anna", savings=SavingsMode.HYBRID)
    assert looked_at(desk) == spent(events) == price.cost.calls == 1


@pytest.mark.parametrize("savings", list(SavingsMode))
def test_nothing_is_billed_beyond_what_was_agreed_to(doubtful_desk: PaidDesk, savings: SavingsMode) -> None:
    """Photos may be added after the price was told, and the service may disagree on every face."""
    desk = doubtful_desk
    for number in range(12):
        desk.put(f"{number:02}.png", (20 + number, 30, 60, LIKE_ANNA), (250, 100, 70, FALSE))
    most = told(desk, "Anna")[savings].most.calls
    for number in range(12, 60):
        desk.put(f"{number:02}.png", (20 + number, 30, 60, LIKE_ANNA), (250, 100, 70, FALSE))
    sort = desk.prepare("Anna", savings=savings, most_calls=most)
    with pytest.raises(BudgetReached, match="price that was told"):
        list(sort.run())
    assert looked_at(desk) == most
    list(desk.prepare("Anna", savings=savings).run())
    assert desk.server.billed_twice() == 0


def test_another_threshold_and_a_second_run_cost_nothing(desk: PaidDesk) -> None:
    desk.fill(20)
    desk.sort("Anna")
    paid = desk.server.billed()
    sort = desk.prepare("Anna")
    sort.request = replace(sort.request, threshold=60)
    looser = piles(list(sort.run()))
    assert desk.server.billed() == paid
    assert sum(pile is Pile.SURE for pile in looser.values()) == 10


def test_what_the_user_decided_is_not_asked_about(desk: PaidDesk) -> None:
    desk.fill(20)
    desk.sort("Anna", savings=SavingsMode.HYBRID)
    assert desk.server.billed() == {"CompareFaces": 5}
    desk.put("more.png", (80, 90, 60, LIKE_ANNA))
    anna = desk.catalog.person("Anna")
    content = hashlib.sha256((desk.photos / "more.png").read_bytes()).digest()
    desk.catalog.decide(anna, {content: Decision.YES})
    events = desk.sort("Anna", savings=SavingsMode.HYBRID)
    assert desk.server.billed() == {"CompareFaces": 5}
    assert piles(events)["more.png", "Anna"] is Pile.SURE


def test_stop_waits_for_the_answers_that_are_paid_for(desk: PaidDesk, caplog: pytest.LogCaptureFixture) -> None:
    desk.fill(150)  # more than are handed to workers in advance, so that some are left whatever happens
    sort = desk.prepare("Anna")
    events = sort.run()
    for event in events:
        if isinstance(event, MoneySpent) and event.cost.calls >= 5:
            break
    desk.server.endpoint.faults = Faults(slow=1, slow_seconds=2)
    time.sleep(0.3)
    events.close()
    assert "answers to calls under way" in caplog.text
    desk.server.endpoint.faults = NO_FAULTS
    paid = looked_at(desk)
    assert sort.spent is not None
    assert sort.spent.calls == paid < 150
    assert spent(desk.sort("Anna")) == 150 - paid
    assert desk.server.billed_twice() == 0


def test_what_is_given_up_ends_within_a_second(desk: PaidDesk) -> None:
    desk.fill(150)
    events = desk.prepare("Anna").run()
    for event in events:
        if isinstance(event, MoneySpent) and event.cost.calls >= 5:
            break
    desk.server.endpoint.faults = Faults(slow=1, slow_seconds=3)
    time.sleep(0.3)
    began = time.monotonic()
    assert desk.stopped is not None
    desk.stopped.give_up()
    events.close()
    assert time.monotonic() - began < 1
    desk.server.endpoint.faults = NO_FAULTS
    paid = looked_at(desk)
    assert spent(desk.sort("Anna")) >= 150 - paid > 0  # calls that were given up unanswered are asked again


def test_a_second_opinion_that_fails_is_a_problem_of_that_person_alone(desk: PaidDesk) -> None:
    desk.put("anna-and-like-ben.png", (20, 30, 60, ANNA), (250, 100, 70, LIKE_BEN))
    desk.put("like-ben.png", (90, 30, 60, LIKE_BEN))
    (desk.photos / "like-ben-again.png").write_bytes((desk.photos / "like-ben.png").read_bytes())
    desk.put("anna.png", (20, 30, 60, ANNA))
    desk.put("ben.png", (25, 30, 60, BEN))
    desk.server.endpoint.faults = Faults(error=1)
    events = desk.sort("Anna", "Ben", savings=SavingsMode.HYBRID)
    assert isinstance(events[-1], RunFinished)
    anna, ben = events[-1].balances
    assert (anna.found, anna.copied, anna.not_them, anna.problems) == (5, 2, 3, 0)
    assert (ben.found, ben.copied, ben.not_them, ben.problems) == (5, 1, 1, 3)
    assert not [event for event in events if isinstance(event, PhotoFailed)]
    failed = [event for event in events if isinstance(event, OpinionFailed)]
    assert {Path(event.photo.path).name for event in failed} == {
        "anna-and-like-ben.png",
        "like-ben.png",
        "like-ben-again.png",
    }
    assert {(event.person.name, event.reason) for event in failed} == {
        ("Ben", "Amazon Rekognition failed to look at this photo several times.")
    }
    finals = [event.photo.id for event in events if isinstance(event, PhotoCompared) and event.final]
    assert len(finals) == len(set(finals)) == 5
    desk.server.endpoint.faults = NO_FAULTS
    assert piles(desk.sort("Anna", "Ben", savings=SavingsMode.HYBRID)) == desk.local_piles("Anna", "Ben")


def test_what_is_copied_counts_once_although_the_photo_changes_before_the_second_look(desk: PaidDesk) -> None:
    desk.put("ben.png", (25, 30, 60, BEN))
    desk.put("both.png", (20, 30, 60, ANNA), (250, 100, 70, LIKE_BEN))
    last: Event | None = None
    for last in desk.prepare("Anna", "Ben", savings=SavingsMode.HYBRID).run():
        if isinstance(last, CostEstimated):
            desk.put("both.png", (20, 30, 60, BEN))
    assert isinstance(last, RunFinished)
    anna, ben = last.balances
    assert (anna.found, anna.copied, anna.not_them) == (2, 1, 1)
    assert (ben.found, ben.copied, ben.problems) == (2, 1, 1)


def test_a_sheet_that_the_service_refuses_is_a_problem_of_its_photos_and_the_run_goes_on(desk: PaidDesk) -> None:
    desk.fill(8)
    desk.server.endpoint.faults = Faults(error=1)
    events = desk.sort("Anna", savings=SavingsMode.SHEETS)
    assert isinstance(events[-1], RunFinished)
    (balance,) = events[-1].balances
    assert (balance.found, balance.problems, balance.no_face) == (8, 6, 2)
    failed = [event.reason for event in events if isinstance(event, PhotoFailed) and event.final]
    assert failed == ["Amazon Rekognition failed to look at this photo several times."] * 6
    desk.server.endpoint.faults = NO_FAULTS
    assert piles(desk.sort("Anna", savings=SavingsMode.SHEETS)) == desk.local_piles("Anna")


def test_copies_are_made_while_calls_are_still_to_come(desk: PaidDesk) -> None:
    for number in range(60):
        desk.put(f"{number:03}.png", (20 + number, 30, 60, ANNA))
    kinds = [type(event) for event in desk.sort("Anna", savings=SavingsMode.FACELESS)]
    assert kinds.index(PhotoCopied) < len(kinds) - 1 - kinds[::-1].index(MoneySpent)


def test_a_photo_that_changed_since_its_faces_were_found_is_a_problem(desk: PaidDesk) -> None:
    desk.fill(8)
    run = desk.prepare("Anna", savings=SavingsMode.SHEETS).run()
    for event in run:
        if isinstance(event, CostEstimated):
            desk.put("000-anna.png", (90, 90, 60, BEN))
    # the run is over: the changed photo was not judged by what it was
    events = list(desk.prepare("Anna", savings=SavingsMode.SHEETS).run())
    assert piles(events)["000-anna.png", "Anna"] is Pile.NOT_THEM


@pytest.mark.parametrize("savings", list(SavingsMode))
def test_a_run_may_be_left_at_any_event(desk: PaidDesk, savings: SavingsMode) -> None:
    desk.fill(12)
    for stop_after in (1, 5, 15, 25):
        run = desk.prepare("Anna", savings=savings).run()
        for number, _ in enumerate(run):
            if number == stop_after:
                break
        run.close()
    assert piles(desk.sort("Anna", savings=savings)) == desk.local_piles("Anna")
    assert desk.server.billed_twice() == 0
    assert not [thread for thread in threading.enumerate() if thread.name == "rekognition"]


def test_a_log_at_debug_holds_no_secret_and_no_picture(desk: PaidDesk, tmp_path: Path) -> None:
    """Not even with botocore's own lines turned on, which show all that is sent."""
    root, handlers = logging.getLogger(), logging.getLogger().handlers.copy()
    logs.start(tmp_path / "all.log", terminal=None, level=logging.DEBUG)
    logging.getLogger("botocore").setLevel(logging.DEBUG)
    try:
        desk.fill(8)
        desk.server.endpoint.faults = Faults(throttle=0.3, seed=2)
        desk.sort("Anna")
        desk.server.endpoint.faults = Faults(expired=1)
        desk.put("another.png", (70, 70, 70, ANNA))
        with pytest.raises(EngineUnavailable) as caught:
            desk.sort("Anna")
        logging.getLogger("facesorter").error("It ended", exc_info=caught.value)
    finally:
        logging.getLogger("botocore").setLevel(logging.WARNING)
        for handler in set(root.handlers) - set(handlers):
            root.removeHandler(handler)
            handler.close()
        root.setLevel(logging.WARNING)
    text = (tmp_path / "all.log").read_text()
    assert "CompareFaces" in text
    assert "It ended" in text
    for secret in (KEY.secret, KEY.access_key):
        assert secret not in text
    assert not re.search(r"Signature=[0-9a-f]{8}", text)
    for call in desk.server.calls:
        for image in json.loads(call.body).values():
            if isinstance(image, dict):
                assert image["Bytes"][40:80] not in text
    assert max(len(word) for word in re.split(r"[^A-Za-z0-9+/]", text)) < 200
