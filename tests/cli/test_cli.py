"""The program as a user runs it: a process, real pictures, the engine on this computer."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from skimage import data as pictures

from facesorter.cli.compare import degrees
from tests.cli.program import ROOT, facesorter


def json_lines(result: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A headshot, and photos of which two show that person."""
    folder = tmp_path_factory.mktemp("album")
    person = Image.fromarray(pictures.astronaut())
    person.crop((140, 20, 320, 220)).save(folder / "head.png")
    photos = folder / "photos"
    (photos / "trip").mkdir(parents=True)
    person.save(photos / "portrait.jpg")
    person.resize((256, 256)).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(photos / "trip" / "small.webp")
    Image.fromarray(pictures.coffee()).save(photos / "coffee.jpg")
    Image.fromarray(pictures.chelsea()).save(photos / "trip" / "cat.png")
    (photos / "damaged.jpg").write_bytes((photos / "portrait.jpg").read_bytes()[:5000])
    (photos / "notes.txt").write_text("not a photo")
    return folder


def test_sort_finds_and_copies(album: Path, tmp_path: Path) -> None:
    arguments = (
        "sort",
        "--name",
        "Eileen",
        "--headshot",
        album / "head.png",
        album / "photos",
        "--to",
        tmp_path / "out",
    )
    result = facesorter(*arguments, "--json", profile=tmp_path / "profile")
    assert result.returncode == 1, result.stderr
    lines = json_lines(result)
    verdicts = {os.path.basename(line["photo"]): line["verdict"] for line in lines if line["event"] == "verdict"}
    assert verdicts == {"portrait.jpg": "sure", "small.webp": "sure", "coffee.jpg": "no-face", "cat.png": "no-face"}
    (problem,) = [line for line in lines if line["event"] == "problem"]
    assert os.path.basename(problem["photo"]) == "damaged.jpg"
    assert lines[-1] == {
        "event": "balance",
        "person": "Eileen",
        "found": 5,
        "copied": 2,
        "already_there": 0,
        "same_picture": 0,
        "companions": 0,
        "check": 0,
        "not_them": 0,
        "no_face": 2,
        "problems": 1,
    }
    copied = tmp_path / "out" / "PhotosWithEileen" / "portrait.jpg"
    assert copied.read_bytes() == (album / "photos" / "portrait.jpg").read_bytes()

    again = json_lines(facesorter(*arguments, "--json", profile=tmp_path / "profile"))[-1]
    assert (again["copied"], again["already_there"], again["found"]) == (0, 2, 5)

    head, run, hint = facesorter("undo", profile=tmp_path / "profile").stdout.splitlines()
    assert head.split() == ["run", "started", "copies", "people,", "destination"]
    assert run.split()[0] == "1"
    assert hint == "To remove the unchanged copies that run 1 made: facesorter undo 1"

    undone = facesorter("undo", "1", profile=tmp_path / "profile")
    assert undone.returncode == 0, undone.stderr
    assert not copied.exists()
    assert (album / "photos" / "portrait.jpg").exists()


@pytest.mark.parametrize(("angle", "shown"), [(-0.3, "0°"), (0.3, "0°"), (-0.6, "-1°"), (12.4, "+12°")])
def test_an_angle_that_is_none_has_no_sign(angle: float, shown: str) -> None:
    assert degrees(angle) == shown


def test_many_people_from_a_folder_of_headshots(album: Path, tmp_path: Path) -> None:
    heads = tmp_path / "heads"
    (heads / "Eileen").mkdir(parents=True)
    (heads / "Eileen" / "1.png").write_bytes((album / "head.png").read_bytes())
    result = facesorter(
        "sort", "--people", heads, album / "photos", "--to", tmp_path / "out", "--dry-run", profile=tmp_path / "profile"
    )
    assert result.returncode == 1, result.stderr
    assert "Eileen: 5 photos = 2 would be copied" in result.stdout
    assert not (tmp_path / "out").exists()


