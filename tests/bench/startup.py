"""How long it takes until the window is there and answers, beside importing PySide6 and showing an empty window.

Run `QT_QPA_PLATFORM=offscreen python tests/bench/startup.py [PAIRS]`. Both are started in turn, each in a process of
its own, and timed from the start of the process until the window is painted and answers.
Exits with 1 if the median of ours is more than 1.5 times the other's.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MOST_TIMES_THE_FLOOR = 1.5

EMPTY = """
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
window = QWidget()
window.show()
application.processEvents()
print("there", flush=True)
"""

OURS = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication

def loop(*_):
    QApplication.processEvents()
    print("there", flush=True)
    return 0

QApplication.exec = loop
from facesorter.paths import AppPaths
from facesorter.ui.shell.app import run_window
run_window(AppPaths(Path(sys.argv[1])))
"""


def seconds_until_there(program: str, profile: str) -> float:
    """From starting the process until its window is there; modules are compiled already, as an installed one's are."""
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(Path(profile) / "compiled")}
    environment = os.environ | compiled | {"PYTHONPATH": str(Path(__file__).parents[2])}
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", program, profile], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        line = process.stdout.readline() if process.stdout else b""
        took = time.perf_counter() - began
    if line.strip() != b"there" or process.returncode:
        raise SystemExit("The window did not open.")
    return took


def main() -> int:
    """Measure pairs and print the median of each and of their ratio."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as profile:
        for program in (EMPTY, OURS):
            seconds_until_there(program, profile)
        times = [(seconds_until_there(EMPTY, profile), seconds_until_there(OURS, profile)) for _ in range(pairs)]
    empty, ours = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = statistics.median(our / floor for floor, our in times)
    print(f"an empty window {1000 * empty:.0f} ms, ours {1000 * ours:.0f} ms, {ratio:.2f} times as long")
    return int(ratio > MOST_TIMES_THE_FLOOR)


if __name__ == "__main__":
    sys.exit(main())
