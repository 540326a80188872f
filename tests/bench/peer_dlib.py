"""Encodes pictures as `face_recognition` does: HOG detector with one upsampling, 5 landmarks, dlib's ResNet.

Runs in an environment of its own, made by `accuracy.py`. Reads paths from a file, writes an .npz with one array a path:
(faces, 129), the encoding and the box's area.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import dlib  # pyright: ignore[reportMissingImports]
import face_recognition_models as models  # pyright: ignore[reportMissingImports]
import numpy as np
from PIL import Image

detector = dlib.get_frontal_face_detector()
landmarks = dlib.shape_predictor(models.pose_predictor_five_point_model_location())
network = dlib.face_recognition_model_v1(models.face_recognition_model_location())


def encode(path: str) -> np.ndarray:
    """(faces, 129) of one picture, at most 1600 px."""
    with Image.open(path) as picture:
        picture.thumbnail((1600, 1600))
        pixels = np.array(picture.convert("RGB"))
    boxes = detector(pixels, 1)
    rows = [[*network.compute_face_descriptor(pixels, landmarks(pixels, box), 1), box.area()] for box in boxes]
    return np.array(rows).reshape(len(rows), 129)


if __name__ == "__main__":
    paths = Path(sys.argv[1]).read_text("utf-8").splitlines()
    with ProcessPoolExecutor() as processes:
        np.savez(sys.argv[2], *processes.map(encode, paths, chunksize=8))
