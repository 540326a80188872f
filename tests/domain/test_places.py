"""Paths of disks and of S3 are put together and taken apart each in their own way, on every system."""

from __future__ import annotations

import ntpath
import os
from pathlib import Path

import pytest

from facesorter.domain.places import (
    absolute,
    below,
    folder_of,
    is_elsewhere,
    key_below,
    kind_of,
    name_of,
    resolved,
    root_name,
    s3_address,
    split,
)

OBJECT = "s3://bucket/trip/a.jpg"


@pytest.fixture(params=[os.path, ntpath], ids=["here", "on Windows"])
def _any_system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "path", request.param)
    monkeypatch.setattr(os, "sep", request.param.sep)


@pytest.mark.usefixtures("_any_system")
def test_a_path_in_s3_is_the_same_on_every_system() -> None:
    assert below("s3://bucket", "trip") == below("s3://bucket/", "trip") == "s3://bucket/trip"
    assert below("s3://bucket/trip", "x\\y.jpg") == "s3://bucket/trip/x\\y.jpg"
    assert split(OBJECT) == ("s3://bucket/trip/", "a.jpg")
    assert (folder_of(OBJECT), name_of(OBJECT)) == ("s3://bucket/trip", "a.jpg")
    assert name_of("s3://bucket/trip/x\\y.jpg") == "x\\y.jpg"
    assert absolute(OBJECT) == OBJECT
    assert resolved("s3://bucket/trip/") == "s3://bucket/trip"
    assert key_below("s3://bucket/", OBJECT) == key_below("s3://bucket", OBJECT) == "trip/a.jpg"
    assert key_below(OBJECT, OBJECT) == "a.jpg"
    assert root_name("s3://bucket/trip") == "bucket/trip"


def test_a_path_on_windows_keeps_its_own_separator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "path", ntpath)
    monkeypatch.setattr(os, "sep", "\\")
    assert below("C:\\Photos", "a.jpg") == "C:\\Photos\\a.jpg"
    assert (folder_of("C:\\Photos\\a.jpg"), name_of("C:\\Photos\\a.jpg")) == ("C:\\Photos", "a.jpg")
    assert key_below("C:\\Photos", "C:\\Photos\\trip\\a.jpg") == "trip/a.jpg"
    assert root_name("C:\\Photos") == "Photos"


def test_a_folder_on_a_disk_has_one_spelling(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")
    assert resolved(f"{tmp_path}/link/") == os.path.realpath(tmp_path / "there")
    assert key_below(str(tmp_path), str(tmp_path)) == tmp_path.name


def test_what_is_possible_where() -> None:
    disk, s3 = kind_of("/photos"), kind_of("s3://bucket")
    assert (disk.separator, s3.separator) == (os.sep, "/")
    assert all((disk.has_files, disk.has_folders, disk.can_be_watched, s3.costs_money, s3.needs_account))
    assert not any((s3.has_files, s3.has_folders, s3.can_be_watched, disk.costs_money, disk.needs_account))
    assert kind_of("/photos/s3://bucket") == disk


def test_addresses_as_people_write_them() -> None:
    assert s3_address("bucket/trip") == s3_address("/bucket/trip") == s3_address("s3://bucket/trip")
    assert s3_address("") == "s3://"
    assert is_elsewhere("https://example.org/a.jpg")
    assert not is_elsewhere(OBJECT)
    assert not is_elsewhere("/photos/a.jpg")
