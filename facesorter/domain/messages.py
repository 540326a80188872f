"""The sentences people read, in their language: gettext for the window, the command line, and errors alike.

Every call looks a sentence up at that moment, in the language that `speak` has chosen by then. Modules import what they
need (`from facesorter.domain.messages import gettext as _, ngettext`) under the names that Babel looks for. A sentence
is translated whole: put names and numbers into it with `format`, after the translation.
"""

from __future__ import annotations

import ctypes
import gettext as _gettext
import locale
import os
import sys
from collections.abc import Sequence

DOMAIN = "facesorter"

_spoken: _gettext.NullTranslations = _gettext.NullTranslations()


def speak(languages: Sequence[str] | None, folder: str | os.PathLike[str]) -> None:
    """Translate from now on into the first of `languages` that has a catalog below `folder`, or else not at all.

    `languages` are codes such as `de_AT`, the preferred one first; None means those of the environment (`LANGUAGE`,
    `LC_ALL`, `LC_MESSAGES`, `LANG`), or else of Windows. English needs no catalog: a preferred `en` ends the search.
    """
    global _spoken  # noqa: PLW0603 - the language of a program is one
    wanted = _of_the_system() if languages is None else list(languages)
    english = (place for place, code in enumerate(wanted) if code.split("_")[0].split(".")[0] in ("en", "C", "POSIX"))
    _spoken = _gettext.translation(DOMAIN, os.fspath(folder), wanted[: next(english, len(wanted))], fallback=True)


def _of_the_system() -> list[str]:
    values = (os.environ.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    named = next(filter(None, values), "")
    if sys.platform == "win32" and not named:
        named = locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    return named.split(":")


def language() -> str:
    """The code of the language spoken, as `de`."""
    return _spoken.info().get("language") or "en"


def gettext(sentence: str) -> str:
    """The sentence in the language spoken."""
    return _spoken.gettext(sentence) if sentence else ""  # the catalog keeps notes of its own under ""


def N_(sentence: str) -> str:  # noqa: N802 - the name that Babel knows
    """The sentence as it is, marked for Babel; whoever shows it translates it. For tables, and for what is stored."""
    return sentence


def ngettext(one: str, many: str, count: int) -> str:
    """The form of a sentence that goes with `count`; `format` still has to put the number in."""
    return _spoken.ngettext(one, many, count)


def pgettext(context: str, sentence: str) -> str:
    """The same for a short text that means different things in different places; `context` says which."""
    return _spoken.pgettext(context, sentence)
