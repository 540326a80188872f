"""`facesorter duplicates` as a program, over real faces."""

from __future__ import annotations

import argparse
import importlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import pytest
import skimage.data
from painted import ANNA, BEN, PaintedEngine, painted
from PIL import Image
from rekognition_server import RekognitionServer, aws_environment, rekognition_server

from facesorter.app import App
from facesorter.app.duplicates import Found, Priced, Search, find_duplicates
from facesorter.cli.duplicates import add_to
from facesorter.cli.interruption import Interruption
from facesorter.domain import messages
from facesorter.domain.errors import WrongUse
from facesorter.domain.paid_work import PaidWork
from facesorter.domain.spending import Terms
from facesorter.duplicates.naming import by_folder
from facesorter.paths import AppPaths
from facesorter.places.disk.source import FolderSource

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))
translations: Any = importlib.import_module("translations")


def run(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "facesorter", "duplicates", *map(str, arguments)]
    command += ["--profile-dir", str(folder / "profile")]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, cwd=folder)


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    folder = tmp_path / "customers"
    whole = Image.fromarray(skimage.data.astronaut())
    for name, picture in (("Eileen Collins", whole), ("E. Collins", whole.crop((100, 0, 380, 280)))):
        (folder / name).mkdir(parents=True)
        file = io.BytesIO()
        picture.save(file, "JPEG")
        (folder / name / "1.jpg").write_bytes(file.getvalue())
    (folder / "Cat").mkdir()
    Image.fromarray(skimage.data.chelsea()).save(folder / "Cat" / "1.png")
    return folder


def test_a_folder_is_searched_and_its_reports_are_asked(customers: Path, tmp_path: Path) -> None:
    found = run(customers, "--json", folder=tmp_path)
    assert (found.returncode, found.stderr) == (0, "")
    summary = json.loads(found.stdout)
    assert (summary["pictures"], summary["matched"], summary["notices"]) == (3, 2, 1)
    out = tmp_path / "FaceSorter duplicates"
    assert len(list((out / "reports").iterdir())) == 3
    again = run(customers, folder=tmp_path)
    assert again.returncode == 0
    assert "3 pictures, 0 of them new or changed" in again.stdout
    asked = run("sql", "SELECT name, other, number FROM matchingpairs", folder=tmp_path)
    assert asked.stdout.splitlines() == ["name,other,number", "E. Collins,Eileen Collins,1"]
    as_json = run("sql", "SELECT name FROM matchingpairs", "--json", folder=tmp_path)
    assert json.loads(as_json.stdout) == {"name": "E. Collins"}


def test_what_is_said_of_a_pair_is_remembered_and_exported(customers: Path, tmp_path: Path) -> None:
    said = run("different", "Eileen Collins", "E. Collins", folder=tmp_path)
    assert (said.returncode, said.stdout) == (0, "Eileen Collins and E. Collins are two people.\n")
    found = run(customers, "--json", "--notify", "mail:mail", folder=tmp_path)
    assert json.loads(found.stdout)["notices"] == json.loads(found.stdout)["delivered"] == 0
    asked = run("sql", "SELECT name, other, decision FROM matchingpairs", folder=tmp_path)
    assert asked.stdout.splitlines()[1:] == ["E. Collins,Eileen Collins,different"]
    listed = run("decisions", folder=tmp_path).stdout.splitlines()
    assert listed[0] == "name,other,decision,decided_at"
    assert listed[1].startswith("E. Collins,Eileen Collins,different,20")
    (exported,) = run("decisions", "--json", folder=tmp_path).stdout.splitlines()
    assert json.loads(exported)["Decision"] == "different"
    run("undecided", "E. Collins", "Eileen Collins", folder=tmp_path)
    again = run(customers, "--json", "--notify", "mail:mail", folder=tmp_path)
    assert json.loads(again.stdout)["notices"] == json.loads(again.stdout)["delivered"] == 1
    assert [path.suffix for path in (tmp_path / "mail").iterdir()] == [".eml"]


