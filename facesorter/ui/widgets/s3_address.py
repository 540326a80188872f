"""Asks for a place in Amazon S3, which no file dialog shows."""

from __future__ import annotations

from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.places import is_address, s3_address


def ask_for_s3_address(parent: QWidget, question: str, before: str = "") -> str:
    """What the user writes, as `s3://bucket/prefix`; "" if nothing. It begins with `before` if that is such a place."""
    address, chosen = QInputDialog.getText(
        parent,
        _("A place in Amazon S3"),
        question,
        QLineEdit.EchoMode.Normal,
        before if is_address(before) else s3_address(""),
    )
    written = s3_address(address.strip())
    return written if chosen and written != s3_address("") else ""
