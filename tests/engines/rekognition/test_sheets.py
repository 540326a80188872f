"""Contact sheets of painted faces, asked about over HTTP."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import pytest
from painted import ANNA, BEN, PaintedEngine, painted
from PIL import Image
from rekognition_server import RekognitionServer, rekognition_server

from facesorter.domain.models import BoundingBox, EncodedPicture, Portrait
from facesorter.domain.ports import SeenPhoto
from facesorter.engines.rekognition import sheets as contact_sheet
from facesorter.engines.rekognition.calls import RekognitionCalls
from facesorter.engines.rekognition.prices import Meter, price_in
from facesorter.engines.rekognition.rate_limiter import RateLimiter
from facesorter.engines.rekognition.sheet_engine import SheetRekognition
from facesorter.engines.rekognition.sheets import CAPACITY, FoundFace, sheet, similarity_by_tile, tiles_of


@pytest.fixture
def server() -> Iterator[RekognitionServer]:
    with rekognition_server(PaintedEngine()) as running:
        yield running


@pytest.fixture
def engine(server: RekognitionServer) -> SheetRekognition:
    calls = RekognitionCalls(server.client(), Meter(price_in("eu-west-1"), Decimal(5)), RateLimiter(500))
    return SheetRekognition(calls, PaintedEngine())


def seen(*patches: tuple[int, int, int, tuple[int, int, int]]) -> SeenPhoto:
    picture = EncodedPicture("photo.png", painted(*patches))
    return SeenPhoto(picture, PaintedEngine().faces(picture))


def test_a_tile_shows_one_face_of_the_right_size_and_no_neighbor() -> None:
    photo = seen((100, 100, 40, ANNA), (145, 100, 39, BEN))
    for tile, color, other in zip(tiles_of(photo), (ANNA, BEN), (BEN, ANNA), strict=True):
        assert tile.shape == (contact_sheet.TILE_HEIGHT, contact_sheet.TILE_WIDTH, 3)
        here = np.abs(tile.astype(int) - color).max(2) < 30
        assert 80**2 < here.sum() < 110**2
        assert not (np.abs(tile.astype(int) - other).max(2) < 30).any()


def test_a_face_at_the_border_has_a_whole_tile() -> None:
    (tile,) = tiles_of(seen((0, 0, 30, ANNA)))
    assert (np.abs(tile.astype(int) - ANNA).max(2) < 30).sum() > 80**2


def test_a_sheet_is_as_large_as_rekognition_likes_it() -> None:
    (tile,) = tiles_of(seen((50, 50, 40, ANNA)))
    image = Image.open(io.BytesIO(sheet([tile] * CAPACITY)))
    assert (image.format, image.size) == ("JPEG", (1920, 1080))


def test_a_box_belongs_to_the_tile_that_holds_its_center() -> None:
    width, height = contact_sheet.TILE_WIDTH / 1920, contact_sheet.TILE_HEIGHT / 1080
    first = FoundFace(BoundingBox(0.2 * width, 0.2 * height, 0.7 * width, 0.7 * height), 10)
    overhanging = FoundFace(BoundingBox(1.4 * width, 1.4 * height, width, height), 20)
    speck = FoundFace(BoundingBox(1.5 * width, 1.5 * height, 0.1 * width, 0.1 * height), 99)
    assert similarity_by_tile([first, speck, overhanging]) == {0: 10, contact_sheet.COLUMNS + 1: 20}
    assert similarity_by_tile([FoundFace(BoundingBox(0.99, 0.99, 0.1, 0.1), 5)]) == {83: 5}


def test_one_call_compares_the_faces_of_many_photos(server: RekognitionServer, engine: SheetRekognition) -> None:
    anna = engine.enrol("Anna", [Portrait(EncodedPicture("head.png", painted((100, 80, 120, ANNA))))])
    (query,) = engine.queries([anna])
    photos = [seen((20 + number, 40, 60, BEN), (200, 60, 50, ANNA)) for number in range(20)]
    analyses = engine.analyze_together(query, [(photo.faces, engine.tiles(photo)) for photo in photos])
    assert server.billed() == {"CompareFaces": 1}
    for photo, answer in zip(photos, analyses, strict=True):
        assert answer is not None
        boxes = [face.box for face in engine.faces_in((answer,))]
        assert np.allclose(np.array(boxes), np.array([face.box for face in photo.faces]), atol=1e-5)
        (ben, anna_score) = engine.similarities([anna], [(answer,)])[0]
        assert anna_score[0] > 90
        assert ben[0] < 50


def test_a_photo_of_which_a_face_did_not_come_back_is_left_to_be_asked_whole(engine: SheetRekognition) -> None:
    anna = engine.enrol("Anna", [Portrait(EncodedPicture("head.png", painted((100, 80, 120, ANNA))))])
    (query,) = engine.queries([anna])
    good, bad = seen((20, 40, 60, BEN)), seen((20, 40, 60, ANNA))
    blank = np.full_like(engine.tiles(bad)[0], 128)
    assert engine.analyze_together(query, [(bad.faces, [blank]), (good.faces, engine.tiles(good))])[0] is None
    assert engine.whole(query) != query
