"""One window a profile: a second start brings the first window to the front, hands over what it opens, and leaves.

Whether there is a first one is decided by the profile's lock, not here; this is only how the second one calls it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

ANSWER_WITHIN_MS = 1000
_END = b"\0"
"""What no path holds; it follows each of them."""


def _address(profile: Path) -> str:
    return "facesorter-" + hashlib.sha256(str(profile.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:20]


class FirstWindow(QObject):
    """Listens for later starts; `called` with the folders and pictures that one was given, a list of full paths."""

    called = Signal(object)  # as a list, Qt would lose names that are not UTF-8

    def __init__(self, profile: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._callers: list[QLocalSocket] = []
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
        caller = self._server.nextPendingConnection()
        self._callers.append(caller)
        caller.disconnected.connect(self._listen)
        self._listen()

    def _listen(self) -> None:
        """Take what was said by those who have said everything."""
        for caller in [*self._callers]:
            if caller.state() == QLocalSocket.LocalSocketState.UnconnectedState:
                self._callers.remove(caller)
                paths = bytes(caller.readAll().data()).split(_END)[:-1]
                caller.deleteLater()
                self.called.emit([os.fsdecode(path) for path in paths])


def call_first_window(profile: Path, paths: Sequence[str] = ()) -> bool:
    """Ask the window that uses this profile to show itself and to open these folders and pictures, as full paths.

    False if there is none (the command line has the profile).
    """
    socket = QLocalSocket()
    socket.connectToServer(_address(profile))
    if not socket.waitForConnected(ANSWER_WITHIN_MS):
        return False
    socket.write(b"".join(os.fsencode(path) + _END for path in paths))
    socket.disconnectFromServer()  # after all was written
    if socket.state() != QLocalSocket.LocalSocketState.UnconnectedState:
        socket.waitForDisconnected(ANSWER_WITHIN_MS)
    return True
