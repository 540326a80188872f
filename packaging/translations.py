"""Gathers the sentences of the program for its translators, and makes of their work what the program reads.

`python3 packaging/translations.py` brings every `resources/locale/*/LC_MESSAGES/facesorter.po` up to date with the
sources, says what is not translated, and exits with 1 if anything is not. The build compiles them (`hatch_build.py`).
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "resources" / "locale"


def template(root: Path = ROOT) -> Catalog:
    """Every sentence that the sources mark, untranslated."""
    mappings = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    catalog = Catalog(project="FaceSorter", charset="utf-8")
    for _file, _line, sentence, comments, context in extract_from_dir(
        root,
        [(mapping["pattern"], mapping["method"]) for mapping in mappings],
        keywords=DEFAULT_KEYWORDS,
        comment_tags=["Translators:"],
        strip_comment_tags=True,
    ):
        catalog.add(sentence, auto_comments=comments, context=context)
    return catalog


def sources(locale: Path = LOCALE) -> list[Path]:
    """The files that translators write."""
    return sorted(locale.glob("*/LC_MESSAGES/facesorter.po"))


def read(file: Path) -> Catalog:
    """What a translator has written."""
    with file.open("rb") as source:
        return read_po(source, locale=file.parts[-3])


def update(file: Path, catalog: Catalog) -> Catalog:
    """Write the file anew with the sentences of `catalog`, and with the translations of those it has already."""
    translated = read(file)
    translated.update(catalog, no_fuzzy_matching=True, update_creation_date=False)
    content = BytesIO()
    write_po(content, translated, width=100, no_location=True, sort_output=True, ignore_obsolete=True)
    file.write_bytes(content.getvalue())
    return translated


def compile_all(locale: Path) -> None:
    """Make the `.mo` file beside each `.po` file."""
    for file in sources(locale):
        content = BytesIO()
        write_mo(content, read(file))
        file.with_suffix(".mo").write_bytes(content.getvalue())


def forms(message: Message) -> Sequence[str]:
    """The translation, in each of its plural forms."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ("",))


def untranslated(catalog: Catalog) -> list[str]:
    """The sentences that lack a translation, or whose translation is a guess."""
    return [str(message.id) for message in catalog if message.id and (not all(forms(message)) or message.fuzzy)]


def main() -> int:
    """Bring the files up to date; 1 if something is not translated."""
    catalog = template()
    missing = {file: untranslated(update(file, catalog)) for file in sources()}
    for file, sentences in missing.items():
        for sentence in sentences:
            print(f"{file.parts[-3]}: {sentence}")
    return 1 if any(missing.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
