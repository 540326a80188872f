"""How a library grows from 1,000 to 100,000 photos: time and memory of each step, and the catalog's size a photo.

Run `python tests/bench/library.py [PHOTOS...]`. It makes each library twice in a temporary folder. In *few pictures*
the photos are many names of some hundred pictures, which are really looked at: pictures of `FACESORTER_TEST_DATA` (or
`../shared/data`), else of scikit-image. In *all different* each photo has a content of its own, and faces made by
turning real ones at random, so that a pass over the stored faces costs what it costs in a real library.

Every step has a process of its own, so that none profits from another's memory. Exits with 1 if a figure to reach is
missed: a new person in 100,000 photos is known in less than a second, from the headshot to the last final verdict,
and no step takes 64 MB more with the largest library than with the smallest.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from facesorter.app import App, ThreadExecutor
from facesorter.app.prepare import photos_of
from facesorter.domain.events import Event, PhotoCompared, PhotoFailed, PhotosFound
from facesorter.domain.models import Decision, EncodedPicture, Face
from facesorter.paths import AppPaths
from facesorter.pipeline.decide import decide_pages
from facesorter.pipeline.enrol import Headshot, PersonRequest, enrol
from facesorter.pipeline.grow_references import grow_references
from facesorter.pipeline.person_query import PersonQuery
from facesorter.pipeline.scan import scan
from facesorter.pipeline.sort_request import SortRequest

DATA = Path(os.environ.get("FACESORTER_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
SIZES = (1_000, 10_000, 100_000)
FILES_PER_FOLDER = 1000
MOST_PICTURES = 600

IDENTITIES = 400
"""People in a library where all photos are different."""

FACES_A_PHOTO = (0, 0, 0, 0, 1, 1, 1, 2, 2, 4)
"""Four photos in ten show nobody, the others two people each, one photo with another."""

TURNED = 0.65
"""How much of a made-up face is its own: its vector has a cosine of 0.76 to its identity's."""

DECISIONS = 1000
PEOPLE = 5
REPETITIONS = 3

MOST_SECONDS_FOR_A_NEW_PERSON = 1.0
MOST_EXTRA_MB = 64.0


@dataclass(frozen=True)
class Library:
    """A tree of photos, the profile that remembers them, and headshots of `PEOPLE` people and one more."""

    photos: str
    profile: str
    heads: tuple[str, ...]

    def request(self, people: int, *, first: int = 0) -> SortRequest:
        wanted = tuple(
            PersonRequest(f"Person {number}", (Headshot(self.heads[number % len(self.heads)]),))
            for number in range(first, first + people)
        )
        return SortRequest(wanted, (self.photos,), f"{self.profile}/copies", dry_run=True)


class Measured(NamedTuple):
    """What one step took: seconds by the clock and of all processors, and the process's peak memory."""

    seconds: float
    processor_seconds: float
    peak_mb: float


Lap = Callable[[], None]
Step = Callable[[Library, App, Lap], None]
"""A step is given an open app; it calls its lap when what is to be measured begins, and again when it ends."""


def first_scan(library: Library, app: App, lap: Lap) -> None:
    assert app.catalog
    lap()
    exhaust(select(library, app))
    lap()


def first_run(library: Library, app: App, lap: Lap) -> None:
    assert app.engine
    lap()
    exhaust(run(app, library.request(1)))
    lap()


def one_pass(library: Library, app: App, lap: Lap) -> None:
    person_queries = scanned(library, app)
    lap()
    exhaust(decide_pages(person_queries, 80, app.engine, app.catalog))
    lap()


def five_people(library: Library, app: App, lap: Lap) -> None:
    assert app.engine
    lap()
    exhaust(run(app, library.request(PEOPLE)))
    lap()


def new_person(library: Library, app: App, lap: Lap) -> None:
    """Somebody never looked for before, in an app that is open: from the headshot to the last final verdict."""
    assert app.engine
    assert app.catalog
    lap()
    left = 0
    for event in run(app, library.request(1, first=PEOPLE)):
        if isinstance(event, PhotosFound):
            left = event.total
        elif isinstance(event, PhotoCompared | PhotoFailed):
            left -= event.final
            if not left:
                break
    lap()


