"""What the endpoint has seen of pictures, kept beside the collections so that a second look costs nothing."""

from __future__ import annotations

import threading

from facesorter.storage.database import Database

MOST_BYTES = 200_000_000
"""Room for the faces of some 100,000 pictures; what came first goes first."""

_COMMIT_EVERY = 64
_CLEARED_AT_ONCE = 0.1


class Memory:
    """What engines said of pictures, by the pictures' SHA-256. Any thread may call. What was kept last may be lost by a
    kill: it can be had again."""

    def __init__(self, database: Database, most_bytes: int = MOST_BYTES) -> None:
        self._database = database
        self._most = most_bytes
        self._lock = threading.Lock()
        self._waiting = 0
        with database.reading() as connection:
            (self._bytes,) = connection.execute("SELECT coalesce(sum(length(content)), 0) FROM seen").fetchone()

    @property
    def bytes(self) -> int:
        """How much is kept."""
        return self._bytes

    def get(self, digest: bytes, kind: str) -> bytes | None:
        """What was kept of this kind for the picture."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT content FROM seen WHERE digest = ? AND kind = ?", (digest, kind)
            ).fetchone()
        return row and row[0]

    def keep(self, digest: bytes, kind: str, content: bytes) -> None:
        """Remember this of the picture; the oldest is forgotten for it if need be."""
        with self._lock:
            with self._database.writing() as connection:
                added = connection.execute(
                    "INSERT INTO seen (digest, kind, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    (digest, kind, content),
                ).rowcount
                self._bytes += len(content) * added
                while self._bytes > self._most:
                    self._clear_oldest()
            self._waiting += 1
            if self._waiting >= _COMMIT_EVERY:
                self._database.commit()
                self._waiting = 0

    def _clear_oldest(self) -> None:
        with self._database.writing() as connection:
            (rows,) = connection.execute("SELECT count(*) FROM seen").fetchone()
            oldest = connection.execute(
                "SELECT id, length(content) FROM seen ORDER BY id LIMIT ?", (max(1, int(rows * _CLEARED_AT_ONCE)),)
            ).fetchall()
            connection.execute("DELETE FROM seen WHERE id <= ?", (oldest[-1][0],))
        self._bytes -= sum(size for _, size in oldest)
