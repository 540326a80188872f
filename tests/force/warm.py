"""The whole program, started again and again in a fraction of a second, and killed where one likes.

A process that has imported everything, loaded the face engine and looked at the pictures forks for each start; what is
killed is an ordinary process, and nothing but loading and looking is spared it. Under strace, a process is killed as
it makes its `STRIKE`th call of a kind: so that this is the n-th call of the program, as many calls as are missing are
made before it begins, and fail.

`FACESORTER_KILLS` says how many kills each test makes; `all` are 200 at random moments, and one at every call.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import pytest
from warm_server import FAILING_CALLS, STRIKE

ROOT = Path(__file__).parents[2]

_ASKED = os.environ.get("FACESORTER_KILLS", "2")
EVERYWHERE = _ASKED == "all"
KILLS = 200 if EVERYWHERE else int(_ASKED)

BENCHES = min(os.cpu_count() or 1, 1 + KILLS // 10)

MADE = Counter[str]()
"""How many kills each test has made."""

_COUNTING = threading.Lock()

needs_forks = pytest.mark.skipif(
    sys.platform != "linux", reason="Only on Linux a process with an engine loaded can fork."
)
needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed; it makes system calls fail on request."
)


class At(NamedTuple):
    """Kill it as it makes the `number`th call of this kind, on its main thread."""

    call: str
    number: int


class After(NamedTuple):
    """Kill it so long after its start."""

    seconds: float


@dataclass(frozen=True)
class Command:
    """What to start: a function that takes the arguments and gives an exit code.

    `lacks` is what the file system cannot do: `links`, and `renames` that refuse an existing name. With
    `on_one_thread`, what would be done by workers is done at once.
    """

    arguments: tuple[str, ...]
    function: str = "facesorter.cli:run"
    lacks: tuple[str, ...] = ()
    on_one_thread: bool = False
    environment: dict[str, str] = field(default_factory=dict[str, str])


class Ended(NamedTuple):
    """How it ended; `returncode` is as in `subprocess`."""

    returncode: int
    seconds: float
    stdout: str
    stderr: str

    @property
    def was_killed(self) -> bool:
        return self.returncode == -signal.SIGKILL

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stdout.splitlines()]


class WarmProgram:
    """The process that forks, seen from the tests. `pictures` are what its engine has looked at before."""

    def __init__(self, folder: Path, pictures: Sequence[Path], *, traced: bool) -> None:
        self._output = [str(folder / "stdout"), str(folder / "stderr")]
        command = [sys.executable, str(Path(__file__).with_name("warm_server.py")), *map(str, pictures)]
        if traced:
            rules = [part for call in FAILING_CALLS for part in ("-e", f"inject={call}:signal=KILL:when={STRIKE}")]
            command = ["strace", "-f", "-qq", "-o", os.devnull, *rules, *command]
        homes = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR")
        self._process = subprocess.Popen(
            command,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | dict.fromkeys(homes, str(folder)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, command: Command, kill: At | After | None = None) -> Ended:
        """Start it and wait for its end."""
        assert self._process.stdin
        assert self._process.stdout
        order = asdict(command) | {
            "output": self._output,
            "at": kill if isinstance(kill, At) else None,
            "seconds": kill.seconds if isinstance(kill, After) else None,
        }
        print(json.dumps(order), file=self._process.stdin, flush=True)
        ended = Ended(*json.loads(self._process.stdout.readline()), *(Path(file).read_text() for file in self._output))
        if ended.was_killed:
            with _COUNTING:
                MADE[os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]] += 1
        return ended

    def close(self) -> None:
        """End it."""
        self._process.communicate()


class Calls:
    """Where to kill: at every one of these calls, or `KILLS` times at some of them."""

    def __init__(self, *calls: str) -> None:
        self._left = KILLS
        self._reached = dict.fromkeys(calls, 0)
        self._ends = dict.fromkeys(calls, STRIKE)

    def __iter__(self) -> Iterator[At]:
        return self._all() if EVERYWHERE else self._some()

    def _all(self) -> Iterator[At]:
        for call in self._ends:
            number = 1
            while number < self._ends[call]:
                yield At(call, number)
                number += 1

    def _some(self) -> Iterator[At]:
        """The first of each kind, then any; how many there are turns out on the way."""
        firsts = [At(call, 1) for call in self._ends]
        random.shuffle(firsts)
        while self._left > 0 and any(end > 1 for end in self._ends.values()):
            self._left -= 1
            call = random.choice([call for call, end in self._ends.items() if end > 1])
            farthest = min(self._ends[call], 2 * self._reached[call] + 2)
            yield firsts.pop() if firsts else At(call, random.randrange(1, farthest))

    def tell(self, point: At, *, was_killed: bool) -> None:
        """What came of it: a program that was not killed makes fewer of these calls."""
        call, number = point
        if was_killed:
            self._reached[call] = max(self._reached[call], number)
        else:
            self._ends[call] = min(self._ends[call], number)
            self._left += 1


class Moments:
    """`KILLS` random moments of a program that takes so long when it is not disturbed, one to three before it may end.

    The machine is not always as busy: who ends before the kill makes the next moments come earlier, the others later.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._left = KILLS

    def __iter__(self) -> Iterator[list[After]]:
        while self._left > 0:
            size = random.randint(1, min(3, self._left))
            self._left -= size
            yield [After(random.uniform(0, self._seconds)) for _ in range(size)]

    def tell(self, *, was_killed: bool) -> None:
        """What came of one of them."""
        self._left += not was_killed
        self._seconds *= 1.03 if was_killed else 0.9


@contextmanager
def in_memory() -> Generator[Path]:
    """A folder that is quick, where the system has one: what a kill leaves there is what it would leave on a disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


Bench = TypeVar("Bench")
Point = TypeVar("Point")


class Benches(Generic[Bench]):
    """As many places of work as there are processors, kept busy side by side."""

    def __init__(self, benches: Sequence[Bench]) -> None:
        self.all = benches

    def each(self, points: Iterable[Point], work: Callable[[Bench, Point], None]) -> None:
        """Do it at every point; the first failure ends it and is raised."""
        waiting, taking, failed = iter(points), threading.Lock(), threading.Event()

        def labor(bench: Bench) -> None:
            while not failed.is_set():
                with taking:
                    point = next(waiting, None)
                if point is None:
                    return
                try:
                    work(bench, point)
                except BaseException:
                    failed.set()
                    raise

        with ThreadPoolExecutor(len(self.all)) as pool:
            for future in [pool.submit(labor, bench) for bench in self.all]:
                future.result()

    def each_moment(self, moments: Moments, kill: Callable[[Bench, After], bool]) -> None:
        """Kill at these moments one after the other, each as if it were the only one; `kill` says if it was in time."""

        def work(bench: Bench, burst: list[After]) -> None:
            for moment in burst:
                moments.tell(was_killed=kill(bench, moment))

        self.each(moments, work)
