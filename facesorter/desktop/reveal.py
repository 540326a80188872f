"""Shows a file in the system's file manager."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import quote

from facesorter.desktop.bus import Connection, Service

FILE_MANAGER = Service("org.freedesktop.FileManager1", "/org/freedesktop/FileManager1", "org.freedesktop.FileManager1")


def reveal(path: str, platform: str = sys.platform) -> bool:
    """Open the folder of this file with the file selected. It waits for an answer: not for the window's thread.

    False if no file manager could be asked to select it.
    """
    try:
        if platform == "win32":
            subprocess.Popen(in_explorer(path))  # noqa: S603 - its exit code is 1 even where all went well
        elif platform == "darwin":
            subprocess.run(in_finder(path), check=True)  # noqa: S603
        else:
            with Connection() as connection:
                connection.ask(FILE_MANAGER, "ShowItems", "ass", [address_of(path)], "")
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def in_explorer(path: str) -> str:
    """The command for Windows, which wants quotes in the middle of an argument."""
    return f'explorer.exe /select,"{path}"'


def in_finder(path: str) -> list[str]:
    """The command for macOS."""
    return ["/usr/bin/open", "-R", path]


def address_of(path: str) -> str:
    """The `file:` address of a path, whatever bytes its name has."""
    return "file://" + quote(os.fsencode(os.path.abspath(path)))
