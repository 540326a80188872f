"""A birth date is held against the dates of photos when they are looked at: nothing is written for any of them."""

from __future__ import annotations

import hashlib
from contextlib import closing
from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from facesorter.app import App
from facesorter.app.grouping import ProfileGroups
from facesorter.app.people import People
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import (
    BoundingBox,
    Decision,
    Face,
    FaceKey,
    Landmarks,
    Metadata,
    Person,
    Point,
    Pose,
    Quality,
)
from facesorter.engines.local.calibrate import unit
from facesorter.engines.local.codec import pack

OLD, NEW, UNDATED = 2000, 30, 5
BOX = BoundingBox(0.25, 0.25, 0.5, 0.5)
FACE = Face(BOX, 99.0, Landmarks(*[Point(0.5, 0.5)] * 5), Pose(0, 0, 0), Quality(50, 50))
A_FEW_ROWS = 8


def content(number: int) -> bytes:
    return hashlib.sha256(b"%d" % number).digest()


def taken(number: int) -> datetime | None:
    return datetime(1990 if number < OLD else 2010, 6, 1, 12) if number < OLD + NEW else None


def random_units(chance: np.random.Generator, many: int, dimensions: int) -> NDArray[np.float32]:
    return unit(chance.normal(size=(many, dimensions)).astype(np.float32))


@pytest.fixture
def anna(app: App) -> Person:
    """Whose one group all faces are, by what was said of one of them; those of her mother's time are her mother's."""
    catalog, engine = app.new_catalog(), app.engine
    total = OLD + NEW + UNDATED
    catalog.select(Listing("/photos", tuple(FolderEntry(f"{number:05}.jpg", 1, 1) for number in range(total)), {}))
    chance = np.random.default_rng(1)
    mother, own, noise = (random_units(chance, many, engine.dimensions) for many in (1, 1, total))
    of_two = unit(np.concatenate([mother, mother + 1.2 * own]).astype(np.float32))
    centers = np.repeat(of_two, [OLD, NEW + UNDATED], axis=0)
    means: Any = engine._calibration.means
    vectors = unit((0.8 * centers + 0.6 * noise).astype(np.float32)) + means[0]
    for number, photo in enumerate(catalog.unanalyzed((engine.name,))):
        analysis = pack([FACE], vectors[[number]].astype(np.float32))
        catalog.record_analyses(photo, content(number), {engine.name: analysis}, Metadata(1, taken(number)))
    known = catalog.person("Anna")
    groups = ProfileGroups(app, catalog)
    restored, basis, said = groups.restored()
    for chunk in catalog.stored_analyses((engine.name,)):
        restored.add(groups.seen(chunk), said)
    groups.keep(restored, basis)
    catalog.decide_faces(known, {FaceKey(content(OLD), BOX): Decision.YES})
    assert len(People(app).faces_of(known)) == total
    return known


def written(app: App) -> int:
    """How many rows were written since the catalog was opened."""
    with app._stored[0].reading() as connection:
        return connection.total_changes


def test_a_birth_date_costs_no_write_for_each_older_photo_lasts_and_can_be_taken_back(app: App, anna: Person) -> None:
    people = People(app)
    before = written(app)
    people.set_born(anna, date(2000, 1, 1))
    assert written(app) - before < A_FEW_ROWS
    assert len(people.faces_of(anna)) == NEW + UNDATED
    app.close()
    with closing(App(app.paths)) as again:
        again.open()
        people = People(again)
        assert len(people.faces_of(anna)) == NEW + UNDATED
        for born, faces in ((date(1990, 6, 1), OLD), (date(1990, 6, 2), 0), (None, OLD)):
            before = written(again)
            people.set_born(anna, born)
            assert written(again) - before < A_FEW_ROWS
            assert len(people.faces_of(anna)) == faces + NEW + UNDATED, born


def test_a_yes_outranks_the_date(app: App, anna: Person) -> None:
    people = People(app)
    app.catalog.decide_faces(anna, {FaceKey(content(3), BOX): Decision.YES})
    people.set_born(anna, date(2000, 1, 1))
    assert {face.content for face in people.faces_of(anna)} == {
        content(3),
        *map(content, range(OLD, OLD + NEW + UNDATED)),
    }


def test_more_photos_are_held_against_the_date_as_they_come(app: App, anna: Person) -> None:
    people, catalog, engine = People(app), app.new_catalog(), app.engine
    people.set_born(anna, date(2000, 1, 1))
    analyses = [catalog.analysis(content(OLD + place), engine.name) or b"" for place in range(2)]
    catalog.select(Listing("/more", (FolderEntry("old.jpg", 1, 1), FolderEntry("new.jpg", 1, 1)), {}))
    pictures = {b"old" * 10 + b"..": datetime(1999, 12, 31, 23), b"new" * 10 + b"..": datetime(2000, 1, 1)}
    for place, (photo, one) in enumerate(zip(catalog.unanalyzed((engine.name,)), pictures, strict=True)):
        catalog.record_analyses(photo, one, {engine.name: analyses[place]}, Metadata(1, pictures[one]))
    groups = ProfileGroups(app, catalog)
    restored, basis, said = groups.restored()
    restored.add(groups.seen([(one, (analysis,)) for one, analysis in zip(pictures, analyses, strict=True)]), said)
    groups.keep(restored, basis)
    assert [one for one in pictures if one in {face.content for face in people.faces_of(anna)}] == [b"new" * 10 + b".."]
