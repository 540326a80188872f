"""Which photos references grow from when there are more than are kept."""

from __future__ import annotations

import random

from facesorter.pipeline.grow_references import POOL, _Eligible, _Pool


def photos(count: int) -> list[_Eligible]:
    chance = random.Random(5)
    return [_Eligible(chance.randbytes(32), (b"",), [None]) for _ in range(count)]


def test_a_pool_is_bounded_and_depends_on_no_order() -> None:
    found = photos(3 * POOL)
    pools: list[set[bytes]] = []
    for order in (found, found[::-1]):
        pool = _Pool()
        for photo in order + order:
            pool.add(photo, always=False)
        pools.append(set(pool.photos))
    assert len(pools[0]) == POOL
    assert pools[0] == pools[1]


def test_what_the_user_decided_always_stays() -> None:
    decided, *others = photos(2 * POOL)
    pool = _Pool()
    pool.add(decided, always=True)
    for photo in others:
        pool.add(photo, always=False)
    assert decided.content in pool.photos
    assert len(pool.photos) == POOL + 1
