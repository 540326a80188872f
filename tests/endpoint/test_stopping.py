"""A server that is stopped lets go of every connection, whatever stage it had come to."""

from __future__ import annotations

import gc
import socket
import threading
import warnings
from unittest.mock import Mock

from facesorter.endpoint.application import Application
from facesorter.endpoint.http import HttpServer
from facesorter.endpoint.limits import LIMITS


def test_a_server_that_stops_leaves_no_connection_open() -> None:
    """Some come while it stops: accepted by the system, or just by the server, but not attended to yet."""
    unasked = Application(screen=Mock(), respond=Mock(), refuse=Mock())
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for _ in range(60):
            listening = socket.create_server(("127.0.0.1", 0))
            server = HttpServer(listening, unasked, LIMITS)
            serving = threading.Thread(target=server.serve)
            serving.start()
            clients = [socket.create_connection(listening.getsockname()) for _ in range(8)]
            server.stop()
            serving.join(20)
            assert not serving.is_alive()
            for one in clients:
                one.close()
        gc.collect()
    assert [str(one.message) for one in told if one.category is ResourceWarning] == []
