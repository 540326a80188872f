"""`facesorter people` as a user runs it, on real photos of people who are in several."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import skimage.data
from PIL import Image
from s3_server import BUCKET, s3_server

from facesorter.app import App
from facesorter.paths import AppPaths
from tests.cli.program import facesorter

PEOPLE, PHOTOS = 4, 4


def groups_in(result: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return [line for line in lines if line["event"] == "group"]


@pytest.fixture
def folder(data: Path, tmp_path: Path) -> Path:
    """Some photos of each of some people, a photo twice, and one that is damaged."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= PHOTOS]
    for person in several[:PEOPLE]:
        (tmp_path / "photos" / person.name).mkdir(parents=True)
        for photo in sorted(person.iterdir())[:PHOTOS]:
            shutil.copy(photo, tmp_path / "photos" / person.name)
    photo = next((tmp_path / "photos").rglob("*.jpg"))
    shutil.copy(photo, tmp_path / "photos" / "again.jpg")
    (tmp_path / "photos" / "damaged.jpg").write_bytes(photo.read_bytes()[:4000])
    return tmp_path / "photos"


def person_of(face: dict[str, Any]) -> str:
    return Path(face["photo"]).parent.name


def largest(face: dict[str, Any]) -> float:
    return face["box"][2] * face["box"][3]


def test_scan_ends_with_every_face_once_in_its_group_and_reads_no_photo_twice(folder: Path, tmp_path: Path) -> None:
    first = facesorter("people", "scan", folder, "--json", profile=tmp_path / "profile")
    assert first.returncode == 1, first.stderr
    groups = groups_in(first)
    assert all(list(group) == ["event", "group", "person", "hidden", "faces"] for group in groups)
    assert [len(group["faces"]) for group in groups] == sorted((len(one["faces"]) for one in groups), reverse=True)
    faces = Counter((face["photo"], tuple(face["box"])) for group in groups for face in group["faces"])
    assert set(faces.values()) == {1}
    assert {Path(photo) for photo, _ in faces} == {one for one in folder.rglob("*.jpg") if one.name != "damaged.jpg"}
    main = [{person_of(face) for face in one["faces"]} - {folder.name} for one in groups[:PEOPLE]]
    assert all(len(people) == 1 for people in main)
    assert len(set.union(*main)) == PEOPLE
    assert len(groups[0]["faces"]) == PHOTOS + 1, "the photo that is there twice counts twice"
    (problem,) = [json.loads(line) for line in first.stdout.splitlines() if '"problem"' in line]
    assert Path(problem["photo"]).name == "damaged.jpg"

    again = facesorter("people", "scan", folder, "--json", profile=tmp_path / "profile")
    assert groups_in(again) == groups
    assert not [line for line in again.stdout.splitlines() if '"grew"' in line]

    told = facesorter("people", "scan", folder / "damaged.jpg", profile=tmp_path / "profile")
    assert told.returncode == 1
    assert told.stdout.startswith("photos/damaged.jpg: ")


def names(profile: Path, folder: Path) -> dict[str, set[str]]:
    """Whose photos each named group of a scan holds."""
    result = facesorter("people", "scan", folder, "--json", profile=profile)
    return {
        one["person"]: {person_of(face) for face in one["faces"]} - {folder.name}
        for one in groups_in(result)
        if one["person"] is not None
    }


