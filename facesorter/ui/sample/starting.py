"""Starts the sample as a program of its own, beside the window that asks for it."""

from __future__ import annotations

import sys

from PySide6.QtCore import QProcess

ARGUMENT = "--sample"
"""With this alone the program is the sample; see `sample.window`."""


def start_sample() -> bool:
    """Open the sample beside this window; whether that can be done."""
    arguments = [ARGUMENT] if getattr(sys, "frozen", False) else ["-m", "facesorter", ARGUMENT]
    return QProcess.startDetached(sys.executable, arguments)[0]
