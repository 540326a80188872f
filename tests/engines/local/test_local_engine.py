"""The engine that works on this computer, on real faces."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from engine_contract import EngineContract, Pictures, picture
from PIL import Image
from scenes import astronaut, encoded, head, scene, with_head

from facesorter.domain.models import Face, Portrait
from facesorter.engines.local import engine as local
from facesorter.engines.local.codec import pack, vectors_of, years_of
from facesorter.engines.local.engine import LocalEngine
from facesorter.images import Picture, decode


@pytest.fixture(scope="module")
def engine() -> LocalEngine:
    return LocalEngine()


@pytest.fixture(scope="module")
def pictures() -> Pictures:
    photo = with_head(1200, 900, 90, (800, 400))
    photo.paste(head().resize((400, 400)), (50, 200))
    whole = encoded(photo)
    return Pictures(encoded(head()), whole, encoded(scene(640, 480)), whole[: len(whole) * 2 // 3])


class TestLocalEngine(EngineContract):
    """The contract, kept by the local engine."""


def found(engine: LocalEngine, image: Image.Image, face_px: float, center: tuple[float, float]) -> Face:
    """The only face, which must be of about this size and at this place."""
    [face] = engine.faces(picture(encoded(image)))
    x, y = face.box.center
    assert abs(x * image.width - center[0]) < 0.35 * face_px
    assert abs(y * image.height - center[1]) < 0.35 * face_px
    assert 0.5 * face_px < face.box.height * image.height < 1.6 * face_px
    return face


@pytest.mark.parametrize("face_px", [20, 32, 60, 150, 400, 800])
def test_faces_of_every_size_are_found(engine: LocalEngine, face_px: int):
    found(engine, with_head(1600, 1200, face_px, (900, 620)), face_px, (900, 620))


def test_a_face_that_fills_the_frame_is_found(engine: LocalEngine):
    close_up = astronaut().crop((165, 55, 275, 185)).resize((1100, 1300), Image.Resampling.BICUBIC)
    [face] = engine.faces(picture(encoded(close_up)))
    assert face.box.height > 0.6


def test_small_faces_in_a_large_photo_are_found_once_one_shows(engine: LocalEngine):
    photo = with_head(4000, 3000, 60, (1000, 1000))
    for center in ((3000, 800), (2000, 2400), (700, 2300)):
        small = with_head(200, 200, 45, (100, 100)).crop((40, 40, 160, 160))
        photo.paste(small, (center[0] - 60, center[1] - 60))
    assert len(engine.faces(picture(encoded(photo, "JPEG", quality=92)))) == 4


@pytest.mark.parametrize("center", [(1000, 800), (2020, 1504), (3333, 2222), (600, 2600)])
def test_a_lone_small_face_in_a_large_photo_is_found(engine: LocalEngine, center: tuple[int, int]):
    photo = encoded(with_head(4000, 3000, 52, center), "JPEG", quality=92)
    [face] = engine.faces(picture(photo))
    assert abs(face.box.center[0] * 4000 - center[0]) < 20


def test_faces_of_a_panorama_are_found(engine: LocalEngine):
    panorama = with_head(8000, 1000, 150, (6000, 500))
    found(engine, panorama, 150, (6000, 500))


@pytest.mark.parametrize("degrees", [-90, -60, -40, -20, 20, 40, 60, 90])
def test_tilted_and_lying_faces_are_found_and_recognized(engine: LocalEngine, degrees: int):
    anna = engine.enrol("Anna", [Portrait(picture(encoded(head())))])
    photo = with_head(900, 700, 220, (450, 350), turned=degrees)
    face = found(engine, photo, 220, (450, 350))
    assert abs(face.pose.roll - degrees) < 20
    analyses = (engine.analyze("", picture(encoded(photo))),)
    assert engine.similarities([anna], [analyses])[0][0][0] >= 95


def test_boxes_are_upright_whatever_the_orientation_says(engine: LocalEngine):
    upright = with_head(900, 600, 150, (250, 200))
    turns = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    plain = engine.faces(picture(encoded(upright)))[0].box
    for orientation, turn in turns.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        [face] = engine.faces(picture(encoded(upright.transpose(turn), "JPEG", quality=95, exif=exif)))
        assert np.allclose(face.box, plain, atol=0.02)


def test_mirrored_faces_turn_the_other_way(engine: LocalEngine):
    [face] = engine.faces(picture(encoded(head().resize((460, 460)))))
    [mirrored] = engine.faces(picture(encoded(head().resize((460, 460)).transpose(Image.Transpose.FLIP_LEFT_RIGHT))))
    assert abs(face.pose.yaw + mirrored.pose.yaw) < 10
    assert abs(face.pose.roll + mirrored.pose.roll) < 6
    assert face.landmarks.right_eye.x < face.landmarks.left_eye.x
    assert face.landmarks.mouth_right.x < face.landmarks.mouth_left.x
    assert face.landmarks.right_eye.y < face.landmarks.nose.y < face.landmarks.mouth_left.y


def test_quality_tells_dark_and_blurred_faces(engine: LocalEngine):
    plain = head().resize((460, 460))
    dark = Image.fromarray((np.asarray(plain) * 0.3).astype(np.uint8))
    blurred = head().resize((46, 46), Image.Resampling.BOX).resize((460, 460), Image.Resampling.BICUBIC)
    qualities = [engine.faces(picture(encoded(image)))[0].quality for image in (plain, dark, blurred)]
    assert qualities[1].brightness < 0.5 * qualities[0].brightness
    assert qualities[2].sharpness < 0.5 * qualities[0].sharpness


def test_the_largest_face_is_enrolled_unless_another_is_picked(engine: LocalEngine, pictures: Pictures):
    faces = engine.faces(picture(pictures.photo))
    assert len(faces) == 2
    assert engine.enrol("Anna", [Portrait(picture(pictures.photo))]).face == faces[0]
    assert engine.enrol("Anna", [Portrait(picture(pictures.photo), face_index=1)]).face == faces[1]


def test_a_headshot_is_looked_at_once(pictures: Pictures, monkeypatch: pytest.MonkeyPatch):
    decoded: list[int] = []

    def counting(data: bytes, at_least: int | None = None) -> Picture:
        decoded.append(len(data))
        return decode(data, at_least=at_least)

    monkeypatch.setattr(local, "decode", counting)
    engine = LocalEngine()
    engine.faces(picture(pictures.head))
    alone = engine.enrol("A", [Portrait(picture(pictures.head))])
    again = engine.enrol("A", [Portrait(picture(pictures.head)), Portrait(picture(pictures.head), 0)])
    assert len(decoded) == 1
    assert alone.face == again.face


def test_the_same_picture_gives_the_same_answer(engine: LocalEngine, pictures: Pictures):
    assert engine.analyze("", picture(pictures.photo)) == engine.analyze("", picture(pictures.photo))


def test_answers_keep_faces_and_vectors(engine: LocalEngine, pictures: Pictures):
    faces = engine.faces(picture(pictures.photo))
    vectors = np.eye(len(faces), 128, dtype=np.float32)
    answer = pack(faces, vectors)
    kept = engine.faces_in((answer,))
    assert np.allclose(np.array([face.box for face in kept]), np.array([face.box for face in faces]), atol=1e-6)
    assert np.allclose(
        np.array([face.landmarks for face in kept]), np.array([face.landmarks for face in faces]), atol=1e-6
    )
    assert (vectors_of([answer, pack((), vectors[:0])])[0] == vectors).all()


def test_a_person_is_scored_in_a_hundred_thousand_photos_in_a_moment(engine: LocalEngine, pictures: Pictures):
    anna = engine.enrol("Anna", [Portrait(picture(pictures.head))])
    answer = (engine.analyze("", picture(pictures.head)),)
    started = time.process_time()
    scores = []
    for _ in range(50):
        scores = engine.similarities([anna], [answer] * 2000)
    assert time.process_time() - started < 3
    assert len(scores) == 2000


def test_photos_of_groups_keep_their_faces(engine: LocalEngine, data: Path):
    groups = data / "album" / "photos" / "groups"
    for name, faces in {"solvay1927.jpg": 29, "stock-group-1.jpg": 15, "group-2.jpg": 3, "background.jpg": 0}.items():
        assert len(engine.faces(picture((groups / name).read_bytes()))) == faces, name


def test_photos_without_a_face_have_none(engine: LocalEngine, data: Path):
    photos = sorted((data / "nofaces").glob("*.jpg"))[::3]
    assert sum(len(engine.faces(picture(path.read_bytes()))) for path in photos) == 0


def test_different_people_are_told_apart(engine: LocalEngine, data: Path):
    folders = [folder for folder in sorted((data / "lfw").iterdir()) if len(list(folder.iterdir())) >= 2][:6]
    files = [sorted(folder.iterdir())[:2] for folder in folders]
    people = [engine.enrol("", [Portrait(picture(first.read_bytes()))]) for first, _ in files]
    for index, (_, second) in enumerate(files):
        faces = engine.similarities(people, [(engine.analyze("", picture(second.read_bytes())),)])[0]
        best = [max(face[person] for face in faces) for person in range(len(people))]
        assert best[index] >= 80
        assert all(score < 50 for person, score in enumerate(best) if person != index)


def test_a_face_under_a_cap_is_not_taken_for_a_lying_one(engine: LocalEngine, data: Path):
    bare, capped = (
        data / "lfw" / "Colin_Montgomerie" / f"Colin_Montgomerie_{number}.jpg" for number in ("0001", "0004")
    )
    person = engine.enrol("", [Portrait(picture(bare.read_bytes()))])
    analyses = (engine.analyze("", picture(capped.read_bytes())),)
    assert abs(engine.faces_in(analyses)[0].pose.roll) < 45
    assert engine.similarities([person], [analyses])[0][0][0] >= 50


def test_a_wheel_that_looks_like_a_face_once_is_none(engine: LocalEngine):
    motorcycle = Image.fromarray(skimage.data.stereo_motorcycle()[0])
    width, height = motorcycle.size
    wheel = motorcycle.crop((0, int(0.4 * height), int(0.6 * width), height))
    wheel = wheel.resize((int(0.9 * width), int(0.9 * height)), Image.Resampling.BICUBIC)
    assert engine.faces(picture(encoded(wheel))) == ()


def test_a_painted_spot_beside_a_face_is_none(engine: LocalEngine, data: Path):
    [face] = engine.faces(picture((data / "album" / "photos" / "2012" / "biden2.jpg").read_bytes()))
    assert face.confidence > 90


def test_pictures_without_people_have_no_faces(engine: LocalEngine, data: Path):
    """Statues and paintings are among them."""
    found = [len(engine.faces(picture(path.read_bytes()))) for path in sorted((data / "nofaces").rglob("*.jpg"))]
    assert len(found) > 30
    assert sum(found) == 0


def test_the_year_in_which_a_photo_was_taken_is_kept_with_its_faces(engine: LocalEngine):
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "1986:07:02 10:00:00"
    dated, plain = encoded(head(), "JPEG", exif=exif), encoded(head(), "JPEG")
    analyses = [engine.analyze(engine.name, picture(data)) for data in (dated, plain)]
    assert years_of(analyses) == pytest.approx([1986.5, np.nan], abs=0.01, nan_ok=True)
    assert vectors_of(analyses)[1] == [1, 1]


def test_no_photo_and_photos_without_faces_can_be_scored(engine: LocalEngine):
    anna = engine.enrol("Anna", [Portrait(picture(encoded(head())))])
    nobody = (engine.analyze(engine.name, picture(encoded(scene(640, 480)))),)
    (nothing,) = engine.highest([anna], [])
    assert (list(nothing.similarities), list(nothing.faces)) == ([], [])
    (empty,) = engine.highest([engine.grow(anna, [])], [nobody])
    assert (list(empty.similarities), list(empty.faces)) == ([0.0], [-1])
    assert engine.similarities([anna], [nobody]) == [[]]
