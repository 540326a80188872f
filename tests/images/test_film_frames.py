"""Frames of films, as they come out of their own process."""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from film_making import make_film, plain

from facesorter.domain.errors import PhotoError
from facesorter.domain.films import first_look
from facesorter.images import decode, films
from facesorter.images.film_workers import FilmWorkers
from facesorter.images.films import opened
from facesorter.images.workers import Limits

RED, GREEN, BLUE, GRAY = (200, 30, 30), (30, 160, 30), (30, 30, 200), (128, 128, 128)


def color_at(path: Path, at: float, key_from: float | None = None) -> tuple[float, list[int]]:
    with opened(str(path), b"") as film:
        frame = film.frame(at, key_from)
        assert frame is not None
        pixels = decode(frame.picture.data).pixels
    return frame.seconds, [int(value) for value in pixels[100, 100]]


def near(color: list[int], other: tuple[int, int, int]) -> bool:
    return max(abs(one - two) for one, two in zip(color, other, strict=True)) <= 12


KINDS = [("a.mp4", "libx264"), ("a.mov", "libx265"), ("a.m4v", "mpeg4"), ("a.avi", "mpeg4"), ("a.mkv", "libx264")]
KINDS += [("a.webm", "libvpx"), ("a.3gp", "mpeg4"), ("a.mts", "libx264"), ("a.mpg", "mpeg2video"), ("a.wmv", "wmv2")]


@pytest.mark.parametrize(("name", "codec"), KINDS)
def test_each_kind_gives_the_frame_of_a_time(tmp_path: Path, name: str, codec: str) -> None:
    pictures = [plain(RED), plain(GREEN), plain(BLUE)]
    film = make_film(tmp_path / name, pictures, codec=codec)
    for at, color in ((0.5, RED), (2.5, GREEN), (5.5, BLUE), (0.9, RED), (3.5, GREEN)):
        seconds, seen = color_at(film, at)
        assert near(seen, color), (at, seen)
        assert abs(seconds - at) < 0.25
    with opened(str(film), b"") as open_film:
        assert open_film.seconds == pytest.approx(6, abs=0.8)


def test_a_key_frame_will_do_if_it_is_near_enough(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", [plain(RED), plain(GREEN)], key_frames_apart=1)
    assert color_at(film, 1.55, 0.9)[0] == pytest.approx(1.0)
    assert color_at(film, 1.55, 1.2)[0] == pytest.approx(1.6)
    assert color_at(film, 1.55)[0] == pytest.approx(1.6)


def test_after_the_last_frame_comes_the_last_one(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", [plain(RED), plain(BLUE)])
    seconds, color = color_at(film, 4.0)
    assert seconds == pytest.approx(3.9)
    assert near(color, BLUE)


@pytest.mark.parametrize("turn", [0, 90, 180, -90])
def test_a_frame_is_upright(tmp_path: Path, turn: int) -> None:
    picture = plain(GRAY)
    picture[:60] = RED  # above
    stored = np.ascontiguousarray(np.rot90(picture, -turn // 90))
    film = make_film(tmp_path / "a.mp4", [stored], rotation=turn)
    with opened(str(film), b"") as open_film:
        frame = open_film.frame(0.5)
    assert frame is not None
    pixels = decode(frame.picture.data).pixels
    assert pixels.shape == (240, 320, 3)
    assert near([int(value) for value in pixels[20, 160]], RED)
    assert near([int(value) for value in pixels[200, 160]], GRAY)


def test_a_large_frame_comes_smaller_and_a_dark_one_is_not_taken_for_lost(tmp_path: Path) -> None:
    picture = plain(GRAY, (2560, 1440))
    picture[700:] = 0  # as bars above and below a film are
    film = make_film(tmp_path / "a.mp4", [picture], seconds=0.5)
    with opened(str(film), b"") as open_film:
        frame = open_film.frame(0.2)
    assert frame is not None
    assert decode(frame.picture.data).pixels.shape == (1080, 1920, 3)


def test_it_says_when_it_was_taken(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", [plain(RED)], metadata={"creation_time": "2021-07-08T12:30:00Z"})
    with opened(str(film), b"") as open_film:
        local = datetime.fromisoformat("2021-07-08T12:30:00+00:00").astimezone().replace(tzinfo=None)
        assert open_film.taken_at == local


def test_bytes_without_a_file_are_read_too(tmp_path: Path) -> None:
    data = make_film(tmp_path / "a.mp4", [plain(GREEN)]).read_bytes()
    with opened("s3://bucket/a.mp4", hashlib.sha256(data).digest(), data) as film:
        frame = film.frame(1.0)
    assert frame is not None
    assert frame.picture.path == "s3://bucket/a.mp4"


def look_through(path: Path) -> None:
    with opened(str(path), b"") as film:
        for at, key_from in first_look(min(film.seconds, 10)):
            film.frame(at, key_from)


def reason(path: Path) -> tuple[str, bool]:
    with pytest.raises(PhotoError) as told:
        look_through(path)
    return told.value.reason, told.value.lasting


DAMAGED = ("The video is damaged or incomplete.", True)
UNKNOWN = ("This is not a video, or not of a kind that FaceSorter reads.", True)


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "libx264"), ("a.avi", "mpeg4"), ("a.mkv", "libx264")])
@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_film_that_ends_early_is_damaged(tmp_path: Path, name: str, codec: str, share: float) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (3, 240, 320, 3)).astype(np.uint8)
    film = make_film(tmp_path / name, list(noise), codec=codec)
    data = film.read_bytes()
    film.write_bytes(data[: int(len(data) * share)])
    assert reason(film) == DAMAGED


def test_a_film_whose_data_are_zeros_is_damaged(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (3, 240, 320, 3)).astype(np.uint8)
    film = make_film(tmp_path / "a.mp4", list(noise))
    data = bytearray(film.read_bytes())
    start = data.find(b"mdat") + 4
    end = data.find(b"moov") - 4
    data[start + (end - start) // 3 : end] = bytes(end - start - (end - start) // 3)
    film.write_bytes(data)
    assert reason(film) == DAMAGED


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", ("The file is empty.", True)),
        (b"hello " * 100, UNKNOWN),
        (b"\xff\xd8\xff\xe0" + bytes(100), UNKNOWN),
        (b"\0\0\0\x18ftypmp42" + bytes(100), DAMAGED),
        (b"\x1a\x45\xdf\xa3" + bytes(200), DAMAGED),
        (b"G" * 188 * 20, DAMAGED),
    ],
)
def test_what_is_no_film_says_so(tmp_path: Path, content: bytes, told: tuple[str, bool]) -> None:
    film = tmp_path / "a.mp4"
    film.write_bytes(content)
    assert reason(film) == told


