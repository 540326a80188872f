"""What the doctor sees of the computer it is on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from facesorter.app import surroundings
from facesorter.app.surroundings import can_link, has_screen, missing_packages, network_kind

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
nas:/photos /mnt/nas nfs4 rw 0 0
/dev/sdb1 /mnt/nas/usb vfat rw 0 0
//box/share /mnt/box cifs rw 0 0
"""


@pytest.mark.skipif(os.name == "nt", reason="Paths of Linux.")
@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/anna", ""),
        ("/mnt/nas", "nfs4"),
        ("/mnt/nas/2019", "nfs4"),
        ("/mnt/nasty", ""),
        ("/mnt/nas/usb/out", ""),
        ("/mnt/box/a", "cifs"),
        ("//box/share", "a network path"),
    ],
)
def test_network_drives_are_known(folder: str, kind: str) -> None:
    assert network_kind(folder, MOUNTS) == kind


def test_this_computer_tells_of_its_drives(tmp_path: Path) -> None:
    assert isinstance(network_kind(str(tmp_path)), str)


def test_links_are_tried_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert can_link(str(tmp_path))

    def refused(*names: object, **more: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    assert not can_link(str(tmp_path))
    assert not any(tmp_path.iterdir())


def test_missing_libraries_are_named_by_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "_WINDOW_LIBRARIES", {"libno-such-thing.so.9": "libno-such-thing9"})
    assert missing_packages() == ["libno-such-thing9"]


@pytest.mark.skipif(os.name == "nt", reason="Windows always has a screen.")
def test_a_screen_is_known_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if os.uname().sysname == "Linux":
        assert not has_screen()
    monkeypatch.setenv("DISPLAY", ":0")
    assert has_screen()
