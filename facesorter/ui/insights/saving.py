"""Saves a chart: as a picture, as a drawing that can be made larger, or its figures as a table."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QGraphicsView, QWidget

from facesorter.domain.errors import UserError
from facesorter.domain.messages import gettext as _
from facesorter.ui.shell.theme import Colors
from facesorter.ui.widgets.file_dialogs import first_folder

_SCALE = 2
"""A picture has twice as many pixels as the screen shows: it is to be printed and shown in talks."""
_MARGIN_PX, _TITLE_PX = 16, 40

KINDS = {
    "png": lambda: _("Picture (*.png)"),
    "svg": lambda: _("Drawing (*.svg)"),
    "csv": lambda: _("Table (*.csv)"),
}


def ask_where(parent: QWidget, title: str, kind: str) -> str:
    """The path the user wants it at, with the ending of its kind; "" for none."""
    name = "".join("-" if letter in '/\\:*?"<>|' else letter for letter in title).strip()
    suggested = os.path.join(first_folder(), f"{name}.{kind}")
    path, _filter = QFileDialog.getSaveFileName(parent, _("Save"), suggested, KINDS[kind]())
    return path if not path or path.lower().endswith(f".{kind}") else f"{path}.{kind}"


def drawn(chart: QGraphicsView, title: str, colors: Colors, kind: str) -> QImage | bytes:
    """The chart with its title above it, for `save_drawing`: the bytes of an SVG file, or a picture."""
    size = chart.viewport().size()
    width, height = size.width() + 2 * _MARGIN_PX, size.height() + _MARGIN_PX + _TITLE_PX
    if kind == "svg":
        buffer = QBuffer()
        drawing = QSvgGenerator()
        drawing.setOutputDevice(buffer)
        drawing.setTitle(title)
        drawing.setSize(QRect(0, 0, width, height).size())
        drawing.setViewBox(QRect(0, 0, width, height))
        painter = QPainter(drawing)
        _paint(painter, chart, title, colors, QRect(0, 0, width, height))
        painter.end()
        return bytes(buffer.data().data())
    image = QImage(width * _SCALE, height * _SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SCALE)
    painter = QPainter(image)
    _paint(painter, chart, title, colors, QRect(0, 0, width, height))
    painter.end()
    return image


def save_drawing(drawing: QImage | bytes, path: str) -> None:
    """Write what `drawn` gave. It may have to wait for the disk: for a worker. Raises `UserError`."""
    if isinstance(drawing, QImage):
        if not drawing.save(path, "PNG"):  # pyright: ignore[reportArgumentType, reportCallIssue]
            raise _cannot(path)
        return
    try:
        with open(path, "wb") as file:
            file.write(drawing)
    except OSError as error:
        raise _cannot(path, error.strerror or "") from error


def save_table(rows: Sequence[Sequence[str]], path: str) -> None:
    """Write the figures, the heading first. It may have to wait for the disk: for a worker. Raises `UserError`."""
    try:
        with open(path, "w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
    except OSError as error:
        raise _cannot(path, error.strerror or "") from error


def _cannot(path: str, reason: str = "") -> UserError:
    return UserError(
        _("{file} could not be saved ({reason}).").format(file=os.path.basename(path), reason=reason or _("no access")),
        _("Choose another place."),
    )


def _paint(painter: QPainter, chart: QGraphicsView, title: str, colors: Colors, area: QRect) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(area, QColor(colors.card))
    font = QFont(chart.font())
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(colors.text))
    head = QRect(_MARGIN_PX, 0, area.width() - 2 * _MARGIN_PX, _TITLE_PX)
    painter.drawText(head, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), title)
    target = QRectF(_MARGIN_PX, _TITLE_PX, chart.viewport().width(), chart.viewport().height())
    chart.render(painter, target, chart.viewport().rect())
