"""Makes photos and films that say, or do not say, that they are parts of one Live Photo; nothing can be decoded."""

from __future__ import annotations

import struct


def film(identifier: str | None = None, seconds: float = 2.5) -> bytes:
    """A QuickTime film of a header, a description and nothing else."""
    parts = _box(b"mvhd", bytes(12) + struct.pack(">II", 600, int(600 * seconds)))
    if identifier is not None:
        key = _box(b"mdta", b"com.apple.quicktime.content.identifier")
        value = _box(b"data", struct.pack(">II", 1, 0) + identifier.encode())
        keys = _box(b"keys", struct.pack(">II", 0, 1) + key)
        parts += _box(b"meta", _box(b"hdlr", bytes(24)) + keys + _box(b"ilst", _box(struct.pack(">I", 1), value)))
    return _box(b"ftyp", b"qt  ") + _box(b"mdat", b"pictures") + _box(b"moov", parts)


def apple_note(identifier: str) -> bytes:
    """What Apple writes into a photo's EXIF block."""
    text = identifier.encode() + b"\0"
    entries = struct.pack(">H", 1) + struct.pack(">HHII", 0x0011, 2, len(text), 14 + 2 + 12 + 4) + bytes(4)
    return b"Apple iOS\0\0\1MM" + entries + text


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content
