"""What photos are called where there is little room: the file's name, with folders only where names are equal."""

from __future__ import annotations

import os


class ShortNames:
    """Names of paths that were added; each is the shortest end of its path that no other one has."""

    def __init__(self) -> None:
        self._alone: dict[str, str] = {}
        self._shared: set[str] = set()

    def add(self, path: str) -> None:
        """Take in one more."""
        self._add(path, 1)

    def _add(self, path: str, parts: int) -> None:
        end = _end(path, parts)
        while end in self._shared and end != path:
            parts += 1
            end = _end(path, parts)
        other = self._alone.setdefault(end, path)
        if path not in (other, end):
            self._shared.add(end)
            del self._alone[end]
            self._add(other, parts + 1)
            self._add(path, parts + 1)

    def of(self, path: str) -> str:
        """What a path is called."""
        parts, end = 1, _end(path, 1)
        while end in self._shared and end != path:
            parts += 1
            end = _end(path, parts)
        return end


def _end(path: str, parts: int) -> str:
    """So many parts of the path, from its end."""
    start = len(path)
    for _part in range(parts):
        start = max(path.rfind("/", 0, start), path.rfind(os.sep, 0, start))
        if start < 0:
            return path
    return path[start + 1 :]
