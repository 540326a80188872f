"""What the scripts that make packages write: icons, desktop files, libraries made smaller."""

from __future__ import annotations

import configparser
import os
import platform
import shutil
import struct
import subprocess
import sys
import tomllib
from datetime import date
from importlib import metadata
from pathlib import Path
from xml.etree import ElementTree

import av
import botocore
import PySide6
import pytest
from botocore.loaders import JSONFileLoader
from film_making import make_film, plain
from PIL import Image

import facesorter

ROOT = Path(__file__).parents[2]
SORTED_WORDS = """
from PySide6.QtCore import QCollator, QLocale
words = ["Zürich", "zebra", "Ähre", "Apfel", "Ärger", "Äpfel", "öde", "Oder"]
for language in ("de", "sv", "es"):
    collator = QCollator(QLocale(language))
    print(sorted(words, key=collator.sortKey), "straße".upper(), QLocale(language).toUpper("straße ǆ"))
"""


@pytest.fixture(autouse=True)
def _scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))


@pytest.fixture(scope="module")
def icons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("icons")
    script = ROOT / "packaging" / "icons.py"
    subprocess.run([sys.executable, str(script), "--out", str(out)], check=True)
    return out


def test_the_version_is_written_in_one_place() -> None:
    import facts

    assert facts.version() == facesorter.__version__
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "version" not in project["project"]
    assert project["tool"]["hatch"]["version"]["path"] == "facesorter/__init__.py"


def test_releases_are_read_from_the_changelog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import facts

    text = "# Changes\n\n## 0.3.0\n\n- New `thing`,\n  in two lines.\n- **More**.\n\n## 0.2.0 (2026-12-01)\n\n- Old.\n"
    (tmp_path / "CHANGELOG.md").write_text(text)
    monkeypatch.setattr(facts, "PACKAGING", tmp_path)
    assert facts.releases() == [
        facts.Release("0.3.0", None, ("New thing, in two lines.", "More.")),
        facts.Release("0.2.0", date(2026, 12, 1), ("Old.",)),
    ]


def test_the_icon_is_drawn_in_every_size(icons: Path) -> None:
    from facts import APP_ID

    sides = set()
    for file in (icons / "hicolor").glob(f"*/apps/{APP_ID}.png"):
        with Image.open(file) as picture:
            sides.add(picture.width)
            assert f"{picture.width}x{picture.height}" == file.parts[-3]
            assert picture.getchannel("A").getextrema() == (0, 255), "the corners are not transparent"
    assert sides == {16, 22, 24, 32, 48, 64, 128, 256, 512}
    with Image.open(icons / "facesorter.ico") as picture:
        assert {16, 32, 48, 256} <= {width for width, _ in picture.info["sizes"]}
    with Image.open(icons / "facesorter.icns") as picture:
        assert {(512, 512, 2), (128, 128, 1)} <= set(picture.info["sizes"])


def test_the_desktop_files_name_the_same_program(icons: Path, tmp_path: Path) -> None:
    import desktop
    import facts

    desktop.write(icons, tmp_path)
    entry = configparser.RawConfigParser(interpolation=None)
    entry.read(tmp_path / "applications" / f"{facts.APP_ID}.desktop", "utf-8")
    assert entry["Desktop Entry"]["Icon"] == facts.APP_ID
    assert entry["Desktop Entry"]["Exec"] == "facesorter %F"
    assert {"inode/directory", "image/jpeg", "image/heif"} <= set(entry["Desktop Entry"]["MimeType"].split(";"))
    document = ElementTree.parse(tmp_path / "metainfo" / f"{facts.APP_ID}.metainfo.xml")
    assert document.findtext("id") == facts.APP_ID
    newest = document.find("releases/release")
    assert newest is not None
    assert newest.get("version") == facts.releases()[0].version
    assert f'setDesktopFileName("{facts.APP_ID}")' in (ROOT / "facesorter/ui/shell/app.py").read_text("utf-8")
    share = tmp_path / "again"
    desktop.write(icons, share)
    for file in share.rglob("*.*z*"):
        assert file.read_bytes() == (tmp_path / file.relative_to(share)).read_bytes()


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """The libraries that are made smaller, where the frozen program has them."""
    if sys.platform != "linux" or shutil.which("cc") is None:
        pytest.skip("This is done on Linux, by a C compiler.")
    libraries = Path(PySide6.__file__).parent / "Qt" / "lib"
    (tmp_path / "PySide6/Qt/lib").mkdir(parents=True)
    for library in libraries.glob("libicudata.so.*"):
        shutil.copy(library, tmp_path / "PySide6/Qt/lib")
    shutil.copytree(Path(PySide6.__file__).parents[1] / "pillow_heif.libs", tmp_path / "pillow_heif.libs")
    return tmp_path


