"""Makes the program that runs without a Python: `python3 packaging/freeze.py --out DIR` writes `DIR/FaceSorter/`.

Run it where `pip install ".[freeze]"` or the pinned `packaging/requirements.txt` is installed. It says how large the
program is, unpacked and packed, and fails above the limits in `packaging/facts.py`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import facts
from contents import write_licenses, write_list
from slim import with_less_icu, with_packed_addresses, without_encoder
from slim_elf import without_spare_bytes
from slim_films import without_pictures_of_screens, without_unused

SYSTEM = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
LARGEST = 10
PACKED = facts.ROOT / "build" / "models" / "sface.npz"


def freeze(out: Path) -> Path:
    """Make the program; its folder. Raises `CalledProcessError` if a step fails."""
    work = out / "work"
    _check_models()
    _check_translations()
    _python("icons.py", "--out", str(work / "icons"))
    # One seed for the order of sets, so that the same sources give the same archive.
    origins = work / "origins.json"
    places = {"FACESORTER_ICONS": str(work / "icons"), "FACESORTER_ORIGINS": str(origins)}
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    folders = ["--distpath", str(out), "--workpath", str(work), str(facts.PACKAGING / "facesorter.spec")]
    subprocess.run(  # noqa: S603
        [*command, *folders], check=True, env=os.environ | places | {"PYTHONHASHSEED": "0"}
    )
    folder = out / facts.NAME
    inside = folder / "_internal"
    packages = write_list(json.loads(origins.read_text("utf-8")), inside, folder / "sbom.json")
    write_licenses(packages, folder / "licenses")
    _with_packed_recognizer(inside / "facesorter" / "resources" / "models")
    with_packed_addresses(inside)
    if SYSTEM == "linux":
        without_encoder(inside)
        without_unused(inside)
        without_pictures_of_screens(inside)
        with_less_icu(inside)
        for library in inside.rglob("*.so*"):
            if library.is_file() and not library.is_symlink():
                without_spare_bytes(library)
        _python("desktop.py", "--icons", str(work / "icons"), "--out", str(folder / "share"))
        shutil.copy(facts.PACKAGING / "linux" / "install.sh", folder)
    return folder


def _with_packed_recognizer(models: Path) -> None:
    """Half of the program's archive would be floats that stand for whole numbers of 8 bits."""
    shutil.copyfile(PACKED, models / PACKED.name)
    (models / "sface.onnx").unlink()


def _check_models() -> None:
    """Raises `FileNotFoundError` or `ValueError` if the models are not those that the package is built with."""
    models = facts.ROOT / "resources" / "models"
    if not PACKED.exists():
        raise FileNotFoundError(f"{PACKED} is missing; without sface.onnx, `pip install .` makes both.")
    digests = json.loads((models / "digests.json").read_text("utf-8"))
    for name, digest in (digests["prepared"] | digests["appearance"]).items():
        if not (models / name).exists():
            raise FileNotFoundError(f"{models / name} is missing; `pip install .` in this checkout makes it.")
        if hashlib.sha256((models / name).read_bytes()).hexdigest() != digest:
            raise ValueError(f"{models / name} is another file than digests.json says; `pip install .` makes it anew.")


def _check_translations() -> None:
    """Raises `FileNotFoundError` if the translations were not compiled."""
    for source in (facts.ROOT / "resources" / "locale").glob("*/LC_MESSAGES/*.po"):
        if not source.with_suffix(".mo").exists():
            raise FileNotFoundError(
                f"{source.with_suffix('.mo')} is missing; `pip install .` in this checkout makes it."
            )


def _python(script: str, *arguments: str) -> None:
    subprocess.run([sys.executable, str(facts.PACKAGING / script), *arguments], check=True)  # noqa: S603


def pack(folder: Path) -> Path:
    """The folder as one file beside it: `.tar.xz` on Linux, `.zip` elsewhere. The same folder gives the same file."""
    name = f"{facts.NAME}-{facts.version()}-{SYSTEM}-{platform.machine().lower()}"
    if SYSTEM != "linux":
        archive = folder.parent / f"{name}.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
            for file in sorted(folder.rglob("*")):
                packed.write(file, file.relative_to(folder.parent))
        return archive
    archive = folder.parent / f"{name}.tar.xz"
    plain = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=go=rX,u+rw,a-s"]
    subprocess.run(  # noqa: S603
        ["tar", *plain, "-C", str(folder.parent), "-cf", str(archive), "-I", "xz -6 -T2", folder.name],  # noqa: S607
        check=True,
    )
    return archive


def size(folder: Path) -> int:
    """Bytes of all files in the folder; a link counts nothing."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


def largest(folder: Path) -> list[tuple[int, str]]:
    """The largest files, with their bytes."""
    files = [file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]
    return sorted(((file.stat().st_size, str(file.relative_to(folder))) for file in files), reverse=True)[:LARGEST]


def main() -> int:
    """Freeze, pack, and say how large both are; 1 if that is too large."""
    parser = argparse.ArgumentParser(description="Make the program that runs without a Python.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    out: Path = parser.parse_args().out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    folder = freeze(out)
    archive = pack(folder)
    unpacked, packed = size(folder), archive.stat().st_size
    print(f"{folder}: {unpacked / 1e6:.1f} MB (limit {facts.MOST_UNPACKED_BYTES / 1e6:.0f})")
    print(f"{archive}: {packed / 1e6:.1f} MB (limit {facts.MOST_PACKED_BYTES / 1e6:.0f})")
    print("The largest files:")
    for number, name in largest(folder):
        print(f"  {number / 1e6:6.1f} MB  {name}")
    return int(unpacked > facts.MOST_UNPACKED_BYTES or packed > facts.MOST_PACKED_BYTES)


if __name__ == "__main__":
    sys.exit(main())
