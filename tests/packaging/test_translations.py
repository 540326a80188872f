"""The translations are whole: nothing is missing, guessed, or filled in in another way."""

from __future__ import annotations

import gettext
import importlib
import re
import string
import sys
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "packaging"))
translations: Any = importlib.import_module("translations")

FILES: dict[str, Path] = {file.parts[-3]: file for file in translations.sources()}
PERCENT = re.compile(r"%(?:\(\w+\))?[a-zA-Z%]")


def places(text: str) -> set[str]:
    """What is filled in; `{}` counts as `{0}`, `{1}` and so on."""
    found = set(PERCENT.findall(text) if "{" not in text else ())
    number = 0
    for _, name, form, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        found.add(f"{name or number}:{form}!{conversion}")
        number += not name
    return found


@pytest.fixture(scope="module")
def template() -> Catalog:
    return translations.template()


def test_german_and_spanish_are_there() -> None:
    assert set(FILES) == {"de", "es"}


@pytest.mark.parametrize("language", FILES)
def test_every_sentence_is_translated(language: str, template: Catalog) -> None:
    catalog = translations.read(FILES[language])
    written = {(message.context, message.id) for message in catalog if message.id}
    wanted = {(message.context, message.id) for message in template if message.id}
    assert wanted - written == set(), "run packaging/translations.py and translate what it prints"
    assert written - wanted == set(), "run packaging/translations.py"
    assert translations.untranslated(catalog) == []


def test_a_video_has_one_name_in_each_language(template: Catalog) -> None:
    film = re.compile(r"(?<!--no-)\bfilms?\b", re.IGNORECASE)
    sentences = [str(message.id) for message in template if message.id]
    for file in FILES.values():
        sentences += [str(message.string) for message in translations.read(file) if message.id]
    assert [one for one in sentences if film.search(one)] == []


def edges(text: str) -> tuple[bool, bool, int]:
    """Whether blanks are around it, and how many lines end in it."""
    return text[:1].isspace(), text[-1:].isspace(), text.count("\n")


def wrong(message: Message) -> bool:
    """Whether a translation is filled in otherwise, or does not begin and end as its sentence does."""
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    forms: list[str] = translations.forms(message)
    known = set[str]().union(*map(places, originals))
    return (
        any(places(form) - known or edges(form) != edges(originals[0]) for form in forms)
        or places(originals[-1]) - places(forms[-1]) != set()
    )


@pytest.mark.parametrize("language", FILES)
def test_what_is_filled_in_is_the_same(language: str) -> None:
    catalog = translations.read(FILES[language])
    assert [message.id for message in catalog if message.id and wrong(message)] == []


@pytest.mark.parametrize(
    ("original", "translation", "is_wrong"),
    [
        ("{} of {}", "{} von {}", False),
        ("{} of {}", "{1} von {0}", False),
        ("{} of {}", "{} von", True),
        ("{name}: no", "{Name}: nein", True),
        ("%s: no", "%d: nein", True),
        (" photos", "Fotos", True),
        (("{} photo", "{} photos"), ("ein Foto", "{} Fotos"), False),
        (("{} photo", "{} photos"), ("{} Foto", "Fotos"), True),
    ],
)
def test_what_counts_as_filled_in_otherwise(
    original: str | tuple[str, str], translation: str | tuple[str, str], is_wrong: bool
) -> None:
    assert wrong(Message(original, translation)) is is_wrong


@pytest.mark.parametrize("language", FILES)
def test_what_is_compiled_speaks(language: str, tmp_path: Path) -> None:
    copy = tmp_path / language / "LC_MESSAGES" / "facesorter.po"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(FILES[language].read_bytes())
    translations.compile_all(tmp_path)
    spoken = gettext.translation("facesorter", str(tmp_path), [language])
    assert spoken.info()["language"] == language
    counted = [spoken.ngettext("{} photo", "{} photos", count).format(count) for count in (0, 1, 2)]
    assert counted == {"de": ["0 Fotos", "1 Foto", "2 Fotos"], "es": ["0 fotos", "1 foto", "2 fotos"]}[language]
