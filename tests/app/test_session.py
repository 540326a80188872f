"""Sessions stand side by side: what one counts, finds or spends changes nothing of another."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from film_making import make_film
from painted import ANNA, BEN, LIKE_ANNA, Color, PaintedEngine, painted, photographed
from PIL import Image
from session_contract import SessionContract

from facesorter.app import App, Session, ThreadExecutor
from facesorter.domain.events import (
    Event,
    HeadshotFailed,
    PhotoCompared,
    PhotoCopied,
    PhotoFailed,
    PhotosFound,
    RunFinished,
)
from facesorter.domain.spending import SavingsMode, Terms
from facesorter.engines.local.engine import LocalEngine
from facesorter.images import films
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort_request import SortRequest


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
    def another(self, app: App) -> Session:
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


def last_words(events: Iterable[Event]) -> dict[str, str]:
    """The pile of each photo for the first person, or why there is none."""
    told: dict[str, str] = {}
    for event in events:
        if isinstance(event, PhotoCompared) and event.final:
            told[Path(event.photo.path).name] = str(event.verdicts[0].pile)
        elif isinstance(event, PhotoFailed) and event.final:
            told[Path(event.photo.path).name] = event.reason
    return told


def film_of(color: Color, path: Path, seconds: float = 6) -> Path:
    with Image.open(io.BytesIO(painted((50, 60, 80, color), size=(320, 240)))) as opened:
        return make_film(path, [np.asarray(opened.convert("RGB"))], seconds=seconds)


def test_a_film_that_is_replaced_meanwhile_says_nothing_of_the_one_before(
    tmp_path: Path, app: App, executor: ThreadExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "backup").mkdir()
    film = film_of(ANNA, tmp_path / "a" / "film.mp4")
    (tmp_path / "backup" / "film.mp4").write_bytes(film.read_bytes())
    other = film_of(BEN, tmp_path / "other.mp4")
    opened = films.opened

    def replaced(path: str, *rest: Any, **named: Any) -> Any:
        if path == str(film) and other.exists():
            other.replace(film)
        return opened(path, *rest, **named)

    monkeypatch.setattr(films, "opened", replaced)
    assert "changed" in last_words(app.session().run(request(tmp_path, "a"), executor))["film.mp4"]
    assert last_words(app.session().run(request(tmp_path, "backup"), executor)) == {"film.mp4": "sure"}


def test_the_same_bytes_are_a_photo_by_one_name_whatever_they_are_by_another(
    tmp_path: Path, app: App, executor: ThreadExecutor
) -> None:
    (tmp_path / "a").mkdir()
    photo = photographed((50, 60, 80, ANNA))
    for name in ("a.jpg", "b.mov"):
        (tmp_path / "a" / name).write_bytes(photo)
    for _ in range(3):
        events = list(app.session().run(request(tmp_path, "a"), executor))
        balance = cast("RunFinished", events[-1]).balances[0]
        assert last_words(events)["a.jpg"] == "sure"
        assert balance.found == 2
        assert (balance.copied + balance.already_there, balance.same_picture + balance.problems) == (1, 1)


def test_two_names_of_one_person_are_looked_for_once_and_told_of(
    tmp_path: Path, app: App, executor: ThreadExecutor
) -> None:
    fill(tmp_path / "a", ANNA, BEN)
    app.catalog.merge(app.catalog.person("Anna"), app.catalog.person("Anni"))
    once = request(tmp_path, "a")
    anni = PersonRequest("Anni", once.people[0].headshots)
    events = list(app.session().run(replace(once, people=(*once.people, anni)), executor))
    (told,) = [event for event in events if isinstance(event, HeadshotFailed)]
    assert "Anna and Anni are one person" in told.reason
    (balance,) = cast("RunFinished", events[-1]).balances
    assert (balance.found, balance.copied, balance.not_them) == (2, 1, 1)
    alone = list(app.session().run(replace(once, people=(anni,)), executor))
    (balance,) = cast("RunFinished", alone[-1]).balances
    assert (balance.person.name, balance.person.folder_name, balance.already_there) == ("Anni", "PhotosWithAnna", 1)


def test_a_film_of_its_own_takes_nothing_that_belongs_to_a_photo(
    tmp_path: Path, app: App, executor: ThreadExecutor
) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    film_of(ANNA, folder / "IMG_1.mov", seconds=12)
    for number, name in enumerate(("IMG_1.jpg", "IMG_E1.jpg", "IMG_1-edited.jpg")):
        (folder / name).write_bytes(photographed((50, 60, 80, BEN), seed=number))
    (folder / "IMG_1.AAE").write_text("edits of the photo")
    (folder / "IMG_1.mov.xmp").write_text("about the film")
    list(app.session().run(replace(request(tmp_path, "a"), with_companions=True), executor))
    assert sorted(path.name for path in (tmp_path / "out" / "PhotosWithAnna").iterdir()) == [
        "IMG_1.mov",
        "IMG_1.mov.xmp",
    ]


def test_a_short_film_that_no_phone_puts_beside_a_photo_is_a_film(
    tmp_path: Path, app: App, executor: ThreadExecutor
) -> None:
    fill(tmp_path / "a", ANNA)
    film_of(ANNA, tmp_path / "a" / "0.m4v", seconds=3)
    assert set(last_words(app.session().run(request(tmp_path, "a"), executor))) == {"0.jpg", "0.m4v"}


def test_a_sidecar_goes_along_where_no_names_are_written(tmp_path: Path, app: App, executor: ThreadExecutor) -> None:
    fill(tmp_path / "a", LIKE_ANNA)
    (tmp_path / "a" / "0.jpg.xmp").write_text("a rating")
    asked = replace(request(tmp_path, "a"), with_companions=True, include_check=True, write_names=True)
    list(app.session().run(asked, executor))
    assert (tmp_path / "out" / "PhotosWithAnna" / "0.jpg.xmp").read_text() == "a rating"


def test_what_a_round_of_watching_that_was_cut_short_leaves_can_be_worked_with(
    tmp_path: Path, app: App, executor: ThreadExecutor
) -> None:
    fill(tmp_path / "a", ANNA, LIKE_ANNA)
    session = app.session()
    asked = request(tmp_path, "a")
    ids = [event.photo.id for event in session.run(asked, executor) if isinstance(event, PhotoCompared) and event.final]
    cut_short = session.run(asked, executor)
    assert isinstance(next(cut_short), PhotosFound)
    cut_short.close()
    plan = session.plan(app.catalog.person("Anna"), ids, [])
    assert len(plan.to_copy) == 1
    assert [type(event) for event in session.carry_out(plan)] == [PhotoCopied]
