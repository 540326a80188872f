"""What the tests of the app share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from facesorter.app import App
from facesorter.paths import AppPaths


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    made = App(AppPaths(tmp_path / "profile"))
    made.open()
    yield made
    made.close()
