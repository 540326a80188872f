"""Which faces of a film are kept, and that they are scored like those of photos."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from fakes import a_face

from facesorter.domain.models import Face, Quality
from facesorter.engines.local import codec
from facesorter.engines.local.calibrate import UNKNOWN
from facesorter.engines.local.film_faces import KEPT, KEPT_OF_ONE, of_film

RANDOM = np.random.default_rng(3)


def somebody(dimensions: int = 128) -> np.ndarray:
    vector = RANDOM.normal(size=dimensions)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def like(vector: np.ndarray) -> np.ndarray:
    other = vector + 0.3 * somebody(len(vector))
    return other / np.linalg.norm(other)


def frame(*seen: tuple[np.ndarray, float]) -> bytes:
    faces = [replace(a_face(), quality=Quality(50, sharpness)) for _, sharpness in seen]
    return codec.pack(faces, np.array([vector for vector, _ in seen]).reshape(len(seen), 128))


def test_the_best_few_faces_of_everybody_are_kept_with_their_times() -> None:
    anna, ben = somebody(), somebody()
    frames = [(float(second), frame((like(anna), 10 + second), (like(ben), 50))) for second in range(30)]
    kept = codec.faces_of(of_film(frames, UNKNOWN))
    vectors, [count] = codec.vectors_of([of_film(frames, UNKNOWN)])
    of_anna = vectors @ anna > 0.8
    assert count == len(kept) == 2 * KEPT_OF_ONE
    assert of_anna.sum() == KEPT_OF_ONE
    times = [face.seconds for face, hers in zip(kept, of_anna, strict=True) if hers]
    assert sorted(one for one in times if one is not None) == [26.0, 27.0, 28.0, 29.0]  # where she is sharpest


def test_kept_faces_of_one_person_are_apart_in_time_where_that_can_be() -> None:
    anna = somebody()
    frames = [(0.25 * number, frame((like(anna), 80 - number))) for number in range(40)]
    times = sorted(face.seconds or 0.0 for face in codec.faces_of(of_film(frames, UNKNOWN)))
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 0.9


def test_a_crowd_keeps_one_face_of_everybody_first() -> None:
    crowd = [somebody() for _ in range(KEPT - 20)]
    frames = [(float(second), frame(*((like(one), 60) for one in crowd))) for second in range(4)]
    vectors, [count] = codec.vectors_of([of_film(frames, UNKNOWN)])
    assert count == KEPT
    assert all((vectors @ one).max() > 0.8 for one in crowd)


def test_nobody_is_kept_of_frames_without_faces() -> None:
    assert codec.faces_of(of_film([(0.0, frame()), (1.0, frame())], UNKNOWN)) == ()


def test_photos_and_films_are_read_together() -> None:
    anna = somebody()
    photo, film = frame((anna, 50), (somebody(), 50)), of_film([(1.5, frame((anna, 50)))], UNKNOWN)
    vectors, counts = codec.vectors_of([film, photo, film])
    assert counts == [1, 2, 1]
    assert [float(vector @ anna) > 0.99 for vector in vectors] == [True, True, False, True]
    dated = codec.pack(codec.faces_of(photo), vectors[1:3], 1986.5)
    nobody = codec.pack((), vectors[:0], 2001.0)
    again, counts = codec.vectors_of([dated, film, nobody, photo])
    assert counts == [2, 1, 0, 2]
    assert again[[0, 1, 3, 4]] == pytest.approx(vectors[[1, 2, 1, 2]], abs=1e-3)
    assert codec.years_of([dated, film, nobody, photo]) == pytest.approx([1986.5, np.nan, 2001.0, np.nan], nan_ok=True)
    assert codec.faces_of(dated) == codec.faces_of(photo)
    [kept] = codec.faces_of(film)
    assert isinstance(kept, Face)
    assert kept.seconds == 1.5
