"""A whole profile of version 0.1.0, as whoever upgrades has it, and one of a version that does not exist yet."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.program import ROOT, facesorter

CATALOGS = ROOT / "tests" / "storage" / "catalogs"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    made = tmp_path / "profile"
    made.mkdir()
    shutil.copy(CATALOGS / "catalog-0.1.0.db", made / "catalog.db")
    shutil.copy(CATALOGS / "collections-0.1.0.db", made / "collections.db")
    (made / "settings.toml").write_text("version = 1\nthreshold = 71.5\nthrift = 'hybrid'\n")
    return made


def version_of(file: Path) -> int:
    """Of the catalog's form, from its header; 0 if it is none."""
    head = file.read_bytes()[:64]
    return int.from_bytes(head[60:64], "big") if head.startswith(b"SQLite format 3") else 0


def test_a_profile_of_0_1_0_opens_and_a_backup_is_kept(profile: Path) -> None:
    before = version_of(profile / "catalog.db")
    people = facesorter("people", "list", profile=profile)
    assert people.returncode == 0, people.stderr
    assert all(name in people.stdout for name in ("Anna", "Ben", "Zo\u00eb"))
    runs = facesorter("undo", profile=profile)
    assert runs.returncode == 0, runs.stderr
    assert "Anna" in runs.stdout
    doctor = facesorter("doctor", profile=profile)
    assert doctor.returncode == 0, doctor.stdout
    assert str(profile) in doctor.stdout
    backups = [file for file in profile.rglob("*catalog*") if version_of(file) == before]
    assert backups, "there is no backup"


def test_a_profile_of_a_later_version_is_refused_and_left_alone(profile: Path) -> None:
    assert facesorter("people", "list", profile=profile).returncode == 0
    with closing(sqlite3.connect(profile / "catalog.db")) as catalog:
        (version,) = catalog.execute("PRAGMA user_version").fetchone()
        catalog.execute("PRAGMA journal_mode = DELETE")
        catalog.execute(f"PRAGMA user_version = {version + 1}")
    before = (profile / "catalog.db").read_bytes()
    refused = facesorter("people", "list", profile=profile)
    assert refused.returncode == 3
    assert "newer" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert (profile / "catalog.db").read_bytes() == before
