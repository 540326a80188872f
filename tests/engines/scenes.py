"""Pictures for the local engine's tests, made of scikit-image's photo of an astronaut and of photos without a face."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from skimage import data

FACE_CENTER, FACE_SIDE = (220, 120), 100
"""Where the astronaut's face is in its picture of 512x512, and how high it is."""


def astronaut() -> Image.Image:
    return Image.fromarray(data.astronaut())


def head() -> Image.Image:
    """The astronaut's head and shoulders, 230x230; the face fills some two fifths of its height."""
    return astronaut().crop((110, 0, 340, 230))


def scene(width: int, height: int) -> Image.Image:
    """A cup of coffee, with a camera's noise."""
    pixels = np.asarray(Image.fromarray(data.coffee()).resize((width, height)), dtype=np.int16)
    noise = np.random.default_rng(1).integers(-6, 7, (height, width, 1), dtype=np.int16)
    return Image.fromarray((pixels + noise).clip(0, 255).astype(np.uint8))


def with_head(width: int, height: int, face_px: int, center: tuple[int, int], turned: float = 0) -> Image.Image:
    """The scene with the astronaut's head, its face `face_px` high around `center`, turned clockwise by degrees."""
    side = round(face_px * 230 / FACE_SIDE)
    pasted = astronaut().resize((round(512 * side / 230), round(512 * side / 230)), Image.Resampling.LANCZOS)
    scale = side / 230
    pasted = pasted.rotate(-turned, Image.Resampling.BICUBIC, center=(FACE_CENTER[0] * scale, FACE_CENTER[1] * scale))
    left, top = round((FACE_CENTER[0] - 115) * scale), round((FACE_CENTER[1] - 115) * scale)
    photo = scene(width, height)
    photo.paste(pasted.crop((left, top, left + side, top + side)), (center[0] - side // 2, center[1] - side // 2))
    return photo


def encoded(image: Image.Image, image_format: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, image_format, **options)
    return file.getvalue()
