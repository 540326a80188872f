"""Draws the application's icon in every size and format a system asks for, from `resources/icons/facesorter.svg`.

`python3 packaging/icons.py --out DIR` writes `hicolor/` (Linux), `facesorter.ico` (Windows) and `facesorter.icns`
(macOS). The same drawing gives the same bytes.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
from pathlib import Path

from facts import APP_ID, ROOT
from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = ROOT / "resources" / "icons" / "facesorter.svg"
LINUX_PX = (16, 22, 24, 32, 48, 64, 128, 256, 512)
WINDOWS_PX = (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)
MACOS_PX = (16, 32, 64, 128, 256, 512, 1024)
_MACOS_MARGIN = 100 / 1024
"""Apple's template leaves a tenth of the side empty all around."""


def draw(side: int, margin: float = 0) -> Image.Image:
    """The icon, `side` pixels wide and high, RGBA; `margin` is a share of the side that stays empty on each side."""
    picture = QImage(side, side, QImage.Format.Format_ARGB32)
    picture.fill(0)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inset = side * margin
    QSvgRenderer(str(DRAWING)).render(painter, QRectF(inset, inset, side - 2 * inset, side - 2 * inset))
    painter.end()
    store = QByteArray()
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # pyright: ignore[reportCallIssue, reportArgumentType]  (the stub lacks the overload)
    return Image.open(io.BytesIO(store.data())).convert("RGBA")


def draw_all(out: Path) -> None:
    """Write every icon into `out`."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication.instance() or QGuiApplication([])
    for side in LINUX_PX:
        folder = out / "hicolor" / f"{side}x{side}" / "apps"
        folder.mkdir(parents=True, exist_ok=True)
        draw(side).save(folder / f"{APP_ID}.png", optimize=True)
    scalable = out / "hicolor" / "scalable" / "apps"
    scalable.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DRAWING, scalable / f"{APP_ID}.svg")
    _save(out / "facesorter.ico", [draw(side) for side in WINDOWS_PX])
    _save(out / "facesorter.icns", [draw(side, _MACOS_MARGIN) for side in MACOS_PX])
    del application


def _save(path: Path, pictures: list[Image.Image]) -> None:
    """All sizes in one file, each drawn for itself instead of shrunk from the largest."""
    largest = pictures[-1]
    largest.save(path, sizes=[picture.size for picture in pictures], append_images=pictures[:-1])


def main() -> None:
    """Draw all icons."""
    parser = argparse.ArgumentParser(description="Draw the application's icons.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    out: Path = parser.parse_args().out
    draw_all(out)
    print(f"Icons are in {out}.")


if __name__ == "__main__":
    main()
