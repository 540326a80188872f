"""The files of a folder in columns."""

from __future__ import annotations

import pytest

from facesorter.domain.file_columns import FileColumns, columns_of
from facesorter.domain.listing import FolderEntry
from facesorter.domain.models import MOST_NS


def test_files_are_in_the_order_of_their_names() -> None:
    files = FileColumns.by_name([("b.jpg", 2, 20), ("a.jpg", 1, 10), ("B.jpg", 3, 30)])
    assert list(files) == [FolderEntry("B.jpg", 3, 30), FolderEntry("a.jpg", 1, 10), FolderEntry("b.jpg", 2, 20)]
    assert files[1] == FolderEntry("a.jpg", 1, 10)
    assert [*files[1:]] == [FolderEntry("a.jpg", 1, 10), FolderEntry("b.jpg", 2, 20)]


@pytest.mark.parametrize(("said", "kept"), [(MOST_NS + 1, MOST_NS), (-MOST_NS - 1, -MOST_NS), (MOST_NS, MOST_NS)])
def test_a_time_that_cannot_be_kept_is_the_nearest_that_can(said: int, kept: int) -> None:
    files = FileColumns.by_name([("a.jpg", 1, said), ("b.jpg", 2, 20)])
    assert list(files) == [FolderEntry("a.jpg", 1, kept), FolderEntry("b.jpg", 2, 20)]


def test_no_files_are_no_entries() -> None:
    assert not list(FileColumns.by_name([]))
    assert not columns_of(())


def test_entries_and_their_columns_say_the_same() -> None:
    entries = (FolderEntry("a.jpg", 1, 10, b"tag"), FolderEntry("b.jpg", 2, 20))
    columns = columns_of(entries)
    assert list(columns) == [FolderEntry("a.jpg", 1, 10), FolderEntry("b.jpg", 2, 20)]
    assert columns_of(columns) is columns
