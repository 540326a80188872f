"""How many photos a second are looked through, beside decoding alone and beside `face_recognition`'s way.

Run `python tests/bench/speed.py`. It makes 60 JPEGs of 12 megapixels (24 without a face, one face a photo on average)
of scikit-image's pictures, installs the peer into an environment that it removes again, and exits with 1 if a figure
to reach is missed. Starting, which is the look at the headshot and the first photo of each worker, is left out: a run
of thousands starts once.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from skimage import data

from facesorter.app import ThreadExecutor, Workshop
from facesorter.domain.events import RunFinished
from facesorter.domain.models import EncodedPicture
from facesorter.engines.local import engine as local
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort import SortRequest

LEAST_OF_FLOOR = 0.4
LEAST_TIMES_PEER = 12.0

WIDTH, HEIGHT = 4000, 3000
FACES = [0] * 24 + [1] * 20 + [2] * 10 + [3] * 4 + [4] * 2
REPETITIONS = 3
CORES = os.cpu_count() or 1


def make_photos(folder: Path) -> list[Path]:
    """Scenes with grain and texture, as a camera's, and the astronaut's head in faces of 150 to 1,100 pixels."""
    chance = np.random.default_rng(12)
    astronaut = Image.fromarray(data.astronaut())
    head = astronaut.crop((110, 0, 340, 230))
    scenes = [Image.fromarray(scene()) for scene in (data.coffee, data.chelsea, data.rocket, data.hubble_deep_field)]
    textures = [texture().astype(np.float32) for texture in (data.grass, data.gravel, data.brick)]
    paths: list[Path] = []
    for number, faces in enumerate(FACES):
        scene = scenes[number % len(scenes)]
        width = chance.uniform(0.6, 1) * min(scene.width, scene.height * WIDTH / HEIGHT)
        left = chance.uniform(0, scene.width - width)
        top = chance.uniform(0, scene.height - width * HEIGHT / WIDTH)
        base = scene.resize(
            (WIDTH, HEIGHT), Image.Resampling.BICUBIC, (left, top, left + width, top + width * HEIGHT / WIDTH)
        )
        texture = textures[number % len(textures)]
        grain = np.tile(texture - texture.mean(), (6, 8))[:HEIGHT, :WIDTH] * 0.35 + chance.normal(0, 4, (HEIGHT, WIDTH))
        photo = Image.fromarray((np.asarray(base) + grain[..., None]).clip(0, 255).astype(np.uint8))
        for place in range(faces):
            room = WIDTH // faces
            side = int(np.exp(chance.uniform(np.log(350), np.log(min(room, 2400)))))
            corner = place * room + int(chance.uniform(0, room - side)), int(chance.uniform(0, HEIGHT - side))
            photo.paste(head.resize((side, side), Image.Resampling.BICUBIC), corner)
        paths.append(folder / f"{number:02}.jpg")
        photo.save(paths[-1], quality=90)
    astronaut.save(folder.parent / "headshot.png")
    return paths


def floor(paths: list[Path]) -> float:
    """Seconds to decode all photos at a quarter of their size, on all cores."""

    def decode(path: Path) -> None:
        with Image.open(io.BytesIO(path.read_bytes())) as image:
            image.draft("RGB", (WIDTH // 4, HEIGHT // 4))
            image.load()

    with ThreadPoolExecutor(CORES) as pool:
        started = time.perf_counter()
        list(pool.map(decode, paths))
        return time.perf_counter() - started


def sort(paths: list[Path], profile: Path) -> tuple[float, RunFinished]:
    """Seconds that a run takes with an empty catalog, from scanning to the balance; nothing is copied."""
    workshop, executor = Workshop(AppPaths(profile)), ThreadExecutor()
    workshop.open()
    photo = EncodedPicture("", paths[-1].read_bytes())
    for worker in [executor.submit(workshop.engine.faces, photo) for _ in range(CORES)]:
        worker.result()  # each has the memory now that it will use
    wanted = PersonRequest("Astronaut", (Headshot(str(paths[0].parent.parent / "headshot.png")),))
    nothing = profile / "nothing"
    nothing.mkdir()
    destination = str(profile / "found")
    list(workshop.sort(SortRequest((wanted,), (str(nothing),), destination, dry_run=True), executor))
    request = SortRequest((wanted,), (str(paths[0].parent),), destination, dry_run=True)
    started = time.perf_counter()
    *_, last = workshop.sort(request, executor)
    seconds = time.perf_counter() - started
    executor.close()
    workshop.close()
    assert isinstance(last, RunFinished)
    return seconds, last


def peer(paths: list[Path], environment: Path) -> float:
    """Seconds that `face_recognition`'s way takes, one process a core."""
    here = Path(__file__).parent
    if not environment.exists():
        venv.create(environment, with_pip=True)
        requirements = str(here / "peer_requirements.txt")
        subprocess.run([environment / "bin" / "pip", "install", "-q", "-r", requirements], check=True)
    command = [environment / "bin" / "python", here / "peer.py", str(CORES), *paths]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["seconds"]


