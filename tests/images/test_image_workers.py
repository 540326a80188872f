"""A picture that is too much for its worker costs a worker, never the program."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facesorter.domain.errors import PhotoError
from facesorter.images import workers as worker_module
from facesorter.images.lent_memory import CAN_LEND, KEPT_BYTES
from facesorter.images.workers import Limits, Workers

Encode = Callable[..., bytes]


@pytest.fixture(params=["memory that both reach", "pipes"])
def workers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    """One worker, and each way its bytes may go; where no memory can be lent both are the same."""
    monkeypatch.setattr(worker_module, "CAN_LEND", worker_module.CAN_LEND and request.param != "pipes")
    few = Workers(1)
    yield few
    few.end()


def large_png() -> bytes:
    file = io.BytesIO()
    Image.new("L", (6000, 5000), 5).save(file, "PNG", compress_level=1)
    return file.getvalue()


def endless_jpeg() -> bytes:
    """A small file that takes minutes: each of its scans is empty, and passes over 16 megapixels."""
    file = io.BytesIO()
    Image.new("L", (4000, 4000), 77).save(file, "JPEG", progressive=True)
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x01\x3f\x10\0\0"
    return file.getvalue()[:-2] + scan * 10_000 + b"\xff\xd9"


def processes_of(workers: Workers) -> list[int]:
    return [kept.worker.process.pid for kept in workers._idle.queue if kept.worker]


def test_a_worker_is_kept(workers: Workers, encode: Encode) -> None:
    assert processes_of(workers) == []
    workers.decode(encode("PNG"), None)
    first = processes_of(workers)
    with pytest.raises(PhotoError):
        workers.decode(b"\x89PNG\r\n\x1a\n", None)
    assert workers.facts(encode("WEBP")).width == 240
    assert processes_of(workers) == first


def test_all_are_ended(encode: Encode) -> None:
    workers = Workers(2)
    both = threading.Barrier(2)

    def decode() -> None:
        both.wait()
        workers.decode(data, 100)

    data = large_png()
    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(decode) for _ in range(2)]:
            future.result()
    started = processes_of(workers)
    assert len(started) == 2
    workers.end()
    for process in started:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
    assert workers.facts(encode("PNG")).width == 240
    workers.end()


@pytest.mark.parametrize("limits", [Limits(patience=0.05), Limits(seconds=0)])
def test_too_long_ends_the_worker(limits: Limits, encode: Encode) -> None:
    if sys.platform == "win32" and limits.patience > 1:
        pytest.skip("Windows does not limit a process's own time")
    workers = Workers(1, limits)
    picture = endless_jpeg()
    started = time.monotonic()
    with pytest.raises(PhotoError, match="too much time") as caught:
        workers.decode(picture, 100)
    assert not caught.value.lasting
    assert time.monotonic() - started < 20
    assert processes_of(workers) == []
    workers.end()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what a process writes to")
def test_too_large_does_not_end_the_worker(encode: Encode) -> None:
    workers = Workers(1, Limits(memory=25_000_000))
    with pytest.raises(PhotoError, match="memory") as caught:
        workers.decode(large_png(), 500)
    assert not caught.value.lasting
    assert workers.decode(encode("PNG"), None).pixels.shape == (160, 240, 3)
    workers.end()


def test_a_crash_is_one_photo_s_problem(workers: Workers, encode: Encode) -> None:
    workers.decode(encode("PNG"), None)
    (process,) = processes_of(workers)
    os.kill(process, signal.SIGSTOP)  # so that the next picture is on its way when the worker goes
    data = encode("PNG")
    threading.Timer(0.3, os.kill, (process, signal.SIGKILL)).start()
    with pytest.raises(PhotoError, match="makes its decoder fail"):
        workers.decode(data, None)
    assert workers.decode(encode("PNG"), None).pixels.shape == (160, 240, 3)


def test_an_idle_worker_that_went_is_replaced(workers: Workers, encode: Encode) -> None:
    workers.decode(encode("PNG"), None)
    (process,) = processes_of(workers)
    os.kill(process, signal.SIGKILL)
    time.sleep(0.1)
    assert workers.decode(encode("PNG"), None).pixels.shape == (160, 240, 3)
    assert processes_of(workers) != [process]


def test_no_worker_outlives_the_program(tmp_path: Path, encode: Encode) -> None:
    """Not even one that is killed, and a program without the usual guard around its main part is not run twice."""
    (tmp_path / "photo.png").write_bytes(encode("PNG"))
    (tmp_path / "program.py").write_text(
        "import os, pathlib, sys, time\n"
        "from facesorter import images\n"
        "images.decode(pathlib.Path(sys.argv[1]).read_bytes())\n"
        "print(images._workers._idle.queue[-1].worker.process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    program = subprocess.Popen(
        [sys.executable, tmp_path / "program.py", tmp_path / "photo.png"],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with program:
        assert program.stdout
        worker = int(program.stdout.readline())
        program.kill()
    for _ in range(100):
        if not Path(f"/proc/{worker}").exists():
            break
        time.sleep(0.05)
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_pictures_of_all_sizes_in_turn(workers: Workers) -> None:
    """What is left of a larger one before is neither seen nor missed."""
    for side in (300, 5, 301, 40):
        levels = np.random.default_rng(side).integers(0, 256, (side, side, 3), np.uint8)
        file = io.BytesIO()
        Image.fromarray(levels).save(file, "PNG")
        assert (workers.decode(file.getvalue(), None).pixels == levels).all()
        with pytest.raises(PhotoError):
            workers.decode(file.getvalue()[:-20], None)
    with pytest.raises(PhotoError, match="empty"):
        workers.decode(b"", None)


@pytest.mark.skipif(not CAN_LEND, reason="there is no memory that both processes reach")
def test_memory_of_a_very_large_picture_is_given_back(encode: Encode) -> None:
    workers = Workers(1)
    before = len(os.listdir("/proc/self/fd"))
    workers.decode(large_png(), None)
    (worker,) = (kept.worker for kept in workers._idle.queue if kept.worker)
    assert worker._lent
    assert os.fstat(worker._lent.descriptor).st_size == 0
    workers.decode(encode("PNG"), None)
    assert 0 < os.fstat(worker._lent.descriptor).st_size < KEPT_BYTES
    workers.end()
    assert len(os.listdir("/proc/self/fd")) == before


def test_no_memory_is_lost_to_workers_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch, encode: Encode) -> None:
    workers = Workers(1)
    before = len(os.listdir("/proc/self/fd")) if CAN_LEND else 0
    monkeypatch.setattr(sys, "executable", "/no/such/program")
    with pytest.raises(PhotoError):
        workers.decode(encode("PNG"), None)
    assert not CAN_LEND or len(os.listdir("/proc/self/fd")) == before


@pytest.mark.skipif(sys.platform == "win32", reason="A script stands for the frozen program.")
def test_a_frozen_program_is_its_own_worker(
    workers: Workers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, encode: Encode
) -> None:
    program = tmp_path / "facesorter"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m facesorter "$@"\n')
    program.chmod(0o700)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    assert workers.decode(encode("PNG"), None).full_width == 240


def test_what_libraries_print_is_kept_away(encode: Encode, capfd: pytest.CaptureFixture[str], workers: Workers) -> None:
    data = encode("TIFF", compression="tiff_lzw")
    with pytest.raises(PhotoError):
        workers.decode(data[:200] + b"\xff" * (len(data) - 200), None)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("system", "running", "expected"),
    [
        ("linux", "/opt/FaceSorter/facesorter", "/opt/FaceSorter/facesorter"),
        ("win32", "/opt/FaceSorter/FaceSorter.exe", "/opt/FaceSorter/facesorter-cli.exe"),
        ("win32", "/opt/FaceSorter/facesorter-cli.exe", "/opt/FaceSorter/facesorter-cli.exe"),
    ],
)
def test_a_frozen_program_starts_itself_as_a_worker(
    monkeypatch: pytest.MonkeyPatch, system: str, running: str, expected: str
) -> None:
    started: list[list[str]] = []

    def start(command: list[str], **_options: object) -> None:
        started.append(command)
        raise OSError("not really")

    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(sys, "executable", running)
    monkeypatch.setattr(worker_module.subprocess, "Popen", start)
    with pytest.raises(PhotoError):
        Workers(1).decode(b"", None)
    assert started == [[expected, worker_module.SERVE_ARGUMENT]]