def run_with(library: Path, program: str) -> str:
    """What a program prints that uses this library instead of the one of the same name."""
    environment = os.environ | {"LD_PRELOAD": str(library), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_with_less_of_icu_words_are_sorted_as_before(inside: Path) -> None:
    import slim

    [library] = inside.glob("PySide6/Qt/lib/libicudata.so.*")
    before, whole = run_with(library, SORTED_WORDS), library.stat().st_size
    slim.with_less_icu(inside)
    assert library.stat().st_size < whole / 3
    assert run_with(library, SORTED_WORDS) == before
    german, swedish, _ = before.splitlines()
    assert german != swedish, "sorting does not depend on the language, so this test shows nothing"


def test_with_less_of_ffmpeg_films_are_read_as_before(inside: Path, tmp_path: Path) -> None:
    import slim_films

    for package in ("av", "av.libs"):
        shutil.copytree(Path(av.__file__).parents[1] / package, tmp_path / package)
    film = make_film(tmp_path / "film.mp4", [plain((200, 30, 30)), plain((30, 30, 200))])
    read = f"""
import sys, hashlib
sys.path.insert(0, {str(tmp_path)!r})
import av
assert av.__file__.startswith({str(tmp_path)!r})
with av.open({str(film)!r}) as film:
    for frame in film.decode(video=0):
        print(hashlib.sha256(frame.reformat(160, 120, format="rgb24").to_ndarray()).hexdigest())
"""
    before = subprocess.run([sys.executable, "-c", read], capture_output=True, text=True, check=True).stdout

    def size() -> int:
        return sum(file.stat().st_size for part in ("av", "av.libs") for file in (tmp_path / part).rglob("*.so*"))

    whole = size()
    slim_films.without_unused(tmp_path)
    assert size() < 0.6 * whole
    after = subprocess.run([sys.executable, "-c", read], capture_output=True, text=True, check=True).stdout
    assert len(after.split()) == 40
    assert after == before


def test_without_x265_heic_pictures_are_read_as_before(inside: Path, tmp_path: Path) -> None:
    import slim

    picture = tmp_path / "picture.heic"
    draw = f"""
import pillow_heif
from PIL import Image
Image.linear_gradient("L").convert("RGB").resize((320, 240)).save({str(picture)!r}, quality=80)
"""
    read = f"""
import hashlib, pillow_heif
print(hashlib.sha256(pillow_heif.open_heif({str(picture)!r}).data).hexdigest(), pillow_heif.libheif_info()["HEIF"])
"""
    [library] = inside.glob("pillow_heif.libs/libx265-*")
    draw = draw.replace("\nImage", "\npillow_heif.register_heif_opener()\nImage", 1)
    run_with(library, draw)
    before = run_with(library, read)
    slim.without_encoder(inside)
    assert library.stat().st_size < 100_000
    assert run_with(library, read).split()[0] == before.split()[0]
    with pytest.raises(subprocess.CalledProcessError) as refused:
        run_with(library, draw)
    assert refused.value.returncode == 1, "a crash instead of an error"


def loaded_of(library: Path) -> dict[int, bytes]:
    """What the loader puts at which address, but for the two headers, which say where that lies in the file."""
    whole = library.read_bytes()
    (table,) = struct.unpack_from("<Q", whole, 32)
    (count,) = struct.unpack_from("<H", whole, 56)
    found: dict[int, bytes] = {}
    for number in range(count):
        kind, _, offset, address, _, size, _, alignment = struct.unpack_from("<IIQQQQQQ", whole, table + 56 * number)
        if kind != 1:
            continue
        assert (address - offset) % alignment == 0
        part = bytearray(whole[offset : offset + size])
        for begin, length in ((0, 64), (table, 56 * count)):
            if offset <= begin < offset + size:
                part[begin - offset : begin - offset + length] = bytes(length)
        found[address] = bytes(part)
    return found


@pytest.mark.skipif(platform.machine() != "x86_64" or sys.platform != "linux", reason="pages have other sizes there")
def test_libraries_without_spare_bytes_are_loaded_as_before(tmp_path: Path) -> None:
    import slim_elf

    packages = Path(Image.__file__).parents[1]
    for name in ("PIL", "pillow.libs", "rawpy", "rawpy.libs", "numpy", "numpy.libs"):
        shutil.copytree(packages / name, tmp_path / name)
    libraries = [file for file in tmp_path.rglob("*.so*") if file.is_file()]
    before = {file: (file.stat().st_size, loaded_of(file)) for file in libraries}
    for file in libraries:
        slim_elf.without_spare_bytes(file)
        size, loaded = before[file]
        assert file.stat().st_size <= size
        assert loaded_of(file) == loaded, file.name
    # Debugging information in the one, symbols in another, holes for pages of 2 MB in the last.
    for name, share in (
        ("PIL/_imaging.*.so", 0.3),
        ("numpy.libs/libscipy_openblas*", 0.97),
        ("rawpy.libs/libgomp*", 0.15),
    ):
        [file] = tmp_path.glob(name)
        assert file.stat().st_size < share * before[file][0]
        subprocess.run(["readelf", "--all", str(file)], check=True, stdout=subprocess.DEVNULL)
    program = """
import sys
sys.path.insert(0, sys.argv[1])
import numpy, rawpy
from PIL import Image, ImageCms
assert all(module.__file__.startswith(sys.argv[1]) for module in (numpy, rawpy, Image))
print(numpy.linalg.svd(numpy.eye(9) + 1)[1].sum(), Image.new("RGB", (9, 9)).resize((4, 4)).getpixel((1, 1)))
"""
    told = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert told.stdout.split()[0].startswith("18.0")


def test_what_is_no_library_is_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import slim_elf

    text = tmp_path / "libc.so"
    text.write_text("INPUT(libc.so.6)")
    slim_elf.without_spare_bytes(text)
    assert text.read_text() == "INPUT(libc.so.6)"
    assert "left as it is" in capsys.readouterr().out


def test_addresses_of_services_are_read_in_packed_form(tmp_path: Path) -> None:
    import slim

    data = Path(botocore.__file__).parent / "data"
    (tmp_path / "botocore/data").mkdir(parents=True)
    shutil.copy(data / "endpoints.json", tmp_path / "botocore/data")
    slim.with_packed_addresses(tmp_path)
    [packed] = (tmp_path / "botocore/data").iterdir()
    assert packed.stat().st_size < 0.2 * (data / "endpoints.json").stat().st_size
    assert JSONFileLoader().load_file(str(packed.with_suffix("").with_suffix(""))) == JSONFileLoader().load_file(
        str(data / "endpoints")
    )


def test_without_pictures_of_screens_pillow_works_as_before(inside: Path) -> None:
    import slim_films

    packages = Path(Image.__file__).parents[1]
    for name in ("PIL", "pillow.libs"):
        shutil.copytree(packages / name, inside / name)
    slim_films.without_pictures_of_screens(inside)
    assert not list(inside.glob("pillow.libs/libXau*"))
    program = "import sys; sys.path.insert(0, sys.argv[1]); from PIL import Image; print(Image.core.__file__)"
    told = subprocess.run([sys.executable, "-c", program, str(inside)], capture_output=True, text=True, check=True)
    assert told.stdout.startswith(str(inside))
    assert told.stderr == ""


def test_licenses_of_packages_are_taken_and_programs_beside_them_not(tmp_path: Path) -> None:
    import contents

    contents.write_licenses([metadata.distribution("av")], tmp_path / "licenses")
    taken = {file.name for file in (tmp_path / "licenses" / "av").iterdir()}
    assert any(name.startswith("LICENSE") for name in taken)
    assert not any(name.endswith((".py", ".pyc")) for name in taken)
