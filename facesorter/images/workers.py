"""Processes that decode the rarer kinds of pictures, so that a hostile one can harm no more than its worker.

A worker has a limit of memory (on Linux) and of time; one that breaks a limit or crashes is ended, the photo becomes
a problem, and the next picture gets a new worker. What comes back is numbers and text, never pickled objects: a
worker that was taken over could otherwise take this process over as well.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import json
import logging
import math
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Generator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from facesorter.domain.errors import PhotoError
from facesorter.domain.giants import alone
from facesorter.domain.messages import N_
from facesorter.images.decoding import MOST_PIXELS_HANDED_OUT, Facts, GiantPicture, Picture, decode_any, facts_of_any
from facesorter.images.film_answers import Films
from facesorter.images.lent_memory import CAN_LEND, Bytes, LentMemory, borrowed, hand_back

SERVE_ARGUMENT = "--decode-pictures"
"""With this as its only argument, the frozen program calls `serve` and is a worker."""

_SERVE = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from facesorter.images.workers import serve; serve()"
_KEEPS_MEMORY = {"MALLOC_TRIM_THRESHOLD_": "67108864", "MALLOC_MMAP_THRESHOLD_": "33554432"}
"""Lets glibc keep 64 MB that a picture was decoded in for the next one, for new memory costs a tenth of a decode."""

_MOST_SECONDS_TO_START = 60
_LONGEST_LINE = 10_000
BROKEN = (EOFError, OSError, LookupError, TypeError, ValueError)
"""What speaking to a worker raises that is gone, or that talks nonsense."""

_log = logging.getLogger(__name__)
T = TypeVar("T")


class Limits(NamedTuple):
    """What one picture may cost a worker.

    `seconds` of the processor's time count (where a process can be limited to them, that is, not on Windows), since a
    busy machine is not the picture's fault; `patience` is in seconds by the clock; `memory` in bytes, beyond what the
    worker holds at its start.
    """

    seconds: int = 9
    patience: float = 40
    memory: int = 900_000_000


_LIMITS = Limits()


class Workers:
    """Up to `count` workers, started when first needed and kept until the program ends; any thread may ask."""

    def __init__(self, count: int, limits: Limits = _LIMITS) -> None:
        self._idle: queue.LifoQueue[KeptWorker] = queue.LifoQueue()  # so that no more are started than work at once
        for _number in range(count):
            self._idle.put(KeptWorker(limits))
        atexit.register(self.end)

    def decode(self, data: bytes, at_least: int | None, *, copy_will_do: bool = False) -> Picture:
        """As `decode_any`; a `PhotoError` that is not lasting if the worker breaks its limits or fails."""
        order = {"at_least": at_least, "copy_will_do": copy_will_do, "alone": False}
        try:
            facts, pixels = self._ask(order, data)
        except GiantPicture:
            with alone():
                facts, pixels = self._ask(order | {"alone": True}, data)
        return Picture(pixels, facts.width, facts.height)

    def facts(self, data: bytes) -> Facts:
        """As `facts_of_any`; a `PhotoError` that is not lasting if the worker breaks its limits or fails."""
        return self._ask({"facts_only": True}, data)[0]

    def end(self) -> None:
        """End the workers that are idle now; they are started again when needed."""
        idle: list[KeptWorker] = []
        with contextlib.suppress(queue.Empty):
            while True:
                idle.append(self._idle.get_nowait())
        for kept in idle:
            kept.end()
            self._idle.put(kept)

    def _ask(self, order: dict[str, Any], data: bytes) -> tuple[Facts, NDArray[np.uint8]]:
        kept = self._idle.get()
        try:
            answer = kept.ask(order, data, _facts_and_pixels)
            if order.get("alone"):  # it may keep what a giant took, though it needs it no more
                kept.end()
        except BROKEN as error:
            raise PhotoError(N_("The picture takes too much time or memory, or makes its decoder fail.")) from error
        finally:
            self._idle.put(kept)
        if isinstance(answer, PhotoError | GiantPicture):
            raise answer
        return answer


class KeptWorker:
    """A worker that is started when it is first asked, and anew after it was ended or went."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.worker: Worker | None = None

    def ask(self, order: dict[str, Any], data: bytes, read: Callable[[dict[str, Any], NDArray[np.uint8]], T]) -> T:
        """What `read` makes of answer and pixels. Raises one of `BROKEN` if there is none, and the worker is ended."""
        if self.worker and self.worker.process.poll() is not None:  # it went while it had nothing to do
            self.end()
        try:
            self.worker = self.worker or Worker()
            return read(*self.worker.ask(order, data, self._limits))
        except BaseException:  # half an answer would be taken for the next one
            _log.warning("a picture or video made its decoder end, exit code %s", self.end())
            raise

    def end(self) -> int | None:
        """End the worker, whatever it does; its exit code, None if there was none."""
        worker, self.worker = self.worker, None
        return worker.end() if worker else None


