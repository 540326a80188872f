"""The pages of the user guide: Markdown below `resources/guide/<language>`, in the order of their names."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from facesorter.paths import resource


class GuidePage(NamedTuple):
    """`title` is the page's first line, `folder` is where its pictures' paths begin."""

    title: str
    markdown: str
    folder: Path


def guide_pages(language: str) -> list[GuidePage]:
    """The guide in this language, or in English where it is not translated. Raises `OSError`."""
    folders = [resource("guide") / code for code in (language, language.split("_", maxsplit=1)[0], "en")]
    folder = next((one for one in folders if one.is_dir()), folders[-1])
    return [_page(file) for file in sorted(folder.glob("*.md"))]


def _page(file: Path) -> GuidePage:
    text = file.read_text("utf-8")
    return GuidePage(text.splitlines()[0].lstrip("# "), text, file.parent)
