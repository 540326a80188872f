"""Objects that many write at once, in a folder and in S3: one contract."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from s3_server import BUCKET, s3_server

from facesorter.duplicates.store import FolderStore, S3Store, Store


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "folder":
        yield FolderStore(str(tmp_path / "not yet"))
        return
    with s3_server() as (_, client):
        yield S3Store(client, BUCKET)


def test_only_what_was_read_is_replaced(store: Store) -> None:
    assert store.read("a/1.json") is None
    assert not store.write("a/1.json", "late", "some tag")
    assert store.write("a/1.json", "é\n", None)
    assert not store.write("a/1.json", "second", None)
    kept = store.read("a/1.json")
    assert kept is not None
    assert kept.text == "é\n"
    assert store.write("a/1.json", "next", kept.tag)
    assert not store.write("a/1.json", "overtaken", kept.tag)
    assert getattr(store.read("a/1.json"), "text", None) == "next"


def test_names_are_listed_and_removed(store: Store) -> None:
    assert list(store.names("a/")) == []
    for name in ("a/1", "a/2", "b/1"):
        assert store.write(name, "", None)
    assert sorted(store.names("a/")) == ["a/1", "a/2"]
    for _ in range(2):
        store.remove("a/1")
    assert list(store.names("a/")) == ["a/2"]


def test_of_many_that_write_at_once_one_wins(tmp_path: Path) -> None:
    store = FolderStore(str(tmp_path))
    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(lambda number: store.write("a/1", str(number), None), range(16)))
    assert sum(written) == 1
    assert getattr(store.read("a/1"), "text", None) == str(written.index(True))


def test_only_what_was_read_is_removed(store: Store) -> None:
    assert store.write("a/1", "first", None)
    first = store.read("a/1")
    assert first is not None
    assert store.write("a/1", "second", first.tag)
    store.remove("a/1", first.tag)
    second = store.read("a/1")
    assert second is not None
    assert second.text == "second"
    for _ in range(2):
        store.remove("a/1", second.tag)
    assert store.read("a/1") is None
