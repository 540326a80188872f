"""Names in XMP: read in every spelling, written for others, merged with what stands there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from facesorter.domain.models import BoundingBox
from facesorter.domain.named_faces import NamedFace, StoredPicture, stored, upright
from facesorter.images import stored_picture
from facesorter.images.xmp import MOST_NAMED, faces_in, packet_in, with_faces

ANNA = NamedFace("Anna Ü. & <Co>", BoundingBox(0.1, 0.2, 0.3, 0.4))
BEN = NamedFace("Ben", BoundingBox(0.6, 0.2, 0.2, 0.3))
PLAIN = StoredPicture(400, 300, 1)
exiftool = pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")


def told(document: bytes, folder: Path) -> dict[str, Any]:
    """What exiftool reads in a sidecar."""
    path = folder / "photo.jpg.xmp"
    path.write_bytes(document)
    command = ["exiftool", "-j", "-struct", "-charset", "utf8", "-XMP:all", str(path)]
    (read,) = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    return read


def near(box: BoundingBox) -> Any:
    return pytest.approx(tuple(box), abs=1e-5)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_stored_and_upright_undo_each_other(orientation: int) -> None:
    assert upright(stored(ANNA.box or BEN.box, orientation), orientation) == near(ANNA.box)  # type: ignore[arg-type]


@pytest.mark.parametrize("orientation", range(1, 9))
@exiftool
def test_exiftool_reads_what_was_meant(orientation: int, tmp_path: Path) -> None:
    document = with_faces(None, [ANNA, BEN], StoredPicture(400, 300, orientation))
    read = told(document, tmp_path)
    assert read["RegionInfo"]["AppliedToDimensions"] == {"W": 400, "H": 300, "Unit": "pixel"}
    first, second = read["RegionInfo"]["RegionList"]
    assert ANNA.box
    box = stored(ANNA.box, orientation)
    assert (first["Name"], first["Type"], second["Name"]) == (ANNA.name, "Face", "Ben")
    assert [first["Area"][part] for part in "XYWH"] == pytest.approx([*box.center, box.width, box.height], abs=1e-5)
    (microsoft, _) = read["RegionInfoMP"]["Regions"]
    assert microsoft["PersonDisplayName"] == ANNA.name
    assert [float(part) for part in microsoft["Rectangle"].split(",")] == near(box)
    assert read["PersonInImage"] == read["Subject"] == [ANNA.name, "Ben"]
    assert read["TagsList"] == [f"People/{ANNA.name}", "People/Ben"]
    assert read["HierarchicalSubject"] == [f"People|{ANNA.name}", "People|Ben"]
    assert [face.name for face in faces_in(document, orientation)] == [ANNA.name, "Ben"]
    assert faces_in(document, orientation)[0].box == near(ANNA.box)


def test_the_same_names_again_change_nothing() -> None:
    document = with_faces(None, [ANNA, BEN], PLAIN)
    assert with_faces(document, [ANNA, BEN], PLAIN) == document
    assert with_faces(None, [ANNA, BEN], PLAIN) == document


FOREIGN = """<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>
<x:xmpmeta xmlns:x='adobe:ns:meta/' x:xmptk='Somebody 1.0'><rdf:RDF
 xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
 <rdf:Description rdf:about='' xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:Rating='4'
  xmlns:own='http://example.org/own/' own:secret='kept'>
  <dc:subject xmlns:dc='http://purl.org/dc/elements/1.1/'><rdf:Bag><rdf:li>sea</rdf:li></rdf:Bag></dc:subject>
  <mwg-rs:Regions xmlns:mwg-rs='http://www.metadataworkinggroup.com/schemas/regions/'
   xmlns:stArea='http://ns.adobe.com/xmp/sType/Area#'>
   <rdf:Description><mwg-rs:RegionList><rdf:Bag><rdf:li><rdf:Description mwg-rs:Name='Clara' mwg-rs:Type='Face'>
    <mwg-rs:Area stArea:x='0.7' stArea:y='0.35' stArea:w='0.2' stArea:h='0.3' stArea:unit='normalized'/>
   </rdf:Description></rdf:li></rdf:Bag></mwg-rs:RegionList></rdf:Description></mwg-rs:Regions>
  <!-- a remark -->
 </rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end='w'?>""".encode()


@exiftool
def test_what_others_wrote_stays_and_is_not_contradicted(tmp_path: Path) -> None:
    document = with_faces(FOREIGN, [ANNA, BEN], PLAIN)
    read = told(document, tmp_path)
    assert (read["Rating"], read["Subject"]) == (4, ["sea", ANNA.name, "Ben"])
    assert [region["Name"] for region in read["RegionInfo"]["RegionList"]] == ["Clara", ANNA.name]
    assert b"own:secret='kept'" in document.replace(b'"', b"'")
    assert b"<!-- a remark -->" in document
    assert b"Somebody 1.0" in document
    assert [face.name for face in faces_in(document, 1)] == ["Clara", ANNA.name, "Ben"]


def test_attributes_and_descriptions_are_read_too() -> None:
    assert faces_in(FOREIGN, 1) == (NamedFace("Clara", near(BoundingBox(0.6, 0.2, 0.2, 0.3))),)


ACDSEE = b"""<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
 <rdf:Description rdf:about='' xmlns:acdsee-rs='http://ns.acdsee.com/regions/'
  xmlns:acdsee-stArea='http://ns.acdsee.com/sType/Area#'>
 <acdsee-rs:Regions rdf:parseType='Resource'><acdsee-rs:RegionList><rdf:Bag><rdf:li rdf:parseType='Resource'>
  <acdsee-rs:Name>Dora</acdsee-rs:Name><acdsee-rs:Type>Face</acdsee-rs:Type>
  <acdsee-rs:DLYArea acdsee-stArea:x='0.5' acdsee-stArea:y='0.5' acdsee-stArea:w='0.2' acdsee-stArea:h='0.4'/>
 </rdf:li></rdf:Bag></acdsee-rs:RegionList></acdsee-rs:Regions></rdf:Description></rdf:RDF></x:xmpmeta>"""


def test_acdsee_is_read() -> None:
    assert faces_in(ACDSEE, 1) == (NamedFace("Dora", near(BoundingBox(0.4, 0.3, 0.2, 0.4))),)


BOMB = b"""<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>
<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/></x:xmpmeta>"""


@pytest.mark.parametrize("document", [b"", b"<x", FOREIGN[:300], b"<a/>", BOMB, b"<x:xmpmeta/>", b"\0" * 50])
def test_what_is_no_document_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        faces_in(document, 1)
    if document:
        with pytest.raises(ValueError, match=r".*"):
            with_faces(document, [ANNA], PLAIN)


def test_boxes_that_leave_the_picture_are_cut() -> None:
    document = with_faces(None, [NamedFace("Anna", BoundingBox(-0.1, 0.9, 0.4, 0.4))], PLAIN)
    assert faces_in(document, 1)[0].box == near(BoundingBox(0, 0.9, 0.3, 0.1))


def microsoft(*rectangles: str) -> bytes:
    """A document of one region each, all of Anna."""
    regions = "".join(
        f"<rdf:li MPReg:PersonDisplayName='Anna' MPReg:Rectangle='{rectangle}'/>" for rectangle in rectangles
    )
    return f"""<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF
     xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:MP='http://ns.microsoft.com/photo/1.2/'
     xmlns:MPRI='http://ns.microsoft.com/photo/1.2/t/RegionInfo#'
     xmlns:MPReg='http://ns.microsoft.com/photo/1.2/t/Region#'><rdf:Description><MP:RegionInfo><rdf:Description>
     <MPRI:Regions><rdf:Bag>{regions}</rdf:Bag></MPRI:Regions></rdf:Description></MP:RegionInfo></rdf:Description>
     </rdf:RDF></x:xmpmeta>""".encode()


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e400", "1e308"])
@pytest.mark.parametrize("place", range(4))
def test_a_box_that_is_nowhere_is_none(number: str, place: int) -> None:
    ratios = ["0.1"] * 4
    ratios[place] = number
    assert faces_in(microsoft(", ".join(ratios)), 3) == (NamedFace("Anna"),)


def test_a_document_of_countless_regions_holds_nobody_up() -> None:
    """The time each takes is in proportion to its length, though every region differs from all others."""
    document = microsoft(*(f"{number}, 0, 0.1, 0.1" for number in range(20_000)))
    people = [NamedFace(f"Person {number}", BoundingBox(number / 20, 0.5, 0.02, 0.02)) for number in range(20)]
    began = time.process_time()
    assert len(faces_in(document, 1)) == MOST_NAMED
    assert time.process_time() - began < 3
    began = time.process_time()
    assert len(faces_in(with_faces(None, people, PLAIN), 1)) == 20
    with_faces(document, people, PLAIN)
    assert time.process_time() - began < 3


def test_real_regions_are_where_the_faces_are() -> None:
    """Of two people in orientations 3, 6 and 8, inside the photo and beside it, as exiftool wrote them."""
    shared = os.environ.get("FACESORTER_TEST_DATA")
    if not shared:
        pytest.skip("no test data")
    folder = Path(shared) / "regions"
    places: dict[str, list[Any]] = {}
    for orientation in (3, 6, 8):
        photo = (folder / f"photo.{orientation}.embedded.jpg").read_bytes()
        assert stored_picture(photo).orientation == orientation
        inside = packet_in(photo)
        beside = (folder / f"photo.{orientation}.sidecar.jpg.xmp").read_bytes()
        assert inside
        assert faces_in(inside, orientation) == faces_in(beside, orientation)
        for face in faces_in(beside, orientation):
            assert face.box
            places.setdefault(face.name, []).append(face.box.center)
    assert set(places) == {"Marie Curie", "Pierre Curie"}
    for first, *others in places.values():
        assert all(other == pytest.approx(first, abs=0.03) for other in others)
