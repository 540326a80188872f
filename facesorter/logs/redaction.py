"""Takes out of a text what no log may hold: keys and tokens, vectors, bytes of pictures.

It looks at the finished line, because nobody can know what an argument, an exception or a library puts into it; a
harmless number too many is lost now and then.
"""

from __future__ import annotations

import re

GONE = "<redacted>"
MOST_CHARACTERS = 20_000

_KEY_ID = re.compile(r"\b(?:AKIA|ASIA|AIDA|AROA)[A-Z0-9]{12,}")
_NAMED_SECRET = re.compile(
    r"((?:secret|token|passw|signature|authorization|credential|api[_-]?key)[\w-]*['\"]?\s*[=:]\s*)['\"]?[^\s'\"&,;]+['\"]?",
    re.IGNORECASE,
)
_BYTES = re.compile(r"""\bb(?:"(?:[^"\\\n]|\\.){8,}"?|'(?:[^'\\\n]|\\.){8,}'?)""")
_NUMBERS = re.compile(
    r"(?:(?:np\.\w+\()?[-+]?(?:\d++(?:\.\d*+)?|\.\d++)(?:e[-+]?\d++)?[\s,;()\[\]]++){12,}", re.IGNORECASE
)
_UNBROKEN = re.compile(r"[A-Za-z0-9+/=_-]{40,}")
_SECRET_KEY_LENGTH = 40


def redacted(text: str) -> str:
    """The text with `<redacted>` in such places, and cut where no reader would get to the end."""
    if len(text) > MOST_CHARACTERS:
        text = re.sub(r"\S*\Z", "...", text[:MOST_CHARACTERS])  # half a secret would not be known for one
    text = _KEY_ID.sub(GONE, text)
    text = _NAMED_SECRET.sub(rf"\1{GONE}", text)
    text = _BYTES.sub(GONE, text)
    text = _NUMBERS.sub(f"{GONE} ", text)
    return _UNBROKEN.sub(_unless_harmless, text)


def _unless_harmless(found: re.Match[str]) -> str:
    """Long runs of letters and digits are base64 or hexadecimal; paths have more slashes than chance gives."""
    text = found.group()
    if text.count("/") > len(text) // 24:
        return text
    is_mixed = any(map(str.isdigit, text)) and any(map(str.isupper, text)) and any(map(str.islower, text))
    return GONE if len(text) > 2 * _SECRET_KEY_LENGTH or (len(text) == _SECRET_KEY_LENGTH and is_mixed) else text
