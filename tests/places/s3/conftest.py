"""A bucket, on servers that look at the conditions of copies and on servers that do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from s3_desk import Desk
from s3_server import BUCKET, Copies, conditions_of_copies, s3_server


@pytest.fixture(params=[True, False], ids=["conditions honored", "conditions ignored"])
def copies(request: pytest.FixtureRequest) -> Iterator[Copies]:
    """Each test is run against both kinds of servers: what is seen must be the same."""
    with conditions_of_copies(request.param) as copies:
        yield copies


@pytest.fixture(scope="module")
def running() -> Iterator[Any]:
    with s3_server() as (_, client):
        yield client


@pytest.fixture
def desk(tmp_path: Path, running: Any, copies: Copies) -> Iterator[Desk]:
    for one in running.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        running.delete_object(Bucket=BUCKET, Key=one["Key"])
    desk = Desk(tmp_path, running)
    yield desk
    desk.close()
