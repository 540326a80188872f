"""Each entry of the table of what is no photo of the user's."""

from __future__ import annotations

import pytest

from facesorter.domain.left_out import (
    FILE_STARTS,
    FOLDER_ENDS,
    FOLDER_STARTS,
    FOLDERS,
    LIBRARIES,
    LeftOut,
    file_left_out,
    folder_left_out,
    is_hidden,
)

SEEN = {
    "#recycle/holiday": LeftOut.DELETED,
    "#snapshot/daily": LeftOut.SYSTEM,
    "$RECYCLE.BIN/S-1-5-21": LeftOut.DELETED,
    ".@__thumb/x": LeftOut.THUMBNAIL,
    ".picasaoriginals/x": LeftOut.ORIGINAL,
    ".Recycle/x": LeftOut.DELETED,
    ".Recycle.Bin/x": LeftOut.DELETED,
    ".thumbnails/x": LeftOut.THUMBNAIL,
    ".Trash/x": LeftOut.DELETED,
    ".Trashes/501": LeftOut.DELETED,
    "@eaDir/IMG_1.jpg": LeftOut.THUMBNAIL,
    "@Recycle/x": LeftOut.DELETED,
    "__MACOSX/x": LeftOut.SYSTEM,
    "FOUND.000/x": LeftOut.SYSTEM,
    "lost+found/x": LeftOut.SYSTEM,
    "RECYCLED/x": LeftOut.DELETED,
    "RECYCLER/x": LeftOut.DELETED,
    "System Volume Information/x": LeftOut.SYSTEM,
    ".Trash-1000/files": LeftOut.DELETED,
    "Catalog Previews.lrdata/0": LeftOut.THUMBNAIL,
    "Smart Previews.LRDATA/0": LeftOut.THUMBNAIL,
}
LIBRARY_FOLDERS = {
    "Photos Library.photoslibrary": (
        ["originals/0", "Masters/2019", "resources/renders/A", "resources/media/version/01"],
        ["resources/derivatives", "Thumbnails", "scopes", "database", "resources/media/master", "resources/streams"],
    ),
    "iPhoto Library.photolibrary": (["Masters/2012", "Originals", "Modified"], ["Previews", "Thumbnails", "Data"]),
    "iPhoto Library.migratedphotolibrary": (["Masters", "Originals", "Modified"], ["Previews", "Thumbnails"]),
    "Aperture Library.aplibrary": (["Masters/2012"], ["Previews", "Thumbnails", "Aperture.aplib"]),
    "Aperture Library.migratedaplibrary": (["Masters"], ["Previews"]),
}


def reason(path: str) -> LeftOut | None:
    """Why a walk that comes from above does not get there."""
    names = path.split("/")
    return next((why for end in range(1, len(names) + 1) if (why := folder_left_out(names[:end]))), None)


@pytest.mark.parametrize("path", SEEN)
def test_folders_that_are_passed_over(path: str) -> None:
    assert reason(f"home/anna/{path}") is SEEN[path]


def test_every_entry_of_the_tables_is_tried() -> None:
    tops = [path.split("/")[0].lower() for path in SEEN]
    assert set(FOLDERS) <= set(tops)
    assert all(any(top.startswith(start) for top in tops) for start in FOLDER_STARTS)
    assert all(any(top.endswith(end) for top in tops) for end in FOLDER_ENDS)
    assert {library.rpartition(".")[2] for library in LIBRARY_FOLDERS} == {end[1:] for end in LIBRARIES}
    for library, (photos, _) in LIBRARY_FOLDERS.items():
        end = "." + library.rpartition(".")[2]
        assert all(any(f"{path}/".lower().startswith(f"{kept}/") for path in photos) for kept in LIBRARIES[end])


@pytest.mark.parametrize("library", LIBRARY_FOLDERS)
def test_libraries_hold_photos_in_some_folders_only(library: str) -> None:
    photos, others = LIBRARY_FOLDERS[library]
    assert [path for path in photos if reason(f"home/{library}/{path}")] == []
    assert [path for path in others if reason(f"home/{library}/{path}/x/y") is not LeftOut.THUMBNAIL] == []


def test_a_folder_within_what_is_passed_over_can_be_looked_through() -> None:
    inside = ["home", "Photos Library.photoslibrary", "resources", "derivatives", "masters"]
    assert folder_left_out(inside[:-1]) is LeftOut.THUMBNAIL
    assert folder_left_out(inside) is None


@pytest.mark.parametrize(
    "path", ["Trash", "thumbnails", "originals", "resources/derivatives", "photoslibrary", "eaDir"]
)
def test_other_folders_are_looked_through(path: str) -> None:
    assert reason(f"home/anna/{path}/x") is None


def test_the_trash_of_a_linux_desktop() -> None:
    assert reason("home/anna/.local/share/Trash/files") is LeftOut.DELETED


def test_hidden_folders_are_told_from_those_of_the_table() -> None:
    assert [is_hidden(name) for name in (".git", ".thumbnails", ".Trash-1000", "photos")] == [True, False, False, False]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("SYNOFILE_THUMB_M.jpg", LeftOut.THUMBNAIL),
        ("synophoto_thumb_xl.jpg", LeftOut.THUMBNAIL),
        ("._IMG_1.jpg", LeftOut.SYSTEM),
        ("IMG_1.jpg", None),
        ("Synology.jpg", None),
        ("scan.jpg", None),
    ],
)
def test_files(name: str, why: LeftOut | None) -> None:
    assert file_left_out(name) is why
    assert all(
        any(start in tried for tried in ("synofile_thumb_m", "synophoto_thumb_", "._img")) for start in FILE_STARTS
    )
