"""The piles of many photos as an array of numbers: each is a pile's place in `PILES`."""

from __future__ import annotations

from facesorter.domain.models import Pile

PILES = tuple(Pile)
SURE, CHECK, NOT_THEM, NO_FACE, PROBLEM = range(5)
