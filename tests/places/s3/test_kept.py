"""Objects that were read, kept for their copies in a bounded file."""

from __future__ import annotations

import random
import tempfile
import threading
from collections import namedtuple
from pathlib import Path

import pytest

from facesorter.places.s3.kept import Kept, KeptObjects

KNOWN = b'"etag" 1'


def content(number: int, size: int) -> bytes:
    return random.Random(number).randbytes(size)


def test_what_was_read_last_is_kept_in_little_room() -> None:
    kept, sizes = KeptObjects(8000), random.Random(1)
    given: dict[str, bytes] = {}
    with kept.keeping():
        for number in range(2000):
            path, data = f"s3://b/{number % 300}", content(number, sizes.randrange(1000))
            given.pop(path, None)
            given[path] = data
            kept.keep(path, KNOWN, data)
            found = {one: kept.get(one) for one in given}
            for one, there in found.items():
                assert there in (None, Kept(KNOWN, given[one]))
            newest_first = [found[one] for one in reversed(given)]
            count = sum(there is not None for there in newest_first)
            assert all(newest_first[:count])  # the oldest went first
            room = sum(len(given[one]) for one in list(given)[-count:])
            assert room <= 8000
            if number > 100:
                assert room > 8000 - 2 * 1000 - 1000
                assert kept._file is not None
                assert kept._file.seek(0, 2) <= 8000


def test_nothing_is_kept_for_longer_than_somebody_asks_for_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kept = KeptObjects()
    kept.keep("s3://b/a", KNOWN, b"one")
    assert kept.get("s3://b/a") is None
    with kept.keeping():
        with kept.keeping():
            kept.keep("s3://b/a", KNOWN, b"one")
        assert kept.get("s3://b/a") == Kept(KNOWN, b"one")
        assert kept._file is not None
    assert kept.get("s3://b/a") is None
    assert kept._file is None
    assert not any(tmp_path.iterdir())


def test_what_is_large_does_not_displace_all_others() -> None:
    kept = KeptObjects(8000)
    with kept.keeping():
        kept.keep("s3://b/a", KNOWN, b"one")
        kept.keep("s3://b/large", KNOWN, bytes(1001))
        assert kept.get("s3://b/large") is None
        assert kept.get("s3://b/a") == Kept(KNOWN, b"one")


def test_a_disk_that_is_full_is_no_problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usage = namedtuple("usage", "total used free")
    kept = KeptObjects(8000)
    with monkeypatch.context() as patched, kept.keeping():
        patched.setattr("facesorter.places.s3.kept.shutil.disk_usage", lambda _: usage(100, 80, 20))
        kept.keep("s3://b/a", KNOWN, b"one")
        assert kept.get("s3://b/a") is None
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with kept.keeping():
        kept.keep("s3://b/a", KNOWN, b"one")
        assert kept.get("s3://b/a") is None


def test_threads_do_not_mix_up_what_they_keep() -> None:
    kept, wrong = KeptObjects(8000), list[int]()

    def work(first: int) -> None:
        for number in range(first, first + 300):
            data = content(number, 200)
            kept.keep(f"s3://b/{number}", KNOWN, data)
            if kept.get(f"s3://b/{number}") not in (None, Kept(KNOWN, data)):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(0, 4000, 1000)]
    with kept.keeping():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []
