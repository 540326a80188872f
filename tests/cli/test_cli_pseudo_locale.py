"""In a language that puts brackets around every sentence, no sentence of the command line stands without them."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from skimage import data as pictures

from facesorter import cli
from tests.cli.program import ROOT
from tests.copying import CopyDesk
from tests.pseudo import outside

DATA = re.compile(
    r"""
    facesorter:? | FaceSorter | Eileen | PhotosWith\S+ | \S*/\S*        # names and paths
    | [\[({|]*-\S* | [\[({|]*[A-Z0-9:=_./{}|<>-]{2,}[\])}|.,]*          # options, and names of what they take
    | [\[({]*[a-z0-9]+([,|:{}][a-zA-Z0-9-]*)+[\])}]*                    # what may be chosen, joined by commas or bars
    | \w+\.(jpg|png|webp)[:,]?
    """,
    re.VERBOSE,
)
"""Words that are no part of a sentence."""


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command that there is."""
    parsers = argparse.ArgumentParser().add_subparsers()
    vars(cli)["_add_commands"](parsers, argparse.ArgumentParser(add_help=False))
    return dict(parsers.choices)


def actions(parser: argparse.ArgumentParser) -> list[str]:
    """What can be done with a command, such as `list` or `rename`."""
    return [name for one in parser._actions if isinstance(one.choices, dict) for name in one.choices]


COMMANDS = commands()
VERSIONS = re.compile(r"FaceSorter \d|  av \d| *: local-\d")
"""Lines of `doctor` with names of software alone."""

COMMAND_WORDS = {
    *COMMANDS,
    *(name for parser in COMMANDS.values() for name in actions(parser)),
    "source",
    "target",
    "photo",
    "name",
    "run",
    "file",
}
"""What is typed as it stands: commands, and what `--help` calls their arguments."""


def said(*arguments: object, profile: Path, code: int) -> str:
    """What the program prints, on either stream."""
    result = subprocess.run(
        [sys.executable, "-m", "tests.pseudo", *map(str, arguments), "--profile-dir", str(profile)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=120,
        env={**os.environ, "COLUMNS": "500", "TMPDIR": str(profile.parent), "PYTHONIOENCODING": "utf-8"},
    )
    assert result.returncode == code, result.stderr
    return result.stdout + result.stderr


def unbracketed(text: str) -> set[str]:
    """Its lines with words that stand outside of all brackets and are no data."""
    return {
        line
        for line in outside(text).splitlines()
        if not VERSIONS.match(line)
        for word in line.split()
        if re.search(r"[A-Za-z]{2}", word)
        and not DATA.fullmatch(word.strip(",.:"))
        and word.strip("[]") not in COMMAND_WORDS
    }


@pytest.mark.parametrize(
    "command", [(), *((command,) for command in COMMANDS), ("aws", "policy"), ("aws", "import-key")]
)
def test_help(command: tuple[str, ...], tmp_path: Path) -> None:
    text = said(*command, "--help", profile=tmp_path / "profile", code=0)
    assert "⟦usage: ⟧" in text
    assert unbracketed(text) == set()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("sort",), 2),
        (("sort", "--threshold", "200", "photos"), 2),
        (("sort", "--engine", "nobody", "photos"), 2),
        (("sort", "--name", "Eileen", "/nowhere"), 2),
        (("sort", "--name", "Eileen", "--headshot", "/nowhere.jpg", "/nowhere"), 2),
        (("sort", "--name", "Eileen", "--headshot", "/a.jpg", "--engine", "rekognition", "/nowhere"), 2),
        (("forget", "Eileen"), 2),
        (("forget",), 2),
        (("undo", "7"), 2),
        (("duplicates", "/nowhere"), 2),
        (("aws", "login-check", "--region", "nowhere"), 3),
        (("compare", "/nowhere.jpg", "/nowhere.png"), 1),
    ],
)
def test_errors(arguments: tuple[str, ...], code: int, tmp_path: Path) -> None:
    assert unbracketed(said(*arguments, profile=tmp_path / "profile", code=code)) == set()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A photo of a person, one of nobody, a damaged one, and what is no photo."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, picture in (("portrait.jpg", "astronaut"), ("coffee.jpg", "coffee")):
        Image.fromarray(getattr(pictures, picture)()).save(folder / name)
    (folder / "damaged.jpg").write_bytes((folder / "portrait.jpg").read_bytes()[:5000])
    (folder / "notes.txt").write_text("not a photo")
    return folder


def test_a_run_and_what_follows_it(photos: Path, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    who = ("--name", "Eileen", "--headshot", photos / "portrait.jpg")
    run = said("sort", *who, photos, "--to", tmp_path / "out", profile=profile, code=1)
    assert unbracketed(run) == set()
    assert "⟦The picture is damaged or incomplete.⟧" in run
    log = (profile / "logs" / "facesorter.log").read_text("utf-8")
    assert "The picture is damaged or incomplete." not in log.replace("⟦The picture is damaged or incomplete.⟧", "")
    for command, code in (
        (("check",), 0),
        (("undo",), 0),
        (("undo", 1), 0),
        (("doctor",), 0),
        (("forget", "Eileen"), 0),
    ):
        assert unbracketed(said(*command, profile=profile, code=code)) == set()


def test_comparing(photos: Path, tmp_path: Path) -> None:
    portrait, profile = photos / "portrait.jpg", tmp_path / "profile"
    for arguments, code in (((portrait, photos / "coffee.jpg"), 0), ((portrait, portrait), 0), ((portrait, photos), 1)):
        assert unbracketed(said("compare", *arguments, profile=profile, code=code)) == set()
    assert unbracketed(said("analyze", portrait, profile=profile, code=0)) == set()


def test_checking_copies(tmp_path: Path) -> None:
    desk = CopyDesk(tmp_path)
    desk.copy(*(desk.put(f"{number}.jpg", b"x%d" % number) for number in range(3)))
    desk.database.close()
    folder = desk.out / "PhotosWithAnna"
    (folder / "0.jpg").unlink()
    (folder / "1.jpg").write_bytes(b"another")
    assert unbracketed(said("check", "--repair", profile=tmp_path, code=1)) == set()
    assert unbracketed(said("undo", "1", profile=tmp_path, code=1)) == set()


def test_json_is_the_same_in_every_language(photos: Path, tmp_path: Path) -> None:
    arguments = ("sort", "--name", "Eileen", "--headshot", photos / "portrait.jpg", photos, "--json", "--dry-run")
    text = said(*arguments, profile=tmp_path / "profile", code=1)
    assert '"event": "balance"' in text
    assert '"verdict": "sure"' in text
