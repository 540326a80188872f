"""Lists what is inside the frozen program, and gathers the licenses of it.

The list is what was really taken along, not what was installed: `origins.json`, which `facesorter.spec` writes, names
every file that PyInstaller read.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

import facts
from pin import Pin, bill_of_materials

LICENSES = facts.PACKAGING / "licenses"
_LICENSE_NAMES = ("licen", "copying", "notice", "authors")
_PROGRAMS = (".py", ".pyc")
"""PyAV has a script that makes its list of authors beside that."""


def packages_of(origins: Iterable[str]) -> list[metadata.Distribution]:
    """The installed packages that one of these files belongs to, by name."""
    files = {str(Path(origin).resolve()) for origin in origins}
    found = {
        package.metadata["Name"].lower(): package
        for package in metadata.distributions()
        if package.files
        and any(str(Path(str(package.locate_file(file))).resolve()) in files for file in package.files)
        and package.metadata["Name"].lower() != "facesorter"
    }
    return [found[name] for name in sorted(found)]


def write_list(origins: Iterable[str], inside: Path, target: Path) -> list[metadata.Distribution]:
    """Write a CycloneDX document of everything in the folder `inside`; the Python packages in it."""
    packages = packages_of(origins)
    pins = [Pin(package.metadata["Name"], package.version, "") for package in packages]
    document = bill_of_materials(pins)
    document["components"] += [_python(), *_system_libraries(inside, origins)]
    target.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return packages


def _python() -> dict[str, Any]:
    version = platform.python_version()
    purl = f"pkg:generic/python@{version}"
    return {"type": "platform", "bom-ref": purl, "name": "python", "version": version, "purl": purl}


def _system_libraries(inside: Path, origins: Iterable[str]) -> list[dict[str, Any]]:
    """Libraries that come from the system the program was made on, known by their digest."""
    names = {Path(origin).name for origin in origins if not origin.startswith(sys.prefix)}
    libraries = sorted(file for file in inside.glob("*.so*") if file.name in names and not file.is_symlink())
    return [
        {
            "type": "library",
            "bom-ref": f"file:{file.name}",
            "name": file.name,
            "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(file.read_bytes()).hexdigest()}],
        }
        for file in libraries
    ]


def write_licenses(packages: Iterable[metadata.Distribution], target: Path) -> None:
    """A folder with the licenses of the program and of each package in it."""
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(LICENSES, target)
    shutil.copy(facts.ROOT / "LICENSE", target / "FaceSorter.txt")
    shutil.copy(facts.ROOT / "resources" / "models" / "LICENSES.md", target / "models.md")
    for package in packages:
        texts = [
            Path(str(package.locate_file(file)))
            for file in package.files or ()
            if ".dist-info/" in file.as_posix()
            and file.name.lower().startswith(_LICENSE_NAMES)
            and file.suffix not in _PROGRAMS
        ]
        if texts:
            folder = target / package.metadata["Name"]
            folder.mkdir()
            for number, text in enumerate(texts):
                name = text.name if text.name not in {file.name for file in texts[:number]} else f"{number}-{text.name}"
                shutil.copyfile(text, folder / name)