def test_the_price_in_the_cloud_is_told_before_anything_is_deployed(tmp_path: Path) -> None:
    told = run("price", "100000", "--faces", "1.5", "--region", "eu-central-1", folder=tmp_path)
    assert told.returncode == 0
    assert "250,000 calls, $300.00" in told.stdout
    assert "Functions, queue and storage, about: $" in told.stdout
    assert "each month: $1.50" in told.stdout
    outcome = json.loads(run("price", "1000", "--json", folder=tmp_path).stdout)
    assert (outcome["calls"], outcome["rekognition"]) == (2200, 2.2)
    assert 0.01 < outcome["others"] < 0.2
    assert "not known" in run("price", "10", "--region", "xx-1", folder=tmp_path).stdout


def test_a_picture_that_cannot_be_read_is_told_and_ends_in_1(customers: Path, tmp_path: Path) -> None:
    (customers / "Cat" / "2.jpg").write_bytes(b"text")
    found = run(customers, folder=tmp_path)
    assert found.returncode == 1
    assert "Cat/2.jpg: " in found.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none"], "is no folder"), (["customers", "--names", "guess"], "says nothing of names"),
        (["customers", "--names", "csv:none.csv"], "cannot be read"), (["customers", "x"], "one source"),
        (["customers", "--out", "customers/out"], "among the pictures"), (["sql"], "One question"),
        (["same", "Anna"], "Two names"), (["same", "Anna", "Anna"], "Both names"), (["price", "many"], "no number"),
        (["customers", "--notify", "pigeon"], "nowhere to bring"), (["customers", "--notify", "sns:x"], "nowhere"),
        (["sql", "SELECT 1"], "no reports"), (["customers", "--report-from", "101"], "--report-from"),
    ],
)  # fmt: skip
def test_wrong_use_ends_in_2(customers: Path, tmp_path: Path, arguments: list[str], said: str) -> None:
    found = run(*arguments, folder=tmp_path)
    assert found.returncode == 2
    assert said in found.stderr
    assert sorted(path.name for path in customers.iterdir()) == ["Cat", "E. Collins", "Eileen Collins"]


@pytest.fixture
def rekognition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RekognitionServer]:
    with rekognition_server(PaintedEngine()) as server:
        for name, value in aws_environment(tmp_path, server.address).items():
            monkeypatch.setenv(name, value)
        yield server


def members(folder: Path) -> Path:
    pictures = folder / "members"
    for key, patches in (
        ("Anna/1.png", [(100, 90, 120, ANNA)]), ("Annie/1.png", [(90, 80, 120, ANNA)]),
        ("Ben/1.png", [(100, 90, 120, BEN)]), ("Ben/nobody.png", []),
    ):  # fmt: skip
        (pictures / key).parent.mkdir(parents=True, exist_ok=True)
        (pictures / key).write_bytes(painted(*patches))
    (pictures / "Ben" / "broken.png").write_bytes(b"\x89PNG\r\n")
    return pictures


def test_nothing_is_sent_to_rekognition_without_consent(tmp_path: Path, rekognition: RekognitionServer) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "facesorter", "duplicates", str(members(tmp_path)), "--engine", "rekognition",
         "--profile-dir", str(tmp_path / "profile")],
        capture_output=True, text=True, check=False, cwd=tmp_path, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    assert rekognition.calls == []


def test_each_picture_and_face_is_paid_for_once(tmp_path: Path, rekognition: RekognitionServer) -> None:
    pictures = members(tmp_path)
    paid = ("--engine", "rekognition", "--yes", "--json")
    found = run(pictures, *paid, folder=tmp_path)
    assert found.returncode == 1  # one cannot be read
    assert "5 pictures to send to Amazon Rekognition: about 11 calls, $0.011" in found.stderr
    assert "aws rekognition delete-collection --collection-id facesorter-" in found.stderr
    assert "Amazon Rekognition: 7 calls" in found.stderr
    summary = json.loads(found.stdout)
    counts = {name: summary[name] for name in ("pictures", "matched", "alone", "no_face", "notices")}
    assert counts == {"pictures": 5, "matched": 2, "alone": 1, "no_face": 1, "notices": 1}
    assert list(summary["problems"]) == ["Ben/broken.png"]
    assert rekognition.billed() == {"IndexFaces": 4, "SearchFaces": 3}
    run(pictures, *paid, folder=tmp_path)
    assert rekognition.billed() == {"IndexFaces": 4, "SearchFaces": 3}

    (pictures / "Bennie").mkdir()
    (pictures / "Bennie" / "1.png").write_bytes(painted((100, 100, 100, BEN)))
    (pictures / "Annie" / "1.png").unlink()
    run(pictures, *paid, folder=tmp_path)
    assert rekognition.billed() == {"IndexFaces": 5, "SearchFaces": 4}
    asked = run("sql", "SELECT name, other, number FROM matchingpairs", folder=tmp_path)
    assert asked.stdout.splitlines()[1:] == ["Ben,Bennie,1"]
    (name,) = rekognition.client().list_collections()["CollectionIds"]
    assert len(rekognition.client().list_faces(CollectionId=name)["Faces"]) == 3


