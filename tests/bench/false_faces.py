"""How many things are taken for faces, and how many faces are lost, by the score that the better of two looks gives.

`python tests/bench/false_faces.py [FOLDER ...]` looks at the shared pictures without people, scikit-image's, and those
of further folders (wallpapers, say), each as it is, mirrored, at half its size, turned by 12 degrees and in four parts;
and at the faces of LFW and FG-NET as they are, tilted, dark and blurred, and at 12 to 28 pixels.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import skimage
from galleries import DATA
from PIL import Image, ImageEnhance, ImageFilter

from facesorter.domain.formats import is_photo
from facesorter.engines.local import detect
from facesorter.engines.local.detect import CONFIDENT, Detector
from facesorter.engines.local.models import Floats, load_networks
from facesorter.engines.local.search import find_faces
from facesorter.images import Picture

BARS = (0.7, 0.75, 0.78, 0.8, 0.82, 0.85, 0.9)
LARGEST = 2400
WITH_PEOPLE = {"astronaut.png", "camera.png"}
View = tuple[str, Image.Image]


def without_people(folders: Iterable[Path]) -> Iterator[Path]:
    """Pictures that show nobody."""
    yield from sorted(path for path in (DATA / "nofaces").rglob("*") if is_photo(path.name))
    own = Path(skimage.__file__).parent / "data"
    yield from sorted(
        path for path in own.iterdir() if path.suffix in {".jpg", ".png"} and path.name not in WITH_PEOPLE
    )
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if is_photo(path.name) and path.is_file())


def views(path: Path) -> Iterator[View]:
    """A picture as it is and changed in seven ways."""
    image = Image.open(path).convert("RGB")
    image.thumbnail((LARGEST, LARGEST))
    width, height = image.size
    yield "as it is", image
    yield "mirrored", image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if min(width, height) < 250:
        return
    yield "half", image.resize((width // 2, height // 2), Image.Resampling.BICUBIC)
    turned = image.rotate(12, resample=Image.Resampling.BICUBIC)
    yield "turned", turned.crop((int(0.12 * width), int(0.12 * height), int(0.88 * width), int(0.88 * height)))
    for x, y in ((0, 0), (0.4, 0), (0, 0.4), (0.4, 0.4)):
        part = image.crop((int(x * width), int(y * height), int((x + 0.6) * width), int((y + 0.6) * height)))
        yield "part", part.resize((int(0.9 * width), int(0.9 * height)), Image.Resampling.BICUBIC)


def harder(path: Path) -> Iterator[View]:
    """A picture with one face in the middle, as it is and harder to see."""
    image = Image.open(path).convert("RGB")
    image.thumbnail((1200, 1200))
    width, height = image.size
    face_px = 100 if width == 250 else 0.38 * width
    yield "as it is", image
    yield "tilted", image.rotate(40, resample=Image.Resampling.BICUBIC)
    yield "dark, blurred", ImageEnhance.Brightness(image.filter(ImageFilter.GaussianBlur(width / 120))).enhance(0.3)
    for side in (12, 16, 20, 28):
        canvas = Image.new("RGB", (400, 300), (120, 118, 115))
        small = image.resize((round(width * side / face_px), round(height * side / face_px)), Image.Resampling.LANCZOS)
        canvas.paste(small, ((400 - small.width) // 2, (300 - small.height) // 2))
        yield f"{side} px", canvas


def found_in(detector: Detector, shown: Iterable[View]) -> list[tuple[str, Floats]]:
    """The scores of the faces in each view, most certain first."""
    seen: list[tuple[str, Floats]] = []
    for kind, image in shown:
        pixels = np.asarray(image)
        picture = Picture(pixels, pixels.shape[1], pixels.shape[0])
        rows, _ = find_faces(detector, picture, lambda at_least: picture)  # noqa: B023
        seen.append((kind, np.sort(rows[:, 14])[::-1]))
    return seen


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="more pictures without people")
    options = parser.parse_args()
    chosen, detect.CONFIRMED = detect.CONFIRMED, CONFIDENT
    detector = Detector(load_networks().detector)
    faces = [*sorted((DATA / "lfw").glob("*/*.jpg"))[::4], *sorted((DATA / "ages").glob("*/*"))[::2]]
    pictures = list(without_people(options.folders))
    shown, false, kept = 0, Counter[float](), {bar: Counter[str]() for bar in BARS}
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for seen in threads.map(lambda path: found_in(detector, views(path)), pictures):
            shown += len(seen)
            false.update(bar for _, scores in seen for score in scores for bar in BARS if score >= bar)
        for seen in threads.map(lambda path: found_in(detector, harder(path)), faces):
            for kind, scores in seen:
                for bar in BARS:
                    kept[bar][kind] += bool(len(scores)) and bool(scores[0] >= bar)
    print(f"{len(pictures)} pictures without people in {shown} views, {len(faces)} faces; {chosen} is used")
    print(f"{'score':>6} {'false per 1,000 views':>22}  faces found")
    for bar in BARS:
        print(f"{bar:6.2f} {1000 * false[bar] / shown:22.1f}  {dict(kept[bar])}")


if __name__ == "__main__":
    main()