class Worker:
    """This process's end of one worker: a line of JSON there and back, with each some bytes.

    The bytes go through memory that both reach, or follow the line where there is no such memory.
    """

    def __init__(self) -> None:
        frozen = getattr(sys, "frozen", False)
        self._lent = LentMemory() if CAN_LEND else None
        program = sys.executable
        if frozen and sys.platform == "win32":  # the window's program has no standard streams there
            program = os.path.join(os.path.dirname(program), "facesorter-cli.exe")
        command = [SERVE_ARGUMENT] if frozen else ["-I", "-c", _SERVE, json.dumps(sys.path)]
        try:
            self.process = subprocess.Popen(  # noqa: S603  (this very program)
                [program, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # decoding libraries write there
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                pass_fds=[self._lent.descriptor] if self._lent else [],
                env=os.environ | _KEEPS_MEMORY,
            )
        except OSError:
            if self._lent:
                self._lent.close()
            raise
        self._orders = cast(io.BufferedWriter, self.process.stdin)
        self._answers = cast(io.BufferedReader, self.process.stdout)
        self._ready = False

    def ask(self, order: dict[str, Any], data: bytes, limits: Limits) -> tuple[dict[str, Any], NDArray[np.uint8]]:
        """The worker's answer and the pixels with it. Raises one of `BROKEN` if there is none."""
        if not self._ready:  # its start is not the picture's fault
            with self._ended_after(_MOST_SECONDS_TO_START):
                json.loads(self._answers.readline(_LONGEST_LINE))
            self._ready = True
        with self._ended_after(limits.patience):
            self._send(order | {"seconds": limits.seconds, "memory": limits.memory}, data)
            answer = json.loads(self._answers.readline(_LONGEST_LINE))
            height, width = (int(side) for side in answer["shape"])
            if not 0 <= height * width <= MOST_PIXELS_HANDED_OUT:
                raise ValueError(answer)
            pixels = np.empty((height, width, 3), np.uint8)
            self._receive(pixels)
        return answer, pixels

    def end(self) -> int:
        """Whatever it does, end it; its exit code."""
        self.process.kill()
        code = self.process.wait()
        self._answers.close()
        with contextlib.suppress(OSError):  # what it did not read can no longer be sent
            self._orders.close()
        if self._lent:
            self._lent.close()
        return code

    def _send(self, order: dict[str, Any], data: bytes) -> None:
        order |= {"length": len(data), "descriptor": self._lent and self._lent.descriptor}
        self._orders.write(json.dumps(order).encode() + b"\n")
        if self._lent:
            self._lent.write(data)
        else:
            self._orders.write(data)
        self._orders.flush()

    def _receive(self, pixels: NDArray[np.uint8]) -> None:
        if self._lent:
            self._lent.read(pixels)
            self._lent.trim()
        elif self._answers.readinto(pixels.reshape(-1).data) < pixels.size:
            raise EOFError

    @contextlib.contextmanager
    def _ended_after(self, seconds: float) -> Generator[None]:
        overdue = threading.Timer(seconds, self.process.kill)
        overdue.daemon = True
        overdue.start()
        try:
            yield
        finally:
            overdue.cancel()


def _facts_and_pixels(
    answer: dict[str, Any], pixels: NDArray[np.uint8]
) -> tuple[Facts, NDArray[np.uint8]] | PhotoError | GiantPicture:
    if "giant" in answer:
        return GiantPicture()
    if "problem" in answer:
        return PhotoError(str(answer["problem"]), lasting=bool(answer["lasting"]))
    full_width, full_height, taken_at, orientation, camera = answer["facts"]
    when = taken_at and datetime.fromisoformat(taken_at)
    return Facts(int(full_width), int(full_height), when, int(orientation), camera), pixels


def serve() -> None:
    """A worker's whole life: answer until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the program, which ends its workers itself
    answers_file = os.dup(1)
    os.dup2(2, 1)  # so that nothing a library prints is taken for an answer
    warnings.simplefilter("ignore")
    # Bytes that are missing are more than a matter of warning: the end of a TIFF file, where its metadata lie.
    warnings.filterwarnings("error", "Tag offset too large|Tag data larger|Truncated|Corrupt EXIF", UserWarning)
    start = _memory_in_use()
    films = Films()
    with contextlib.suppress(BrokenPipeError), open(answers_file, "wb") as answers:
        answers.write(b"{}\n")
        answers.flush()
        for line in iter(sys.stdin.buffer.readline, b""):
            order = json.loads(line)
            _limit(order["seconds"], start + order["memory"])
            descriptor, length = order["descriptor"], order["length"]
            lent = descriptor is not None
            data = borrowed(descriptor, length) if lent else sys.stdin.buffer.read(length)
            answer, pixels = films.answer(order) if "film" in order else _answer(order, data)
            if lent:
                hand_back(descriptor, pixels)
            answers.write(json.dumps(answer | {"shape": pixels.shape[:2]}).encode() + b"\n")
            if not lent:
                answers.write(pixels.reshape(-1).data)
            answers.flush()


def _answer(order: dict[str, Any], data: Bytes) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    pixels = np.empty((0, 0, 3), np.uint8)
    try:
        if "facts_only" in order:
            facts = facts_of_any(data)
        else:
            picture = decode_any(data, order["at_least"], copy_will_do=order["copy_will_do"], alone=order["alone"])
            pixels = picture.pixels
            facts = Facts(picture.full_width, picture.full_height, None)
    except GiantPicture:
        return {"giant": True}, pixels
    except PhotoError as error:
        return {"problem": error.sentence, "lasting": error.lasting}, pixels
    taken_at = facts.taken_at.isoformat() if facts.taken_at else None
    return {"facts": (facts.width, facts.height, taken_at, facts.orientation, facts.camera)}, pixels


def _memory_in_use() -> int:
    """Bytes, as Linux counts them against the limit that follows; 0 elsewhere."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[5]) * os.sysconf("SC_PAGE_SIZE") if statm.exists() else 0


def _limit(seconds: int, most_bytes: int) -> None:
    """Only Linux has a limit for memory that is written to, not for what threads and libraries merely reserve."""
    if sys.platform != "win32":
        import resource  # Windows has none

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # pictures are not left lying about in core files
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + seconds, resource.RLIM_INFINITY))
        if sys.platform == "linux":
            resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, resource.RLIM_INFINITY))
