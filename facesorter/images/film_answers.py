"""What a worker answers about films, as JSON and pixels."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facesorter.images.film_decoder import UNREADABLE, FilmDecoder, FilmRefused


class Films:
    """What a worker keeps of films: the one that was asked for last stays open."""

    def __init__(self) -> None:
        self._open: tuple[str, FilmDecoder] | None = None

    def answer(self, order: dict[str, Any]) -> tuple[dict[str, Any], NDArray[np.uint8]]:
        """What `film_workers` asks for: facts, or a frame with its pixels, or that the film is let go.

        Whatever comes of it, `took` says how many seconds of the processor's time it cost.
        """
        began = time.process_time()
        answer, pixels = self._answer(order)
        return answer | {"took": time.process_time() - began}, pixels

    def _answer(self, order: dict[str, Any]) -> tuple[dict[str, Any], NDArray[np.uint8]]:
        pixels = np.empty((0, 0, 3), np.uint8)
        try:
            if order["film"] is None:
                self._let_go()
                return {}, pixels
            film = self._of(order["film"])
            if "at" not in order:
                seconds, taken_at = film.facts()
                return {"seconds": seconds, "taken_at": taken_at.isoformat() if taken_at else None}, pixels
            found = film.frame(order["at"], order["key_from"])
        except FilmRefused as error:
            return {"refused": error.why, "lasting": error.lasting}, pixels
        if found is None:
            return {"frame": None}, pixels
        seconds, pixels = found
        return {"frame": seconds}, pixels

    def _of(self, path: str) -> FilmDecoder:
        if self._open is not None and self._open[0] == path:
            return self._open[1]
        self._let_go()
        try:
            self._open = path, FilmDecoder(path)
        except OSError as error:
            raise FilmRefused(UNREADABLE, lasting=False) from error
        return self._open[1]

    def _let_go(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None
