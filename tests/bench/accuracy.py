"""How well are people found? Prints a table: FaceSorter beside the bare network and beside dlib, on the same photos.

`python tests/bench/accuracy.py` measures the shared data; `--data DIR` measures any folder with one folder a person.
One headshot a person, everything else is the gallery, all people in one run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from galleries import (
    DATA,
    Answered,
    Outcome,
    Task,
    album,
    cast_of_a_series,
    measured,
    one_folder_a_person,
    press,
    with_dates,
)

from facesorter.engines.local.engine import LocalEngine

CHOICES: dict[str, Callable[[list[Path]], Path]] = {
    "first": lambda paths: paths[0],
    "middle": lambda paths: paths[len(paths) // 2],
    "last": lambda paths: paths[-1],
}
PEER = Path(__file__).with_name("peer_requirements.txt")
HEADER = f"{'':44} {'precision':>9} {'recall':>7} {'F1':>7}   {'+ Check: precision':>18} {'recall':>7}"

Scores = Callable[[Path, Path], float]


def main() -> None:
    """Measure what the options ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder with one folder a person")
    parser.add_argument("--headshot", choices=CHOICES, default="first", help="which of a person's sorted pictures")
    parser.add_argument("--no-peer", action="store_true", help="leave dlib out")
    parser.add_argument("--peer-venv", type=Path, default=Path(tempfile.gettempdir()) / "facesorter-bench-dlib")
    parser.add_argument("--models", type=Path, help="a folder of other networks")
    options = parser.parse_args()
    analyzed = Answered(LocalEngine(options.models))
    if options.data:
        tasks = [one_folder_a_person(options.data, options.data.name, CHOICES[options.headshot])]
    else:
        tasks = [
            one_folder_a_person(DATA / "lfw", "lfw", CHOICES[options.headshot]),
            *over_ages(DATA / "ages"),
            album(DATA),
            cast_of_a_series(DATA),
            press(DATA),
        ]
    for number, task in enumerate(tasks):
        report(task, analyzed)
        if number == 0:
            report_scores("bare network", task, _cosines(task, analyzed), {"OpenCV's threshold 0.363": 0.363})
            if not options.no_peer:
                minus = _minus_distances(task, options.peer_venv)
                report_scores("dlib as in face_recognition", task, minus, {"its tolerance 0.6": -0.6})


def over_ages(folder: Path) -> list[Task]:
    """People over many years by one headshot of each age, and by three, without dates and with them."""
    tasks = [one_folder_a_person(folder, f"ages, {which} headshot", CHOICES[which]) for which in CHOICES]
    tasks.append(one_folder_a_person(folder, "ages, three headshots", *CHOICES.values()))
    return [dated for task in tasks for dated in (task, with_dates(task))]


def report(task: Task, analyzed: Answered) -> None:
    """Print what FaceSorter finds, by the headshots alone and after growth."""
    outcome = Outcome(task, analyzed)
    people, photos = len(task.headshots), len(task.people)
    print(f"\n{task.title}: {people} people, {photos} photos, {outcome.truth.sum()} to be found\n{HEADER}")
    for name, piles in (("headshot alone", outcome.bare), ("grown", outcome.grown)):
        sure, either = measured(piles == 2, outcome.truth), measured(piles >= 1, outcome.truth)
        _print(f"FaceSorter, {name}: Sure", sure, either)


def report_scores(name: str, task: Task, scores: Any, thresholds: Mapping[str, float]) -> None:
    """Print what plain scores, (photos, people), find at these thresholds and at the one of the best F1."""
    truth = np.array([[name in people for name in task.headshots] for people in task.people.values()])
    best = max(np.unique(scores[truth]), key=lambda at: measured(scores >= at, truth)[2])
    for label, threshold in {**thresholds, f"its best F1, at {abs(best):.3f}": best}.items():
        _print(f"{name}, {label}", measured(scores >= threshold, truth))


def _print(label: str, *rows: tuple[float, float, float]) -> None:
    (precision, recall, f1), *more = rows
    line = f"{label:44} {precision:9.4f} {recall:7.4f} {f1:7.4f}"
    for check_precision, check_recall, _ in more:
        line += f"   {check_precision:18.4f} {check_recall:7.4f}"
    print(line, flush=True)


def _cosines(task: Task, analyzed: Answered) -> Any:
    def headshot(path: Path) -> Any:
        vectors, largest = analyzed.vectors(path)
        return vectors[largest]

    analyzed.of([path for paths in task.headshots.values() for path in paths])
    heads = np.stack([headshot(paths[0]) for paths in task.headshots.values()], 1)
    return _best_face([analyzed.vectors(photo)[0] for photo in task.people], lambda vectors: vectors @ heads, heads)


def _minus_distances(task: Task, environment: Path) -> Any:
    heads = [paths[0] for paths in task.headshots.values()]
    encoded = _dlib([*heads, *task.people], environment)
    faces = [rows[rows[:, -1].argmax(), :-1] if len(rows) else np.full(128, 9.0) for rows in encoded[: len(heads)]]
    known = np.stack(faces, 1)
    return _best_face(
        [rows[:, :-1] for rows in encoded[len(heads) :]],
        lambda vectors: -np.linalg.norm(vectors[:, :, None] - known, axis=1),
        known,
    )


def _best_face(photos: list[Any], score: Callable[[Any], Any], heads: Any) -> Any:
    nobody = np.full(heads.shape[1], -9.0)
    return np.stack([score(vectors).max(0) if len(vectors) else nobody for vectors in photos])


def _dlib(paths: list[Path], environment: Path) -> list[Any]:
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        venv.create(environment, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", PEER], check=True)
    with tempfile.TemporaryDirectory() as folder:
        listed, found = Path(folder, "paths.txt"), Path(folder, "found.npz")
        listed.write_text("\n".join(map(str, paths)), "utf-8")
        subprocess.run([python, Path(__file__).with_name("peer_dlib.py"), listed, found], check=True)
        with np.load(found) as arrays:
            return [arrays[f"arr_{number}"] for number in range(len(paths))]


if __name__ == "__main__":
    main()
