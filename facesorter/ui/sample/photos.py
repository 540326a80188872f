"""Draws the sample's album: a headshot of Mia, and photos of her and others in a garden."""

from __future__ import annotations

import random
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from facesorter.ui.sample.drawn_faces import PEOPLE, FaceDrawing

WHO = "Mia"
SIZE_PX, HEADSHOT_PX = (1200, 800), (700, 800)
PHOTOS: tuple[tuple[str, ...], ...] = (
    ("Mia",),
    ("Mia", "Omar"),
    ("Ida",),
    ("Ida", "Mia"),
    ("Nora",),
    ("Omar", "Mia", "Ida"),
    ("Omar",),
    ("Mia", "Nora"),
    (),
    ("Ida", "Omar"),
    ("Mia", "Ida"),
    ("Omar", "Ida"),
)
"""Who is on each photo."""


def draw_album(folder: Path) -> tuple[Path, Path]:
    """Draw everything into this folder; the headshot, and the folder of photos. Raises `OSError`."""
    headshot, photos = folder / f"{WHO}.jpg", folder / "Photos"
    photos.mkdir(parents=True)
    _save(picture((WHO,), 100, HEADSHOT_PX), headshot)
    for number, people in enumerate(PHOTOS):
        _save(picture(people, number, SIZE_PX), photos / f"Garden {number + 1:02}.jpg")
    return headshot, photos


def _save(image: QImage, path: Path) -> None:
    if not image.save(str(path), quality=90):
        raise OSError(f"{path} cannot be written.")


def picture(people: tuple[str, ...], seed: int, size_px: tuple[int, int]) -> QImage:
    """These people in a row; the same seed draws the same picture."""
    chance = random.Random(seed)  # noqa: S311 - nothing is to be kept secret
    width, height = size_px
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw_garden(painter, chance, width, height)
    for place, name in enumerate(people):
        painter.save()
        painter.translate(
            width * (place + 1) / (len(people) + 1) + chance.uniform(-30, 30), height * chance.uniform(0.36, 0.46)
        )
        painter.rotate(chance.uniform(-9, 9))
        scale = height * chance.uniform(0.17, 0.24)
        painter.scale(scale, scale)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor.fromHsv(chance.randrange(360), 110, 170))
        painter.drawRoundedRect(QRectF(-1.3, 1.25, 2.6, 3), 0.6, 0.6)
        smile, look, turn = chance.choice((0.1, 0.5, 0.9)), chance.uniform(-1, 1), chance.uniform(-0.5, 0.5)
        FaceDrawing(painter, PEOPLE[name], smile, look, turn).draw()
        painter.restore()
    painter.end()
    return image


def _draw_garden(painter: QPainter, chance: random.Random, width: int, height: int) -> None:
    hue = chance.randrange(190, 230)
    colors = QLinearGradient(0, 0, 0, height)
    colors.setColorAt(0, QColor.fromHsv(hue, 90, 235))
    colors.setColorAt(0.6, QColor.fromHsv(hue, 25, 245))
    colors.setColorAt(0.61, QColor.fromHsv(100, 90, 165))
    colors.setColorAt(1, QColor.fromHsv(100, 110, 120))
    painter.fillRect(0, 0, width, height, colors)
    painter.setPen(Qt.PenStyle.NoPen)
    for _ in range(9):
        painter.setBrush(
            QColor.fromHsv(chance.randrange(95, 130), chance.randrange(80, 120), chance.randrange(110, 160))
        )
        x, y = chance.uniform(0, width), height * 0.61
        size = chance.uniform(0.1, 0.28) * height
        painter.drawEllipse(QRectF(x - size, y - size * 0.6, 2 * size, size * 0.9))
