"""Films in runs through Amazon Rekognition: few frames are sent, told before, and never paid for twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from film_making import make_film
from painted import ANNA, BEN, PaintedEngine, Patch
from rekognition_server import rekognition_server

from facesorter.domain.errors import BudgetReached
from facesorter.domain.events import CostEstimated, MoneySpent
from facesorter.domain.films import SENT_FRAMES
from facesorter.domain.models import Pile
from facesorter.domain.spending import SavingsMode
from facesorter.places.disk.source import FolderSource
from tests.pipeline.test_paid_run import PaidDesk, piles

NOBODY: tuple[Patch, ...] = ()
SHE: tuple[Patch, ...] = ((60, 50, 100, ANNA),)
BOTH: tuple[Patch, ...] = ((40, 50, 100, ANNA), (220, 60, 90, BEN))


def put(desk: PaidDesk, name: str, scenes: Sequence[Sequence[Patch]], **options: Any) -> None:
    pictures = []
    for scene in scenes:
        pixels = np.full((240, 400, 3), 128, np.uint8)
        for left, top, side, color in scene:
            pixels[top : top + side, left : left + side] = color
        pictures.append(pixels)
    make_film(desk.photos / name, pictures, **options)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PaidDesk]:
    monkeypatch.setattr("tests.pipeline.test_paid_run.FolderSource", lambda *given: FolderSource(*given, films=True))
    with rekognition_server(PaintedEngine()) as server:
        desk = PaidDesk(tmp_path, server)
        put(desk, "anna.mp4", [NOBODY, SHE, BOTH])
        put(desk, "nobody.mp4", [NOBODY, NOBODY])
        yield desk
        for executor in desk.executors:
            executor.close()
        desk.database.close()


@pytest.mark.parametrize("savings", list(SavingsMode))
def test_few_frames_are_sent_and_none_of_them_twice(desk: PaidDesk, savings: SavingsMode) -> None:
    events = desk.sort("Anna", savings=savings)
    found = {name: pile for (name, _), pile in piles(events).items()}
    assert found == {"anna.mp4": Pile.SURE, "nobody.mp4": Pile.NO_FACE}
    assert desk.copies("Anna") == {"anna.mp4"}
    calls = len(desk.server.calls)
    told = [event for event in events if isinstance(event, CostEstimated)]
    if savings is SavingsMode.HYBRID:  # sure without the service
        assert (calls, told) == (0, [])
        return
    assert 1 <= calls <= SENT_FRAMES
    assert desk.server.billed_twice() == 0
    assert [event.cost.calls for event in events if isinstance(event, MoneySpent)][-1] == calls <= told[0].most.calls
    if savings is not SavingsMode.NONE:
        assert calls <= told[0].cost.calls <= SENT_FRAMES
    desk.sort("Anna", savings=savings)
    assert len(desk.server.calls) == calls


def test_where_every_photo_is_sent_a_film_is_priced_at_its_most(desk: PaidDesk) -> None:
    [told] = [event for event in desk.sort("Anna") if isinstance(event, CostEstimated)]
    assert told.cost == (2 * SENT_FRAMES, 2 * SENT_FRAMES * Decimal("0.001"))


def test_frames_that_were_paid_for_are_kept_when_the_cap_ends_the_run(desk: PaidDesk) -> None:
    sort = desk.prepare("Anna", cap="0.002")
    with pytest.raises(BudgetReached):
        list(sort.run())
    assert len(desk.server.calls) == 2
    events = desk.sort("Anna")
    assert desk.server.billed_twice() == 0
    assert piles(events)["anna.mp4", "Anna"] is Pile.SURE


def test_it_is_kept_when_a_film_was_taken(desk: PaidDesk) -> None:
    put(desk, "dated.mov", [SHE], metadata={"creation_time": "2021-07-08T12:30:00Z"})
    desk.sort("Anna")
    content = hashlib.sha256((desk.photos / "dated.mov").read_bytes()).digest()
    local = datetime.fromisoformat("2021-07-08T12:30:00+00:00").astimezone().replace(tzinfo=None)
    assert desk.catalog.metadata([content])[content].taken_at == local
