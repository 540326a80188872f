"""The versions of the engines, by which their analyses are told apart; nothing here loads an engine."""

from __future__ import annotations

LOCAL = 4
"""Raised whenever a picture may give other faces or vectors than before, so that stored analyses are not used."""

REKOGNITION = 1
"""Raised whenever the same photo may be sent in another form, so that stored analyses are asked for anew."""

_NEWEST = {"local": LOCAL, "rekognition": REKOGNITION}


def is_superseded(query: str) -> bool:
    """Whether an analysis under this query, or groups of an engine of this name, are of a version that is gone.

    Other networks of the newest version are not superseded: the user may choose them again.
    """
    family, _, rest = query.partition("-")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return family in _NEWEST and digits.isascii() and digits != "" and int(digits) < _NEWEST[family]
