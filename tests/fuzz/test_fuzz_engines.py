"""Mutated pictures through the engines: faces or a sentence, and nothing is said or sent of one that is not whole."""

from __future__ import annotations

import io
import sys
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutations import MUTATIONS, RUNS, Mutation, mutated, originals, within_limits
from PIL import Image

from facesorter import images
from facesorter.domain.errors import NoFaceInHeadshot, PhotoError
from facesorter.domain.models import BoundingBox, EncodedPicture, Face, Landmarks, Point, Portrait, Pose, Quality
from facesorter.domain.ports import SeenPhoto
from facesorter.engines.local.engine import LocalEngine
from facesorter.engines.rekognition.engine import RekognitionEngine
from facesorter.engines.rekognition.sheets import CAPACITY, TILE_HEIGHT, TILE_WIDTH, sheet, tiles_of
from facesorter.engines.rekognition.uploads import MOST_BYTES, SHORTEST_SIDE_PX

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")

FACES = tuple(
    Face(
        BoundingBox(left, 0.2, 0.1, 0.3),
        99.0,
        Landmarks(*[Point(left + 0.05, 0.3)] * 5),
        Pose(0, 0, 0),
        Quality(50, 50),
    )
    for left in (0.0, 0.45, 0.95)
)


class SentPictures:
    """In the place of the service's client: looks at every picture that is sent, and finds nobody in any."""

    def __init__(self) -> None:
        self.client = SimpleNamespace(meta=SimpleNamespace(endpoint_url="http://127.0.0.1"))
        self.count = 0

    def call(self, operation: str, required: str, **request: Any) -> dict[str, Any]:
        for image in (request[name] for name in ("SourceImage", "TargetImage", "Image") if name in request):
            data = image["Bytes"]
            assert len(data) <= MOST_BYTES
            with Image.open(io.BytesIO(data), formats=["JPEG"]) as picture:
                assert min(picture.size) >= SHORTEST_SIDE_PX
                picture.load()
            assert images.decode(data).pixels.size
            self.count += 1
        return {required: []}

    def stop(self) -> None:
        """Nothing waits."""


@pytest.fixture(scope="module")
def local() -> LocalEngine:
    return LocalEngine()


@RUNS
@given(drawn=st.data(), mutations=MUTATIONS)
def test_engine_on_this_computer(local: LocalEngine, drawn: st.DataObject, mutations: list[Mutation]) -> None:
    original, other = (drawn.draw(st.sampled_from(originals())) for _ in range(2))
    picture = EncodedPicture("photo.jpg", mutated(original, mutations, other))
    with within_limits():
        try:
            answer = local.analyze(local.name, picture)
        except PhotoError:
            with pytest.raises(PhotoError):
                local.enrol("Anna", [Portrait(picture)])
            return
    faces = local.faces_in((answer,))
    assert images.decode(picture.data).pixels.size  # what is said of a photo was seen in all of it
    try:
        reference = local.enrol("Anna", [Portrait(picture)])
    except NoFaceInHeadshot:
        assert not faces
    else:
        scores = local.similarities([reference], [(answer,)])[0]
        assert scores[0][0] > 90


@RUNS
@given(drawn=st.data(), mutations=MUTATIONS)
def test_what_is_sent_to_rekognition(local: LocalEngine, drawn: st.DataObject, mutations: list[Mutation]) -> None:
    original, other = (drawn.draw(st.sampled_from(originals())) for _ in range(2))
    picture = EncodedPicture("photo.jpg", mutated(original, mutations, other))
    sent = SentPictures()
    engine = RekognitionEngine(sent, local)  # type: ignore[arg-type]
    engine.headshots["?"] = images.encode_jpeg(images.decode(originals()[0]).pixels)
    with suppress(PhotoError):
        with within_limits():
            engine.analyze("?", picture)
        assert sent.count
        assert images.decode(picture.data).pixels.size
    with suppress(PhotoError):
        with within_limits():
            tiles = tiles_of(SeenPhoto(picture, FACES))
        assert all(tile.shape == (TILE_HEIGHT, TILE_WIDTH, 3) for tile in tiles)
        assert min(images.size_of(sheet((tiles * CAPACITY)[:CAPACITY]))) > 0
    with within_limits(), suppress(PhotoError, NoFaceInHeadshot):
        engine.enrol("Anna", [Portrait(picture)])