def test_a_name_spelled_in_another_way_is_the_same_person_with_the_same_folder(album: Path, tmp_path: Path) -> None:
    """The folder came from a Mac, with a picture in it that has a photo's name."""
    composed, decomposed = "Zo\u00eb", "Zoe\u0308"
    theirs = tmp_path / "out" / f"PhotosWith{decomposed}" / "portrait.jpg"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"another picture")
    heads = tmp_path / "heads"
    (heads / decomposed).mkdir(parents=True)
    (heads / decomposed / "1.png").write_bytes((album / "head.png").read_bytes())
    first = facesorter(
        *("sort", "--people", heads, album / "photos", "--to", tmp_path / "out", "--json"),
        profile=tmp_path / "profile",
    )
    balance = json_lines(first)[-1]
    assert (balance["person"], balance["copied"]) == (composed, 2)
    again = facesorter(
        *("sort", "--name", f" {composed} ", "--headshot", album / "head.png", "--people", heads, album / "photos"),
        *("--to", tmp_path / "out", "--json"),
        profile=tmp_path / "profile",
    )
    (balance,) = [line for line in json_lines(again) if line["event"] == "balance"]
    assert (balance["person"], balance["copied"], balance["already_there"]) == (composed, 0, 2)
    assert [folder.name for folder in (tmp_path / "out").iterdir()] == [theirs.parent.name]
    assert sorted(file.name for file in theirs.parent.iterdir()) == ["portrait (1).jpg", "portrait.jpg", "small.webp"]
    assert theirs.read_bytes() == b"another picture"
    assert facesorter("forget", decomposed, profile=tmp_path / "profile").returncode == 0


def test_compare_answers_like_compare_faces(album: Path, tmp_path: Path) -> None:
    result = facesorter(
        "compare", album / "head.png", album / "photos" / "portrait.jpg", "--json", profile=tmp_path / "profile"
    )
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert set(answer) == {"SourceImageFace", "FaceMatches", "UnmatchedFaces"}
    assert answer["FaceMatches"][0]["Similarity"] > 95
    assert set(answer["FaceMatches"][0]["Face"]) == {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}


def test_compare_tells_how_similar_a_stranger_is(album: Path, tmp_path: Path) -> None:
    result = facesorter(
        "compare", album / "head.png", album / "photos" / "portrait.jpg", "--threshold", "100",
        profile=tmp_path / "profile",
    )  # fmt: skip
    _, face = result.stdout.splitlines()
    assert int(face.split("%")[0]) > 95
    assert face.split()[1] == "no"


def test_analyze_tells_of_each_face(album: Path, tmp_path: Path) -> None:
    result = facesorter("analyze", album / "photos" / "portrait.jpg", profile=tmp_path / "profile")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("face 1: ")
    assert result.stdout.count("\n") == 1
    assert re.search(r", \d+ to \d+ years, happy \d+%, ", result.stdout)
    assert "Gender female" in result.stdout
    assert "unknown" not in result.stdout.lower()
    assert "Beard" not in result.stdout


def test_doctor_finds_all_well(tmp_path: Path) -> None:
    result = facesorter("doctor", profile=tmp_path / "profile")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.endswith("All is well.\n")


