"""A folder is listed by its descriptor where the system can, and is closed however the listing ends."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from facesorter.places.disk.open_folder import open_folder

by_descriptor = pytest.mark.skipif(os.scandir not in os.supports_fd, reason="This system lists folders by their paths.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.jpg").write_bytes(bytes(number))
    return folder


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The descriptors of all that is opened."""
    found: list[int] = []
    really_open = os.open

    def noting(path: str, flags: int) -> int:
        found.append(really_open(path, flags))
        return found[-1]

    monkeypatch.setattr(os, "open", noting)
    return found


def is_closed(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return True
    return False


@by_descriptor
def test_sizes_are_asked_without_following_the_path_again(folder: Path) -> None:
    with open_folder(str(folder)) as entries:
        folder.rename(folder.with_name("elsewhere"))
        assert {entry.name: entry.stat().st_size for entry in entries} == {"0.jpg": 0, "1.jpg": 1, "2.jpg": 2}


@by_descriptor
def test_the_folder_is_closed_when_all_of_it_is_listed(folder: Path, opened: list[int]) -> None:
    with open_folder(str(folder)) as entries:
        assert len(list(entries)) == 3
        assert not any(map(is_closed, opened))
    assert len(opened) == 1
    assert all(map(is_closed, opened))


@by_descriptor
@pytest.mark.parametrize("end", [OSError, KeyboardInterrupt])
def test_the_folder_is_closed_when_the_listing_ends_early(
    folder: Path, opened: list[int], end: type[BaseException]
) -> None:
    def list_in_part() -> None:
        with open_folder(str(folder)) as entries:
            next(entries)
            raise end

    with pytest.raises(end):
        list_in_part()
    assert len(opened) == 1
    assert all(map(is_closed, opened))


@by_descriptor
def test_the_folder_is_closed_when_it_cannot_be_listed(
    folder: Path, opened: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(path: int) -> None:
        raise OSError("not now")

    monkeypatch.setattr(os, "scandir", failing)
    monkeypatch.setattr(os, "supports_fd", {failing})
    with pytest.raises(OSError, match="not now"), open_folder(str(folder)):
        pass
    assert len(opened) == 1
    assert all(map(is_closed, opened))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_pipe_in_a_folders_place_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotADirectoryError), open_folder(str(tmp_path / "pipe")):
        pass
