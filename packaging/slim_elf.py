"""Makes libraries smaller by what is never loaded: symbols, what debuggers want, and room left for alignment.

`strip` does that for a library as its compiler made it, but breaks one that was changed when its wheel was made. Here
every byte that is loaded stays at its address; only where it lies in the file changes. For 64-bit Linux.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_64_BIT_LITTLE_ENDIAN = b"\x7fELF\x02\x01"
_LOADED = 1
_IS_LOADED, _HAS_NO_BYTES = 2, 8
"""Of a section: a flag, and a kind (what begins as zeros)."""

_X86_64, _PAGE = 62, 0x1000
"""Some libraries are laid out for pages of 2 MB and have holes of that size; this processor's pages have 4 kB. Others
have pages of several sizes, so their libraries keep the alignment that they have."""


class _Header(NamedTuple):
    identity: bytes
    kind: int
    machine: int
    version: int
    entry: int
    segments_at: int
    sections_at: int
    flags: int
    size: int
    segment_size: int
    segments: int
    section_size: int
    sections: int
    names: int


class _Segment(NamedTuple):
    kind: int
    flags: int
    offset: int
    address: int
    physical: int
    size: int
    memory: int
    alignment: int


class _Section(NamedTuple):
    name: int
    kind: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int
    alignment: int
    entry: int


class _Move(NamedTuple):
    """Where the bytes of a loaded segment lie, and where they will."""

    old: _Segment
    new: _Segment


class _UnknownLayout(Exception):
    """The library is laid out in a way that is not understood here."""


def without_spare_bytes(library: Path) -> None:
    """Write the library anew if that makes it smaller. One that is laid out in an unknown way is left as it is."""
    whole = library.read_bytes()
    try:
        smaller = shrink(whole)
    except _UnknownLayout as error:
        print(f"{library.name} is left as it is: {error}.")
        return
    if len(smaller) < len(whole):
        library.write_bytes(smaller)


def shrink(whole: bytes) -> bytes:
    """The library with nothing but what is loaded, and the list of the sections in that."""
    if not whole.startswith(_64_BIT_LITTLE_ENDIAN):
        raise _UnknownLayout("it is not for 64 bits")
    header = _Header(*_HEADER.unpack_from(whole))
    segments = [
        _Segment(*_SEGMENT.unpack_from(whole, header.segments_at + number * _SEGMENT.size))
        for number in range(header.segments)
    ]
    moves = _moves([one for one in segments if one.kind == _LOADED and one.size], header.machine)
    made = bytearray(moves[-1].new.offset + moves[-1].new.size)
    for old, new in moves:
        made[new.offset : new.offset + new.size] = whole[old.offset : old.offset + old.size]
    segments_at = _place_in_file(header.segments_at, moves)
    for number, segment in enumerate(segments):
        _SEGMENT.pack_into(made, segments_at + number * _SEGMENT.size, *_moved(segment, moves))
    sections_at = _append_sections(made, whole, header, moves)
    _HEADER.pack_into(made, 0, *header._replace(segments_at=segments_at, sections_at=sections_at))
    return bytes(made)


def _moves(loaded: list[_Segment], machine: int) -> list[_Move]:
    """The loaded segments one behind the other, each as far into its page as its address is."""
    moves: list[_Move] = []
    end = end_before = 0
    for segment in sorted(loaded, key=lambda one: one.offset):
        if segment.offset < end_before or (not moves and segment.offset):
            raise _UnknownLayout("its segments lie within one another")
        alignment = min(segment.alignment, _PAGE) if machine == _X86_64 else segment.alignment
        offset = end + (segment.address - end) % alignment
        moves.append(_Move(segment, segment._replace(offset=offset, alignment=alignment)))
        end, end_before = offset + segment.size, segment.offset + segment.size
    if not moves:
        raise _UnknownLayout("nothing of it is loaded")
    return moves


def _moved(segment: _Segment, moves: list[_Move]) -> _Segment:
    """As it is to be listed: a loaded one, a part of a loaded one, or one without bytes."""
    for old, new in moves:
        if segment == old:
            return new
    if segment.size:
        return segment._replace(offset=_place(segment.address, segment.size, moves))
    return segment._replace(offset=segment.address % segment.alignment if segment.alignment else 0)


def _place(address: int, size: int, moves: list[_Move]) -> int:
    """Where in the new file the bytes lie that are loaded at this address."""
    for _old, new in moves:
        if new.address <= address and address + size <= new.address + new.size:
            return new.offset + address - new.address
    raise _UnknownLayout("a part of it that is not loaded is named")


def _place_in_file(offset: int, moves: list[_Move]) -> int:
    """Where in the new file the bytes lie that were at this offset of the old one."""
    for old, new in moves:
        if old.offset <= offset < old.offset + old.size:
            return new.offset + offset - old.offset
    raise _UnknownLayout("its list of segments is not loaded")


def _append_sections(made: bytearray, whole: bytes, header: _Header, moves: list[_Move]) -> int:
    """Append the names of the sections and the list of them, which debuggers and `nm` read; where the list begins.

    Symbols name sections by their numbers, so a section that is left out keeps its line, empty.
    """
    sections = [
        _Section(*_SECTION.unpack_from(whole, header.sections_at + number * _SECTION.size))
        for number in range(header.sections)
    ]
    if not sections:
        return 0
    names = sections[header.names]
    sections[header.names] = names._replace(offset=len(made))
    made += whole[names.offset : names.offset + names.size]
    made += bytes(-len(made) % 8)
    begin = len(made)
    for number, section in enumerate(sections):
        if section.flags & _IS_LOADED and section.kind != _HAS_NO_BYTES:
            kept = section._replace(offset=_place(section.address, section.size, moves))
        elif section.flags & _IS_LOADED or number == header.names:
            kept = section
        else:
            kept = _Section(*[0] * len(_Section._fields))
        made += _SECTION.pack(*kept)
    return begin
