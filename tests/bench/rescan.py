"""How long a second scan takes, beside the floor: `os.scandir` plus `stat` over the same tree.

Run `python tests/bench/rescan.py [TREE]`. It makes 100,000 tiny files unless TREE is given, prints a table, and exits
with 1 if a figure to reach is missed: three times the floor, 150 MB above the peak memory of a scan of 1,000 files.
Every measurement has a process of its own, so that none profits from another's memory.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

from facesorter.pipeline.scan import scan
from facesorter.places.disk.source import FolderSource
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database

FOLDERS = 100
FILES_PER_FOLDER = 1000
REPETITIONS = 5

MOST_TIMES_THE_FLOOR = 3.0
MOST_EXTRA_MB = 150.0


def make_tree(top: str, folders: int) -> None:
    for folder in range(folders):
        os.makedirs(f"{top}/{folder:03}")
        for number in range(FILES_PER_FOLDER):
            with open(f"{top}/{folder:03}/IMG_{number:05}.jpg", "xb") as file:
                file.write(b"x")


def floor(top: str, _profile: str) -> int:
    files = 0
    with os.scandir(top) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                files += floor(entry.path, _profile)
            else:
                entry.stat(follow_symlinks=False)
                files += 1
    return files


def scan_all(top: str, profile: str) -> int:
    database = Database(f"{profile}/catalog.db")
    catalog = SqliteCatalog(database)
    for _ in scan(FolderSource([top]), catalog):
        pass
    found = catalog.selected()
    database.close()
    return found


def measure(work: Callable[[str, str], int], top: str, profile: str) -> tuple[float, float, int]:
    """Seconds, peak memory in MB and the files found, in this process."""
    started = time.perf_counter()
    found = work(top, profile)
    seconds = time.perf_counter() - started
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, found


def alone(work: Callable[[str, str], int], top: str, profile: str, repetitions: int = 1) -> tuple[float, float, int]:
    """The fastest of some measurements, each in a process of its own, with the highest peak memory of them."""
    results: list[tuple[float, float, int]] = []
    for _ in range(repetitions):
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            results.append(pool.submit(measure, work, top, profile).result())
    return min(results)[0], max(peak for _, peak, _ in results), results[0][2]


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        top, few, profile = (f"{scratch}/{name}" for name in ("many", "few", "profile"))
        make_tree(few, 1)
        if len(sys.argv) > 1:
            top = sys.argv[1]
        else:
            make_tree(top, FOLDERS)
        floor_s, _, files = alone(floor, top, profile, REPETITIONS)
        first_s, first_mb, _ = alone(scan_all, top, profile)
        second_s, second_mb, found = alone(scan_all, top, profile, REPETITIONS)
        _, few_mb, _ = alone(scan_all, few, f"{scratch}/profile of few")
        catalog_bytes = os.path.getsize(f"{profile}/catalog.db")

    times, extra_mb = second_s / floor_s, max(first_mb, second_mb) - few_mb
    print(f"files                      {files:10,}   (found {found:,})")
    print(f"os.scandir and stat        {floor_s:10.3f} s")
    print(f"first scan                 {first_s:10.3f} s")
    print(f"second scan                {second_s:10.3f} s   = {times:.2f} floors (at most {MOST_TIMES_THE_FLOOR})")
    print(f"peak memory above 1,000's  {extra_mb:10.1f} MB  (at most {MOST_EXTRA_MB:.0f})")
    print(f"catalog                    {catalog_bytes / files:10.0f} bytes a photo, without answers")
    return 0 if times <= MOST_TIMES_THE_FLOOR and extra_mb <= MOST_EXTRA_MB and found == files else 1


if __name__ == "__main__":
    sys.exit(main())
