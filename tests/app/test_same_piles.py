"""Two hundred real photos through Amazon Rekognition's protocol end in the piles of the engine behind the endpoint."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from rekognition_server import KEY, rekognition_server

from facesorter.app import App, ThreadExecutor
from facesorter.domain.events import Event, PhotoCompared, RunFinished
from facesorter.domain.models import Pile
from facesorter.domain.spending import Terms
from facesorter.engines.local.engine import LocalEngine
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.second_opinion import First
from facesorter.pipeline.sort_request import SortRequest

PHOTOS = 200
FACELESS = 20


def piles(events: list[Event]) -> dict[tuple[str, str], Pile]:
    return {
        (event.photo.path, verdict.person.name): verdict.pile
        for event in events
        if isinstance(event, PhotoCompared) and event.final
        for verdict in event.verdicts
    }


def test_two_hundred_real_photos_end_in_the_piles_of_the_local_engine(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without growth of references, which Rekognition has not."""
    well_known = sorted(path for path in (data / "lfw").iterdir() if len(list(path.iterdir())) >= 8)
    people = tuple(PersonRequest(path.name, (Headshot(str(sorted(path.iterdir())[0])),)) for path in well_known[:2])
    others = (path for path in sorted((data / "lfw").iterdir()) if path not in well_known)
    shown = [photo for path in (*well_known, *others) for photo in sorted(path.iterdir())[path in well_known :]]
    shown = shown[: PHOTOS - FACELESS]
    shown += sorted(path for path in (data / "nofaces").iterdir() if path.is_file())[:FACELESS]
    (tmp_path / "photos").mkdir()
    for number, photo in enumerate(shown):
        (tmp_path / "photos" / f"{number:03}{photo.suffix}").write_bytes(photo.read_bytes())
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    engine = LocalEngine()
    app, executor = App(AppPaths(tmp_path / "profile")), ThreadExecutor()
    app._engine = engine
    app.open()
    session = app.session()
    request = SortRequest(people, (str(tmp_path / "photos"),), str(tmp_path / "out"), dry_run=True, terms=Terms())
    with rekognition_server(engine) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_REKOGNITION", server.address)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY.access_key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY.secret)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
        events = list(session.run(request, executor))
    paid = piles(events)
    assert len(paid) == 2 * PHOTOS
    assert server.billed_twice() == 0
    assert isinstance(events[-1], RunFinished)
    assert [balance.found for balance in events[-1].balances] == [PHOTOS, PHOTOS]
    list(session.run(replace(request, terms=None), executor))
    by_headshot = tuple(replace(one, grown=None) for one in session._begun.person_queries)
    first = First(engine, by_headshot, request.threshold, session._catalog)
    local = {
        (analyzed.photo.path, verdict.person.name): verdict.pile
        for analyzed, verdicts in first.verdicts()
        for verdict in verdicts
    }
    executor.close()
    app.close()
    assert paid == local
    assert sum(pile is Pile.SURE for pile in paid.values()) >= 10