def test_the_cap_ends_it_and_what_was_paid_for_is_kept(tmp_path: Path, rekognition: RekognitionServer) -> None:
    pictures = members(tmp_path)
    capped = run(pictures, "--engine", "rekognition", "--yes", "--max-cost", "0.005", folder=tmp_path)
    assert capped.returncode == 3
    assert "cap" in capped.stderr
    assert sum(rekognition.billed().values()) == 5
    run(pictures, "--engine", "rekognition", "--yes", folder=tmp_path)
    assert rekognition.billed() == {"IndexFaces": 4, "SearchFaces": 3}


def test_reports_of_one_engine_do_not_stand_for_the_other(tmp_path: Path, rekognition: RekognitionServer) -> None:
    pictures = members(tmp_path)
    run(pictures, folder=tmp_path)  # no real face is in painted pictures
    assert json.loads(run("sql", "SELECT count(*) n FROM matchingpairs", "--json", folder=tmp_path).stdout) == {"n": 0}
    run(pictures, "--engine", "rekognition", "--yes", folder=tmp_path)
    assert json.loads(run("sql", "SELECT count(*) n FROM matchingpairs", "--json", folder=tmp_path).stdout) == {"n": 1}
    run(pictures, folder=tmp_path)
    assert json.loads(run("sql", "SELECT count(*) n FROM matchingpairs", "--json", folder=tmp_path).stdout) == {"n": 0}


def test_the_price_counts_faces_that_are_to_be_searched_for_anew(
    tmp_path: Path, rekognition: RekognitionServer
) -> None:
    pictures = members(tmp_path)
    run(pictures, "--engine", "rekognition", "--yes", folder=tmp_path)
    before = sum(rekognition.billed().values())
    again = run(pictures, "--engine", "rekognition", "--yes", "--report-from", "40", folder=tmp_path)
    assert "0 pictures to send to Amazon Rekognition: about 3 calls, $0.003" in again.stderr
    assert sum(rekognition.billed().values()) - before == 3


def test_what_it_has_cost_is_told_however_it_ends(tmp_path: Path, rekognition: RekognitionServer) -> None:
    pictures = members(tmp_path)
    capped = run(pictures, "--engine", "rekognition", "--yes", "--max-cost", "0.005", folder=tmp_path)
    assert capped.returncode == 3
    assert "\nAmazon Rekognition: 5 calls, $0.005.\n" in capped.stderr
    assert sum(rekognition.billed().values()) == 5


@pytest.mark.usefixtures("rekognition")
def test_a_source_is_listed_once_though_it_is_priced_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = 0
    listings = FolderSource.listings

    def counted(source: FolderSource) -> Any:
        nonlocal listed
        listed += 1
        return listings(source)

    monkeypatch.setattr(FolderSource, "listings", counted)
    app = App(AppPaths(tmp_path / "profile"))
    app.open()
    search = Search(str(members(tmp_path)), by_folder, str(tmp_path / "out"), 50, 90, paid_work=PaidWork(Terms()))
    priced, *_, found = find_duplicates(app, search)
    app.close()
    assert isinstance(priced, Priced)
    assert isinstance(found, Found)
    assert found.summary.pictures == 5
    assert listed == 1


@pytest.mark.parametrize(
    ("language", "reply"), [("de", "j"), ("de", "ja"), ("de", "Y"), ("de", "n"), ("en", "j"), ("en", "yes")]
)
def test_a_yes_is_typed_in_the_users_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rekognition: RekognitionServer, language: str, reply: str
) -> None:
    agreed = reply != "n" and (language, reply) != ("en", "j")
    shutil.copytree(translations.LOCALE, tmp_path / "locale")
    translations.compile_all(tmp_path / "locale")
    monkeypatch.setattr("builtins.input", lambda _: reply)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    parser = argparse.ArgumentParser()
    add_to(parser.add_subparsers(), argparse.ArgumentParser(add_help=False))
    arguments = ["duplicates", str(members(tmp_path)), "--engine", "rekognition", "--out", str(tmp_path / "out")]
    options = parser.parse_args(arguments, argparse.Namespace(interruption=Interruption()))
    messages.speak([language], tmp_path / "locale")
    try:
        with nullcontext() if agreed else pytest.raises(WrongUse):
            options.command(options, AppPaths(tmp_path / "profile"))
    finally:
        messages.speak([], tmp_path)
    assert bool(rekognition.billed()) == agreed


