"""Tries the frozen program: `python3 packaging/trials/try_frozen.py PROGRAM ALBUM [INSTALLED]`, as root on Debian.

ALBUM is a folder with `heads/Barack/obama.jpg` and `photos`, PROGRAM the frozen `facesorter`, and INSTALLED the
command of the installed package that it is held against (that of this Python's environment). Window and command line
of both go through the whole main job, each in a new home, and have to leave the same files; then the frozen ones
once more as another user, who can write neither to the program's folder nor to a home that has anything in it. Of the
pictures in `formats` beside the album both have to say the same, and of films and of photos in S3 make the same
copies. Rekognition's client is tried against the program's own endpoint. Needs `moto[s3,server]` beside FaceSorter.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))

film_making: Any = importlib.import_module("film_making")
s3: Any = importlib.import_module("s3_server")

OTHER_USER = 65534
"""`nobody`"""

ROSE = "Rose", "heads/Rose/rose1.jpg"
"""Of whose photos one is left to check."""
OBAMA = "Obama", "heads/Barack/obama.jpg"

MOST_TIMES_THE_INSTALLED_START = 1.5
STARTS = 3


class Trial:
    """One program in homes of its own, as this user or another."""

    def __init__(self, program: list[str], scratch: Path, album: Path, user: int | None) -> None:
        self.program = program
        self._scratch = scratch
        self._album = album
        self.user = user

    def new_home(self) -> Path:
        home = Path(tempfile.mkdtemp(dir=self._scratch))
        if self.user is not None:
            os.chown(home, self.user, self.user)
        return home

    def run(self, command: list[str], home: Path, **more: str) -> subprocess.CompletedProcess[str]:
        """The result of a command that has nothing but its home."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        environment = kept | {"HOME": str(home), "TMPDIR": str(home), "XDG_RUNTIME_DIR": str(home)} | more
        result = subprocess.run(
            command,
            check=False,
            env=environment,
            cwd=home,
            capture_output=True,
            text=True,
            user=self.user,
            group=self.user,
        )
        if result.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
        return result

    def facesorter(self, *arguments: object, home: Path | None = None, **more: str) -> str:
        """What the command line prints."""
        return self.run([*self.program, *map(str, arguments)], home or self.new_home(), **more).stdout

    def window(self) -> dict[str, Any]:
        """The report of `drive_window.py`."""
        home = self.new_home()
        report = home / "report.json"
        chosen = [str(self._album / ROSE[1]), str(self._album / "photos"), str(report)]
        driver = ["/usr/bin/python3", str(HERE / "drive_window.py"), *chosen, *self.program]
        self.run(["xvfb-run", "-a", "dbus-run-session", "--", *driver], home)
        return json.loads(report.read_text("utf-8"))

    def sorted_by_command_line(
        self, who: tuple[str, str], photos: object, *options: str, **more: str
    ) -> dict[str, Any]:
        """What is copied of these photos, and what is left of it after undoing."""
        home = self.new_home()
        place = home / "Pictures" / "FaceSorter"
        name, headshot = who[0], self._album / who[1]
        self.facesorter("sort", "--name", name, "--headshot", headshot, photos, *options, home=home, **more)
        found = snapshot(place)
        self.facesorter("undo", 1, home=home, **more)
        return {"found": found, "undone": snapshot(place)}


