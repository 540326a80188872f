"""On the card of a person no word is cut, whatever it says and however large the font is."""

import pytest
from fitting import cut_off
from PySide6.QtWidgets import QWidget

from facesorter.domain.groups import KnownPerson
from facesorter.domain.models import Person, PersonDetails
from facesorter.ui.people.cards import PersonCard
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.flow import FlowLayout


@pytest.fixture
def theme(qapp, points):
    return Theme(qapp, "light")


def test_all_words_of_each_card_are_seen_whole_and_the_cards_are_alike(theme, qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    flow = FlowLayout(page, 12, 12)
    cards = []
    for number, hidden in enumerate((False, True)):
        details = PersonDetails(Person(number, "Anna", "PhotosWithAnna"), hidden=hidden)
        cards.append(PersonCard(KnownPerson(details, 1234), None, theme))
        flow.addWidget(cards[-1])
        cards[-1].left.setText("1 por revisar")
    page.resize(600, 400)
    page.show()
    qtbot.waitExposed(page)
    assert [one for one in cut_off(page) if one[0]] == []
    assert cards[0].size() == cards[1].size()
