"""Writes what a Linux desktop wants of an application into a `share` folder, as under /usr.

That is the desktop file ("Open with FaceSorter" for folders), icons, AppStream metadata with the releases of the
changelog, and the manual page. `packaging/freeze.py` calls it; the same sources give the same files.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import time
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import facts

HERE = facts.PACKAGING / "linux"


def built_on() -> date:
    """SOURCE_DATE_EPOCH, as builds that can be repeated set it, or else today."""
    return datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())), UTC).date()


def metainfo(today: date) -> bytes:
    """The AppStream metadata with all releases; one without a date is still being made."""
    tree = ElementTree.parse(HERE / f"{facts.APP_ID}.metainfo.xml")  # noqa: S314  (our own file)
    releases = ElementTree.SubElement(tree.getroot(), "releases")
    for release in facts.releases():
        kind = "stable" if release.date else "development"
        about = {"version": release.version, "date": str(release.date or today), "type": kind}
        description = ElementTree.SubElement(ElementTree.SubElement(releases, "release", about), "description")
        items = ElementTree.SubElement(description, "ul")
        for change in release.changes:
            ElementTree.SubElement(items, "li").text = change
    ElementTree.indent(tree)
    return ElementTree.tostring(tree.getroot(), "utf-8", xml_declaration=True) + b"\n"


def write(icons: Path, share: Path) -> None:
    """Fill the folder."""
    today = built_on()
    if share.exists():
        shutil.rmtree(share)
    shutil.copytree(icons / "hicolor", share / "icons" / "hicolor")
    for folder in ("applications", "metainfo", "man/man1"):
        (share / folder).mkdir(parents=True)
    shutil.copyfile(HERE / f"{facts.APP_ID}.desktop", share / "applications" / f"{facts.APP_ID}.desktop")
    (share / "metainfo" / f"{facts.APP_ID}.metainfo.xml").write_bytes(metainfo(today))
    page = (
        (HERE / "facesorter.1").read_text("utf-8").replace("@DATE@", str(today)).replace("@VERSION@", facts.version())
    )
    (share / "man" / "man1" / "facesorter.1.gz").write_bytes(gzip.compress(page.encode(), 9, mtime=0))


def main() -> None:
    """Write everything."""
    parser = argparse.ArgumentParser(description="Write what a Linux desktop wants of an application.")
    parser.add_argument("--icons", type=Path, required=True, metavar="DIR", help="what packaging/icons.py has drawn")
    parser.add_argument("--out", type=Path, required=True, metavar="SHARE")
    options = parser.parse_args()
    write(options.icons, options.out)


if __name__ == "__main__":
    main()
