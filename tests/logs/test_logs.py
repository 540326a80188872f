"""Logs and reports of crashes: what happened is in them, and nothing that nobody should read."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from facesorter.logs.crashes import without_paths

ROOT = Path(__file__).parents[2]
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
PROLOGUE = f"""
import logging, sys, threading
from pathlib import Path
from facesorter import logs
profile = Path(sys.argv[1])
logs.start(profile / "logs" / "facesorter.log", level=logging.DEBUG)
logs.catch_crashes()
log = logging.getLogger("facesorter.anything")
SECRET = {SECRET!r}
PICTURE = bytes(range(256)) * 10
VECTOR = [number / 7 for number in range(128)]
"""


def program(profile: Path, body: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROLOGUE + body, str(profile)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
        env={**os.environ, "HOME": str(profile.parent / "anna"), "PYTHONPATH": str(ROOT)} | environment,
    )


def written(profile: Path) -> str:
    return "\n".join(path.read_text("utf-8", "backslashreplace") for path in profile.rglob("*") if path.is_file())


def test_no_secret_reaches_a_file_or_the_terminal_at_any_level(tmp_path: Path) -> None:
    result = program(
        tmp_path,
        """
for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
    log.log(level, "level %s key %s picture %r vector %s", level, SECRET, PICTURE, VECTOR)
logging.getLogger("botocore.auth").debug("never written")
try:
    raise RuntimeError(f"{SECRET} {PICTURE} {VECTOR}")
except RuntimeError:
    log.exception("It failed")
""",
    )
    assert result.returncode == 0, result.stderr
    everything = written(tmp_path) + result.stderr
    assert "level 10 key <redacted>" in everything
    assert "RuntimeError: <redacted>" in everything
    for secret in (SECRET, "x00\\x01", "0.14285714", "never written"):
        assert secret not in everything


def test_libraries_are_heard_only_when_they_warn(tmp_path: Path) -> None:
    result = program(
        tmp_path,
        """
import boto3
class Pane(logging.Handler):
    def emit(self, record):
        print(record.name, record.getMessage())
logging.getLogger().addHandler(Pane(logging.INFO))
for client in ("rekognition", "s3"):
    boto3.Session("AKIDEXAMPLE", SECRET, region_name="eu-west-1").client(client)
boto3.Session(region_name="eu-west-1").client("rekognition")
logging.getLogger("botocore.credentials").warning("a warning")
log.info("an own line")
""",
        AWS_ACCESS_KEY_ID="AKIDEXAMPLE",
        AWS_SECRET_ACCESS_KEY=SECRET,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == ["botocore.credentials a warning", "facesorter.anything an own line"]
    assert "Found credentials" not in written(tmp_path) + result.stderr


@pytest.mark.parametrize(
    "crash",
    [
        "raise_it()",
        "thread = threading.Thread(target=raise_it); thread.start(); thread.join()",
        "try: raise_it()\nexcept Exception: log.exception('The command failed')",
    ],
)
def test_a_crash_leaves_a_report_without_paths(tmp_path: Path, crash: str) -> None:
    profile = tmp_path / "anna" / "profile"
    result = program(
        profile,
        f"""
def raise_it():
    log.info("%s: copied to %s", "/mnt/photos of Berta/summer/a b.jpg", Path.home() / "out" / "a b.jpg")
    open("/mnt/photos of Berta/summer/no such.jpg")
{crash}
""",
    )
    (report,) = profile.glob("crash-*.txt")
    text = report.read_text("utf-8")
    assert "FileNotFoundError: [Errno 2] No such file or directory: '<path>/no such.jpg'" in text
    assert "Python 3." in text
    assert "in raise_it" in text
    assert "<path>/a b.jpg" in text
    for folder in ("Berta", "summer", "anna", str(tmp_path)):
        assert folder not in text
    assert "Traceback" not in result.stderr


def test_one_crash_again_and_again_leaves_few_reports(tmp_path: Path) -> None:
    program(tmp_path, "for _ in range(100):\n    try: 1 / 0\n    except Exception: log.exception('again')\n")
    assert 1 <= len(list(tmp_path.glob("crash-*.txt"))) <= 5


def test_what_a_user_can_cure_is_no_crash(tmp_path: Path) -> None:
    program(
        tmp_path,
        """
from facesorter.domain.errors import DiskFull
try: raise DiskFull("There is no room left.", "Free some.")
except DiskFull: log.exception("ended")
""",
    )
    assert not list(tmp_path.glob("crash-*.txt"))


def test_a_crash_of_the_interpreter_is_kept_without_a_terminal(tmp_path: Path) -> None:
    body = "faulthandler = __import__('faulthandler'); faulthandler._read_null()"
    silent = PROLOGUE.replace("import logging", "import sys; sys.stderr = None; import logging", 1)
    subprocess.run([sys.executable, "-c", silent + body, str(tmp_path)], check=False, cwd=ROOT, timeout=60)
    assert "Segmentation fault" in (tmp_path / "logs" / "faults.txt").read_text()


def test_only_its_owner_reads_what_is_logged(tmp_path: Path) -> None:
    program(tmp_path / "made" / "profile", "log.info('one line')")
    for folder in (tmp_path / "made" / "profile", tmp_path / "made" / "profile" / "logs"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_where_no_log_can_be_written_the_program_goes_on(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    result = program(tmp_path, "log.warning('still here')")
    assert result.returncode == 0
    assert "No log is written" in result.stderr
    assert "still here" in result.stderr


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (r"C:\Users\Berta\Photos of me\x.jpg: damaged", "<path>/x.jpg: damaged"),
        (r"cannot open '\\nas\photos\Berta\x.jpg'", "cannot open '<path>/x.jpg'"),
        ("s3://bucket-of-berta/a/x.jpg: missing", "<path>/x.jpg: missing"),
        ("~/Pictures/x.jpg and /a/b/y.jpg", "<path>/x.jpg and <path>/y.jpg"),
        ("half = whole // 2 + 1 / 3", "half = whole // 2 + 1 / 3"),
        ("12 photos, 3/4 done", "12 photos, 3/4 done"),
    ],
)
def test_paths_are_cut_to_their_last_part(line: str, expected: str) -> None:
    assert without_paths(line) == expected


def test_the_command_line_names_the_report(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").mkdir()
    result = subprocess.run(
        [sys.executable, "-c", "import sys; from facesorter import app\n"
         "app.App.open = lambda self: 1 / 0\n"
         "from facesorter.cli import run; sys.exit(run(sys.argv[1:]))", "undo", "--profile-dir", str(tmp_path)],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=60,
    )  # fmt: skip
    (report,) = tmp_path.glob("crash-*.txt")
    assert result.returncode == 3
    assert str(report) in result.stderr
    assert "ZeroDivisionError" in report.read_text()
    assert "Traceback" not in result.stderr
