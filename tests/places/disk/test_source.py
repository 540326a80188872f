"""Folders with all that can lie in them: links, pipes, leftovers of systems, what may not be read, what vanishes."""

from __future__ import annotations

import io
import os
import shutil
import socket
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from facesorter.domain.errors import PhotoError, StorageUnavailable, WrongUse
from facesorter.domain.left_out import LeftOut
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import MOST_NS
from facesorter.places.disk import source as folder_module
from facesorter.places.disk import without_suffix
from facesorter.places.disk.reading import read_beginning
from facesorter.places.disk.source import FolderSource, read_file
from facesorter.places.disk.without_suffix import TRIED
from tests.copying import odd_times

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")


def make(top: Path, *paths: str) -> Path:
    for path in paths:
        file = top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(path.encode())
    return top


def listed(*paths: Path | str, recursive: bool = True, skip: tuple[Path, ...] = ()) -> list[str]:
    """The paths of all photos that are found without a problem."""
    listings = all_listings(*paths, recursive=recursive, skip=skip)
    assert not any(listing.problems for listing in listings)
    return photos(listings)


def all_listings(*paths: Path | str, recursive: bool = True, skip: tuple[Path, ...] = ()) -> list[Listing]:
    return list(FolderSource([str(path) for path in paths], recursive, [str(path) for path in skip]).listings())


def photos(listings: list[Listing]) -> list[str]:
    return [os.path.join(listing.folder, entry.name) for listing in listings for entry in listing.entries]


def problems(listings: list[Listing]) -> dict[str, str]:
    return {os.path.basename(path): reason for listing in listings for path, reason in listing.problems.items()}


