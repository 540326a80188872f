"""What films and photos say of whether they belong together."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import av
import pytest
from film_making import make_film, plain

from facesorter.images.live_photos import film_says, is_live_film, photo_identifier

ONE, OTHER = "7B1D2A44-0C1C-4F3D-9D57-1E7A3F6C0A11", "11111111-2222-3333-4444-555555555555"


def photo(identifier: str | None) -> io.BytesIO:
    """The head of a photo with Apple's part of an EXIF block in it."""
    if identifier is None:
        return io.BytesIO(b"\xff\xd8\xff\xe1" + bytes(500))
    value = identifier.encode() + b"\0"
    entries = struct.pack(">HHII", 1, 9, 1, 15) + struct.pack(">HHII", 0x11, 2, len(value), 14 + 2 + 2 * 12 + 4)
    note = b"Apple iOS\0\0\x01MM" + struct.pack(">H", 2) + entries + bytes(4) + value
    return io.BytesIO(b"\xff\xd8\xff\xe1" + bytes(300) + note + bytes(100))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    long = make_film(folder / "plain.mov", [plain((90, 90, 90))], seconds=6)
    with (
        av.open(str(long)) as source,
        av.open(str(folder / "live.mov"), "w", options={"movflags": "use_metadata_tags"}) as target,
    ):
        target.metadata["com.apple.quicktime.content.identifier"] = ONE
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    return folder / "live.mov"


def test_a_film_says_its_identifier_and_its_length(film: Path) -> None:
    with open(film, "rb") as file:
        assert film_says(file) == (ONE, pytest.approx(6, abs=0.2))


def test_a_photo_says_its_identifier() -> None:
    assert photo_identifier(photo(ONE)) == ONE
    assert photo_identifier(photo(None)) is None
    assert photo_identifier(io.BytesIO(photo(ONE).getvalue()[:330])) is None


@pytest.mark.parametrize(("identifier", "belongs"), [(ONE, True), (OTHER, False), (None, False)])
def test_the_identifier_decides_before_the_length(film: Path, identifier: str | None, belongs: bool) -> None:
    with open(film, "rb") as file:
        assert is_live_film(file, photo(identifier)) is belongs


@pytest.mark.parametrize(("seconds", "belongs"), [(3, True), (5, False)])
def test_without_an_identifier_the_length_decides(tmp_path: Path, seconds: float, belongs: bool) -> None:
    with open(make_film(tmp_path / "a.mov", [plain((9, 9, 90))], seconds=seconds), "rb") as file:
        assert is_live_film(file, photo(ONE)) is belongs


def test_a_film_in_fragments_does_not_say_its_length_and_belongs_to_nothing(tmp_path: Path) -> None:
    whole = make_film(tmp_path / "whole.mp4", [plain((9, 9, 90))], seconds=6)
    fragments = {"movflags": "frag_keyframe+empty_moov"}
    with av.open(str(whole)) as source, av.open(str(tmp_path / "a.mp4"), "w", options=fragments) as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    with open(tmp_path / "a.mp4", "rb") as file:
        assert film_says(file) == (None, 0)
        assert not is_live_film(file, photo(None))


@pytest.mark.parametrize("content", [b"", b"\0\0\0\x08moov", b"\0\0\0\x0cmoovabcd", b"\0\0\0\0free" * 5, b"x" * 99])
def test_what_is_no_film_belongs_to_nothing(content: bytes) -> None:
    assert not is_live_film(io.BytesIO(content), photo(ONE))
