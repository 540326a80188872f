"""What Picasa and Google Photos say of who is in a photo."""

from __future__ import annotations

import pytest

from facesorter.domain.models import BoundingBox
from facesorter.domain.named_faces import NamedFace
from facesorter.domain.other_programs import picasa_faces, takeout_names

NOTES = """[Picasa]
name=Holiday
[Contacts2]
b21be7bb1b4ffd0f=Anna  M\u00fcller;;
4a8e37ff5b6aa4b2=Ben;ben@example.org;
[IMG_1.jpg]
faces=rect64(40002000c000a000),b21be7bb1b4ffd0f;rect64(4000),4a8e37ff5b6aa4b2;rect64(1000100020002000),ffffffffffffffff
backuphash=123
[IMG_2.jpg]
faces=rect64(80000000ffff8000),4A8E37FF5B6AA4B2;rect64(0000000000010001),unknown
[IMG_3.jpg]
star=yes
"""


def test_picasa() -> None:
    found = picasa_faces(NOTES)
    assert found["img_1.jpg"] == (NamedFace("Anna M\u00fcller", BoundingBox(0.25, 0.125, 0.5, 0.5)),)
    (ben,) = found["img_2.jpg"]
    assert (ben.name, ben.box) == ("Ben", pytest.approx((0.5, 0, 0.5, 0.5), abs=1e-4))
    assert set(found) == {"img_1.jpg", "img_2.jpg"}


@pytest.mark.parametrize("notes", ["", "faces=rect64(1),1", "[", "[a]\nfaces", "[a]\nfaces=rect64(zz),1", "\0\0"])
def test_what_is_no_notes_of_picasa_names_nobody(notes: str) -> None:
    assert not any(picasa_faces(notes).values())


@pytest.mark.parametrize(
    ("note", "names"),
    [
        (b'{"title": "a.jpg", "people": [{"name": "Anna"}, {"name": " Ben  B "}, {"name": ""}]}', ("Anna", "Ben B")),
        (b'{"title": "a.jpg"}', ()),
        (b'{"people": [1, {"name": 2}, null]}', ()),
        (b'{"people": "Anna"}', ()),
        (b"[]", ()),
        (b"", ()),
        (b"\xff\xfe", ()),
    ],
)
def test_takeout(note: bytes, names: tuple[str, ...]) -> None:
    assert takeout_names(note) == names
