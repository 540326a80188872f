"""The birth date is read as it is typed, in the form that the language is used to, with the whole year."""

from datetime import date

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QWidget

from facesorter.ui.people.birth_dialog import BirthDialog

TYPED = {
    "de_DE": ("03.05.1961", "03051961", "3.5.1961"),
    "es_ES": ("3/5/1961", "03/05/1961"),
    "en_US": ("5/3/1961", "05/03/1961"),
    "en_GB": ("03/05/1961", "03051961"),
    "ja_JP": ("1961/05/03", "19610503"),
    "sv_SE": ("1961-05-03", "19610503"),
}


@pytest.fixture(params=[(locale, typed) for locale, all_typed in TYPED.items() for typed in all_typed])
def typed(request):
    """What is typed where this language is spoken."""
    locale, text = request.param
    usual = QLocale()
    QLocale.setDefault(QLocale(locale))
    yield text
    QLocale.setDefault(usual)


def test_a_date_typed_in_full_is_the_one_that_is_kept(typed, qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    dialog = BirthDialog("Anna", None, page)
    dialog.show()
    dialog.date.setFocus()
    assert "2000" in dialog.date.text()
    dialog.date.setSelectedSection(dialog.date.sectionAt(0))
    qtbot.keyClicks(dialog.date, typed)
    qtbot.keyClick(dialog.date, Qt.Key.Key_Tab)
    dialog.save.click()
    assert dialog.born == date(1961, 5, 3)