def forget(*arguments: str, folder: Path, said: str | None = None) -> subprocess.CompletedProcess[str]:
    """`facesorter forget`, where `said` is typed at a terminal if it is given."""
    command = [sys.executable, "-m", "facesorter", "forget", *arguments, "--profile-dir", str(folder / "profile")]
    if said is None:
        return subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=folder, stdin=subprocess.DEVNULL
        )
    import pty

    terminal, end = pty.openpty()
    try:
        os.write(terminal, f"{said}\n".encode())
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, stdin=end)
    finally:
        os.close(terminal)
        os.close(end)


def faces_there(rekognition: RekognitionServer) -> int:
    client = rekognition.client()
    names = client.list_collections()["CollectionIds"]
    return sum(len(client.list_faces(CollectionId=name)["Faces"]) for name in names)


@pytest.fixture
def paid_search(tmp_path: Path, rekognition: RekognitionServer) -> RekognitionServer:
    run(members(tmp_path), "--engine", "rekognition", "--yes", folder=tmp_path)
    assert faces_there(rekognition) == 3
    return rekognition


def test_what_stays_in_a_collection_is_told_and_how_to_delete_it(
    tmp_path: Path, paid_search: RekognitionServer
) -> None:
    (collection,) = paid_search.client().list_collections()["CollectionIds"]
    done = forget("--everything", "--yes", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"The collection {collection} of Amazon Rekognition holds the faces of 5 pictures." in done.stderr
    assert f"aws rekognition delete-collection --collection-id {collection}" in done.stderr
    assert faces_there(paid_search) == 3
    assert not (tmp_path / "profile").exists()


def test_a_collection_is_deleted_if_told_to(tmp_path: Path, paid_search: RekognitionServer) -> None:
    done = forget("--everything", "--yes", "--in-the-cloud", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert paid_search.client().list_collections()["CollectionIds"] == []
    assert "delete-collection" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="A terminal is made otherwise there.")
@pytest.mark.parametrize(("answer", "left"), [("y", 2), ("n", 3), ("", 3)])
def test_somebody_at_a_terminal_is_asked(
    tmp_path: Path, paid_search: RekognitionServer, answer: str, left: int
) -> None:
    done = forget("Ben", folder=tmp_path, said=answer)
    assert done.returncode == 0, done.stderr
    assert "Delete them there too?" in done.stdout + done.stderr
    assert faces_there(paid_search) == left
    again = run(tmp_path / "members", "--engine", "rekognition", "--yes", "--json", folder=tmp_path)
    assert json.loads(again.stdout)["pictures"] == 5
    assert faces_there(paid_search) == 3, "the pictures are still in the folder that is searched"


@pytest.mark.usefixtures("paid_search")
def test_nothing_is_forgotten_here_if_it_cannot_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_REKOGNITION", "http://127.0.0.1:9")
    failed = forget("--everything", "--yes", "--in-the-cloud", folder=tmp_path)
    assert failed.returncode == 3
    assert (tmp_path / "profile" / "duplicates.db").exists()


def test_nobody_else_is_forgotten_with_a_person(customers: Path, tmp_path: Path) -> None:
    run(customers, folder=tmp_path)
    with closing(sqlite3.connect(tmp_path / "profile" / "duplicates.db")) as connection:
        before = connection.execute("SELECT DISTINCT name FROM pictures ORDER BY name").fetchall()
    assert ("Cat",) in before
    done = forget("Cat", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(tmp_path / "profile" / "duplicates.db")) as connection:
        assert connection.execute("SELECT DISTINCT name FROM pictures ORDER BY name").fetchall() == [
            name for name in before if name != ("Cat",)
        ]
    assert forget("Cat", folder=tmp_path).returncode == 2