def stages(paths: list[Path]) -> dict[str, float]:
    """Milliseconds a photo that each stage of `LocalEngine.ask` takes, on one thread that has a core to itself."""
    spent: Counter[str] = Counter()
    around = ["the rest of the engine"]

    def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **settings: Any) -> Any:
            started = time.thread_time()
            around.append(stage)
            result = function(*arguments, **settings)
            around.pop()
            seconds = time.thread_time() - started
            spent[stage] += seconds
            spent[around[-1]] -= seconds
            return result

        return run

    engine = local.LocalEngine()
    pictures = [EncodedPicture(str(path), path.read_bytes()) for path in paths]
    places = [
        ("decode", local, "decode"),
        ("look for faces", local.Detector, "look"),
        ("look at lying faces", local.Detector, "lying"),
        ("turn tilted faces", local.Detector, "straightened"),
        ("align", local, "align"),
        ("vectors", local.Recognizer, "vectors"),
        ("pose and quality", local, "_face"),
        ("pack the answer", local.packed, "pack"),
    ]
    kept = [(owner, name, getattr(owner, name)) for _, owner, name in places]
    for stage, owner, name in places:
        setattr(owner, name, timed(stage, getattr(owner, name)))
    started = time.thread_time()
    for picture in pictures:
        engine.analyze("", picture)
    spent[around[0]] += time.thread_time() - started
    for owner, name, function in kept:
        setattr(owner, name, function)
    return {stage: 1000 * seconds / len(paths) for stage, seconds in spent.items()}


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "photos")
        folder.mkdir()
        paths = make_photos(folder)
        megabytes = sum(path.stat().st_size for path in paths) / len(paths) / 1e6
        floors: list[float] = []
        runs: list[tuple[float, RunFinished]] = []
        for repetition in range(REPETITIONS):
            floors.append(floor(paths))
            runs.append(sort(paths, Path(scratch, f"profile {repetition}")))
        peer_s = peer(paths, Path(scratch, "peer"))
        table = stages(paths)
    floor_s, (run_s, finished) = min(floors), min(runs, key=lambda run: run[0])
    [balance] = finished.balances
    of_floor, times_peer = floor_s / run_s, peer_s / run_s
    print(f"{len(paths)} photos of {WIDTH}x{HEIGHT}, {megabytes:.1f} MB each, {sum(FACES)} faces, {CORES} cores")
    print(f"decoding at a quarter  {len(paths) / floor_s:6.1f} photos/s")
    print(
        f"facesorter sort        {len(paths) / run_s:6.1f} photos/s = {of_floor:.2f} floors (at least {LEAST_OF_FLOOR})"
    )
    print(
        f"face_recognition's way {len(paths) / peer_s:6.2f} photos/s; FaceSorter has {times_peer:.1f} times as many",
        end="",
    )
    print(f" (at least {LEAST_TIMES_PEER:.0f})")
    print(f"found {balance.copied} of the {sum(1 for faces in FACES if faces)} photos that show the astronaut")
    print("milliseconds a photo and core")
    whole = 1000 * CORES * run_s / len(paths)
    table["read, hash, catalog, waiting"] = whole - sum(table.values())
    for stage, milliseconds in table.items():
        print(f"  {stage:36}{milliseconds:7.1f}")
    print(f"  {'the whole':36}{whole:7.1f}")
    return 0 if of_floor >= LEAST_OF_FLOOR and times_peer >= LEAST_TIMES_PEER else 1


if __name__ == "__main__":
    sys.exit(main())
