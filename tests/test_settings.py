"""Settings are kept whole, and a file that somebody spoiled never keeps the program from starting."""

import logging
import os
from dataclasses import asdict, replace

import pytest

from facesorter.settings import Settings, load, save


@pytest.fixture
def path(tmp_path):
    return tmp_path / "settings.toml"


def warnings(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


def test_what_is_saved_is_loaded(path, caplog):
    wanted = Settings(threshold=71.5, link="hard", folders=("/photos", "/caf\udce9"), cap_cents=0, look="dark")
    save(wanted, path)
    assert load(path) == wanted
    assert warnings(caplog) == []


def test_a_key_of_an_earlier_version_is_still_read(path, caplog):
    path.write_text("thrift = 'sheets'\n")
    assert load(path) == Settings(savings="sheets")
    path.write_text("thrift = 'sheets'\nsavings = 'hybrid'\n")
    assert load(path) == Settings(savings="hybrid")
    assert warnings(caplog) == []


def test_a_missing_file_and_missing_and_unknown_keys_are_nothing_to_tell_of(path, caplog):
    assert load(path) == Settings()
    path.write_text("from_tomorrow = 1\nthreshold = 70\n")
    assert load(path) == Settings(threshold=70.0)
    assert warnings(caplog) == []


@pytest.mark.parametrize(
    "line",
    [
        "threshold = 900",
        "threshold = -1",
        "threshold = nan",
        "threshold = true",
        "threshold = '80'",
        "cap_cents = 1.5",
        "cap_cents = -5",
        "link = 'symbolic'",
        "look = 'loud'",
        "engine = 7",
        "savings = 'much'",
        "recursive = 'yes'",
        "folders = '/photos'",
        "folders = [1, 2]",
    ],
)
def test_a_wrong_value_falls_back_alone_and_is_told_of_in_one_line(path, caplog, line):
    key = line.partition(" = ")[0]
    path.write_text(f"{line}\nmodels_folder = '/models'\n")
    assert load(path) == replace(Settings(), models_folder="/models")
    (told,) = warnings(caplog)
    assert f"{key} cannot be" in told
    assert f"{asdict(Settings())[key]!r} is used" in told
    assert "settings.toml" in told
    caplog.clear()
    load(path, tell=False)
    assert warnings(caplog) == []


@pytest.mark.parametrize("content", [b"threshold = ", b"\xff\xfe\x00", b"[", b"threshold = 1\nthreshold = 2"])
def test_a_damaged_file_is_told_of_and_the_defaults_are_used(path, caplog, content):
    path.write_bytes(content)
    assert load(path) == Settings()
    (told,) = warnings(caplog)
    assert "settings.toml cannot be read" in told


def test_the_settings_are_on_the_disk_before_they_replace_the_old_ones(path, monkeypatch):
    calls = []
    fsync, replace_file = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda file: (calls.append("fsync"), fsync(file)))
    monkeypatch.setattr(os, "replace", lambda old, new: (calls.append("replace"), replace_file(old, new)))
    save(Settings(), path)
    assert calls == ["fsync", "replace", "fsync"]


def test_a_link_in_the_way_is_replaced_and_not_written_through(path, tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"a photo")
    path.symlink_to(photo)
    path.with_suffix(".tmp").symlink_to(photo)
    save(Settings(look="dark"), path)
    assert photo.read_bytes() == b"a photo"
    assert load(path).look == "dark"


@pytest.mark.parametrize("version", ["99", "'soon'"])
def test_settings_of_another_version_are_told_of_and_used_as_far_as_they_are_known(path, caplog, version):
    path.write_text(f"version = {version}\nlook = 'dark'\nfrom_tomorrow = 1\n")
    assert load(path) == Settings(look="dark")
    (told,) = warnings(caplog)
    assert "another version" in told


@pytest.mark.parametrize(("chosen", "languages"), [("system", None), ("de", ["de"]), ("en", ["en"])])
def test_the_language_is_the_chosen_one_or_the_systems(path, chosen, languages):
    save(Settings(language=chosen), path)
    assert load(path).languages == languages


def test_the_settings_of_version_0_1_0_are_kept_whole(path):
    """As that version wrote them, each with another value than the usual one."""
    kept = """
version = 1
threshold = 71.5
link = "hard"
look_first = true
recursive = false
destination = "/copies"
folders = ["/photos", "s3://bucket/a"]
models_folder = "/models"
aws_profile = "work"
aws_region = "eu-west-1"
engine = "rekognition"
thrift = "hybrid"
cap_cents = 750
upload_consent = true
look = "dark"
window_geometry = "AdnQywADAAA="
detail_width_px = 333
"""
    path.write_text(kept)
    loaded = load(path)
    usual = Settings()
    was = {line.split(" = ")[0] for line in kept.strip().splitlines()} - {"version", "thrift"} | {"savings"}
    assert not [name for name in was if getattr(loaded, name) == getattr(usual, name)]
    assert loaded.folders == ("/photos", "s3://bucket/a")
    assert loaded.people == loaded.recent_folders == ()
    save(loaded, path)
    assert load(path) == loaded
