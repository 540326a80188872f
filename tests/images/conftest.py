"""A photograph to encode in every way; the only person it shows is scikit-image's astronaut."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage import data as photographs

pillow_heif.register_heif_opener()

Encode = Callable[..., bytes]


@pytest.fixture(scope="session")
def photo() -> NDArray[np.uint8]:
    """A colored photograph, 240 pixels wide and 160 high."""
    return np.asarray(Image.fromarray(photographs.astronaut()).resize((240, 240)).crop((0, 0, 240, 160)))


@pytest.fixture(scope="session")
def encode(photo: NDArray[np.uint8]) -> Encode:
    """The photograph as a file: `encode("PNG", mode="L", ...)`, with Pillow's own options."""

    def encoded(image_format: str, mode: str = "RGB", **options: Any) -> bytes:
        file = io.BytesIO()
        Image.fromarray(photo).convert(mode).save(file, image_format, **options)
        return file.getvalue()

    return encoded
