"""The log at the foot of a page."""

import pytest
from PySide6.QtCore import Qt

from facesorter.ui.shell.log_pane import LogPane


@pytest.mark.parametrize("way", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_its_arrow_follows_the_word_as_it_is_read(way, qapp, relay, theme, qtbot):
    qapp.setLayoutDirection(way)
    try:
        pane = LogPane(relay, theme)
        qtbot.addWidget(pane)
        toggle = pane._toggle
        assert toggle.layoutDirection() is not way  # Qt puts the icon before the text
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