def say(profile: Path, *words: object) -> str:
    result = facesorter("people", *words, profile=profile)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_a_named_group_is_a_person_who_can_be_merged_taken_apart_split_and_forgotten(
    folder: Path, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    groups = groups_in(facesorter("people", "scan", folder, "--json", profile=profile))
    first, second = (person_of(one["faces"][-1]) for one in groups[1:3])
    say(profile, "name", groups[1]["group"], "Anna")
    say(profile, "name", groups[2]["group"], "Ben")
    assert names(profile, folder) == {"Anna": {first}, "Ben": {second}}
    taken = facesorter("people", "name", groups[3]["group"], "Anna", profile=profile)
    assert (taken.returncode, "--same-person" in taken.stderr) == (2, True)

    say(profile, "rename", "Ben", "Zo\u00eb")
    say(profile, "merge", "Anna", "Zo\u00eb")
    assert names(profile, folder) == {"Anna": {first, second}}
    assert "Zo\u00eb merged into this person" in say(profile, "list")
    say(profile, "unmerge", "Zoe\u0308")
    say(profile, "rename", "Zo\u00eb", "Ben")
    assert names(profile, folder) == {"Anna": {first}, "Ben": {second}}

    photo = sorted((folder / first).iterdir())[0]
    for who, where in (("Anna", "is not known to show Anna"), (groups[3]["group"], "No face of group")):
        unknown = facesorter("people", "split", who, photo.with_name("other.jpg"), profile=profile)
        assert (unknown.returncode, where in unknown.stderr) == (2, True)
    partly = facesorter("people", "split", "Anna", photo, photo.with_name("other.jpg"), profile=profile)
    assert (partly.returncode, "other.jpg" in partly.stderr) == (2, True)
    say(profile, "split", "Anna", photo)
    (anna,) = [
        one
        for one in groups_in(facesorter("people", "scan", folder, "--json", profile=profile))
        if one["person"] == "Anna"
    ]
    assert str(photo) not in {face["photo"] for face in anna["faces"]}
    assert len(anna["faces"]) == len(groups[1]["faces"]) - 1

    say(profile, "rename", "Anna", "Annie")
    photos = say(profile, "show", "Annie")
    say(profile, "forget", "Ben")
    assert say(profile, "show", "Annie") == photos
    unnamed = [one["group"] for one in map(json.loads, say(profile, "list", "--json").splitlines()) if "group" in one]
    shown = [say(profile, "show", number).splitlines() for number in unnamed]
    assert {second} in [{Path(photo).parent.name for photo in photos} - {folder.name} for photos in shown]
    assert names(profile, folder) == {"Annie": {first}}
    assert facesorter("people", "show", "Ben", profile=profile).returncode == 2


def test_the_list_tells_who_a_group_may_be_and_when_it_was_taken(folder: Path, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    for photo in folder.glob("*/*.jpg"):
        exif = Image.Exif()
        exif.get_ifd(0x8769)[0x9003] = "2019:05:14 10:00:00"  # DateTimeOriginal
        Image.open(photo).save(photo, quality=95, exif=exif)
    groups = groups_in(facesorter("people", "scan", folder, "--json", profile=profile))
    app = App(AppPaths(profile))
    faces = app.people.faces_of(groups[0]["group"])
    app.catalog.set_apart([(faces[:2], False), (faces[2:], False)])
    anna = next(one.number for one in app.people.unknown() if one.faces == len(faces) - 2)
    app.close()
    say(profile, "name", anna, "Anna")
    told = groups_in(facesorter("people", "list", "--json", profile=profile))
    (asked,) = [one for one in told if one["suggestion"]]
    assert {(one["first_taken"], one["last_taken"]) for one in told} == {("2019-05-14", "2019-05-14")}
    assert (asked["faces"], asked["suggestion"]["person"]) == (2, "Anna")
    assert 50 < asked["suggestion"]["similarity"] <= 100
    (line,) = [line for line in say(profile, "list").splitlines() if "Anna, too" in line]
    assert line == f"Group {asked['group']}: 2 faces; this may be Anna, too"
    say(profile, "name", asked["group"], "Anna", "--same-person")
    assert "Anna, too" not in say(profile, "list")


def test_the_number_of_a_group_with_a_name_is_refused(folder: Path, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    groups = groups_in(facesorter("people", "scan", folder, "--json", profile=profile))
    number, photo = groups[0]["group"], groups[0]["faces"][0]["photo"]
    say(profile, "name", number, "Anna")
    before = say(profile, "list", "--json")
    for words in (["hide", number], ["name", number, "Carl"], ["split", number, photo]):
        refused = facesorter("people", *words, profile=profile)
        assert (refused.returncode, f"Group {number} is Anna." in refused.stderr) == (2, True), words
    assert say(profile, "list", "--json") == before


def test_a_hidden_group_stays_hidden_also_with_new_photos(folder: Path, data: Path, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    groups = groups_in(facesorter("people", "scan", folder, "--json", profile=profile))
    person = person_of(groups[1]["faces"][-1])
    say(profile, "hide", groups[1]["group"])
    photo = sorted((data / "lfw" / person).iterdir())[-1]
    shutil.copy(photo, folder / person / "new.jpg")
    (hidden,) = [
        one for one in groups_in(facesorter("people", "scan", folder, "--json", profile=profile)) if one["hidden"]
    ]
    assert {person_of(face) for face in hidden["faces"]} == {person}
    assert "new.jpg" in {Path(face["photo"]).name for face in hidden["faces"]}
    say(profile, "split", hidden["group"], folder / person / "new.jpg", "--to", "Ben")
    (hidden,) = [
        one for one in groups_in(facesorter("people", "scan", folder, "--json", profile=profile)) if one["hidden"]
    ]
    assert "new.jpg" not in {Path(face["photo"]).name for face in hidden["faces"]}
    say(profile, "unhide", hidden["group"])
    assert not [
        one for one in groups_in(facesorter("people", "scan", folder, "--json", profile=profile)) if one["hidden"]
    ]


def test_photos_in_s3_are_taken_out_of_a_person(folder: Path, tmp_path: Path) -> None:
    person = next(one for one in sorted(folder.iterdir()) if one.is_dir())
    with s3_server() as (address, s3):
        keys = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any", "AWS_DEFAULT_REGION": "eu-west-1"}

        def people(*words: object) -> str:
            result = facesorter("people", *words, profile=tmp_path / "profile", AWS_ENDPOINT_URL_S3=address, **keys)
            assert result.returncode == 0, result.stderr
            return result.stdout

        for photo in person.iterdir():
            s3.put_object(Bucket=BUCKET, Key=photo.name, Body=photo.read_bytes())
        people("scan", f"s3://{BUCKET}")
        people("name", 1, "Anna")
        first, *_rest = people("show", "Anna").splitlines()
        assert first.startswith("s3://")
        assert people("split", "Anna", first) == "1 face was taken out.\n"
        assert first not in people("show", "Anna")


def test_nobody_is_in_a_photo_taken_before_they_were_born(folder: Path, data: Path, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    groups = groups_in(facesorter("people", "scan", folder, "--json", profile=profile))
    person = person_of(groups[1]["faces"][-1])
    say(profile, "name", groups[1]["group"], "Anna")
    say(profile, "born", "Anna", "2002-05-14")
    for year, photo in zip(("2001", "2010"), sorted((data / "lfw" / person).iterdir())[-2:], strict=True):
        exif = Image.Exif()
        exif.get_ifd(0x8769)[0x9003] = f"{year}:02:03 04:05:06"
        with Image.open(photo) as picture:
            picture.save(folder / person / f"{year}.jpg", exif=exif, quality=93)
    (folder / "damaged.jpg").unlink()
    say(profile, "scan", folder)
    told = [json.loads(line) for line in say(profile, "show", "Anna", "--json").splitlines()]
    assert (Path(told[0]["photo"]).name, told[0]["taken_at"]) == ("2010.jpg", "2010-02-03T04:05:06")
    assert "2001.jpg" not in {Path(line["photo"]).name for line in told}
    say(profile, "born", "Anna", "-")
    assert "2001.jpg" in say(profile, "show", "Anna")


def test_who_was_only_searched_for_has_the_photos_that_were_copied(tmp_path: Path) -> None:
    person = Image.fromarray(skimage.data.astronaut())
    (tmp_path / "photos").mkdir()
    for number in range(3):
        person.resize((500 - number, 500 - number)).save(tmp_path / f"photos/{number}.jpg")
    Image.fromarray(skimage.data.coffee()).save(tmp_path / "photos/coffee.jpg")
    person.crop((110, 0, 340, 230)).save(tmp_path / "Eileen.jpg")
    search = ("--name", "Eileen", "--headshot", tmp_path / "Eileen.jpg", "--to", tmp_path / "out")
    facesorter("sort", tmp_path / "photos", *search, profile=tmp_path / "profile")

    def photos() -> int:
        listed = facesorter("people", "list", "--json", profile=tmp_path / "profile").stdout.splitlines()
        (eileen,) = [one for one in map(json.loads, listed) if one.get("person") == "Eileen"]
        return eileen["photos"]

    assert photos() == 3
    shown = facesorter("people", "show", "Eileen", profile=tmp_path / "profile").stdout
    assert all(f"{number}.jpg" in shown for number in range(3))
    facesorter("why", tmp_path / "photos/1.jpg", "--person", "Eileen", "--no", "1", profile=tmp_path / "profile")
    assert photos() == 2


def test_what_is_found_is_said_where_it_is_nothing_and_counted_as_in_the_list(folder: Path, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    assert "scan FOLDER" in say(profile, "list")
    assert say(profile, "list", "--json") == ""
    (tmp_path / "empty").mkdir()
    assert say(profile, "scan", tmp_path / "empty") == "No photos were found.\n"
    Image.new("RGB", (300, 300), "green").save(tmp_path / "empty" / "meadow.png")
    assert say(profile, "scan", tmp_path / "empty") == "No face was found in 1 photo.\n"
    (folder / "damaged.jpg").unlink()
    scanned = [line.split(",")[0] for line in say(profile, "scan", folder).splitlines() if line.startswith("Group")]
    assert scanned == [line.split(";")[0] for line in say(profile, "list").splitlines()], "a photo twice counts once"


def test_who_is_hidden_is_told_as_a_group_or_by_name(folder: Path, tmp_path: Path) -> None:
    (folder / "damaged.jpg").unlink()
    profile = tmp_path / "profile"
    number = groups_in(facesorter("people", "scan", folder, "--json", profile=profile))[0]["group"]
    assert say(profile, "hide", number) == f"Group {number} is hidden.\n"
    assert json.loads(say(profile, "unhide", number, "--json")) == {"event": "done", "group": number}
    say(profile, "name", number, "Anna")
    assert json.loads(say(profile, "hide", "Anna", "--json")) == {"event": "done", "person": "Anna"}
