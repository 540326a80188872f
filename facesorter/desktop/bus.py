"""Calls over D-Bus, by which Linux desktops offer their services."""

from __future__ import annotations

from types import TracebackType
from typing import Any, NamedTuple, Self, cast

WITHIN_SECONDS = 5
"""A service may have to be started before it answers."""


class Service(NamedTuple):
    """Where a service is found: `bus` is `SESSION` or `SYSTEM`."""

    name: str
    path: str
    interface: str
    bus: str = "SESSION"


class Connection:
    """An open connection to a bus; what a service does for its caller ends when it is closed.

    Opening it raises `OSError` where there is no such bus.
    """

    def __init__(self, bus: str = "SESSION") -> None:
        from jeepney.io import blocking  # pyright: ignore[reportMissingTypeStubs]

        try:
            self._router: Any = cast("Any", blocking).open_dbus_connection(bus=bus, enable_fds=bus == "SYSTEM")
        except (KeyError, ValueError) as error:  # no address, or one that cannot be used
            raise OSError(f"There is no {bus.lower()} bus: {error}") from None

    def ask(self, service: Service, method: str, signature: str = "", *arguments: Any) -> tuple[Any, ...]:
        """Call a method; what it returns. Raises `OSError` if nobody offers it, or it is refused."""
        import jeepney  # pyright: ignore[reportMissingTypeStubs]

        library = cast("Any", jeepney)
        address = library.DBusAddress(service.path, bus_name=service.name, interface=service.interface)
        message = library.new_method_call(address, method, signature or None, arguments)
        reply = self._router.send_and_get_reply(message, timeout=WITHIN_SECONDS)
        if reply.header.message_type is library.MessageType.error:
            raise OSError(f"{service.name} refused {method}: {' '.join(map(str, reply.body))}")
        return reply.body

    def emit(self, path: str, interface: str, signal: str, signature: str, *arguments: Any) -> None:
        """Tell whoever listens. Raises `OSError`."""
        import jeepney  # pyright: ignore[reportMissingTypeStubs]

        library = cast("Any", jeepney)
        address = library.DBusAddress(path, interface=interface)
        self._router.send(library.new_signal(address, signal, signature, arguments))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._router.close()
