"""Colors that can be read, a style sheet without gaps, icons that exist."""

import os
import re
import subprocess
import sys

import pytest
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QPushButton, QToolButton

from facesorter.paths import resource
from facesorter.ui.shell.theme import DARK, LIGHT, STYLE, icon, mark, style_sheet
from facesorter.ui.widgets.card import label


def luminance(color):
    one = QColor(color)
    shares = (one.redF(), one.greenF(), one.blueF())
    parts = [share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["window", "card", "field"])
@pytest.mark.parametrize("text", ["text", "dim", "accent", "good", "warn", "bad"])
def test_text_can_be_read(colors, ground, text):
    assert contrast(getattr(colors, text), getattr(colors, ground)) >= 4.5


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_buttons_and_sidebar_can_be_read(colors):
    assert contrast("#ffffff", colors.accent_fill) >= 4.5
    assert contrast(colors.text, colors.accent_soft) >= 4.5
    assert min(contrast(colors.text, colors.sidebar), contrast(colors.dim, colors.sidebar)) >= 4.5


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_the_style_sheet_has_no_gaps(colors):
    sheet = style_sheet(colors, 10.0)
    assert "@" not in sheet
    for path in re.findall(r"url\((.*?)\)", sheet):
        assert path.endswith(".svg")
        assert resource(f"icons/{path.rsplit('/', 1)[-1]}").is_file()


@pytest.mark.parametrize("path", sorted(resource("icons").glob("*.svg")), ids=lambda path: path.stem)
def test_every_icon_draws_something(path, qapp):
    image = icon(path.stem, "#ff0000").pixmap(32).toImage()
    assert any(image.pixelColor(x, y).alpha() > 128 for x in range(32) for y in range(32))


def test_the_window_looks_the_same_whatever_style_the_desktop_prefers():
    asked = f"from PySide6.QtWidgets import QApplication; print(QApplication(['x', *{STYLE}]).style().name())"
    other = os.environ | {"QT_STYLE_OVERRIDE": "Windows"}
    said = subprocess.run([sys.executable, "-c", asked], env=other, capture_output=True, text=True, check=True)
    assert said.stdout.strip().lower() == "fusion"


@pytest.mark.parametrize("shown_before", [False, True])
def test_a_tone_is_seen_whether_it_is_given_before_or_after_showing(shown_before, theme, qtbot):
    made = label("Careful", "dim")
    qtbot.addWidget(made)
    if shown_before:
        made.show()
    mark(made, tone="bad")
    made.show()
    assert made.palette().color(made.foregroundRole()) == QColor(LIGHT.bad)


@pytest.mark.parametrize("points", [9, 10, 16])
def test_buttons_side_by_side_are_equally_high(qapp, theme, points):
    before = qapp.font()
    qapp.setFont(QFont(before.family(), points))
    theme._dress()
    with_menu = QToolButton()
    with_menu.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
    buttons = [QPushButton(), QToolButton(), with_menu]
    for one in buttons:
        one.setText("More")
        one.setProperty("kind", "" if isinstance(one, QPushButton) else "button")
        one.ensurePolished()
    assert len({one.sizeHint().height() for one in buttons}) == 1
    qapp.setFont(before)
    theme._dress()
