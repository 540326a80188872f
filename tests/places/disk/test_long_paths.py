"""Paths of more than 260 characters on Windows, on Linux against a system that refuses them as Windows does."""

from __future__ import annotations

import builtins
import errno
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from facesorter.places.disk import folder_contents, long_paths
from facesorter.places.disk.reading import read_file
from facesorter.places.disk.source import FolderSource
from facesorter.places.disk.transfer import write_copy

DEEP = ("a" * 100, "b" * 100, "c" * 100)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The calls of this system, which find a long path only in the form that Windows wants."""

    def known(path: Any) -> Any:
        if not isinstance(path, str):
            return path
        if path.startswith("\\\\?\\"):
            return path[4:].replace("\\", "/")
        if len(path) >= 260:
            raise FileNotFoundError(errno.ENOENT, "The system cannot find the path specified", path)
        return path

    def as_windows_does(call: Any) -> Any:
        return lambda path, *arguments, **options: call(known(path), *arguments, **options)

    monkeypatch.setattr(long_paths, "_ON_WINDOWS", True)
    for name in ("stat", "lstat", "scandir", "open"):
        monkeypatch.setattr(os, name, as_windows_does(getattr(os, name)))
    monkeypatch.setattr(builtins, "open", as_windows_does(open))


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    """A photo of whose path only a part can be named in the usual form."""
    folder = tmp_path.joinpath(*DEEP)
    folder.mkdir(parents=True)
    photo = folder / "photo.jpg"
    photo.write_bytes(b"bytes")
    assert len(str(photo)) > 300
    return photo


@pytest.mark.usefixtures("windows")
def test_photos_in_deep_folders_are_listed_under_their_usual_path_and_read(deep: Path, tmp_path: Path) -> None:
    listings = list(FolderSource([str(tmp_path)]).listings())
    found = {os.path.join(listing.folder, entry.name) for listing in listings for entry in listing.entries}
    assert found == {str(deep)}
    assert not any(listing.problems for listing in listings)
    assert read_file(str(deep)) == b"bytes"


@pytest.mark.usefixtures("windows")
def test_a_photo_in_a_deep_folder_can_be_chosen_and_copied(deep: Path, tmp_path: Path) -> None:
    [listing] = FolderSource([str(deep)]).listings()
    assert [entry.name for entry in listing.entries] == ["photo.jpg"]
    write_copy(str(deep), str(tmp_path / "copy.jpg"))
    assert (tmp_path / "copy.jpg").read_bytes() == b"bytes"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("C:\\photos\\a.jpg", "C:\\photos\\a.jpg"),
        ("C:\\" + "x" * 240, "\\\\?\\C:\\" + "x" * 240),
        ("C:/" + "x" * 240, "\\\\?\\C:\\" + "x" * 240),
        ("\\\\nas\\photos\\" + "x" * 240, "\\\\?\\UNC\\nas\\photos\\" + "x" * 240),
        ("\\\\?\\C:\\" + "x" * 240, "\\\\?\\C:\\" + "x" * 240),
        ("x" * 260, "x" * 260),
    ],
)
def test_windows_gets_its_long_form(path: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import ntpath

    monkeypatch.setattr(long_paths, "_ON_WINDOWS", True)
    monkeypatch.setattr(long_paths, "os", SimpleNamespace(path=ntpath))
    assert long_paths.for_system(path) == expected


@pytest.mark.skipif(os.name == "nt", reason="there they are changed")
def test_elsewhere_paths_stay_as_they_are(deep: Path) -> None:
    assert long_paths.for_system(str(deep)) == str(deep)


def test_folders_that_the_system_hides_are_not_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Photos", "AppData", "Library"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jpg").touch()
    hidden = {(tmp_path / "AppData").stat().st_ino: {"st_file_attributes": 0x2}}
    hidden[(tmp_path / "Library").stat().st_ino] = {"st_flags": 0x8000}  # UF_HIDDEN
    by_attribute = folder_contents._hidden_by_attribute
    monkeypatch.setattr(folder_contents, "_HIDES_BY_ATTRIBUTE", True)
    monkeypatch.setattr(
        folder_contents,
        "_hidden_by_attribute",
        lambda status: by_attribute(cast("os.stat_result", SimpleNamespace(**hidden.get(status.st_ino, {})))),
    )
    listings = list(FolderSource([str(tmp_path)]).listings())
    assert [listing.folder for listing in listings if listing.entries] == [str(tmp_path / "Photos")]
    [itself, *_below] = FolderSource([str(tmp_path / "AppData")]).listings()  # whoever chooses it means it
    assert len(itself.entries) == 1
