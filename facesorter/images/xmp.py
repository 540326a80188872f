"""Names in XMP, as photos carry it inside and in sidecars: read in every spelling, added without touching the rest.

Regions of faces are the Metadata Working Group's (centers), Microsoft's (top left corners) and ACDSee's (centers), all
in ratios of the picture as it is stored. A document is parsed without entities, networks and depth beyond libxml2's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice

from lxml import etree

from facesorter.domain.models import BoundingBox
from facesorter.domain.named_faces import NamedFace, StoredPicture, stored, upright
from facesorter.domain.narration import shown

Node = etree._Element  # pyright: ignore[reportPrivateUsage]  # lxml has no other name for it

MOST_BYTES = 16_000_000
"""A larger document is not parsed."""

MOST_NAMED = 500
"""So many regions, and as many names without one, are read of a document: each region is compared with all others."""

_FARTHEST = 1e6
"""No part of a box is a larger number: numbers that are infinite, or soon would be, are nowhere in a picture."""

_NAMES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
    "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
    "MP": "http://ns.microsoft.com/photo/1.2/",
    "MPRI": "http://ns.microsoft.com/photo/1.2/t/RegionInfo#",
    "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#",
    "acdsee-rs": "http://ns.acdsee.com/regions/",
    "acdsee-stArea": "http://ns.acdsee.com/sType/Area#",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
}
_EMPTY = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    f'<x:xmpmeta xmlns:x="{_NAMES["x"]}"><rdf:RDF xmlns:rdf="{_NAMES["rdf"]}">'
    '<rdf:Description rdf:about=""/></rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
)
_BEGIN, _END = b"<x:xmpmeta", b"</x:xmpmeta>"


def packet_in(picture: bytes) -> bytes | None:
    """The XMP document inside a picture file of whatever kind, found by its text; None if there is none."""
    start = picture.find(_BEGIN)
    end = picture.find(_END, start)
    return picture[start : end + len(_END)] if 0 <= start < end else None


def faces_in(document: bytes, orientation: int) -> tuple[NamedFace, ...]:
    """Who is named in a document: each face once, and names without one, `MOST_NAMED` of both at most.

    Raises `ValueError` if it is damaged.
    """
    rdf = _rdf(_parsed(document))
    found: list[NamedFace] = []
    for region in islice(chain(_mwg(rdf), _microsoft(rdf), _acdsee(rdf)), MOST_NAMED):
        face = NamedFace(region.name, region.box and upright(region.box, orientation))
        if not any(other.name == face.name and _same(other.box, face.box) for other in found):
            found.append(face)
    named = {face.name for face in found}
    for name in _texts(_property(rdf, "Iptc4xmpExt:PersonInImage"))[:MOST_NAMED]:
        if name not in named:
            named.add(name)
            found.append(NamedFace(name))
    return tuple(found)


def with_faces(document: bytes | None, faces: Sequence[NamedFace], picture: StoredPicture) -> bytes:
    """The document, or a new one, with these people added: regions, names and keywords.

    What it holds already stays as it is; a region of somebody else in the same place is not contradicted. Raises
    `ValueError` if the document is damaged.
    """
    root = _parsed(document or _EMPTY.encode())
    rdf = _rdf(root)
    mwg, microsoft = ([region.box for region in regions] for regions in (_mwg(rdf), _microsoft(rdf)))
    for face in faces:
        name = shown(face.name)
        _add(rdf, "Iptc4xmpExt:PersonInImage", "Bag", name)
        _add(rdf, "dc:subject", "Bag", name)
        _add(rdf, "digiKam:TagsList", "Seq", "People/" + name.replace("/", "_"))
        _add(rdf, "lr:hierarchicalSubject", "Bag", "People|" + name.replace("|", "_"))
        if face.box is not None:
            box = _within(stored(face.box, picture.orientation))
            if not any(_same(other, box) for other in mwg):
                _add_mwg(rdf, name, box, picture)
                mwg.append(box)
            if not any(_same(other, box) for other in microsoft):
                _add_microsoft(rdf, name, box)
                microsoft.append(box)
    return etree.tostring(root.getroottree(), encoding="utf-8")


def _parsed(document: bytes) -> Node:
    if len(document) > MOST_BYTES:
        raise ValueError("the document is too large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("the document declares a type")
    return root


def _rdf(root: Node) -> Node:
    rdf = root if root.tag == _tag("rdf:RDF") else root.find(".//" + _tag("rdf:RDF"))
    if rdf is None:
        raise ValueError("the document holds no RDF")
    return rdf


def _tag(name: str) -> str:
    prefix, _colon, local = name.partition(":")
    return f"{{{_NAMES[prefix]}}}{local}"


def _property(rdf: Node, name: str) -> Node | None:
    """A property of the photo, whichever description holds it."""
    return rdf.find(f"{_tag('rdf:Description')}/{_tag(name)}")


def _items(array: Node | None) -> list[Node]:
    if array is None:
        return []
    return [item for kind in ("Bag", "Seq", "Alt") for item in array.findall(f"{_tag('rdf:' + kind)}/{_tag('rdf:li')}")]


def _texts(array: Node | None) -> list[str]:
    return [text for item in _items(array) if (text := _clean(item.text))]


def _clean(text: str | None) -> str:
    return unicodedata.normalize("NFC", " ".join((text or "").split()))


def _part(struct: Node | None, name: str) -> Node | None:
    """A member of a structure, which may stand in a description of its own."""
    if struct is None:
        return None
    member = struct.find(_tag(name))
    return struct.find(f"{_tag('rdf:Description')}/{_tag(name)}") if member is None else member


def _value(struct: Node | None, name: str) -> str:
    """A plain member of a structure: an element, or an attribute of it or of its description."""
    if struct is None:
        return ""
    member = _part(struct, name)
    if member is not None:
        return _clean(member.text)
    description = struct.find(_tag("rdf:Description"))
    said = struct.get(_tag(name)) or (None if description is None else description.get(_tag(name)))
    return _clean(said)


def _same(one: BoundingBox | None, other: BoundingBox | None) -> bool:
    return one is not None and other is not None and one.overlap(other) >= 0.5


def _centered(area: Node | None, prefix: str) -> BoundingBox | None:
    """The box of a structure of center and size; None if its unit is another one than ratios."""
    with suppress(ValueError):
        x, y, width, height = (float(_value(area, f"{prefix}:{part}")) for part in "xywh")
        if _value(area, f"{prefix}:unit") in ("", "normalized"):
            return BoundingBox(x - width / 2, y - height / 2, width, height)
    return None


def _mwg(rdf: Node) -> Iterator[NamedFace]:
    """Regions of faces with their boxes in the stored picture, unnamed ones included."""
    for region in _items(_part(_property(rdf, "mwg-rs:Regions"), "mwg-rs:RegionList")):
        if _value(region, "mwg-rs:Type") in ("", "Face"):
            box = _centered(_part(region, "mwg-rs:Area"), "stArea")
            yield from _named(_value(region, "mwg-rs:Name"), box)


def _microsoft(rdf: Node) -> Iterator[NamedFace]:
    for region in _items(_part(_property(rdf, "MP:RegionInfo"), "MPRI:Regions")):
        box = None
        with suppress(ValueError, TypeError):
            box = BoundingBox(*map(float, _value(region, "MPReg:Rectangle").split(",")))
        yield from _named(_value(region, "MPReg:PersonDisplayName"), box)


def _acdsee(rdf: Node) -> Iterator[NamedFace]:
    for region in _items(_part(_property(rdf, "acdsee-rs:Regions"), "acdsee-rs:RegionList")):
        if _value(region, "acdsee-rs:Type") in ("", "Face"):
            area = _part(region, "acdsee-rs:DLYArea")
            box = _centered(_part(region, "acdsee-rs:ALGArea") if area is None else area, "acdsee-stArea")
            yield from _named(_value(region, "acdsee-rs:Name"), box)


def _named(name: str, box: BoundingBox | None) -> Iterator[NamedFace]:
    if name:
        yield NamedFace(name, box if box and all(abs(ratio) <= _FARTHEST for ratio in box) else None)


def _within(box: BoundingBox) -> BoundingBox:
    """The part of a box that is inside the picture."""
    left, top = max(0.0, box.left), max(0.0, box.top)
    right, bottom = min(1.0, box.left + box.width), min(1.0, box.top + box.height)
    return BoundingBox(left, top, max(0.0, right - left), max(0.0, bottom - top))


def _description(rdf: Node, name: str) -> Node:
    """Where a new property goes: a description of its own, so that its prefix is declared there."""
    prefix = name.partition(":")[0]
    description = etree.SubElement(rdf, _tag("rdf:Description"), nsmap={prefix: _NAMES[prefix]})
    description.set(_tag("rdf:about"), _subject(rdf))
    return description


def _subject(rdf: Node) -> str:
    first = rdf.find(_tag("rdf:Description"))
    return "" if first is None else first.get(_tag("rdf:about")) or ""


def _child(parent: Node, name: str, text: str | None = None) -> Node:
    prefix = name.partition(":")[0]
    child = etree.SubElement(parent, _tag(name), nsmap={prefix: _NAMES[prefix]})
    child.text = text
    return child


def _array(parent: Node, kind: str) -> Node:
    there = next((one for one in parent if one.tag in {_tag(f"rdf:{other}") for other in ("Bag", "Seq", "Alt")}), None)
    return _child(parent, f"rdf:{kind}") if there is None else there


def _add(rdf: Node, name: str, kind: str, text: str) -> None:
    """Add a text to an array of texts, unless it is there."""
    there = _property(rdf, name)
    if _clean(text) not in _texts(there):
        _child(_array(_child(_description(rdf, name), name) if there is None else there, kind), "rdf:li", text)


def _structure(parent: Node, name: str) -> Node:
    """A member that is a structure, made if it is not there; its members may stand in a description of its own."""
    member = _part(parent, name)
    if member is None:
        member = _child(parent, name)
        member.set(_tag("rdf:parseType"), "Resource")
    description = member.find(_tag("rdf:Description"))
    return member if description is None else description


def _regions(rdf: Node, name: str, list_name: str) -> Node:
    """The array of a structure of regions, made if it is not there."""
    there = _property(rdf, name)
    structure = _structure(_description(rdf, name), name) if there is None else there
    description = structure.find(_tag("rdf:Description"))
    holder = structure if description is None else description
    regions = holder.find(_tag(list_name))
    return _array(_child(holder, list_name) if regions is None else regions, "Bag")


def _add_mwg(rdf: Node, name: str, box: BoundingBox, picture: StoredPicture) -> None:
    is_new = _property(rdf, "mwg-rs:Regions") is None
    regions = _regions(rdf, "mwg-rs:Regions", "mwg-rs:RegionList")
    if is_new:
        whole = regions.getparent()
        assert whole is not None
        parent = whole.getparent()
        assert parent is not None
        dimensions = _structure(parent, "mwg-rs:AppliedToDimensions")
        _child(dimensions, "stDim:w", str(picture.width))
        _child(dimensions, "stDim:h", str(picture.height))
        _child(dimensions, "stDim:unit", "pixel")
    region = _child(regions, "rdf:li")
    region.set(_tag("rdf:parseType"), "Resource")
    area = _structure(region, "mwg-rs:Area")
    x, y = box.center
    for part, value in (("x", x), ("y", y), ("w", box.width), ("h", box.height)):
        _child(area, f"stArea:{part}", f"{value:.6f}")
    _child(area, "stArea:unit", "normalized")
    _child(region, "mwg-rs:Name", name)
    _child(region, "mwg-rs:Type", "Face")


def _add_microsoft(rdf: Node, name: str, box: BoundingBox) -> None:
    region = _child(_regions(rdf, "MP:RegionInfo", "MPRI:Regions"), "rdf:li")
    region.set(_tag("rdf:parseType"), "Resource")
    _child(region, "MPReg:PersonDisplayName", name)
    _child(region, "MPReg:Rectangle", ", ".join(f"{ratio:.6f}" for ratio in box))
