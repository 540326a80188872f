"""Plays a film in the system's player, from a given time on where that player can be told one."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable

from facesorter.desktop.reveal import address_of

_START_OPTIONS = {
    "mpv": "--start={}",
    "vlc": "--start-time={}",
    "celluloid": "--mpv-start={}",
    "io.github.celluloid_player.celluloid": "--mpv-start={}",
    "haruna": "--start={}",
}
"""By the name of a player's desktop file, which is its program's too but for the prefix, how it takes a time."""

Ask = Callable[[list[str]], str]


def play(path: str, seconds: float, platform: str = sys.platform) -> bool:
    """Open the film in the player that the system uses for such files; False if there is none.

    It waits for the system's answer: not for the window's thread.
    """
    try:
        if platform == "win32":
            getattr(os, "startfile")(path)  # noqa: B009 - only Windows has it
        elif platform == "darwin":
            subprocess.run(["/usr/bin/open", path], check=True)  # noqa: S603
        else:
            subprocess.Popen(  # noqa: S603
                command_for(path, seconds, _ask), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def command_for(path: str, seconds: float, ask: Ask) -> list[str]:
    """The command for Linux: the usual player with a time if it takes one, or else whatever opens such a file."""
    plain = ["xdg-open", address_of(path)]
    try:
        kind = ask(["xdg-mime", "query", "filetype", path]).strip()
        player = ask(["xdg-mime", "query", "default", kind]).strip().removesuffix(".desktop")
    except (OSError, subprocess.SubprocessError):
        return plain
    program = shutil.which(player.rpartition(".")[2])
    option = _START_OPTIONS.get(player)
    if program is None or option is None:
        return plain
    return [program, option.format(math.floor(max(0.0, seconds))), address_of(path)]


def _ask(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=5).stdout  # noqa: S603
