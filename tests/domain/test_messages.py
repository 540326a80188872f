"""Sentences in the user's language: chosen late, found by gettext, extracted by Babel."""

from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo

from facesorter.domain import messages


@pytest.fixture
def locale(tmp_path):
    """A folder with German; English is spoken again after the test."""
    catalog = Catalog("de")
    catalog.add("Yes", "Ja")
    catalog.add(("1 photo", "{} photos"), ("1 Foto", "{} Fotos"))
    catalog.add("May", "Mai", context="month")
    target = tmp_path / "de" / "LC_MESSAGES" / "facesorter.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalog)
    yield tmp_path
    messages.speak([], tmp_path)


def test_a_sentence_is_translated_as_soon_as_the_language_is_chosen(locale):
    assert messages.gettext("Yes") == "Yes"
    messages.speak(["de_AT", "fr"], locale)
    assert messages.gettext("Yes") == "Ja"
    assert [messages.ngettext("1 photo", "{} photos", count).format(count) for count in (1, 3)] == ["1 Foto", "3 Fotos"]
    assert messages.pgettext("month", "May") == "Mai"
    assert messages.gettext("No") == "No"


@pytest.mark.parametrize("languages", [["en_US", "de"], ["C", "de"], ["fr"], []])
def test_without_a_catalog_english_is_spoken(locale, languages):
    messages.speak(languages, locale)
    assert messages.gettext("Yes") == "Yes"


@pytest.mark.parametrize(
    ("value", "spoken"), [("de_DE.UTF-8", "Ja"), ("en_US:de", "Yes"), ("C.UTF-8", "Yes"), ("", "Yes")]
)
def test_the_environment_names_the_language(locale, monkeypatch, value, spoken):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", value)
    messages.speak(None, locale)
    assert messages.gettext("Yes") == spoken


def test_babel_finds_what_is_translated():
    code = b"_('Yes')\nngettext('1 photo', '{} photos', 2)\n"
    assert [found for _, found, *_ in extract("python", BytesIO(code))] == ["Yes", ("1 photo", "{} photos")]