def threshold_moved(library: Library, app: App, lap: Lap) -> None:
    person_queries, _ = grow_references(scanned(library, app), app.engine, app.catalog)
    lap()
    exhaust(decide_pages(person_queries, 70, app.engine, app.catalog))
    lap()


def decisions(library: Library, app: App, lap: Lap) -> None:
    scanned(library, app)
    session = app.session()
    person = app.catalog.person("Person 0")
    photos = [analyzed.photo for analyzed in next(app.catalog.analyzed((app.engine.name,), DECISIONS))]
    lap()
    for number, photo in enumerate(photos):
        session.decide(person, [(photo, (Decision.YES, Decision.NO)[number % 2])])
    lap()
    for photo in photos:
        session.decide(person, [(photo, None)])


STEPS: dict[str, Step] = {
    "a second scan": first_scan,
    "one person, by stored faces": one_pass,
    f"a run for {PEOPLE} people": five_people,
    "the threshold moved": threshold_moved,
    f"{DECISIONS:,} decisions": decisions,
    "a run for a new person": new_person,
}


def exhaust(items: Iterable[object]) -> None:
    for _ in items:
        pass


def select(library: Library, app: App) -> Iterator[Event]:
    return scan(photos_of(app, library.request(0), ()), app.catalog)


def run(app: App, request: SortRequest) -> Iterator[Event]:
    executor = ThreadExecutor()
    try:
        yield from app.session().run(request, executor)
    finally:
        executor.close()


def scanned(library: Library, app: App) -> list[PersonQuery]:
    """One person, with the library selected."""
    (wanted,) = library.request(1).people
    reference, _ = enrol(wanted, app.engine, app.read)
    exhaust(select(library, app))
    return [PersonQuery(app.catalog.person(wanted.name), reference, {})]


@contextmanager
def opened(library: Library) -> Iterator[App]:
    app = App(AppPaths(Path(library.profile)))
    app.open()
    try:
        yield app
    finally:
        app.close()


