"""The player of the system, at the time of the frame if it takes one."""

from __future__ import annotations

import subprocess

import pytest

from facesorter.desktop import player
from facesorter.desktop.player import command_for


def asking(default: str):
    def ask(command: list[str]) -> str:
        if command[2] == "filetype":
            return "video/mp4\n"
        assert command == ["xdg-mime", "query", "default", "video/mp4"]
        return default + "\n"

    return ask


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player.shutil, "which", lambda name: f"/usr/bin/{name}" if name in ("mpv", "vlc") else None)


@pytest.mark.parametrize(("default", "option"), [("mpv", "--start=83"), ("vlc", "--start-time=83")])
@pytest.mark.usefixtures("installed")
def test_a_player_that_takes_a_time_gets_it(default: str, option: str) -> None:
    command = command_for("/films/a b.mp4", 83.6, asking(f"{default}.desktop"))
    assert command == [f"/usr/bin/{default}", option, "file:///films/a%20b.mp4"]


@pytest.mark.parametrize("default", ["org.gnome.Totem.desktop", "celluloid.desktop", ""])
@pytest.mark.usefixtures("installed")
def test_any_other_one_opens_the_film(default: str) -> None:
    assert command_for("/films/a.mp4", 3, asking(default)) == ["xdg-open", "file:///films/a.mp4"]


def test_where_nobody_can_be_asked_the_system_decides() -> None:
    def broken(command: list[str]) -> str:
        raise subprocess.CalledProcessError(1, command)

    assert command_for("/films/-a.mp4", 3, broken) == ["xdg-open", "file:///films/-a.mp4"]


def test_no_player_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert not player.play("/films/a.mp4", 3, "linux")