def test_doctor_leaves_a_destination_in_s3_to_the_copying(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    profile.mkdir()
    (profile / "settings.toml").write_text('destination = "s3://photos/found"\n')
    result = facesorter("doctor", profile=profile)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "destination: s3://photos/found, which is tried when photos are copied" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("sort", "photos"), "Nobody to look for"),
        (("sort", "photos", "--name", "Anna"), "both a name and a headshot"),
        (("sort", "photos", "--name", "..", "--headshot", "head.png"), "name"),
        (("sort", "photos", "--name", "Anna", "--headshot", "missing.png"), "missing.png"),
        (("sort", "photos", "--name", "Anna", "--headshot", "photos/coffee.jpg"), "No face was found"),
        (("sort", "nowhere", "--name", "Anna", "--headshot", "head.png"), "nowhere"),
        (("sort", "photos", "--name", "Anna", "--headshot", "head.png", "--threshold", "101"), "0 to 100"),
        (("sort", "", "--name", "Anna", "--headshot", "head.png"), "empty name"),
        (("sort", "photos", "--to", "", "--name", "Anna", "--headshot", "head.png"), "empty name"),
        (("undo", "7", "--profile-dir", ""), "the name of the folder is empty"),
        (("undo", "7"), "no run 7"),
        (("endpoint", "--s3-folder", "nowhere"), "no folder"),
        (("endpoint", "--port", "65536"), "0 to 65535"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(
    album: Path, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    files = ("head.png", "missing.png", "photos", "photos/coffee.jpg", "nowhere")
    paths = [album / argument if argument in files else argument for argument in arguments]
    result = facesorter(*paths, profile=tmp_path / "profile")
    assert result.returncode == 2, result.stderr
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_a_name_given_twice_is_one_person_and_a_folder_without_headshots_is_told_of(
    album: Path, tmp_path: Path
) -> None:
    heads = tmp_path / "heads"
    for name in ("Eileen", "Nobody"):
        (heads / name).mkdir(parents=True)
    (heads / "Eileen" / "1.png").write_bytes((album / "head.png").read_bytes())
    result = facesorter(
        "sort", "--name", "Eileen", "--headshot", album / "head.png", "--people", heads, album / "photos",
        "--dry-run", "--json", profile=tmp_path / "profile",
    )  # fmt: skip
    assert result.returncode == 1, result.stderr
    lines = json_lines(result)
    assert [line["person"] for line in lines if line["event"] == "headshot-problem"] == ["Nobody"]
    assert [(line["person"], line["found"]) for line in lines if line["event"] == "balance"] == [("Eileen", 5)]


def test_doubts_about_a_headshot_are_told_before_the_scan(album: Path, tmp_path: Path) -> None:
    one = Image.open(album / "head.png")
    both = Image.new("RGB", (one.width * 2, one.height))
    both.paste(one)
    both.paste(one, (one.width, 0))
    both.save(tmp_path / "both.png")
    arguments = ("sort", "--name", "Eileen", album / "photos" / "coffee.jpg", "--dry-run", "--headshot")
    result = facesorter(*arguments, tmp_path / "both.png", profile=tmp_path / "profile")
    assert result.returncode == 0, result.stderr
    assert "both.png of Eileen: 2 faces, of which the largest is taken." in result.stderr
    assert facesorter(*arguments, album / "head.png", profile=tmp_path / "profile").stderr == ""


def test_lines_are_printed_whatever_the_terminal_can_show(album: Path, tmp_path: Path) -> None:
    name = "\N{CYRILLIC CAPITAL LETTER ZHE}\x1b[31m"
    result = facesorter(
        "sort", "--name", name, "--headshot", album / "head.png", album / "photos" / "portrait.jpg", "--dry-run",
        profile=tmp_path / "profile", PYTHONIOENCODING="cp1252",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "\\u0416\\ufffd[31m: 1 photo = " in result.stdout


def test_a_pipe_that_is_closed_early_is_no_success(album: Path, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing) as closed:
        result = subprocess.run(
            [sys.executable, "-m", "facesorter", "analyze", album / "head.png", "--profile-dir", tmp_path / "profile"],
            stdout=closed, stderr=subprocess.PIPE, check=False, cwd=ROOT, timeout=120,
        )  # fmt: skip
    assert (result.returncode, result.stderr) == (141, b"")


@pytest.mark.parametrize("command", ["analyze damaged", "compare head damaged", "compare damaged head"])
def test_the_picture_that_cannot_be_looked_at_is_named(album: Path, tmp_path: Path, command: str) -> None:
    files = {"head": album / "head.png", "damaged": album / "photos" / "damaged.jpg"}
    result = facesorter(*(files.get(word, word) for word in command.split()), profile=tmp_path / "profile")
    assert result.returncode == 1
    assert result.stderr.startswith(f"facesorter: {files['damaged']} cannot be used. ")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_without_a_screen_the_command_line_is_offered(tmp_path: Path) -> None:
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in screens}
    result = subprocess.run(
        [sys.executable, "-m", "facesorter"],
        env=environment | {"HOME": str(tmp_path)}, capture_output=True, text=True, check=False, cwd=ROOT, timeout=60,
    )  # fmt: skip
    assert (result.returncode, result.stderr.count("\n")) == (3, 1)
    assert "no screen" in result.stderr


def test_the_second_program_is_told_of_the_first(album: Path, tmp_path: Path) -> None:
    from facesorter.app import App
    from facesorter.paths import AppPaths

    first = App(AppPaths(tmp_path / "profile"))
    first.open()
    result = facesorter(
        "sort", album / "photos", "--name", "Anna", "--headshot", album / "head.png", profile=tmp_path / "profile"
    )
    first.close()
    assert result.returncode == 3
    assert "already at work" in result.stderr


def test_an_altered_model_is_refused(album: Path, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    models = tmp_path / "models"
    models.mkdir()
    (models / "face_detection_yunet_2023mar.onnx").write_bytes(b"not a model")
    profile.mkdir()
    (profile / "settings.toml").write_text(f'models_folder = "{models}"\n')
    result = facesorter("analyze", album / "head.png", profile=profile)
    assert result.returncode == 3
    assert "face_detection_yunet_2023mar.onnx" in result.stderr


def test_a_real_album(data: Path, tmp_path: Path) -> None:
    """Four people among groups, crowds and strangers: everybody labeled is found, and nobody else is sure."""
    result = facesorter(
        "sort", "--people", data / "album" / "heads", data / "album" / "photos", "--dry-run", "--json",
        profile=tmp_path / "profile",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    sure = {
        (line["person"], os.path.basename(line["photo"]))
        for line in json_lines(result)
        if line["event"] == "verdict" and line["verdict"] == "sure"
    }
    assert sure == {
        ("Barack", "obama1.jpg"),
        ("Barack", "obama2.jpg"),
        ("Barack", "obama_and_biden.jpg"),
        ("Joe", "biden2.jpg"),
        ("Joe", "obama_and_biden.jpg"),
        ("Kit", "kit2.jpeg"),
        ("Kit", "kit_with_rose.jpg"),
        ("Rose", "kit_with_rose.jpg"),
        ("Rose", "rose2.jpg"),
    }


def test_thumbnails_are_passed_over_told_of_and_looked_at_when_asked_for(album: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    (photos / "@eaDir" / "portrait.jpg").mkdir(parents=True)
    portrait = (album / "photos" / "portrait.jpg").read_bytes()
    (photos / "portrait.jpg").write_bytes(portrait)
    (photos / "@eaDir" / "portrait.jpg" / "SYNOPHOTO_THUMB_XL.jpg").write_bytes(portrait + b"another")
    arguments = ("sort", "--name", "Eileen", "--headshot", album / "head.png", photos, "--to", tmp_path / "out")
    said = facesorter(*arguments, profile=tmp_path / "profile").stdout
    assert "1 thumbnail was passed over. --all-pictures looks at them too." in said
    *_, told, balance = json_lines(facesorter(*arguments, "--json", profile=tmp_path / "profile"))
    assert told == {"event": "passed-over", "files": 0, "thumbnails": 1}
    assert balance["found"] == 1
    *_, balance = json_lines(facesorter(*arguments, "--json", "--all-pictures", profile=tmp_path / "profile"))
    assert (balance["found"], balance["copied"]) == (2, 1)


def test_companions_go_along_when_asked_for_and_are_told_of_when_not(album: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "IMG_1.jpg").write_bytes((album / "photos" / "portrait.jpg").read_bytes())
    (photos / "IMG_1.xmp").write_text("a note")
    arguments = ("sort", "--name", "Eileen", "--headshot", album / "head.png", photos, "--to", tmp_path / "out")
    said = facesorter(*arguments, profile=tmp_path / "profile").stdout
    assert "1 of the photos copied has something beside it" in said
    said = facesorter(*arguments, "--with-companions", profile=tmp_path / "profile").stdout
    assert "; and 1 file that belongs to them" in said
    assert (tmp_path / "out/PhotosWithEileen/IMG_1.xmp").read_text() == "a note"
    *_, balance = json_lines(facesorter(*arguments, "--with-companions", "--json", profile=tmp_path / "profile"))
    assert (balance["found"], balance["already_there"], balance["companions"]) == (1, 1, 1)


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
def test_names_are_written_for_other_programs(album: Path, tmp_path: Path) -> None:
    """Turned by a quarter, so that the box is right only if it lies in the picture as it is stored."""
    photos = tmp_path / "photos"
    photos.mkdir()
    exif = Image.Exif()
    exif[0x0112] = 6
    person = Image.fromarray(pictures.astronaut()).transpose(Image.Transpose.ROTATE_90)
    person.save(photos / "turned.jpg", exif=exif)
    (photos / "turned.xmp").write_bytes(
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        b"<rdf:Description rdf:about='' xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:Rating='5'/></rdf:RDF></x:xmpmeta>"
    )
    before = {path.name: path.read_bytes() for path in photos.iterdir()}
    arguments = ("sort", "--name", "Eileen", "--headshot", album / "head.png", photos, "--to", tmp_path / "out")
    for _ in range(2):
        result = facesorter(*arguments, "--write-names", profile=tmp_path / "profile")
        assert result.returncode == 0, result.stdout + result.stderr
    assert {path.name: path.read_bytes() for path in photos.iterdir()} == before
    sidecar = tmp_path / "out/PhotosWithEileen/turned.jpg.xmp"
    command = ["exiftool", "-j", "-struct", str(sidecar)]
    (read,) = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    (region,) = read["RegionInfo"]["RegionList"]
    assert (region["Name"], read["Rating"], read["PersonInImage"]) == ("Eileen", 5, ["Eileen"])
    # Upright, her face is left of the middle and high up.
    x, y = 1 - region["Area"]["Y"], region["Area"]["X"]
    assert (x, y) == (pytest.approx(0.43, abs=0.06), pytest.approx(0.22, abs=0.08))
    assert "Removed 1 copy. 1 file" in facesorter("undo", 1, profile=tmp_path / "profile").stdout
    assert not sidecar.exists()
