"""What a check of the program looks at outside of FaceSorter: drives, libraries of the window, fonts."""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from facesorter.domain.messages import gettext as _

NETWORK_KINDS = ("nfs", "cifs", "smb", "9p", "afs", "fuse.sshfs", "fuse.rclone", "davfs", "ceph", "glusterfs")
_MOUNTS = Path("/proc/self/mounts")

_WINDOW_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
}
"""What Qt's platform plugin needs of a Linux system, and the Debian packages that have it."""

_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")


def network_kind(folder: str, mounts: str | None = None) -> str:
    """The kind of network drive this folder lies on, as `nfs4`; empty for others, and where nobody tells."""
    if folder.startswith(("\\\\", "//")):
        return _("a network path")
    if mounts is None:
        mounts = _MOUNTS.read_text("utf-8", "surrogateescape") if _MOUNTS.exists() else ""
    real = os.path.realpath(folder)
    drives = [line.split()[1:3] for line in mounts.splitlines()]
    around = [(place, kind) for place, kind in drives if real == place or real.startswith(place.rstrip("/") + "/")]
    kind = max(around, default=("", ""), key=lambda drive: len(drive[0]))[1]
    return kind if kind.startswith(NETWORK_KINDS) else ""


def can_link(folder: str) -> bool:
    """Whether files in this folder can have two names; FAT and some shares cannot do that."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".facesorter-") as place:
        file = Path(place, "a")
        file.touch()
        with suppress(OSError):
            Path(place, "b").hardlink_to(file)
            return True
    return False


def missing_packages() -> list[str]:
    """The Debian packages of what the window lacks on this Linux system."""
    return [package for library, package in _WINDOW_LIBRARIES.items() if not _loads(library)]


def has_screen() -> bool:
    """Whether a window could be shown."""
    if sys.platform != "linux" or "QT_QPA_PLATFORM" in os.environ:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def has_fonts() -> bool:
    """Whether there are letters for the window; other systems than Linux always have some."""
    folders = [Path(os.path.expanduser(folder)) for folder in _FONT_FOLDERS]
    files = (file for folder in folders if folder.is_dir() for file in folder.rglob("*.[to]t[fc]"))
    return sys.platform != "linux" or next(files, None) is not None


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
