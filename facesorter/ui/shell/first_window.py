"""One window a profile: a second start brings the first window to the front and leaves.

Whether there is a first one is decided by the profile's lock, not here; this is only how the second one calls it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

ANSWER_WITHIN_MS = 1000


def _address(profile: Path) -> str:
    return "facesorter-" + hashlib.sha256(str(profile.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:20]


class FirstWindow(QObject):
    """Listens for later starts; `called` when there was one."""

    called = Signal()

    def __init__(self, profile: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        # Only the holder of the lock comes here, so what lies under this name was left by a crash.
        QLocalServer.removeServer(_address(profile))
        self._server.listen(_address(profile))

    def close(self) -> None:
        """Listen no longer: there is no window to call any more, though the profile may be ours for a while."""
        self._server.close()

    def _answer(self) -> None:
        self._server.nextPendingConnection().disconnectFromServer()
        self.called.emit()


def call_first_window(profile: Path) -> bool:
    """Ask the window that uses this profile to show itself; False if there is none (the command line has it)."""
    socket = QLocalSocket()
    socket.connectToServer(_address(profile))
    return socket.waitForConnected(ANSWER_WITHIN_MS)
