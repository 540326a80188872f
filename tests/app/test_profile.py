"""What a profile keeps, and what is said where it cannot."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from facesorter.app import App
from facesorter.domain.errors import DiskFull, StorageUnavailable
from facesorter.paths import AppPaths
from facesorter.settings import Settings


@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, DiskFull), (errno.EROFS, StorageUnavailable)])
def test_settings_that_cannot_be_kept_are_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[StorageUnavailable]
) -> None:
    app = App(AppPaths(tmp_path / "profile"))
    app.open()

    def fail(_file: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(kind, match="settings"):
        app.save(replace(Settings(), look="dark"))
    assert app.settings == Settings()
    app.close()


def test_settings_are_kept_by_whoever_has_the_profile(tmp_path: Path) -> None:
    first, second = (App(AppPaths(tmp_path / "profile")) for _ in range(2))
    first.open()
    with pytest.raises(StorageUnavailable):
        second.save(replace(Settings(), look="dark"))
    first.save(replace(Settings(), look="light"))
    first.close()
    second.save(replace(Settings(), look="dark"))
    assert not second.is_open
    assert App(AppPaths(tmp_path / "profile")).settings.look == "dark"