def measure(step: Step, library: Library) -> Measured:
    """Take the step, in this process."""
    laps: list[tuple[float, float]] = []
    with opened(library) as app:
        step(library, app, lambda: laps.append((time.perf_counter(), time.process_time())))
    (began, began_cpu), (ended, ended_cpu) = laps
    return Measured(ended - began, ended_cpu - began_cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def alone(step: Callable[..., Measured], *arguments: object, repetitions: int = 1) -> Measured:
    """The fastest of some measurements, each in a process of its own, with the highest peak memory of them."""
    results: list[Measured] = []
    for _ in range(repetitions):
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            results.append(pool.submit(step, *arguments).result())
    return min(results)._replace(peak_mb=max(one.peak_mb for one in results))


def make_pool(folder: str) -> Measured:
    """Pictures as files of this folder, and headshots in its folder `heads`."""
    os.makedirs(f"{folder}/heads")
    if (DATA / "lfw").is_dir():
        people = sorted(path for path in (DATA / "lfw").iterdir() if len(list(path.iterdir())) > 1)
        for number, person in enumerate(people[: PEOPLE + 1]):
            os.symlink(sorted(person.iterdir())[0], f"{folder}/heads/{number}.jpg")
        pictures = [*sorted((DATA / "nofaces").glob("*.jpg"))[:100], *sorted((DATA / "lfw").glob("*/*.jpg"))]
        for number, path in enumerate(pictures[:MOST_PICTURES]):
            Path(f"{folder}/{number}.jpg").write_bytes(path.read_bytes())
    else:
        import skimage.data
        from PIL import Image

        person = Image.fromarray(skimage.data.astronaut())
        person.crop((140, 20, 320, 220)).save(f"{folder}/heads/0.jpg")
        others = [Image.fromarray(picture()) for picture in (skimage.data.chelsea, skimage.data.coffee)]
        for number, picture in enumerate((person, *others) * 10):
            picture.resize((256 + 8 * number, 256 + 8 * number)).save(f"{folder}/{number}.jpg")
    return Measured(0, 0, 0)


def make_tree(top: str, pool: str, photos: int) -> None:
    pictures = sorted(path for path in Path(pool).iterdir() if path.is_file())
    for number in range(photos):
        folder = f"{top}/{number // FILES_PER_FOLDER:03}"
        if number % FILES_PER_FOLDER == 0:
            os.makedirs(folder)
        path, picture = f"{folder}/IMG_{number:06}.jpg", pictures[number % len(pictures)]
        try:
            os.link(picture, path)
        except OSError:  # too many links to one file, or a file system without any
            Path(path).write_bytes(picture.read_bytes())


def fill(library: Library, pool: str) -> Measured:
    """Store made-up faces for each photo, as if each were another picture."""
    import numpy as np

    from facesorter.engines.local import codec as analyses

    chance = np.random.default_rng(1)

    def turned(vectors: np.ndarray, by: float) -> np.ndarray:
        own = chance.normal(size=vectors.shape)
        mixed = (1 - by**2) ** 0.5 * vectors + by * own / np.linalg.norm(own, axis=1, keepdims=True)
        return (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)

    with opened(library) as app:
        engine, catalog = app.engine, app.catalog
        seen = [
            engine.analyze(engine.name, EncodedPicture(str(path), path.read_bytes()))
            for path in [*map(Path, library.heads), *sorted(Path(pool).glob("*.jpg"))]
        ]
        people, _ = analyses.vectors_of(seen)
        (face,) = engine.faces_in((seen[0],))[:1]
        if len(people) < IDENTITIES:
            people = np.concatenate([people, turned(people[np.arange(IDENTITIES - len(people)) % len(people)], 0.95)])
        exhaust(select(library, app))
        for number, photo in enumerate(catalog.unanalyzed((engine.name,))):
            faces: list[Face] = [face] * int(chance.choice(FACES_A_PHOTO))
            vectors = turned(people[chance.integers(len(people), size=len(faces))], TURNED)
            content = hashlib.sha256(b"%d" % number).digest()
            catalog.record_analyses(photo, content, {engine.name: analyses.pack(faces, vectors)})
    return Measured(0, 0, 0)


def measured_library(kind: str, photos: int, scratch: str, pool: str) -> dict[str, Measured]:
    top = f"{scratch}/{photos}"
    if not os.path.isdir(top):
        make_tree(top, pool, photos)
    heads = tuple(str(path) for path in sorted(Path(pool, "heads").iterdir()))
    library = Library(top, f"{scratch}/{kind} {photos}", heads)
    figures = {"a first scan": alone(measure, first_scan, Library(top, f"{library.profile} unseen", heads))}
    if kind == FEW:
        figures["a first run, reading all"] = alone(measure, first_run, library)
    else:
        alone(fill, library, pool)
    for name, step in STEPS.items():
        figures[name] = alone(measure, step, library, repetitions=REPETITIONS)
    bytes_a_photo = os.path.getsize(f"{library.profile}/catalog.db") / photos
    print(f"{kind}, {photos:,}: the catalog has {bytes_a_photo:.0f} bytes a photo", file=sys.stderr)
    return figures


FEW, DIFFERENT = "few pictures", "all different"


def main() -> int:
    sizes = sorted(map(int, sys.argv[1:])) or SIZES
    is_well = True
    with tempfile.TemporaryDirectory() as scratch:
        pool = f"{scratch}/pool"
        alone(make_pool, pool)
        for kind in (FEW, DIFFERENT):
            by_size = [measured_library(kind, photos, scratch, pool) for photos in sizes]
            print(f"\n{kind:<28}" + "".join(f"{photos:>25,}" for photos in sizes))
            print(f"{'':<28}" + f"{'seconds (processor)    MB':>25}" * len(sizes))
            for name in by_size[0]:
                row = [figures[name] for figures in by_size]
                cells = (f"{one.seconds:.2f} ({one.processor_seconds:.2f}) {one.peak_mb:6.0f}" for one in row)
                print(f"{name:<28}" + "".join(f"{cell:>25}" for cell in cells), flush=True)
                is_well = is_well and row[-1].peak_mb - row[0].peak_mb <= MOST_EXTRA_MB
            is_well = is_well and by_size[-1]["a run for a new person"].seconds < MOST_SECONDS_FOR_A_NEW_PERSON
    print("\nAll figures are reached." if is_well else "\nA figure is missed.")
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
