"""Makes parts of the frozen program smaller that hold much of what it never uses; needs a C compiler.

- x265 only writes HEIC pictures, and is under the GPL. libheif wants it to be there; a library takes its place that
  has none to offer, so that whoever asked for it would be told that there is no such encoder.
- ICU knows each language's words for units, currencies and time zones, and how to break lines of scripts without
  blanks. Of it, Qt's widgets use the rules by which words are sorted and cased.
"""

from __future__ import annotations

import gzip
import re
import struct
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

_HEADER_BEFORE_FORMAT = 12
_NOT_USED = re.compile(
    r"^[^/]+/((brkitr|curr|lang|rbnf|region|translit|unit|zone)/.|.*\.cnv$|unames\.icu$"
    r"|(?!en|de|es|root|pool|res_index|supplementalData|likelySubtags|numberingSystems|keyTypeData|timezoneTypes"
    r"|zoneinfo64|metadata|metaZones|windowsZones|plurals|genderList|icustd|icuver)\w+\.res$)"
)
_ALIGNMENT = 16


def without_encoder(inside: Path) -> None:
    """Replace x265 beside libheif. Raises `CalledProcessError` if a tool of the compiler fails."""
    for library in inside.glob("pillow_heif.libs/libx265-*.so*"):
        [libheif] = library.parent.glob("libheif-*.so*")
        command = ["nm", "-D", "--undefined-only", str(libheif)]
        wanted = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
        names = re.findall(r"\bU (x265_\w+)", wanted)
        source = "".join(f"void *{name}(void) {{ return 0; }}\n" for name in names)
        compile_library(source, library, library.name)


def with_packed_addresses(inside: Path) -> None:
    """Pack the list of all services' addresses, which botocore reads in either form."""
    addresses = inside / "botocore" / "data" / "endpoints.json"
    addresses.with_name("endpoints.json.gz").write_bytes(gzip.compress(addresses.read_bytes(), 9, mtime=0))
    addresses.unlink()


def with_less_icu(inside: Path) -> None:
    """Leave out of ICU's data what Qt does not ask for. Raises `CalledProcessError` or `ValueError`."""
    for library in inside.glob("PySide6/Qt/lib/libicudata.so.*"):
        version = library.name.rsplit(".", 1)[-1]
        data = _Package.found_in(library.read_bytes()).without(_NOT_USED).packed()
        with tempfile.TemporaryDirectory() as folder:
            blob = Path(folder, "data")
            blob.write_bytes(data)
            symbol = f"icudt{version}_dat"
            source = (
                f'__asm__(".section .rodata\\n.balign {_ALIGNMENT}\\n.globl {symbol}\\n.type {symbol}, @object\\n'
                f'{symbol}: .incbin \\"{blob}\\"\\n.size {symbol}, . - {symbol}\\n.previous\\n");'
            )
            compile_library(source, library, library.name)


class _Package(NamedTuple):
    """ICU's package of named items, as `icupkg` reads and writes it (its format `CmnD`, version 1)."""

    header: bytes
    items: tuple[tuple[bytes, bytes], ...]

    @classmethod
    def found_in(cls, library: bytes) -> _Package:
        begin = library.index(b"CmnD\x01") - _HEADER_BEFORE_FORMAT
        length, first_magic, second_magic = struct.unpack_from("<HBB", library, begin)
        if (first_magic, second_magic) != (0xDA, 0x27):
            raise ValueError("This is no data of ICU in the byte order that is known here.")
        table = begin + length
        (count,) = struct.unpack_from("<I", library, table)
        entries = [struct.unpack_from("<II", library, table + 4 + 8 * number) for number in range(count)]
        ends = [start for _, start in entries[1:]] + [len(library) - table]
        items = tuple(
            (library[table + name : library.index(b"\0", table + name)], library[table + start : table + end])
            for (name, start), end in zip(entries, ends, strict=True)
        )
        return cls(library[begin:table], items)

    def without(self, pattern: re.Pattern[str]) -> _Package:
        return self._replace(items=tuple(item for item in self.items if not pattern.search(item[0].decode("ascii"))))

    def packed(self) -> bytes:
        """Table of names and places, the names, the items; all places count from the table's begin."""
        names = b"".join(name + b"\0" for name, _ in self.items)
        place_of_name = 4 + 8 * len(self.items)
        place = -(-(place_of_name + len(names)) // _ALIGNMENT) * _ALIGNMENT
        table, content = struct.pack("<I", len(self.items)), b""
        parts: list[bytes] = []
        for name, item in self.items:
            padded = item + bytes(-len(item) % _ALIGNMENT)
            table += struct.pack("<II", place_of_name, place)
            place_of_name += len(name) + 1
            place += len(padded)
            parts.append(padded)
        content = table + names
        return self.header + content + bytes(-len(content) % _ALIGNMENT) + b"".join(parts)


def compile_library(source: str, target: Path, name: str, versions: str = "") -> None:
    """Make a library of C source in the place of `target`; `versions` is a linker's version script.

    Raises `CalledProcessError`.
    """
    options = [
        "-x",
        "c",
        "-",
        "-shared",
        "-nostdlib",
        "-fPIC",
        "-O1",
        "-s",
        f"-Wl,-soname,{name}",
        "-Wl,--build-id=none",
    ]
    target.unlink()
    with tempfile.NamedTemporaryFile("w", suffix=".map") as script:
        if versions:
            script.write(versions)
            script.flush()
            options.append(f"-Wl,--version-script={script.name}")
        subprocess.run(["cc", *options, "-o", str(target)], input=source.encode(), check=True)  # noqa: S603, S607
