"""What was worked out last is at hand, and no more than that."""

from __future__ import annotations

import pytest

from facesorter.engines.local.cache import Cache


def test_a_value_is_made_once_while_it_is_recent():
    recent, made = Cache[str](2), list[str]()

    def get(key: str) -> str:
        return recent.get(key, lambda: made.append(key) or key.upper())

    assert [get(key) for key in "abab"] == list("ABAB")
    assert made == ["a", "b"]
    assert [get(key) for key in "cab"] == list("CAB")  # c was one too many, and b the one not asked for longest
    assert made == ["a", "b", "c", "a", "b"]


def test_what_could_not_be_made_is_tried_again():
    recent = Cache[int](1)
    with pytest.raises(ZeroDivisionError):
        recent.get("key", lambda: 1 // 0)
    assert recent.get("key", lambda: 5) == 5
