"""What `face_recognition` does with a photo, run by `speed.py` in an environment of its own (`peer_requirements.txt`).

`python peer.py PROCESSES PHOTO...` prints seconds (without starting) and faces as JSON. Each photo is decoded whole,
shrunk to at most 1600 pixels, searched by the HOG detector with one upsampling, and each face becomes a vector.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time

import dlib  # pyright: ignore[reportMissingImports]
import face_recognition_models as models  # pyright: ignore[reportMissingImports]
import numpy as np
from PIL import Image

detector = dlib.get_frontal_face_detector()
points = dlib.shape_predictor(models.pose_predictor_five_point_model_location())
recognizer = dlib.face_recognition_model_v1(models.face_recognition_model_location())


def faces(path: str) -> int:
    with Image.open(path) as image:
        photo = image.convert("RGB")
    photo.thumbnail((1600, 1600))
    pixels = np.asarray(photo)
    vectors = [recognizer.compute_face_descriptor(pixels, points(pixels, box)) for box in detector(pixels, 1)]
    return len(vectors)


def main() -> None:
    processes, *paths = sys.argv[1:]
    with multiprocessing.Pool(int(processes)) as pool:
        pool.map(faces, paths[: int(processes)], chunksize=1)
        started = time.perf_counter()
        found = sum(pool.map(faces, paths, chunksize=1))
        print(json.dumps({"seconds": time.perf_counter() - started, "faces": found}))


if __name__ == "__main__":
    main()
