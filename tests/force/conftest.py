"""Tells how many programs were killed, where many were to be."""

from __future__ import annotations

import os

import pytest
from warm import MADE


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if MADE and "FACESORTER_KILLS" in os.environ:
        terminalreporter.section("kills")
        for test, kills in sorted(MADE.items()):
            terminalreporter.write_line(f"{kills:6} {test}")
        terminalreporter.write_line(f"{MADE.total():6} in all")
