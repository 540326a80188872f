"""Prints what is new in this version, for those who read a release: the top section of the changelog."""

from __future__ import annotations

import sys

import facts


def notes() -> str:
    """Markdown. Raises `LookupError` if the changelog's top section is another version's."""
    newest = facts.releases()[0]
    if newest.version != facts.version():
        raise LookupError(f"The changelog begins with {newest.version}, the program is {facts.version()}.")
    lines = [*(f"- {change}" for change in newest.changes), "", "Check what you download against `SHA256SUMS`."]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(notes() + "\n")
