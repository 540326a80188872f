"""What the app tells of people, where no face has to be found for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from facesorter.app import App
from facesorter.app.people import People
from facesorter.domain.models import Decision, FolderEntry, Listing
from facesorter.paths import AppPaths


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    made = App(AppPaths(tmp_path / "profile"))
    made.open()
    yield made
    made.close()


def test_a_photo_in_s3_is_one_of_a_persons_photos_once(app: App) -> None:
    catalog = app.new_catalog()
    catalog.select(Listing("s3://album/trip", (FolderEntry("a.jpg", 5, 7, b'"tag" 5'),), {}))
    (listed,) = catalog.unanalyzed(("query",))
    anna = catalog.person("Anna")
    catalog.decide(anna, dict.fromkeys(listed.identities, Decision.YES))
    catalog.record_analyses(listed, b"c" * 32, {"query": b"nothing"})
    photo = catalog.analyzed_photo(listed.id, ("query",)).photo
    assert len(photo.identities) == 2
    catalog.decide(anna, dict.fromkeys(photo.identities, Decision.YES))
    assert [one.photo.path for one in People(app).photos_of(anna)] == ["s3://album/trip/a.jpg"]
    assert [one.pictures for one in People(app).everybody()] == [1]
