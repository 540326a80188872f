"""A language that puts brackets around every sentence, and what stands outside of them.

As a program, `python -m tests.pseudo ARGUMENTS` is `facesorter ARGUMENTS` in this language.
"""

from __future__ import annotations

import gettext
import sys

from facesorter.domain import messages

OPEN, CLOSE = "⟦", "⟧"


class Bracketed(gettext.NullTranslations):
    """The language."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"{OPEN}{msgid1 if n == 1 else msgid2}{CLOSE}"

    def pgettext(self, context: str, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"


def outside(text: str) -> str:
    """What stands outside of all brackets, with a blank for each that is left out."""
    kept, deep = "", 0
    for letter in text:
        deep += (letter == OPEN) - (letter == CLOSE)
        kept += letter if not deep and letter != CLOSE else " "
    return kept


def _keep(*_ignored: object) -> None:
    """Keep the language."""


def main() -> int:
    """Run the program in this language, whatever the settings and the system say."""
    for name, value in (("_spoken", Bracketed()), ("speak", _keep)):
        setattr(messages, name, value)
    from facesorter.__main__ import main as facesorter

    return facesorter()


if __name__ == "__main__":
    sys.exit(main())
