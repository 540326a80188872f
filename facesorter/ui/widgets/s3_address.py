"""Asks for a place in Amazon S3, which no file dialog shows."""

from __future__ import annotations

from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.places import SCHEME, is_in_s3


def ask_for_s3_address(parent: QWidget, question: str, before: str = "") -> str:
    """What the user writes, as `s3://bucket/prefix`; "" if nothing. It begins with `before` if that is such a place."""
    address, chosen = QInputDialog.getText(
        parent,
        _("A place in Amazon S3"),
        question,
        QLineEdit.EchoMode.Normal,
        before if is_in_s3(before) else SCHEME,
    )
    written = address.strip()
    if not chosen or written in ("", SCHEME):
        return ""
    return written if is_in_s3(written) else SCHEME + written.lstrip("/")
