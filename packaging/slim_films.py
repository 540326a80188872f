"""Makes FFmpeg inside the frozen program smaller: films are only read there, from files, and nobody hears them.

Encoders, sound, encryption, devices and filters are libraries of their own, which FFmpeg wants to be there. Others take
their places that have the same names to offer and do nothing. Needs a C compiler.
"""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from pathlib import Path

from slim import compile_library

NOT_USED = re.compile(
    r"lib(x26[45]|SvtAv1Enc|vpx|gnutls|asound|webp|webpmux|mp3lame|opus|opencore-amr[nw]b|vpl|drm|avfilter"
    r"|xcb|xcb-shm|xcb-shape|xcb-xfixes)-"
)
"""Libraries of PyAV's wheel of which FFmpeg's decoders need nothing: VP8, VP9 and HEVC have decoders of its own."""

_NEEDED = re.compile(r"Shared library: \[(.+)\]")
_WANTED = re.compile(r"\bU (\w+)(?:@{1,2}(\w[\w.]*))?")


def without_unused(inside: Path) -> None:
    """Replace and remove what reading films needs not. Raises `CalledProcessError` if a tool of the compiler fails."""
    modules = list((inside / "av").rglob("*.so"))
    if not modules:
        return
    _thin(inside / "av.libs", modules, NOT_USED)


def without_pictures_of_screens(inside: Path) -> None:
    """Replace Pillow's libxcb, which takes pictures of a screen. Raises as `without_unused`."""
    _thin(inside / "pillow.libs", list((inside / "PIL").glob("*.so")), re.compile("libxcb-"))


def _thin(folder: Path, modules: list[Path], not_used: re.Pattern[str]) -> None:
    """Replace the libraries of this folder whose name matches, and remove those that only they need."""
    libraries = list(folder.glob("*.so*"))
    unused = {library for library in libraries if not_used.match(library.name)}
    kept = [library for library in libraries if library not in unused]
    wanted = _wanted([*modules, *kept])
    for library in unused:
        _replace(library, wanted)
    while True:  # what only another one needs goes after it
        left = list(folder.glob("*.so*"))
        needed = {name for library in [*modules, *left] for name in _names(library)}
        spare = [library for library in left if library.name not in needed]
        if not spare:
            break
        for library in spare:
            library.unlink()


def _names(library: Path) -> list[str]:
    """The libraries that this one needs."""
    told = subprocess.run(["readelf", "-d", str(library)], capture_output=True, text=True, check=True)  # noqa: S603, S607
    return _NEEDED.findall(told.stdout)


def _wanted(libraries: list[Path]) -> dict[str, str]:
    """Every symbol that these expect elsewhere, with its version or an empty one."""
    command = ["nm", "-D", "--undefined-only", *map(str, libraries)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return dict(_WANTED.findall(told.stdout))


def _answer(name: str) -> str:
    """What PyAV asks of each library when it is loaded are texts; to everything else the answer is nothing."""
    return '""' if name.endswith(("_configuration", "_license")) else "0"


def _replace(library: Path, wanted: dict[str, str]) -> None:
    command = ["nm", "-D", "--defined-only", str(library)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    offered = {line.split()[-1].split("@")[0] for line in told.stdout.splitlines() if line.strip()}
    by_version: dict[str, list[str]] = defaultdict(list)
    for name in sorted(offered & wanted.keys()):
        by_version[wanted[name]].append(name)
    names = [name for some in by_version.values() for name in some]
    source = "".join(f"const void *{name}(void) {{ return {_answer(name)}; }}\n" for name in names)
    versions = "".join(
        f"{version} {{ global: {'; '.join(some)}; }};\n" for version, some in by_version.items() if version
    )
    compile_library(source, library, library.name, versions)
