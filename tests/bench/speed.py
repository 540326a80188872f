"""How many photos a second are looked through, beside decoding alone and beside `face_recognition`'s way.

Run `python tests/bench/speed.py`. It makes 60 JPEGs of 12 megapixels (24 without a face, one face a photo on average)
of scikit-image's pictures, installs the peer into an environment that it removes again, and exits with 1 if a figure
to reach is missed. Starting, which is the look at the headshot and the first photo of each worker, is left out: a run
of thousands starts once.
"""

from __future__ import annotations

import facesorter  # noqa: F401  (it says how many threads numpy may have, which must come first)

# isort: split
import hashlib
import io
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import venv
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image
from skimage import data

from facesorter.app import App, ThreadExecutor
from facesorter.domain.events import RunFinished
from facesorter.domain.models import EncodedPicture
from facesorter.engines.local import engine as local
from facesorter.engines.local import seen_faces
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort_request import SortRequest

LEAST_OF_FLOOR = 0.5
LEAST_TIMES_PEER = 15.0
MOST_REST_MS = 3.0
"""Processor time a photo of everything in a run that is neither decoding nor the engine, nor reading and hashing."""

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


def processor() -> str:
    """The processor's name, and the widest vectors it has: networks take up to three times as long without AVX-512."""
    try:
        told = dict(line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().splitlines() if ":" in line)
    except OSError:
        return platform.processor() or platform.machine()
    facts = {name.strip(): value.strip() for name, value in told.items()}
    features = set(facts.get("flags", facts.get("Features", "")).split())
    widest = next((name for name in ("avx512f", "avx2", "asimd") if name in features), "neither AVX-512 nor AVX2")
    return f"{facts.get('model name', platform.machine())}, {widest.replace('avx512f', 'avx-512').upper()}"


class Sorted(NamedTuple):
    """A run: seconds by the clock, and milliseconds of processor a photo that neither decoding nor the engine took.

    The latter include reading and hashing (`identify`), which nothing can make faster.
    """

    seconds: float
    rest_ms: float
    finished: RunFinished


def sort(paths: list[Path], profile: Path) -> Sorted:
    """A run with an empty catalog, from scanning to the balance; nothing is copied."""
    app, executor = App(AppPaths(profile)), ThreadExecutor()
    app.open()
    photo = EncodedPicture("", paths[-1].read_bytes())
    for worker in [executor.submit(app.engine.faces, photo) for _ in range(CORES)]:
        worker.result()  # each has the memory now that it will use
    wanted = PersonRequest("Astronaut", (Headshot(str(paths[0].parent.parent / "headshot.png")),))
    nothing = profile / "nothing"
    nothing.mkdir()
    destination = str(profile / "found")
    list(app.session().run(SortRequest((wanted,), (str(nothing),), destination, dry_run=True), executor))
    request = SortRequest((wanted,), (str(paths[0].parent),), destination, dry_run=True)
    looking: list[float] = []
    look = local.LocalEngine.analyze

    def timed(self: local.LocalEngine, query: str, picture: EncodedPicture) -> bytes:
        began = time.thread_time()
        try:
            return look(self, query, picture)
        finally:
            looking.append(time.thread_time() - began)

    local.LocalEngine.analyze = timed
    began, began_cpu = time.perf_counter(), time.process_time()
    *_, last = app.session().run(request, executor)
    seconds, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    local.LocalEngine.analyze = look
    executor.close()
    app.close()
    assert isinstance(last, RunFinished)
    assert len(looking) == len(paths)
    return Sorted(seconds, 1000 * (cpu - sum(looking)) / len(paths), last)


def identify(paths: list[Path]) -> float:
    """Milliseconds of processor to read a photo and to tell it from others by its SHA-256."""
    began = time.thread_time()
    for path in paths:
        hashlib.sha256(path.read_bytes()).digest()
    return 1000 * (time.thread_time() - began) / len(paths)


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
    """Milliseconds a photo that each stage of `LocalEngine.analyze` takes, on one thread that has a core to itself."""
    spent: defaultdict[str, float] = defaultdict(float)
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
        ("align", seen_faces, "align"),
        ("vectors", local.Recognizer, "vectors"),
        ("pose and quality", seen_faces, "_face"),
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
        runs: list[Sorted] = []
        for repetition in range(REPETITIONS):
            floors.append(floor(paths))
            runs.append(sort(paths, Path(scratch, f"profile {repetition}")))
        identify_ms = min(identify(paths) for _ in range(REPETITIONS))
        peer_s = peer(paths, Path(scratch, "peer"))
        table = stages(paths)
    floor_s, run, rest_ms = min(floors), min(runs), min(one.rest_ms for one in runs) - identify_ms
    [balance] = run.finished.balances
    of_floor, times_peer = floor_s / run.seconds, peer_s / run.seconds
    print(f"{len(paths)} photos of {WIDTH}x{HEIGHT}, {megabytes:.1f} MB each, {sum(FACES)} faces")
    print(f"{CORES} cores of {processor()}")
    print(f"decoding at a quarter  {len(paths) / floor_s:6.1f} photos/s")
    at_least = f"(at least {LEAST_OF_FLOOR})"
    print(f"facesorter sort        {len(paths) / run.seconds:6.1f} photos/s = {of_floor:.2f} floors {at_least}")
    at_least = f"(at least {LEAST_TIMES_PEER:.0f})"
    print(
        f"face_recognition's way {len(paths) / peer_s:6.2f} photos/s; FaceSorter has {times_peer:.1f} times {at_least}"
    )
    print(f"found {balance.copied} of the {sum(1 for faces in FACES if faces)} photos that show the astronaut")
    print("milliseconds of processor a photo")
    for stage, milliseconds in table.items():
        print(f"  {stage:36}{milliseconds:7.1f}")
    print(f"  {'read and hash':36}{identify_ms:7.1f}")
    print(f"  {'everything else':36}{rest_ms:7.1f} (at most {MOST_REST_MS:.0f})")
    print(f"  {'the whole, by the clock and core':36}{1000 * CORES * run.seconds / len(paths):7.1f}")
    reached = of_floor >= LEAST_OF_FLOOR and times_peer >= LEAST_TIMES_PEER and rest_ms <= MOST_REST_MS
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
