"""How a run that is given up leaves the catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from fakes import TextEngine

from facesorter.app import ThreadExecutor
from facesorter.domain.errors import BudgetReached, DiskFull, Stopped
from facesorter.pipeline.analyze import AHEAD_PER_WORKER, Analyzing, ahead, in_order
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database


class FullCatalog(SqliteCatalog):
    """A catalog on a disk that is full by now."""

    def commit(self) -> None:
        raise DiskFull("The disk is full.", "Free some space.")


@pytest.fixture
def analyzing(tmp_path: Path) -> Iterator[Analyzing]:
    database = Database(tmp_path / "catalog.db")
    yield Analyzing(TextEngine(), FullCatalog(database))
    database.close()


def test_a_run_that_is_given_up_is_not_told_of_the_full_disk_again(analyzing: Analyzing) -> None:
    executor = ThreadExecutor(1)
    numbers = ahead([1, 2, 3], _tenfold, analyzing, executor)
    assert next(numbers) == 10
    numbers.close()
    executor.close()


def test_a_run_that_comes_to_its_end_is_told(analyzing: Analyzing) -> None:
    executor = ThreadExecutor(1)
    with pytest.raises(DiskFull):
        list(ahead([1, 2, 3], _tenfold, analyzing, executor))
    executor.close()


def _tenfold(number: int) -> int:
    return number * 10


class Answered:
    """An executor that has done everything at once."""

    workers = 4

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments))
        except (BudgetReached, Stopped) as error:
            future.set_exception(error)
        return future


def take_all(results: Iterator[int], told: list[int]) -> None:
    for result in results:
        told.append(result)


@pytest.mark.parametrize(
    "end", [BudgetReached("The money is spent."), Stopped(under_way=False)], ids=["budget", "stop"]
)
def test_what_was_answered_is_told_though_an_earlier_item_came_too_late(end: Exception) -> None:
    def work(item: int) -> int:
        if item == 0:
            raise end
        return item

    told: list[int] = []
    results = in_order(range(100), work, Answered(), lambda: None)
    with pytest.raises(type(end)):
        take_all(results, told)
    assert told == list(range(1, Answered.workers * AHEAD_PER_WORKER))
