"""Photos of S3 on their way into a folder, by a file among the temporary ones."""

from __future__ import annotations

import errno
import hashlib
import tempfile
from pathlib import Path

import pytest

from facesorter.domain.errors import DiskFull, StorageUnavailable
from facesorter.domain.models import Photo
from facesorter.domain.planning import CopyOrder, Placement
from facesorter.places.copiers import FetchingCopier
from tests.copying import ANNA

CONTENT = b"a picture"
PHOTO = Photo(1, "s3://photos/a.jpg", len(CONTENT), 1_600_000_000_000_000_000, hashlib.sha256(CONTENT).digest())


def publish(out: Path) -> None:
    copier = FetchingCopier("copy", lambda _: CONTENT)
    order = CopyOrder(PHOTO, ANNA, str(out / ANNA.folder_name))
    place = copier.place(order)
    assert isinstance(place, Placement)
    assert copier.publish(order, place) == (PHOTO.size, PHOTO.modified_ns)


def test_the_temporary_file_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary, out = tmp_path / "temporary", tmp_path / "out"
    temporary.mkdir()
    out.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    publish(out)
    assert (out / ANNA.folder_name / "a.jpg").read_bytes() == CONTENT
    assert not any(temporary.iterdir())


def test_no_room_for_temporary_files_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(path), None, str(len(data)))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DiskFull, match="no room left"):
        publish(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(StorageUnavailable, match="gone cannot be used"):
        publish(tmp_path)
    assert not (tmp_path / ANNA.folder_name).exists()
