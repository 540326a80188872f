"""How a run that is given up leaves the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import TextEngine

from facesorter.app import ThreadExecutor
from facesorter.domain.errors import DiskFull
from facesorter.pipeline.analyze import Analyzing, ahead
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
