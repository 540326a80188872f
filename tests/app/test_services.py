"""The services of a real app keep to their contracts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from comparisons_contract import ComparisonsContract
from headshots_contract import HeadshotsContract
from names_contract import NamesContract
from painted import ANNA, BEN, IN_THE_DARK, PaintedEngine, painted
from services_contract import ServicesContract

from facesorter.app import App, ThreadExecutor
from facesorter.app.comparisons import Comparisons
from facesorter.app.headshots import Headshots
from facesorter.app.names import Names
from facesorter.domain.named_faces import NamedFace, StoredPicture
from facesorter.engines.local.engine import LocalEngine
from facesorter.images import xmp
from facesorter.pipeline.enrol import Headshot

ONE = (100, 80, 120)


@pytest.fixture
def app(app: App) -> App:
    app._engine = cast("LocalEngine", PaintedEngine())
    return app


class TestServices(ServicesContract):
    @pytest.fixture
    def photo(self, tmp_path: Path) -> str:
        (tmp_path / "photo.png").write_bytes(painted((*ONE, ANNA)))
        return str(tmp_path / "photo.png")

    @pytest.fixture
    def missing(self, tmp_path: Path) -> str:
        return str(tmp_path / "missing.png")


class TestHeadshots(HeadshotsContract):
    @pytest.fixture
    def headshots(self, app: App) -> Headshots:
        return app.headshots

    @pytest.fixture
    def pictures(self, tmp_path: Path) -> dict[str, str]:
        made = {
            "anna": painted((*ONE, ANNA)),
            "again": painted((50, 80, 120, ANNA)),
            "stranger": painted((*ONE, BEN)),
            "two": painted((20, 80, 60, BEN), (200, 80, 120, ANNA)),
            "poor": painted((*ONE, IN_THE_DARK)),
            "nobody": painted(),
            "damaged": b"no picture",
        }
        for kind, data in made.items():
            (tmp_path / f"{kind}.png").write_bytes(data)
        return {kind: str(tmp_path / f"{kind}.png") for kind in made}


class TestNames(NamesContract):
    @pytest.fixture
    def names(self, app: App) -> Names:
        return app.names

    @pytest.fixture
    def places(self, tmp_path: Path) -> list[str]:
        folder = tmp_path / "photos"
        folder.mkdir()
        for number, (name, data) in enumerate(
            [("Anna", painted((*ONE, ANNA))), ("Anna", painted((20, 20, 90, ANNA))), ("Ben", painted())]
        ):
            (folder / f"{number}.png").write_bytes(data)
            packet = xmp.with_faces(None, [NamedFace(name)], StoredPicture(400, 300, 1))
            (folder / f"{number}.png.xmp").write_bytes(packet)
        return [str(folder)]


class TestComparisons(ComparisonsContract):
    @pytest.fixture
    def comparisons(self, app: App) -> Comparisons:
        return app.comparisons

    @pytest.fixture
    def account(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made up")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")

    @pytest.fixture
    def source(self, tmp_path: Path) -> Headshot:
        (tmp_path / "anna.png").write_bytes(painted((*ONE, ANNA)))
        return Headshot(str(tmp_path / "anna.png"))

    @pytest.fixture
    def folder(self, tmp_path: Path) -> str:
        (tmp_path / "photos").mkdir()
        made = {
            "two": painted((20, 80, 60, BEN), (200, 80, 120, ANNA), image_format="JPEG"),
            "none": painted(image_format="JPEG"),
            "damaged": b"\xff\xd8\xff no more",
        }
        for name, data in made.items():
            (tmp_path / "photos" / f"{name}.jpg").write_bytes(data)
        return str(tmp_path / "photos")

    @pytest.fixture
    def executor(self) -> Iterator[ThreadExecutor]:
        made = ThreadExecutor(1)
        yield made
        made.close()
