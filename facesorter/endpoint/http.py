"""HTTP/1.1 for the endpoint: requests are read whole on one thread, and only then handed to a pool of workers.

So a sender that dawdles holds a socket and never a worker. Each phase of a request has a deadline, heads and bodies
have limits, bodies share a bounded room (`room`), and a newcomer may take the place of the one that has kept quiet for
longest. The parsing is h11's.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from http import HTTPStatus

import h11

from facesorter.endpoint.application import Application, Reply, Request
from facesorter.endpoint.limits import Limits
from facesorter.endpoint.room import Room, Sender, unavailable
from facesorter.endpoint.wire import ServiceError

_CHUNK_BYTES = 256 * 1024
_ROUNDS_TO_CONNECT = 3
"""Rounds of the loop in which what it has accepted comes to `HttpServer._connected`."""

_LINGER_PAUSE_S = 0.005
"""Between the chunks that are thrown away, so that a flood of them takes little of the processor."""

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Visitor:
    """A connection. `quiet_since` tells since when it has not sent a whole request, or None while one is answered."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    http: h11.Connection
    quiet_since: float | None


class HttpServer:
    """Serves on a socket that listens already. `serve` blocks until `stop`, which any thread may call."""

    def __init__(self, listening: socket.socket, application: Application, limits: Limits) -> None:
        self._listening = listening
        self._application = application
        self._limits = limits
        self._room = Room(limits.room_bytes, limits.patience)
        self._visitors: set[_Visitor] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def serve(self) -> None:
        """Answer until told to stop; calls under way come to their end."""
        asyncio.run(self._serve())

    def stop(self) -> None:
        """Take no more requests."""
        self._stopping.set()
        if self._loop is None:
            self._listening.close()
        else:
            with suppress(RuntimeError):  # it has stopped already
                self._loop.call_soon_threadsafe(self._asked_to_stop.set)

    async def _serve(self) -> None:
        self._asked_to_stop = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        if self._stopping.is_set():
            return
        self._workers = ThreadPoolExecutor(self._limits.workers, "endpoint")
        server = await asyncio.start_server(self._connected, sock=self._listening, limit=_CHUNK_BYTES)
        try:
            await self._asked_to_stop.wait()
        finally:
            self._stopping.set()
            await self._accept_no_more()
            server.close()
            for visitor in self._visitors:
                if visitor.quiet_since is not None:
                    visitor.writer.transport.abort()
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=self._limits.stop_s)
            self._workers.shutdown(wait=True, cancel_futures=True)

    async def _accept_no_more(self) -> None:
        """Let asyncio connect what it has accepted: what is not when its server is closed, it would never close."""
        with suppress(NotImplementedError):  # the loop of Windows
            asyncio.get_running_loop().remove_reader(self._listening)
        for _ in range(_ROUNDS_TO_CONNECT):
            await asyncio.sleep(0)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._stopping.is_set():
            writer.transport.abort()
            return
        task = asyncio.get_running_loop().create_task(self._visited(reader, writer))
        self._tasks.add(task)  # at once, for who stops waits for these
        task.add_done_callback(self._tasks.discard)

    async def _visited(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        http = h11.Connection(h11.SERVER, max_incomplete_event_size=self._limits.head_bytes)
        visitor = _Visitor(reader, writer, http, self._now())
        try:
            await self._converse(visitor)
        except (OSError, TimeoutError, h11.ProtocolError):
            pass  # the client has gone, or does not read what it is answered
        except Exception:  # noqa: BLE001  (a bug fails this connection, not the server)
            _log.exception("A connection failed")
        finally:
            self._visitors.discard(visitor)
            await self._close(writer)

    async def _converse(self, visitor: _Visitor) -> None:
        if not self._has_place():
            return await self._refuse(visitor, unavailable("Too many connections. Try again in a moment."))
        self._visitors.add(visitor)
        try:
            while not self._stopping.is_set() and await self._exchange(visitor):
                visitor.http.start_next_cycle()
        except ServiceError as error:
            await self._refuse(visitor, error)

    def _has_place(self) -> bool:
        """Whether another connection may stay; if need be, the one that has kept quiet for longest goes for it."""
        if len(self._visitors) < self._limits.connections:
            return True
        quiet = [(visitor.quiet_since, id(visitor), visitor) for visitor in self._visitors if visitor.quiet_since]
        if not quiet:
            return False
        _, _, longest = min(quiet)
        self._visitors.discard(longest)
        longest.writer.transport.abort()
        return True

    async def _exchange(self, visitor: _Visitor) -> bool:
        """Read a request and answer it; whether another may follow. Raises `ServiceError` for what is refused."""
        visitor.quiet_since = self._now()
        head = await self._head(visitor)
        if head is None:
            return False
        size = self._declared(head)
        if size <= self._limits.small_bytes:
            return await self._answer(visitor, replace(head, body=await self._body(visitor, None)))
        if not self._application.screen(head):
            await self._answer(visitor, head, unread=True)
            return False
        async with self._room.held(size):
            return await self._answer(visitor, replace(head, body=await self._body(visitor, self._room)))

    async def _head(self, visitor: _Visitor) -> Request | None:
        """The next request, without its body; None if there is none."""
        begun = bool(visitor.http.trailing_data[0])
        try:
            async with asyncio.timeout(self._limits.head_s if begun else self._limits.idle_s) as clock:
                while (event := _next_event(visitor.http)) is h11.NEED_DATA:
                    data = await visitor.reader.read(self._limits.head_bytes)
                    if not begun:
                        begun = True
                        clock.reschedule(self._now() + self._limits.head_s)
                    visitor.http.receive_data(data)
        except TimeoutError:
            if begun:
                raise _timed_out() from None
            return None
        return _request(event) if isinstance(event, h11.Request) else None

    def _declared(self, head: Request) -> int:
        """How large the body is at most. Raises `ServiceError`."""
        length = head.headers.get("content-length")
        if "transfer-encoding" in head.headers:
            if length is not None:
                raise _malformed(400)
            return self._limits.body_bytes
        size = int(length or 0)
        if size > self._limits.body_bytes:
            raise _too_large(self._limits.body_bytes)
        return size

    async def _body(self, visitor: _Visitor, room: Room | None) -> bytes:
        """The body to its end; a large one takes part in what `room` demands of senders."""
        parts: list[bytes] = []
        sender = None
        try:
            async with asyncio.timeout(self._limits.body_s) as clock:
                sender = Sender(clock, self._now())
                with nullcontext() if room is None else room.reading(sender):
                    if visitor.http.they_are_waiting_for_100_continue:
                        visitor.writer.write(
                            visitor.http.send(h11.InformationalResponse(status_code=100, headers=[])) or b""
                        )
                    while not isinstance(event := _next_event(visitor.http), h11.EndOfMessage):
                        if isinstance(event, h11.Data):
                            parts.append(bytes(event.data))
                            sender.hear(len(event.data), self._now())
                            if sender.received > self._limits.body_bytes:
                                raise _too_large(self._limits.body_bytes)
                        else:
                            visitor.http.receive_data(await visitor.reader.read(_CHUNK_BYTES))
        except TimeoutError:
            if sender is not None and sender.evicted:
                raise unavailable("Others wait for the room that this request takes. Try again, and faster.") from None
            raise _timed_out() from None
        return b"".join(parts)

    async def _answer(self, visitor: _Visitor, request: Request, *, unread: bool = False) -> bool:
        """Have a worker answer; whether another request may follow."""
        visitor.quiet_since = None
        reply = await asyncio.get_running_loop().run_in_executor(self._workers, self._application.respond, request)
        await self._send(visitor, reply, unread=unread)
        return visitor.http.our_state is h11.DONE and visitor.http.their_state is h11.DONE

    async def _refuse(self, visitor: _Visitor, error: ServiceError) -> None:
        await self._send(visitor, self._application.refuse(error), unread=True)

    async def _send(self, visitor: _Visitor, reply: Reply, *, unread: bool) -> None:
        """Send the reply. With `unread` the connection ends with it, though the client may have more to say."""
        headers = [*reply.headers, ("Content-Length", str(len(reply.body)))]
        if unread:
            headers.append(("Connection", "close"))
        status = HTTPStatus(reply.status)
        head = h11.Response(status_code=status, headers=headers, reason=status.phrase.encode())
        for event in (head, h11.Data(data=reply.body), h11.EndOfMessage()):
            visitor.writer.write(visitor.http.send(event) or b"")
        async with asyncio.timeout(self._limits.answer_s):
            await visitor.writer.drain()
        if unread:
            await self._linger(visitor)

    async def _linger(self, visitor: _Visitor) -> None:
        """Throw away what still comes: a connection that is closed over unread bytes takes the reply back."""
        visitor.quiet_since = self._now()
        with suppress(OSError, TimeoutError):
            visitor.writer.write_eof()
            async with asyncio.timeout(self._limits.linger_s):
                for _ in range(self._limits.linger_bytes // _CHUNK_BYTES):
                    if not await visitor.reader.read(_CHUNK_BYTES):
                        return
                    await asyncio.sleep(_LINGER_PAUSE_S)

    async def _close(self, writer: asyncio.StreamWriter) -> None:
        writer.close()
        try:
            async with asyncio.timeout(self._limits.linger_s):
                await writer.wait_closed()
        except (OSError, TimeoutError):
            writer.transport.abort()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _next_event(http: h11.Connection) -> object:
    """What h11 makes of the bytes so far. Raises `ServiceError` if they are no HTTP."""
    try:
        return http.next_event()
    except h11.RemoteProtocolError as error:
        raise _malformed(error.error_status_hint) from None


def _request(event: h11.Request) -> Request:
    headers: dict[str, str] = {}
    for raw_name, raw_value in event.headers:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return Request(event.method.decode(), event.target.decode("latin-1"), headers)


def _malformed(status: int) -> ServiceError:
    return ServiceError("SerializationException", "The request is not well-formed HTTP", status)


def _timed_out() -> ServiceError:
    return ServiceError("RequestTimeoutException", "The request did not arrive in time", 408)


def _too_large(most: int) -> ServiceError:
    return ServiceError("RequestEntityTooLargeException", f"HTTP content length exceeded {most} bytes", 413)
