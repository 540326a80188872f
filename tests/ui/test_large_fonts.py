"""In a large font no caption, topic or button is cut, and no picture is wider than its page."""

import pytest
from fitting import cut_off
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFont, QTextDocument
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from facesorter.ui.help.help_window import HelpWindow
from facesorter.ui.people.known_by import WIDTH_PX, KnownBy
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.flow import FlowLayout
from facesorter.ui.widgets.form_card import FormCard

FONT_PT = 16


@pytest.fixture(autouse=True)
def theme(qapp):
    before = qapp.font()
    qapp.setFont(QFont(before.family(), FONT_PT))
    yield Theme(qapp, "light")
    qapp.setFont(before)


@pytest.mark.parametrize("width", [900, 2000])
def test_a_long_caption_is_seen_whole_above_its_field_and_beside_it(qtbot, width):
    page = QWidget()
    qtbot.addWidget(page)
    card = FormCard("Finding")
    card.add("When may a photo be called Sure?", QLineEdit())
    column = QVBoxLayout(page)
    column.addWidget(card)
    column.addStretch()
    page.resize(width, 400)
    page.show()
    qtbot.waitExposed(page)
    qtbot.wait(20)
    assert cut_off(page) == []


def test_topics_of_the_help_are_seen_whole_and_pictures_fit_the_page(window, open_app, jobs, qtbot):
    shown = HelpWindow(open_app(), jobs, window)
    qtbot.addWidget(shown)
    shown.show()
    qtbot.wait(20)
    topics, page = shown.topics, shown.page
    assert topics.width() < shown.width() / 2
    for row in range(topics.count()):
        rect = topics.visualItemRect(topics.item(row))
        text = topics.fontMetrics().boundingRect(0, 0, rect.width() - 12, 500, 0x1000, topics.item(row).text())
        assert rect.width() <= topics.viewport().width()
        assert text.width() <= rect.width()
        assert text.height() <= rect.height()
    assert page.document().resource(QTextDocument.ResourceType.ImageResource.value, QUrl("pictures/start.jpg"))
    assert page.horizontalScrollBar().maximum() == 0
    shown.resize(720, 600)
    qtbot.wait(20)
    assert page.horizontalScrollBar().maximum() == 0


def test_the_button_for_a_picture_is_seen_whole(window, open_app, jobs, theme, qtbot):
    window.hide()
    card = KnownBy(open_app(), jobs, theme, window)
    qtbot.addWidget(card)
    card.add_button.setText("Another picture of this person…")
    card.setFixedWidth(card.width_px)
    card.show()
    qtbot.waitExposed(card)
    assert card.width() > WIDTH_PX
    assert cut_off(card) == []


def test_what_flows_ends_with_its_last_widget(qtbot):
    top = QWidget()
    qtbot.addWidget(top)
    flow, parts = FlowLayout(top, 10, 2), [QPushButton("Paste"), QLabel("and"), QPushButton("Choose…")]
    for part in parts:
        flow.addWidget(part)
    assert flow.sizeHint().width() == sum(part.sizeHint().width() for part in parts) + 20
