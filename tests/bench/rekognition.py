"""Amazon Rekognition by way of the endpoint: how much of a limit is used, and what each way of spending less costs.

Run `python tests/bench/rekognition.py`. The endpoint runs in this process, over real HTTP: for the throughput with an
engine that costs next to nothing, so that the calls are measured and not the faces; for the costs with the local
engine, on photos of `FACESORTER_TEST_DATA` (or `../shared/data`), four in ten without a face. Exits with 1 if less
than 95 % of a limit of 50 calls a second is used.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))
from painted import ANNA, BEN, PaintedEngine, painted
from rekognition_server import KEY, RekognitionServer, rekognition_server

from facesorter.app import App, ThreadExecutor
from facesorter.app.cloud import CALLS_AT_ONCE
from facesorter.domain.events import PhotoCompared
from facesorter.domain.models import EncodedPicture, Pile, Portrait
from facesorter.domain.spending import SavingsMode, Terms
from facesorter.endpoint.faults import Faults
from facesorter.engines.local.engine import LocalEngine
from facesorter.engines.rekognition.calls import RekognitionCalls
from facesorter.engines.rekognition.engine import RekognitionEngine
from facesorter.engines.rekognition.prices import Meter, price_in
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort_request import SortRequest

DATA = Path(os.environ.get("FACESORTER_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
LIMIT = 50.0
LEAST_OF_LIMIT = 0.95
SECONDS = 40.0
STEADY_AFTER_S = 6.0
"""The rate begins at five calls a second and has found the limit by then."""

PHOTOS = 200
FACELESS = 80
PEOPLE = 6
PHOTOS_OF_EACH = 8
THRESHOLD = 80.0


def measure_throughput() -> bool:
    """Print how many calls were answered a second; whether that is enough."""
    with rekognition_server(PaintedEngine(), faults=Faults(calls_per_second=LIMIT)) as server:
        calls = RekognitionCalls(server.client(), Meter(price_in("eu-west-1"), Decimal(100)))
        engine = RekognitionEngine(calls, PaintedEngine())
        head = EncodedPicture("head", painted((100, 80, 120, ANNA)))
        (question,) = engine.queries([engine.enrol("Anna", [Portrait(head)])])
        photos = [
            EncodedPicture(str(n), painted((10 + n % 60, 10 + n // 60, 90, BEN), size=(160, 160), image_format="JPEG"))
            for n in range(round(LIMIT * SECONDS))
        ]
        executor = ThreadExecutor(CALLS_AT_ONCE)
        answered_at: list[float] = []
        began = time.perf_counter()
        futures: list[Future[bytes]] = [executor.submit(engine.analyze, question, photo) for photo in photos]
        for future in futures:
            future.add_done_callback(lambda _: answered_at.append(time.perf_counter() - began))
        for future in futures:
            future.result()
        executor.close()
    steady = [at for at in answered_at if at > STEADY_AFTER_S]
    whole = len(answered_at) / max(answered_at)
    rate = len(steady) / (max(answered_at) - STEADY_AFTER_S)
    throttled = sum(call.outcome == "ThrottlingException" for call in server.calls)
    print(
        f"limit {LIMIT:.0f} calls/s: {rate:.1f}/s once found ({100 * rate / LIMIT:.1f} %), {whole:.1f}/s from the start"
    )
    print(f"  {len(photos)} photos, {throttled} calls throttled and tried again, billed twice: {server.billed_twice()}")
    return rate >= LEAST_OF_LIMIT * LIMIT


class Run(NamedTuple):
    """What a run said of each photo and person, and what it cost."""

    piles: dict[tuple[str, str], Pile]
    similarities: dict[tuple[str, str], float]
    calls: int
    seconds: float


def measure_costs() -> None:
    """Print the calls of each way, and how far contact sheets agree with whole photos."""
    with tempfile.TemporaryDirectory() as folder, environment(), rekognition_server(LocalEngine()) as server:
        os.environ["AWS_ENDPOINT_URL_REKOGNITION"] = server.address
        photos = Path(folder) / "photos"
        make_album(photos)
        people = tuple(PersonRequest(path.name, (Headshot(str(sorted(path.iterdir())[0])),)) for path in well_known())
        request = SortRequest(people, (str(photos),), str(Path(folder) / "out"), threshold=THRESHOLD, dry_run=True)
        runs = {savings: run(request, savings, server, Path(folder) / savings) for savings in SavingsMode}
    print(f"\n{PHOTOS} photos, {FACELESS} without a face, {len(people)} people with a headshot each")
    print(f"{'':10}{'calls for 1,000 photos and a person':>38}{'dollars':>10}{'seconds':>9}")
    for savings, done in runs.items():
        calls = 1000 * done.calls / PHOTOS / len(people)
        print(
            f"{savings:10}{calls:>38.0f}"
            f"{float(price_in('eu-west-1').dollars_a_call) * calls:>10.3f}{done.seconds:>9.0f}"
        )
    for savings in (SavingsMode.FACELESS, SavingsMode.HYBRID, SavingsMode.SHEETS):
        print_agreement(savings, runs[savings], runs[SavingsMode.NONE])


def run(request: SortRequest, savings: SavingsMode, server: RekognitionServer, profile: Path) -> Run:
    """A run in a profile of its own."""
    before = len(server.calls)
    app = App(AppPaths(profile))
    app.open()
    executor = ThreadExecutor()
    terms = Terms(savings, Decimal(100))
    began = time.perf_counter()
    piles: dict[tuple[str, str], Pile] = {}
    similarities: dict[tuple[str, str], float] = {}
    for event in app.session().run(replace(request, terms=terms), executor):
        if isinstance(event, PhotoCompared) and event.final:
            for verdict in event.verdicts:
                place = os.path.basename(event.photo.path), verdict.person.name
                piles[place], similarities[place] = verdict.pile, verdict.score.similarity
    seconds = time.perf_counter() - began
    executor.close()
    app.close()
    return Run(piles, similarities, len(server.calls) - before, seconds)


def print_agreement(savings: SavingsMode, done: Run, whole: Run) -> None:
    """How often the pile is the same as with whole photos, and how far the similarities of faces found lie apart."""
    same = sum(done.piles[place] is pile for place, pile in whole.piles.items())
    sure = {place for place, pile in whole.piles.items() if pile is Pile.SURE}
    found = {place for place, pile in done.piles.items() if pile is Pile.SURE}
    apart = [abs(done.similarities[place] - score) for place, score in whole.similarities.items() if score >= 50]
    print(
        f"{savings}: {100 * same / len(whole.piles):.1f} % of {len(whole.piles)} piles as with every photo sent; "
        f"sure: {len(sure & found)} of {len(sure)}, {len(found - sure)} more; "
        f"similarities from 50 on differ by {np.mean(apart):.2f} on average, {max(apart):.2f} at most"
    )


def well_known() -> list[Path]:
    """The folders of some people with many photos each; the first of these is the headshot."""
    return [path for path in sorted((DATA / "lfw").iterdir()) if len(list(path.iterdir())) >= PHOTOS_OF_EACH][:PEOPLE]


def make_album(folder: Path) -> None:
    """Photos of well-known people and of groups of strangers, and quarters of pictures without a face."""
    folder.mkdir()
    with_faces = [shot for path in well_known() for shot in sorted(path.iterdir())[1:PHOTOS_OF_EACH]]
    with_faces += sorted(path for path in (DATA / "album" / "photos").rglob("*") if path.is_file())[::-1]
    for number, path in enumerate(with_faces[: PHOTOS - FACELESS]):
        (folder / f"{number:03}{path.suffix}").write_bytes(path.read_bytes())
    for number, image in enumerate(quarters()):
        image.save(folder / f"none-{number:03}.jpg", quality=92)
        if number + 1 == FACELESS:
            return


def quarters() -> Iterator[Image.Image]:
    """Each picture without a face in four parts."""
    for path in sorted(path for path in (DATA / "nofaces").iterdir() if path.is_file()):
        with Image.open(path) as opened:
            image = opened.convert("RGB")
        width, height = image.width // 2, image.height // 2
        for left, top in ((0, 0), (width, 0), (0, height), (width, height)):
            yield image.crop((left, top, left + width, top + height))


@contextmanager
def environment() -> Iterator[None]:
    """The endpoint's key, and nothing else of an AWS account."""
    kept = os.environ.copy()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {
        "AWS_ACCESS_KEY_ID": KEY.access_key,
        "AWS_SECRET_ACCESS_KEY": KEY.secret,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_CONFIG_FILE": os.devnull,
    }
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= kept


def main() -> int:
    """Run both; 1 if a figure to reach is missed."""
    enough = measure_throughput()
    if DATA.is_dir():
        measure_costs()
    else:
        print("The real photos are not here; FACESORTER_TEST_DATA can name their folder.")
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