def test_a_playlist_makes_nobody_read_another_file(tmp_path: Path) -> None:
    make_film(tmp_path / "other.ts", [plain(RED)])
    playlist = tmp_path / "a.mp4"
    playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nother.ts\n#EXT-X-ENDLIST\n")
    assert reason(playlist) == UNKNOWN
    playlist.write_text("ffconcat version 1.0\nfile other.ts\n")
    assert reason(playlist) == UNKNOWN


@pytest.mark.parametrize("seed", range(6))
def test_a_film_with_flipped_bits_ends_in_a_frame_or_a_problem(tmp_path: Path, seed: int) -> None:
    film = make_film(tmp_path / "a.mp4", [plain(RED), plain(GREEN)])
    data = bytearray(film.read_bytes())
    for place in np.random.default_rng(seed).integers(0, len(data), 60):
        data[place] ^= 1 << int(place) % 8
    film.write_bytes(data)
    with suppress(PhotoError):
        look_through(film)


def test_one_that_takes_too_long_is_a_problem_and_the_next_one_is_read(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (20, 480, 640, 3)).astype(np.uint8)
    slow = make_film(tmp_path / "slow.mp4", list(noise), seconds=6, key_frames_apart=10_000)
    workers = FilmWorkers(1, Limits(seconds=1, patience=0.35))
    with workers.one() as worker:
        worker.facts(str(slow))
        began = time.monotonic()
        with pytest.raises(PhotoError, match="too much time") as told:
            worker.frame(str(slow), 119.0, 119.0)
        assert time.monotonic() - began < 10
        assert not told.value.lasting
        assert worker.frame(str(slow), 0.0, 0.0) is not None
    workers.end()


def test_the_decoding_of_one_film_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "MOST_SECONDS", 0)
    film = make_film(tmp_path / "a.mp4", [plain(RED)])
    with opened(str(film), b"") as open_film:
        open_film.frame(0)
        with pytest.raises(PhotoError, match="too much time"):
            open_film.frame(1)


def test_frames_that_fail_count_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "MOST_SECONDS", 0)
    noise = np.random.default_rng(1).integers(0, 255, (3, 240, 320, 3)).astype(np.uint8)
    film = make_film(tmp_path / "a.mp4", list(noise))
    data = film.read_bytes()
    film.write_bytes(data[: len(data) // 3] + bytes(len(data) // 2) + data[len(data) // 3 + len(data) // 2 :])
    with opened(str(film), b"") as open_film:
        with pytest.raises(PhotoError, match="damaged"):
            open_film.frame(4)
        with pytest.raises(PhotoError, match="too much time"):
            open_film.frame(4)
    with opened(str(film), b"") as open_film:  # by the same process
        assert open_film.seconds > 5
        with pytest.raises(PhotoError, match="too much time"):
            open_film.frame(0)


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", [plain(RED)])
    odd = os.path.join(os.fsencode(tmp_path), b"\xff\xfe.mp4")
    os.rename(film, odd)
    with opened(os.fsdecode(odd), b"") as open_film:
        assert open_film.frame(0) is not None


def test_a_film_without_pictures(tmp_path: Path) -> None:
    import av

    with av.open(str(tmp_path / "a.mp4"), "w") as film:
        stream = film.add_stream("aac", rate=44100)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        sound.sample_rate = 44100
        film.mux(stream.encode(sound))
        film.mux(stream.encode())
    assert reason(tmp_path / "a.mp4") == ("There are no pictures in this video, only sound.", True)


def test_a_film_in_an_unknown_coding(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", [plain(RED)])
    data = film.read_bytes()
    assert data.count(b"avc1") >= 1
    film.write_bytes(data.replace(b"avc1", b"zzz9"))
    assert reason(film) == UNKNOWN