def snapshot(folder: Path) -> dict[str, list[Any]]:
    """As `drive_window.py` has it."""
    return {
        str(file.relative_to(folder)): [hashlib.sha256(file.read_bytes()).hexdigest(), int(file.stat().st_mtime)]
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def check(what: str, passed: bool) -> None:
    """Say it, and end the trial if it is not so."""
    print(f"{'ok' if passed else 'FAILED':8} {what}", flush=True)
    if not passed:
        raise SystemExit(1)


def try_formats(frozen: Trial, installed: Trial, album: Path) -> None:
    """Every kind of picture in `formats` beside the album, also by the processes that decode the rare ones."""
    files = sorted((album.parent / "formats").iterdir())
    for suffix in (".heic", ".avif", ".nef", ".cr3", ".dng"):
        check(f"there is a picture to try {suffix} on", any(file.suffix.lower() == suffix for file in files))
    for file in files:
        told = frozen.facesorter("analyze", "--json", file)
        same = told == installed.facesorter("analyze", "--json", file)
        check(f"{file.name}: {len(json.loads(told)['FaceDetails'])} faces, as the installed program says", same)


def try_films(frozen: Trial, installed: Trial, album: Path) -> None:
    """Films in which somebody is seen for two seconds, as phones, cameras and browsers make them."""
    with Image.open(album / "photos/2009/obama1.jpg") as photo:
        picture = np.asarray(photo.convert("RGB").resize((480, 640)), np.uint8)
    films = album.parent / "films"
    films.mkdir()
    for name, codec in (("h264.mp4", "libx264"), ("hevc.mov", "libx265"), ("vp9.webm", "libvpx-vp9")):
        film_making.make_film(films / name, [picture], codec=codec)
    film_making.make_film(films / "av1.mkv", [picture], codec="libsvtav1")
    film_making.make_film(films / "mpeg4.avi", [picture], codec="mpeg4")
    films.chmod(0o755)
    found = frozen.sorted_by_command_line(OBAMA, films, "--include-check")
    check(f"{len(found['found'])} films of {len(list(films.iterdir()))} are found", len(found["found"]) == 5)
    check(
        "the installed program finds the same films",
        found == installed.sorted_by_command_line(OBAMA, films, "--include-check"),
    )


def try_s3(frozen: Trial, installed: Trial, album: Path) -> None:
    """Photos in a bucket, on a server of this computer."""
    with s3.s3_server() as (address, client):
        for file in sorted((album / "photos/2009").iterdir()):
            client.upload_file(str(file), s3.BUCKET, f"2009/{file.name}")
        keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_ENDPOINT_URL_S3": address}
        keys["AWS_REGION"] = "eu-west-1"
        photos = f"s3://{s3.BUCKET}/2009"
        found = frozen.sorted_by_command_line(OBAMA, photos, **keys)
        check(f"{len(found['found'])} photos are found in S3", len(found["found"]) > 0)
        check("the installed program finds the same", found == installed.sorted_by_command_line(OBAMA, photos, **keys))


def try_endpoint(trial: Trial, album: Path) -> None:
    """`facesorter compare --engine rekognition` of the same program against its own endpoint."""
    environment = {"HOME": str(trial.new_home()), "PATH": os.environ["PATH"]}
    process = subprocess.Popen([*trial.program, "endpoint"], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline() if process.stdout else ""
        address = next(word for word in line.split() if word.startswith("http"))
        keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_ENDPOINT_URL_REKOGNITION": address}
        pair = album / OBAMA[1], album / "photos/2009/obama1.jpg"
        options = ["--engine", "rekognition", "--region", "eu-west-1", "--yes", "--json"]
        told = trial.run([*trial.program, "compare", *map(str, pair), *options], trial.new_home(), **keys).stdout
        [match] = json.loads(told)["FaceMatches"]
        check("Rekognition's client and the endpoint understand each other", match["Similarity"] > 95)
    finally:
        process.terminate()
        process.wait(20)


def main() -> None:
    """All trials, the quick ones first."""
    program, album = [os.path.abspath(sys.argv[1])], Path(sys.argv[2]).resolve()
    installed = [shutil.which(sys.argv[3]) or sys.argv[3]] if len(sys.argv) > 3 else [f"{sys.prefix}/bin/facesorter"]
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        scratch.chmod(0o755)
        shutil.copytree(album, scratch / "album", copy_function=shutil.copy)
        subprocess.run(["chmod", "-R", "a+rX", str(scratch / "album")], check=True)
        mine, theirs, others = (
            Trial(command, scratch, scratch / "album", user)
            for command, user in ((program, None), (installed, None), (program, OTHER_USER))
        )
        check("doctor finds all well", "All is well." in mine.facesorter("doctor"))
        try_formats(mine, theirs, album)
        try_films(mine, theirs, scratch / "album")
        try_s3(mine, theirs, scratch / "album")
        try_endpoint(mine, scratch / "album")
        photos = scratch / "album" / "photos"
        expected = theirs.sorted_by_command_line(ROSE, photos)
        taken_back = bool(expected["found"]) and not expected["undone"]
        check("the installed command line copies something and takes it back", taken_back)
        check("the frozen command line leaves the same", mine.sorted_by_command_line(ROSE, photos) == expected)
        windows = [(mine.window(), theirs.window()) for _ in range(STARTS)]
        for frozen, whole in windows:
            for step, files in whole["steps"].items():
                same = f"the frozen window leaves the same as the installed one: {step}, {len(files)} files"
                check(same, frozen["steps"][step] == files)
        check("the window has found what the command line finds", windows[0][0]["steps"]["found"] == expected["found"])
        fastest, floor = (min(pair[number]["seconds"] for pair in windows) for number in (0, 1))
        print(f"         the window could be used after {fastest:.2f} s frozen, {floor:.2f} s installed")
        check("the frozen window starts as fast", fastest <= MOST_TIMES_THE_INSTALLED_START * floor)
        check("another user's command line leaves the same", others.sorted_by_command_line(ROSE, photos) == expected)
        check("another user's window leaves the same", others.window()["steps"] == windows[0][0]["steps"])
    print("All trials passed.")


if __name__ == "__main__":
    main()
