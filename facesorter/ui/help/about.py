"""What FaceSorter is made of, with licenses: from the list in the frozen program, or from the packages installed."""

from __future__ import annotations

import json
import sys
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple, cast

from facesorter import __version__
from facesorter.domain.messages import gettext as _
from facesorter.paths import resource

_LEVEL = 2


class Part(NamedTuple):
    """A package inside."""

    name: str
    version: str
    license: str


def parts(program: Path | None = None) -> list[Part]:
    """Every package inside, by name: those of the frozen program at this place, or those that this one needs."""
    listed = (program or Path(sys.executable).parent) / "sbom.json"
    if listed.is_file() and (program is not None or getattr(sys, "frozen", False)):
        kept = cast("dict[str, Any]", json.loads(listed.read_text("utf-8")))
        return sorted(
            (Part(str(one["name"]), str(one.get("version", "")), _license_in(one)) for one in kept["components"]),
            key=lambda part: part.name.lower(),
        )
    return sorted({_installed(name) for name in _needed("facesorter")}, key=lambda part: part.name.lower())


def _license_in(component: dict[str, Any]) -> str:
    found = [one.get("expression") or one.get("license", {}).get("id") or one.get("license", {}).get("name", "")
             for one in component.get("licenses", [])]  # fmt: skip
    return ", ".join(filter(None, found))


def _needed(name: str, seen: set[str] | None = None) -> set[str]:
    """The packages that are installed for this one, and for those."""
    seen = set() if seen is None else seen
    try:
        wanted = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return seen
    for requirement in wanted:
        other = "".join(letter if letter.isalnum() or letter in "-_." else " " for letter in requirement).split()[0]
        if "extra ==" in requirement or other.lower() in seen:
            continue
        try:
            metadata.version(other)
        except metadata.PackageNotFoundError:
            continue
        seen.add(other.lower())
        _needed(other, seen)
    return seen


def _installed(name: str) -> Part:
    about = metadata.metadata(name)

    def told(field: str) -> str:
        return next(iter(about.get_all(field) or []), "")

    license_name = told("License-Expression") or _of_classifiers(about.get_all("Classifier") or [])
    return Part(about["Name"], about["Version"], license_name or told("License").partition("\n")[0])


def _of_classifiers(classifiers: list[str]) -> str:
    found = [one.split("::") for one in classifiers if one.startswith("License ::")]
    return ", ".join(one[-1].strip() for one in found if len(one) > _LEVEL)


def about_text() -> str:
    """The page *About*, as Markdown."""
    rows = "".join(f"| {part.name} | {part.version} | {part.license.replace('|', '/')} |\n" for part in parts())
    headings = f"| {_('Package')} | {_('Version')} | {_('License')} |\n| --- | --- | --- |\n"
    models = resource("models/LICENSES.md").read_text("utf-8")
    return "\n\n".join(
        (
            f"# FaceSorter {__version__}",
            _("FaceSorter is free software under the MIT license. It is built on the work of many others:"),
            headings + rows,
            _("The full texts of the licenses are in the folder *licenses* of the program, or with each package."),
            models,
        )
    )
