"""Which of the numbered names of a photo are taken, and by what; each is looked at once, however many there are."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Found(NamedTuple):
    """What lies under a name; `content` is its SHA-256 where that is known without reading, `size` -1 if no file.

    `modified_ns` is when it was changed, where that is known.
    """

    size: int
    content: bytes | None = None
    modified_ns: int = 0


class _Series:
    """The names that go with one name, as far as they were looked at."""

    def __init__(self, paths: Iterator[str]) -> None:
        self.ahead: deque[str] = deque()
        """Names that were free when they were looked at last, and come before those of `paths`."""
        self.paths = paths
        self.contents: dict[bytes, tuple[str, Found]] = {}
        self.unread: dict[int, list[tuple[str, Found]]] = {}
        """Files by size, of which nobody has asked for the content so far."""

    def next(self) -> str:
        return self.ahead.popleft() if self.ahead else next(self.paths)


class TakenNames:
    """For one run: whoever changes files meanwhile gives a copy another number, and nothing is overwritten.

    `look` tells what lies under a path (None: nothing), `read` its SHA-256 (None: it cannot be read). So many names
    `beyond` the first free one are looked at too, since a copy before them may have been taken back.
    """

    def __init__(
        self, look: Callable[[str], Found | None], read: Callable[[str], bytes | None], *, beyond: int
    ) -> None:
        self._look = look
        self._read = read
        self._beyond = beyond
        self._kept: dict[tuple[str, str], _Series] = {}

    def find(
        self,
        name: tuple[str, str],
        paths: Callable[[], Iterator[str]],
        content: bytes,
        size: int,
        accepts: Callable[[str], bool] = lambda _: True,
    ) -> tuple[str, bool]:
        """The path where this content lies already, and True; or the first free path, and False.

        `name` are the folder and the photo's name, `paths` begins the endless list of paths to try for it. Of those
        that are free, `accepts` says whether the path will do.
        """
        series = self._kept.get(name) or _Series(paths())
        for path, found in series.unread.pop(size, ()):
            self._note(series, path, found, self._read(path))
        there = self._still_there(series, content, size)
        if there is not None:
            return there, True
        free: list[str] = []
        accepted: list[str] = []
        while len(accepted) <= self._beyond:
            path = series.next()
            found = self._look(path)
            if found is None:
                free.append(path)
                if accepts(path):
                    accepted.append(path)
                continue
            self._kept[name] = series
            holds = found.content or (self._read(path) if found.size == size else None)
            self._note(series, path, found, holds)
            if holds == content:
                series.ahead.extendleft(reversed(free))
                return path, True
            if holds is None and found.size != size:
                series.unread.setdefault(found.size, []).append((path, found))
        series.ahead.extendleft(reversed(free))
        return accepted[0], False

    def _still_there(self, series: _Series, content: bytes, size: int) -> str | None:
        """Where this content was found before, if it is still so; what was changed since is read again."""
        if content not in series.contents:
            return None
        path, before = series.contents[content]
        found = self._look(path)
        if found is None or found.size != size:
            return None
        if found != before:
            holds = found.content or self._read(path)
            del series.contents[content]
            self._note(series, path, found, holds)
            return path if holds == content else None
        return path

    def _note(self, series: _Series, path: str, found: Found, content: bytes | None) -> None:
        if content:
            series.contents.setdefault(content, (path, found))
