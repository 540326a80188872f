"""Each mutated picture is decoded or refused, within 10 seconds and a gigabyte, and none comes out half."""

from __future__ import annotations

import sys
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutations import MUTATIONS, RUNS, Mutation, mutated, originals, within_limits

from facesorter import images
from facesorter.domain.errors import PhotoError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")


@RUNS
@given(drawn=st.data(), mutations=MUTATIONS, at_least=st.sampled_from([None, 64, 400]))
def test_mutated_pictures(drawn: st.DataObject, mutations: list[Mutation], at_least: int | None) -> None:
    original, other = (drawn.draw(st.sampled_from(originals())) for _ in range(2))
    data = mutated(original, mutations, other)

    with suppress(PhotoError):
        with within_limits():
            picture = images.decode(data, at_least=at_least)
        height, width = picture.pixels.shape[:2]
        longer = max(picture.full_width, picture.full_height)
        assert max(width, height) >= min(longer, at_least or longer) or longer * longer > 128_000_000
        assert images.size_of(data) == (picture.full_width, picture.full_height)
        with within_limits():
            images.thumbnail(data, 64)
        images.taken_at(data)


@RUNS
@given(number=st.integers(0, len(originals()) - 1), kept=st.floats(0, 1), filled=st.booleans())
def test_what_is_lost_is_missed(number: int, kept: float, filled: bool) -> None:
    """A picture whose end is gone is refused, unless everything that is seen of it was there before.

    Where a format has a mark at its end, its absence is also noticed under zeros, as a failed download leaves them.
    """
    original = originals()[number]
    try:
        whole = images.decode(original, at_least=400).pixels
    except PhotoError:
        return
    data = original[: int(kept * len(original))]
    if filled and original[:3] in (b"\xff\xd8\xff", b"\x89PN", b"GIF"):
        data = data.ljust(len(original), b"\0")
    with suppress(PhotoError):
        assert np.array_equal(images.decode(data, at_least=400).pixels, whole)