@pytest.fixture(params=["by its descriptor", "by its path"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways in which a folder is listed."""
    if request.param == "by its path":
        monkeypatch.setattr(os, "supports_fd", os.supports_fd - {os.scandir})
    elif os.scandir not in os.supports_fd:
        pytest.skip("This system lists folders by their paths alone.")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder used without root's rights, so that a missing right is felt."""
    top = Path(tempfile.mkdtemp())
    is_root = os.name != "nt" and os.geteuid() == 0
    if is_root:
        os.chown(top, 65534, 65534)
        os.seteuid(65534)
    try:
        yield top
    finally:
        if is_root:
            os.seteuid(0)
        for path, _, _ in os.walk(top):
            os.chmod(path, 0o700)
        shutil.rmtree(top)


def test_photos_are_listed_by_folder_and_name(tmp_path: Path) -> None:
    make(tmp_path, "b.jpg", "a.HEIC", "notes.txt", "sub/c.png", "sub/deep/d.nef", "aa/e.tif")
    listings = all_listings(tmp_path)
    assert photos(listings) == [
        str(tmp_path / name) for name in ("a.HEIC", "b.jpg", "aa/e.tif", "sub/c.png", "sub/deep/d.nef")
    ]
    assert all(listing.whole for listing in listings)
    entry = listings[0].entries[1]
    status = os.stat(tmp_path / "b.jpg")
    assert entry == FolderEntry("b.jpg", status.st_size, status.st_mtime_ns)


def test_sub_folders_are_left_alone_if_so_asked(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "sub/b.jpg")
    assert listed(tmp_path, recursive=False) == [str(tmp_path / "a.jpg")]


def test_what_other_programs_keep_is_left_out(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "._a.jpg", ".hidden/b.jpg", "@eaDir/c.jpg", "$RECYCLE.BIN/d.jpg", "__MACOSX/e.jpg")
    make(tmp_path, "System Volume Information/f.jpg", "lost+found/g.jpg", ".thumbnails/h.jpg")
    assert listed(tmp_path) == [str(tmp_path / "a.jpg")]


@pytest.mark.parametrize("films", [False, True])
def test_photos_are_told_by_every_spelling_of_their_suffix(tmp_path: Path, films: bool) -> None:
    names = ["S.jpg", "a.JPG", "b.Jpg", "c.jPG", "d.J2k", "s.jpg", "synophotos.jpeg"]
    make(tmp_path, *names, ".jpg", ".e.jpg", "._f.jpg", "g.jpg.txt", "jpg", "SYNOPHOTO_h.jpg", "i.jpgx")
    (listing,) = FolderSource([str(tmp_path)], films=films).listings()
    assert [entry.name for entry in listing.entries] == names
    assert listing.left_out == {LeftOut.THUMBNAIL: 1}


def test_a_hidden_folder_that_was_asked_for_is_listed(tmp_path: Path) -> None:
    make(tmp_path, ".hidden/b.jpg")
    assert listed(tmp_path / ".hidden") == [str(tmp_path / ".hidden/b.jpg")]


def test_where_copies_go_is_never_entered(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "PhotosWithAnna/b.jpg", "PhotosWithAnna/sub/c.jpg")
    assert listed(tmp_path, skip=(tmp_path / "PhotosWithAnna", tmp_path / "not there")) == [str(tmp_path / "a.jpg")]


def test_where_copies_go_is_recognized_when_it_was_made_meanwhile(tmp_path: Path) -> None:
    make(tmp_path, "a/a.jpg", "z/z.jpg")
    target = tmp_path / "b"
    listings = FolderSource([str(tmp_path)], skip=[str(target)]).listings()
    found = [next(listings)]
    make(tmp_path, "b/copy.jpg")
    assert photos([*found, *listings]) == [str(tmp_path / "a/a.jpg"), str(tmp_path / "z/z.jpg")]


@posix
def test_where_copies_go_is_recognized_behind_a_link(tmp_path: Path) -> None:
    make(tmp_path, "photos/a.jpg", "target/b.jpg")
    (tmp_path / "photos/link").symlink_to(tmp_path / "target")
    assert listed(tmp_path / "photos", skip=(tmp_path / "target",)) == [str(tmp_path / "photos/a.jpg")]


def test_a_folder_inside_the_target_is_listed_if_asked_for(tmp_path: Path) -> None:
    make(tmp_path, "target/copy.jpg", "target/mine/a.jpg")
    assert listed(tmp_path / "target/mine", skip=(tmp_path / "target",)) == [str(tmp_path / "target/mine/a.jpg")]


def test_a_photo_or_folder_of_the_target_is_listed_if_asked_for_itself(tmp_path: Path) -> None:
    target = make(tmp_path, "target/a.jpg", "target/b.jpg") / "target"
    assert listed(target / "b.jpg", skip=(target,)) == [str(target / "b.jpg")]
    assert listed(tmp_path, target, skip=(target,)) == [str(target / "a.jpg"), str(target / "b.jpg")]


def test_nothing_is_listed_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.jpg", "sub/b.jpg")
    monkeypatch.chdir(tmp_path)
    found = listed(tmp_path / "sub", ".", tmp_path, tmp_path / "sub" / "..", tmp_path / "a.jpg", "sub/b.jpg")
    assert found == [str(tmp_path / "sub/b.jpg"), str(tmp_path / "a.jpg")]


@posix
def test_links_are_followed_last_and_never_round(tmp_path: Path) -> None:
    make(tmp_path, "photos/z/a.jpg", "elsewhere/b.jpg", "elsewhere/sub/c.jpg")
    (tmp_path / "photos/loop").symlink_to(tmp_path / "photos")
    (tmp_path / "photos/alias").symlink_to("z")
    (tmp_path / "photos/other").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/back").symlink_to(tmp_path / "photos")
    (tmp_path / "photos/self").symlink_to("self")
    assert listed(tmp_path / "photos") == [
        str(tmp_path / "photos" / name) for name in ("z/a.jpg", "other/b.jpg", "other/sub/c.jpg")
    ]


@posix
def test_a_link_to_a_photo_is_a_photo(tmp_path: Path) -> None:
    make(tmp_path, "elsewhere/long.jpg", "photos/b.jpg")
    (tmp_path / "photos/a.jpg").symlink_to("../elsewhere/long.jpg")
    (listing,) = all_listings(tmp_path / "photos")
    assert [(entry.name, entry.size) for entry in listing.entries] == [("a.jpg", 18), ("b.jpg", 12)]
    assert FolderSource([str(tmp_path)]).read(str(tmp_path / "photos/a.jpg")) == b"elsewhere/long.jpg"


@posix
def test_what_is_no_file_is_a_problem_and_never_opened(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg")
    (tmp_path / "folder.jpg").mkdir()
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "device.jpg").symlink_to("/dev/zero")
    (tmp_path / "nowhere.jpg").symlink_to("missing")
    (tmp_path / "loop.jpg").symlink_to("loop.jpg")
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind(str(tmp_path / "s.jpg"))
        listings = all_listings(tmp_path)
    assert photos(listings) == [str(tmp_path / "a.jpg")]
    assert set(problems(listings)) == {"pipe.jpg", "device.jpg", "nowhere.jpg", "loop.jpg", "s.jpg"}
    for name in ("pipe.jpg", "device.jpg", "s.jpg", "folder.jpg"):
        with pytest.raises(PhotoError, match="not a file"):
            read_file(str(tmp_path / name))
    with pytest.raises(PhotoError, match="missing"):
        read_file(str(tmp_path / "nowhere.jpg"))
    with pytest.raises(PhotoError, match="circle"):
        read_file(str(tmp_path / "loop.jpg"))


@posix
def test_a_pipe_put_in_a_photos_place_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = make(tmp_path, "a.jpg") / "a.jpg"
    status = os.stat(photo)
    photo.unlink()
    os.mkfifo(photo)
    monkeypatch.setattr(folder_module.os, "stat", lambda path: status)
    with pytest.raises(PhotoError, match="not a file"):
        read_file(str(photo))


@posix
def test_names_that_are_not_text_are_found_and_read(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/\xff\xfe"
    os.mkdir(folder)
    with open(folder + b"/Zo\xeb.jpg", "wb") as file:
        file.write(b"content")
    (path,) = listed(tmp_path)
    assert os.fsencode(path) == folder + b"/Zo\xeb.jpg"
    assert read_file(path) == b"content"


@posix
def test_a_path_that_is_too_long_is_a_problem(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg")
    name = "d" * 250
    here = os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(17):
            os.mkdir(name, dir_fd=here)
            below = os.open(name, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
        with open(os.open("deep.jpg", os.O_WRONLY | os.O_CREAT, dir_fd=here), "wb") as file:
            file.write(b"too deep")
    finally:
        os.close(here)
    listings = all_listings(tmp_path)
    assert photos(listings) == [str(tmp_path / "a.jpg")]
    assert list(problems(listings).values()) == ["Its path is too long for this system."]


@posix
def test_a_sub_folder_without_the_right_to_list_it_is_one_problem(open_folder: Path) -> None:
    make(open_folder, "a.jpg", "locked/b.jpg", "locked/c.jpg", "z/d.jpg")
    (open_folder / "locked").chmod(0)
    listings = all_listings(open_folder)
    assert photos(listings) == [str(open_folder / "a.jpg"), str(open_folder / "z/d.jpg")]
    assert problems(listings) == {"locked": "There is no right to read it."}
    assert [listing.whole for listing in listings if listing.problems] == [False]


@posix
def test_photos_whose_size_may_not_be_asked_are_problems(open_folder: Path) -> None:
    make(open_folder, "list only/a.jpg", "list only/b.jpg")
    (open_folder / "list only").chmod(0o400)
    assert set(problems(all_listings(open_folder))) >= {"a.jpg", "b.jpg"}


@posix
def test_a_photo_without_the_right_to_read_it_is_found_and_a_problem_when_read(open_folder: Path) -> None:
    photo = make(open_folder, "a.jpg") / "a.jpg"
    photo.chmod(0)
    assert listed(open_folder) == [str(photo)]
    with pytest.raises(PhotoError, match="no right") as raised:
        FolderSource([str(open_folder)]).read(str(photo))
    assert not raised.value.lasting


@posix
def test_a_folder_asked_for_without_the_right_to_list_it_is_refused_before_anything_is_listed(
    open_folder: Path,
) -> None:
    make(open_folder, "a/a.jpg", "b/b.jpg")
    (open_folder / "b").chmod(0)
    with pytest.raises(StorageUnavailable, match="cannot be reached"):
        next(FolderSource([str(open_folder / "a"), str(open_folder / "b")]).listings())


def test_a_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg")
    for path in (tmp_path / "nothing", tmp_path / "nothing.jpg", tmp_path / "a.jpg" / "below"):
        with pytest.raises(WrongUse, match="does not exist"):
            all_listings(tmp_path, path)


def test_single_files_are_a_part_of_their_folder(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "b.jpg", "c.jpg", "notes.txt", "sub/d.jpg")
    listings = all_listings(*(tmp_path / name for name in ("b.jpg", "notes.txt", "sub", "a.jpg", "b.jpg")))
    assert photos(listings) == [str(tmp_path / name) for name in ("sub/d.jpg", "a.jpg", "b.jpg")]
    assert [listing.whole for listing in listings] == [True, False]
    assert problems(listings) == {"notes.txt": "It is not of a kind that FaceSorter can look at."}


def test_a_folder_that_vanishes_while_the_others_are_listed_is_no_matter(tmp_path: Path) -> None:
    make(tmp_path, "a/a.jpg", "b/b.jpg", "c/c.jpg")
    listings = FolderSource([str(tmp_path)]).listings()
    found = [next(listings)]
    shutil.rmtree(tmp_path / "b")
    assert photos([*found, *listings]) == [str(tmp_path / "a/a.jpg"), str(tmp_path / "c/c.jpg")]


def test_a_place_that_drops_away_while_listed_is_not_an_empty_one(tmp_path: Path) -> None:
    top = make(tmp_path, "photos/a/a.jpg", "photos/b/b.jpg") / "photos"
    listings = FolderSource([str(top)]).listings()
    next(listings)
    shutil.rmtree(top)
    with pytest.raises(StorageUnavailable, match="cannot be reached"):
        list(listings)


def test_a_place_that_drops_away_ends_the_reading_and_a_photo_that_does_not(tmp_path: Path) -> None:
    top = make(tmp_path, "photos/a.jpg", "photos/b.jpg") / "photos"
    source = FolderSource([str(top)])
    a, b = photos(list(source.listings()))
    assert source.read(a) == b"photos/a.jpg"
    os.unlink(a)
    with pytest.raises(PhotoError, match="missing"):
        source.read(a)
    top.rename(tmp_path / "pulled out")
    with pytest.raises(StorageUnavailable, match="cannot be reached"):
        source.read(b)
    (tmp_path / "pulled out").rename(top)
    assert source.read(b) == b"photos/b.jpg"


def test_an_empty_mount_point_is_not_the_disk_that_was_mounted_on_it(tmp_path: Path) -> None:
    if not os.path.isdir("/dev/shm") or os.stat("/dev/shm").st_dev == os.stat(tmp_path).st_dev:
        pytest.skip("There is no second file system here.")
    (tmp_path / "empty").mkdir()
    mount_point = tmp_path / "mount point"
    with tempfile.TemporaryDirectory(dir="/dev/shm") as disk:
        make(Path(disk), "a.jpg", "sub/b.jpg")
        mount_point.symlink_to(disk)
        source = FolderSource([str(mount_point)])
        listings = source.listings()
        next(listings)
        mount_point.unlink()
        mount_point.symlink_to(tmp_path / "empty")
        with pytest.raises(StorageUnavailable, match="cannot be reached"):
            list(listings)
        with pytest.raises(StorageUnavailable, match="cannot be reached"):
            source.read(str(mount_point / "a.jpg"))


@posix
def test_a_single_file_that_is_deleted_is_a_problem_of_its_own(tmp_path: Path) -> None:
    photo = make(tmp_path, "a.jpg") / "a.jpg"
    source = FolderSource([str(photo)])
    assert photos(list(source.listings())) == [str(photo)]
    photo.unlink()
    with pytest.raises(PhotoError, match="missing"):
        source.read(str(photo))


@posix
@pytest.mark.parametrize("change", [lambda path: os.truncate(path, 3), lambda path: os.utime(path, ns=(1, 1))])
def test_a_photo_that_changes_while_it_is_read_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: object
) -> None:
    photo = make(tmp_path, "a.jpg") / "a.jpg"
    fstat, calls = os.fstat, []

    def fstat_then_change(descriptor: int) -> os.stat_result:
        status = fstat(descriptor)
        calls.append(status)
        if len(calls) == 1:
            change(photo)  # type: ignore[operator]
        return status

    monkeypatch.setattr(folder_module.os, "fstat", fstat_then_change)
    with pytest.raises(PhotoError, match="changed"):
        read_file(str(photo))


def test_a_file_larger_than_any_photo_is_refused_unread(tmp_path: Path) -> None:
    photo = make(tmp_path, "a.jpg") / "a.jpg"
    os.truncate(photo, 5 << 30)
    with pytest.raises(PhotoError, match=r"5\.4 GB"):
        read_file(str(photo))


@pytest.mark.parametrize("seconds", [10_000_000_000, -11_644_473_600])
def test_a_time_beyond_what_a_catalog_can_hold_is_cut(seconds: int) -> None:
    with odd_times() as folder:
        os.utime(make(folder, "a.jpg") / "a.jpg", ns=(seconds * 10**9, seconds * 10**9))
        ((entry,),) = (listing.entries for listing in all_listings(folder))
    assert entry.modified_ns == (MOST_NS if seconds > 0 else -MOST_NS)


@posix
def test_nothing_in_the_source_is_changed(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "sub/b.jpg")
    before = {path: (os.stat(path).st_mtime_ns, os.stat(path).st_ctime_ns) for path in tmp_path.rglob("*")}
    source = FolderSource([str(tmp_path)])
    for path in photos(list(source.listings())):
        source.read(path)
    assert {path: (os.stat(path).st_mtime_ns, os.stat(path).st_ctime_ns) for path in tmp_path.rglob("*")} == before


LEFT_OUT = (
    "@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg",
    "Library.photoslibrary/resources/derivatives/masters/0/1.jpeg",
    "Library.photoslibrary/scopes/cloudsharing/1.jpeg",
    "Previews.lrdata/0/1.jpg",
    "SYNOFILE_THUMB_M.jpg",
    "$RECYCLE.BIN/d.jpg",
    ".Trash-1000/files/e.jpg",
    ".picasaoriginals/a.jpg",
)


def test_what_is_passed_over_is_counted_and_looked_at_when_asked_for(tmp_path: Path) -> None:
    photos_there = ("Library.photoslibrary/originals/0/1.heic", "a.jpg")
    make(tmp_path, *photos_there, *LEFT_OUT, "__MACOSX/x.jpg", ".git/x.jpg", "._a.jpg", "@eaDir/note.txt")
    listings = all_listings(tmp_path)
    assert [os.path.relpath(path, tmp_path) for path in photos(listings)] == [photos_there[1], photos_there[0]]
    counted = sum((Counter(listing.left_out) for listing in listings), Counter())
    assert counted == {LeftOut.THUMBNAIL: 5, LeftOut.DELETED: 2, LeftOut.ORIGINAL: 1}
    everything = list(FolderSource([str(tmp_path)], all_pictures=True).listings())
    assert {os.path.relpath(path, tmp_path) for path in photos(everything)} == {*photos_there, *LEFT_OUT}
    assert not any(listing.left_out for listing in everything)


def test_a_folder_of_thumbnails_that_is_given_itself_is_looked_through(tmp_path: Path) -> None:
    make(tmp_path, *LEFT_OUT)
    derivatives = tmp_path / "Library.photoslibrary" / "resources" / "derivatives"
    assert listed(derivatives) == [str(derivatives / "masters" / "0" / "1.jpeg")]
    assert listed(tmp_path / "SYNOFILE_THUMB_M.jpg") == [str(tmp_path / "SYNOFILE_THUMB_M.jpg")]
    both = all_listings(tmp_path / "Library.photoslibrary", derivatives)
    assert photos(both) == [str(derivatives / "masters" / "0" / "1.jpeg")]
    assert sum(sum(listing.left_out.values()) for listing in both) == 1


@posix
def test_links_are_not_followed_to_count_what_is_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "photos/@eaDir/a.jpg", "elsewhere/b.jpg")
    (tmp_path / "photos/@eaDir/loop").symlink_to(tmp_path / "photos", target_is_directory=True)
    (tmp_path / "photos/.thumbnails").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (listing,) = all_listings(tmp_path / "photos")
    assert listing.left_out == {LeftOut.THUMBNAIL: 1}


@posix
def test_files_without_a_suffix_are_found_if_they_are_pictures(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "gray").save(picture, "JPEG")
    for name in ("IMG_1", "10042", ".hidden"):
        (tmp_path / name).write_bytes(picture.getvalue())
    (tmp_path / "README").write_text("BM is how bitmaps begin, and this text. " * 9)
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "pipe")
    (listing,) = FolderSource([str(tmp_path)]).listings()
    assert [entry.name for entry in listing.entries] == ["10042", "IMG_1"]
    assert listing.passed_over == 2
    assert not listing.problems
    (single,) = FolderSource([str(tmp_path / "IMG_1"), str(tmp_path / "README")]).listings()
    assert [entry.name for entry in single.entries] == ["IMG_1"]
    assert list(single.problems) == [str(tmp_path / "README")]


def test_a_folder_of_many_files_that_are_no_pictures_is_left_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(TRIED + 50):
        (tmp_path / f"{number:05}").write_bytes(bytes(100))
    opened: list[str] = []

    def reading(path: str, most_bytes: int) -> bytes:
        opened.append(path)
        return read_beginning(path, most_bytes)

    monkeypatch.setattr(without_suffix, "read_beginning", reading)
    (listing,) = FolderSource([str(tmp_path)]).listings()
    assert len(opened) == TRIED
    assert listing.passed_over == TRIED + 50
