"""What a profile keeps, and what is said where it cannot."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from facesorter.app import Workshop
from facesorter.domain.errors import DiskFull, StorageUnavailable
from facesorter.paths import AppPaths
from facesorter.settings import Settings


@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, DiskFull), (errno.EROFS, StorageUnavailable)])
def test_settings_that_cannot_be_kept_are_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[StorageUnavailable]
) -> None:
    workshop = Workshop(AppPaths(tmp_path / "profile"))
    workshop.open()

    def fail(_file: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(kind, match="settings"):
        workshop.save(replace(Settings(), look="dark"))
    assert workshop.settings == Settings()
    workshop.close()


def test_settings_are_kept_by_whoever_has_the_profile(tmp_path: Path) -> None:
    first, second = (Workshop(AppPaths(tmp_path / "profile")) for _ in range(2))
    first.open()
    with pytest.raises(StorageUnavailable):
        second.save(replace(Settings(), look="dark"))
    first.save(replace(Settings(), look="light"))
    first.close()
    second.save(replace(Settings(), look="dark"))
    assert not second.is_open
    assert Workshop(AppPaths(tmp_path / "profile")).settings.look == "dark"
