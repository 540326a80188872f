"""How well and how fast are films looked through? `python tests/bench/films.py`

Makes films of the shared pictures: scenes in which one or two of LFW's people move across a landscape, growing or
shrinking, some of them out of focus, compressed well or badly. Each is looked through as a run does it, and every
frame of it is looked at, too.
`--film FILE` (more than once) measures films of one's own: how long they take, and how many different faces are found.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np
from galleries import DATA
from PIL import Image, ImageFilter

from facesorter.domain.films import SEVERAL, Film, film_scores
from facesorter.domain.models import EncodedPicture, Face, Portrait, Reference
from facesorter.engines.local.engine import LocalEngine
from facesorter.images.films import as_tiff, opened
from facesorter.pipeline.films import look_through

SIZE, RATE, SCENE_SECONDS = (1280, 720), 12, 3
SURE, CHECK = 80, 50


@dataclass(frozen=True)
class Made:
    """A film and who is in it."""

    path: Path
    people: frozenset[str]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=12)
    parser.add_argument("--people", type=int, default=40, help="who is searched for, the films' people among them")
    parser.add_argument("--film", type=Path, action="append", default=[], help="a film of your own")
    options = parser.parse_args()
    engine = LocalEngine()
    for path in options.film:
        _measure_speed(engine, path)
    if options.film:
        return
    folders = sorted(one for one in (DATA / "lfw").iterdir() if len(list(one.iterdir())) >= 5)[: options.people]
    pictures = {folder.name: sorted(folder.iterdir()) for folder in folders}
    references = {
        name: engine.enrol(name, [Portrait(EncodedPicture(str(paths[0]), paths[0].read_bytes()))])
        for name, paths in pictures.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        films = list(_films(Path(folder), pictures, options.films))
        _measure(engine, films, references)


def _films(folder: Path, pictures: dict[str, list[Path]], count: int) -> Iterator[Made]:
    random = np.random.default_rng(5)
    landscapes = sorted(path for path in (DATA / "nofaces").glob("*.jpg"))
    names = sorted(pictures)
    for number in range(count):
        cast = [names[place] for place in random.choice(len(names), 4, replace=False)]
        scenes: list[list[Path]] = [[], *([random.choice(np.array(pictures[name][1:]))] for name in cast[:2]), []]
        scenes.append([random.choice(np.array(pictures[name][1:])) for name in cast[2:]])
        grounds = [landscapes[place] for place in random.choice(len(landscapes), len(scenes))]
        path = folder / f"{number:02}{('.mp4', '.mkv', '.mov')[number % 3]}"
        frames = (
            frame
            for scene, ground in zip(scenes, grounds, strict=True)
            for frame in _scene(scene, ground, random, blurred=number % 4 == 3)
        )
        _encode(path, frames, crf=(20, 28, 36)[number % 3], key_frames_apart=(1, 10)[number % 2])
        yield Made(path, frozenset(cast))


def _scene(
    people: Sequence[Path], ground: Path, random: np.random.Generator, *, blurred: bool
) -> Iterator[Image.Image]:
    width, height = SIZE
    with Image.open(ground) as opened_ground:
        back = opened_ground.convert("RGB").resize((int(width * 1.2), int(height * 1.2)))
    actors: list[tuple[Image.Image, float, float, float]] = []
    for place, path in enumerate(people):
        with Image.open(path) as picture:
            head = picture.convert("RGB").crop((50, 40, 200, 220))
        side = random.uniform(0.18, 0.5)
        left = width * (0.05 + place / 2) + random.uniform(0, 0.1) * width
        actors.append((head, side, left, random.uniform(0.05, 0.3) * height))
    count = SCENE_SECONDS * RATE
    for number in range(count):
        part = number / count
        frame = back.crop((int(part * 0.2 * width), 0, int(part * 0.2 * width) + width, height))
        for head, side, left, top in actors:
            size = int(height * side * (0.7 + 0.6 * part))
            frame.paste(head.resize((size * 5 // 6, size)), (int(left + 0.25 * width * part), int(top)))
        yield frame.filter(ImageFilter.GaussianBlur(2.5 * abs(1 - 2 * part))) if blurred else frame


def _encode(path: Path, frames: Iterator[Image.Image], crf: int, key_frames_apart: int) -> None:
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=RATE)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = key_frames_apart * RATE
        stream.options = {"crf": str(crf), "preset": "veryfast"}
        for frame in frames:
            film.mux(stream.encode(av.VideoFrame.from_image(frame)))
        film.mux(stream.encode())


class Counting:
    """A film that counts the frames it gives out."""

    def __init__(self, film: Film) -> None:
        self.film = film
        self.frames = 0
        self.content, self.seconds = film.content, film.seconds

    @property
    def exhausted(self) -> bool:
        return self.film.exhausted

    def frame(self, at: float, key_from: float | None = None) -> object:
        self.frames += 1
        return self.film.frame(at, key_from)


def _looked_through(engine: LocalEngine, path: Path) -> tuple[bytes, float, int, float]:
    """The analysis, the film's seconds, the frames looked at, and the seconds it took, decoding included."""
    began = time.monotonic()
    with opened(str(path), b"") as film:
        counting = Counting(film)
        analysis = look_through(counting, engine, engine.name)  # type: ignore[arg-type]
    return analysis, counting.seconds, counting.frames, time.monotonic() - began


