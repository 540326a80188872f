"""Sessions stand side by side: what one counts, finds or spends changes nothing of another."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from painted import ANNA, BEN, LIKE_ANNA, Color, PaintedEngine, painted, photographed
from session_contract import SessionContract

from facesorter.app import App, Session, ThreadExecutor
from facesorter.domain.events import PhotoCompared, PhotosFound
from facesorter.domain.spending import SavingsMode, Terms
from facesorter.engines.local.engine import LocalEngine
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort import SortRequest


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made up")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    made = App(AppPaths(tmp_path / "profile"))
    made._engine = cast("LocalEngine", PaintedEngine())
    made.open()
    yield made
    made.close()


@pytest.fixture
def executor() -> Iterator[ThreadExecutor]:
    made = ThreadExecutor()
    yield made
    made.close()


def request(tmp_path: Path, *folders: str) -> SortRequest:
    (tmp_path / "anna.png").write_bytes(painted((100, 80, 120, ANNA)))
    return SortRequest(
        (PersonRequest("Anna", (Headshot(str(tmp_path / "anna.png")),)),),
        tuple(str(tmp_path / folder) for folder in folders),
        str(tmp_path / "out"),
    )


def fill(folder: Path, *colors: Color, seed: int = 0) -> None:
    folder.mkdir()
    for number, color in enumerate(colors):
        (folder / f"{number}.jpg").write_bytes(photographed((50, 60, 80, color), seed=100 * seed + number))


def test_another_count_changes_no_price(tmp_path: Path, app: App, executor: ThreadExecutor) -> None:
    fill(tmp_path / "a", ANNA, LIKE_ANNA, LIKE_ANNA, BEN)
    fill(tmp_path / "b", *[LIKE_ANNA] * 30, seed=1)
    session, terms = app.session(), Terms(SavingsMode.HYBRID)
    verdicts = list(session.run(request(tmp_path, "a"), executor))
    told = session.price_of_second_opinion(80.0, terms)
    assert told.cost.calls > 0
    counting = app.session()
    *_, counted = counting.count(request(tmp_path, "a", "b"))
    assert cast("PhotosFound", counted).total == 34
    assert session.price_of_second_opinion(80.0, terms) == told
    other = app.session()
    list(other.run(request(tmp_path, "b"), executor))
    assert session.price_of_second_opinion(80.0, terms) == told
    assert counting.price(request(tmp_path, "a", "b")).cost.calls == 34
    assert len(verdicts) > 4


def test_undo_takes_back_what_this_session_copied_alone(tmp_path: Path, app: App, executor: ThreadExecutor) -> None:
    fill(tmp_path / "a", ANNA, ANNA)
    fill(tmp_path / "b", ANNA, seed=1)
    one, other = app.session(), app.session()
    list(one.run(request(tmp_path, "a"), executor))
    list(other.run(request(tmp_path, "b"), executor))
    copies = tmp_path / "out" / "PhotosWithAnna"
    assert len(list(copies.iterdir())) == 3
    list(one.undo())
    (left,) = copies.iterdir()
    assert left.read_bytes() == (tmp_path / "b" / "0.jpg").read_bytes()


def test_a_closed_session_leaves_nothing_behind(tmp_path: Path, app: App, executor: ThreadExecutor) -> None:
    fill(tmp_path / "a", ANNA)

    def tables() -> int:
        with app._stored[0].reading() as connection:
            return connection.execute("SELECT count(*) FROM sqlite_temp_master WHERE type = 'table'").fetchone()[0]

    assert app.catalog
    before = tables()
    for _ in range(3):
        session = app.session()
        list(session.run(request(tmp_path, "a"), executor))
        session.close()
        session.close()
    assert tables() == before


class TestSession(SessionContract):
    @pytest.fixture
    def session(self, app: App) -> Session:
        return app.session()

    @pytest.fixture
    def request_(self, tmp_path: Path) -> SortRequest:
        fill(tmp_path / "a", ANNA, ANNA, BEN, BEN, LIKE_ANNA, ANNA)
        fill(tmp_path / "b", BEN, ANNA, LIKE_ANNA, seed=1)
        (tmp_path / "b" / "damaged.jpg").write_bytes(b"\xff\xd8\xff no more")
        anna = request(tmp_path, "a", "b")
        (tmp_path / "ben.png").write_bytes(painted((100, 80, 120, BEN)))
        ben = PersonRequest("Ben", (Headshot(str(tmp_path / "ben.png")),))
        return replace(anna, people=(*anna.people, ben))


def test_a_session_never_takes_another_photo_for_its_own(tmp_path: Path, app: App, executor: ThreadExecutor) -> None:
    fill(tmp_path / "a", ANNA, ANNA)
    fill(tmp_path / "b", BEN, seed=1)
    session = app.session()
    events = list(session.run(request(tmp_path, "a"), executor))
    ids = [event.photo.id for event in events if isinstance(event, PhotoCompared) and event.final]
    (tmp_path / "a" / "1.jpg").unlink()
    list(app.session().count(request(tmp_path, "a")))
    list(app.session().count(request(tmp_path, "b")))
    plan = session.plan(app.catalog.person("Anna"), ids, [])
    assert plan.to_copy == ()
    assert len(plan.standing) == 1


def test_a_scan_without_films_forgets_none(tmp_path: Path, app: App, executor: ThreadExecutor) -> None:
    fill(tmp_path / "a", ANNA)
    (tmp_path / "a" / "film.mp4").write_bytes(b"not looked at here")
    session = app.session()
    *_, found = session.count(request(tmp_path, "a"))
    assert cast("PhotosFound", found).total == 2
    known = app.catalog.known_photos()
    *_, without = app.session().count(replace(request(tmp_path, "a"), films=False))
    assert cast("PhotosFound", without).total == 1
    assert app.catalog.known_photos() == known
    *_, again = app.session().count(request(tmp_path, "a"))
    assert cast("PhotosFound", again).total == 2
