"""How well, how fast and for how much the same person is found under different names.

    python tests/bench/duplicates.py quality            LFW, everybody who can be split under two names
    python tests/bench/duplicates.py workers [N]        pictures a second by functions at once, on what is deployed
    python tests/bench/duplicates.py collection         a search in collections of growing size, by the endpoint
    FACESORTER_TEST_CLOUD_PICTURES=10000 python -m pytest -n0 tests/duplicates/test_deployed.py -k every_report

`workers` needs the additions `test` and `cloud`. A call takes half a second there, as Rekognition's does, and 50 calls
a second are answered, its quota in the larger regions.
"""

from __future__ import annotations

import facesorter  # noqa: F401  (it says how many threads numpy may have, which must come first)

# isort: split
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from facesorter.domain.formats import is_photo
from facesorter.domain.models import BoundingBox, EncodedPicture, Face, Landmarks, Point, Pose, Quality
from facesorter.domain.quality_bars import reasons
from facesorter.engines.local.amazon_scale import as_amazon
from facesorter.engines.local.codec import faces_of, pack, vectors_of
from facesorter.engines.local.engine import LocalEngine

DATA = Path(os.environ.get("FACESORTER_TEST_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
Pair = tuple[str, str]


def quality() -> None:
    """Precision and recall of pairs of names, and how many pictures' reports name the other name."""
    engine = LocalEngine()
    people = {
        one.name: sorted(path for path in one.iterdir() if is_photo(path.name)) for one in (DATA / "lfw").iterdir()
    }
    pictures: list[tuple[str, Path]] = []
    truth: set[Pair] = set()
    for name, paths in sorted(people.items()):
        if len(paths) > 1:
            truth.add((name, f"{name} II"))
        pictures += [(f"{name} II" if number % 2 else name, path) for number, path in enumerate(paths)]
    pictures.sort(key=lambda one: one[1].name[::-1])  # some order of uploads
    with ThreadPoolExecutor(2) as pool:
        analyses = list(pool.map(lambda one: engine.analyze("", EncodedPicture("", one[1].read_bytes())), pictures))
    owner, vectors, largest = [], [], []
    for place, analysis in enumerate(analyses):
        cleared = engine.cleared(vectors_of([analysis])[0])
        first = True
        for face, vector in zip(faces_of(analysis), cleared, strict=True):
            if not reasons(face, "AUTO"):
                owner.append(place)
                vectors.append(vector)
                largest.append(first)
                first = False
    cosines = np.stack(vectors) @ np.stack(vectors).T
    names = [pictures[place][0] for place in owner]
    similar = [
        (as_amazon(engine.similarity_of(float(cosines[one, other]))), one, other)
        for one in range(len(owner))
        for other in range(one)
        if names[one] != names[other] and cosines[one, other] > 0.1
    ]
    print(f"{len(people)} people, {len(pictures)} pictures, {len(owner)} faces; {len(truth)} people under two names")
    ours = [(similarity, one, other) for similarity, one, other in similar]
    sample = [it for it in ours if largest[it[1]] and largest[it[2]]]
    for title, found, both in (("every face, both directions", ours, True), ("the sample's rule", sample, False)):
        best: dict[Pair, float] = defaultdict(float)
        named: dict[int, set[int]] = defaultdict(set)
        for similarity, one, other in found:
            pair = (min(names[one], names[other]), max(names[one], names[other]))
            best[pair] = max(best[pair], similarity)
            if similarity >= 90 and pair in truth:
                named[owner[one]].add(owner[other])
                if both:
                    named[owner[other]].add(owner[one])
        split = [place for place, (name, _) in enumerate(pictures) if _both_names(name) in truth]
        thresholds = sorted({round(score, 3) for score in best.values() if score >= 20})
        top = max(thresholds, key=lambda threshold: _f1(best, truth, threshold))
        for threshold in (50.0, 90.0, top):
            precision, recall = _rates(best, truth, threshold)
            print(f"{title}: at {threshold:7.3f} precision {precision:.3f} recall {recall:.3f}")
        for pair, score in sorted(best.items()):
            if score >= 90 and pair not in truth:
                print(f"{title}: {pair[0]} and {pair[1]} are told at {score:.2f}, and are not one person by LFW")
        print(f"{title}: {sum(place in named for place in split)} of {len(split)} pictures name the other name at 90")


def _both_names(name: str) -> Pair:
    plain = name.removesuffix(" II")
    return plain, f"{plain} II"


def _rates(best: dict[Pair, float], truth: set[Pair], threshold: float) -> tuple[float, float]:
    told = {pair for pair, score in best.items() if score >= threshold}
    right = len(told & truth)
    return right / max(1, len(told)), right / len(truth)


def _f1(best: dict[Pair, float], truth: set[Pair], threshold: float) -> float:
    precision, recall = _rates(best, truth, threshold)
    return 2 * precision * recall / max(1e-9, precision + recall)


def workers(number: int) -> None:
    """Pictures a second with 1, 2, 4 and 8 functions at once; calls, dollars and requests for 1,000 pictures."""
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "duplicates")]
    import boto3
    from deployed import Deployment, Poller
    from painted import PaintedEngine
    from rekognition_server import aws_environment, rekognition_server
    from synthesized import synthesized
    from test_deployed import Uploads, upload

    from facesorter.endpoint.faults import Faults
    from facesorter.endpoint.objects import S3Objects
    from facesorter.engines.rekognition.prices import price_in

    resources = synthesized(calls_per_second="50")["Resources"]
    requests = Counter[str]()
    boto3.setup_default_session()
    session: Any = boto3.DEFAULT_SESSION
    session.events.register("before-call", lambda model, **_: requests.update([model.name]))
    for at_once in (1, 2, 4, 8):
        with tempfile.TemporaryDirectory() as folder, _moto(Path(folder), aws_environment):
            client: Any = boto3.client("s3")
            with rekognition_server(PaintedEngine(), objects=S3Objects(client)) as server:
                os.environ["AWS_ENDPOINT_URL_REKOGNITION"] = server.address
                deployed = Deployment(resources)
                with deployed.environment():
                    uploads = Uploads(number, seed=at_once)
                    uploads.broken = set()
                    for key in uploads.faces:
                        upload(deployed, key, uploads.data(key))
                    poller = Poller(deployed, seed=1, twice=0)
                    poller.workers = at_once
                    server.endpoint.faults = Faults(slow=1, slow_seconds=0.5, calls_per_second=50)
                    requests.clear()
                    begun = time.monotonic()
                    with poller.running():
                        pass  # all is there, so it is only waited for
                    seconds = time.monotonic() - begun
                    calls = sum(server.billed().values())
        dollars = price_in("us-east-1").of(calls * 1000 // number).dollars
        writes = requests["PutObject"] + requests["ListObjectsV2"]
        reads = requests["GetObject"] + requests["HeadObject"] - requests["IndexFaces"]  # the endpoint's own
        print(
            f"{at_once} at once: {number / seconds:.2f} pictures/s; for 1,000: {calls * 1000 // number} calls, "
            f"${dollars}; a picture: {writes / number:.1f} writes, {reads / number:.1f} reads",
            flush=True,
        )


class _moto:  # noqa: N801 - a context manager
    def __init__(self, folder: Path, environment: Callable[..., dict[str, str]]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        os.environ.update(environment(folder, "http://127.0.0.1:1", f"http://127.0.0.1:{self._port}"))

    def __enter__(self) -> None:
        program = str(Path(__file__).parents[1] / "moto_program.py")
        self._server = subprocess.Popen([sys.executable, program, str(self._port)], stderr=subprocess.DEVNULL)
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.2)

    def __exit__(self, *_: object) -> None:
        self._server.terminate()
        self._server.wait()


def collection() -> None:
    """Seconds of SearchFaces against N made-up faces, at the endpoint of this computer."""
    from facesorter.endpoint.collections import Collections, IndexedPicture
    from facesorter.endpoint.memory import Memory
    from facesorter.endpoint.objects import NoObjects
    from facesorter.endpoint.pictures import PictureReader
    from facesorter.endpoint.service import Service

    engine = LocalEngine()
    chance = np.random.default_rng(1)
    marks = Landmarks(*(Point(0.4, 0.4) for _ in range(5)))
    face = Face(BoundingBox(0.3, 0.3, 0.4, 0.4), 99.0, marks, Pose(0, 0, 0), Quality(60, 60))
    with tempfile.TemporaryDirectory() as folder:
        stored = Collections(os.path.join(folder, "collections.db"))
        service = Service(PictureReader(engine, NoObjects(), Memory(stored.database)), stored, as_amazon)
        stored.create("faces", engine.name)
        known, face_id = 0, ""
        for size in (1_000, 10_000, 100_000):
            for number in range(known, size):
                vector = chance.normal(size=(1, 128)).astype(np.float32)
                analysis = pack([face], (vector / np.linalg.norm(vector)).astype(np.float32))
                where = stored.usable("faces", engine.name)
                (added,) = stored.add(where, IndexedPicture(str(number), str(number), analysis, [(0, face)]))
                face_id = added.face_id
            known = size
            request = {"CollectionId": "faces", "FaceId": face_id, "FaceMatchThreshold": 50}
            times = [_time(lambda request=request: service.answer("SearchFaces", request, "")) for _ in range(7)]
            first, middle = (1000 * seconds for seconds in (times[0], sorted(times)[3]))
            print(f"{size:7} faces: {middle:.1f} ms of processor a search (the first {first:.0f})")
        stored.close()


def _time(call: Callable[[], object]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["quality"]:
            quality()
        case ["workers", *number]:
            workers(int(number[0]) if number else 100)
        case ["collection"]:
            collection()
        case _:
            sys.exit(__doc__)