def _every_frame(engine: LocalEngine, path: Path) -> tuple[list[bytes], list[Face]]:
    analyses: list[bytes] = []
    faces: list[Face] = []
    with av.open(str(path)) as film:
        for frame in film.decode(video=0):
            pixels = frame.to_ndarray(format="rgb24")
            analysis = engine.analyze(engine.name, EncodedPicture("", as_tiff(np.asarray(pixels, np.uint8))))
            analyses.append(analysis)
            faces += [replace(face, seconds=frame.time) for face in engine.faces_in((analysis,))]
    return analyses, faces


def _measure(engine: LocalEngine, films: Sequence[Made], references: dict[str, Reference]) -> None:
    people = list(references.values())
    names = list(references)
    found: dict[str, list[set[tuple[int, str]]]] = {"looked through": [set(), set()], "every frame": [set(), set()]}
    truth = {(number, name) for number, made in enumerate(films) for name in made.people}
    minutes = taken = every = 0.0
    looked_at = frames = kept = 0
    for number, made in enumerate(films):
        analysis, seconds, count, took = _looked_through(engine, made.path)
        faces = engine.faces_in((analysis,))
        scores = {"looked through": film_scores(engine.similarities(people, [(analysis,)])[0], faces, len(people))}
        began = time.monotonic()
        analyses, all_faces = _every_frame(engine, made.path)
        every += time.monotonic() - began
        rows = [row for one in engine.similarities(people, [(one,) for one in analyses]) for row in one]
        scores["every frame"] = film_scores(rows, all_faces, len(people))
        for way, of_film in scores.items():
            for least, into in zip((SURE, CHECK), found[way], strict=True):
                into |= {(number, name) for name, one in zip(names, of_film, strict=True) if one.similarity >= least}
        minutes, taken, looked_at = minutes + seconds / 60, taken + took, looked_at + count
        frames, kept = frames + len(analyses), kept + len(faces)
    print(
        f"{len(films)} films of {60 * minutes / len(films):.0f} s,"
        f" {len(names)} people searched, {len(truth)} to be found"
    )
    print(f"{'':16} {'Sure: precision':>16} {'recall':>7} {'+ Check: precision':>20} {'recall':>7}")
    for way, (sure, either) in found.items():
        figures = [figure for some in (sure, either) for figure in _measured(some, truth)]
        print(f"{way:16} {figures[0]:16.3f} {figures[1]:7.3f} {figures[2]:20.3f} {figures[3]:7.3f}")
    both = found["looked through"][0] & found["every frame"][0]
    print(f"of {len(found['every frame'][0])} that every frame makes sure, {len(both)} are")
    print(f"{looked_at} of {frames} frames looked at, {kept / len(films):.0f} faces kept a film")
    print(
        f"{minutes / taken:.3f} minutes of film a second; every frame: {minutes / every:.3f} (one thread, {SEVERAL=})"
    )


def _measured(found: set[tuple[int, str]], truth: set[tuple[int, str]]) -> tuple[float, float]:
    return len(found & truth) / max(1, len(found)), len(found & truth) / len(truth)


def _measure_speed(engine: LocalEngine, path: Path) -> None:
    analysis, seconds, frames, took = _looked_through(engine, path)
    faces = engine.faces_in((analysis,))
    print(f"{path.name}: {seconds:.1f} s, {frames} frames looked at, {len(faces)} faces kept; {took:.2f} s,"
          f" {seconds / 60 / took:.3f} minutes of film a second")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
