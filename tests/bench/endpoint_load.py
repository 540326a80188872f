"""How `facesorter endpoint` bears hostile clients: how long others wait meanwhile, and how much memory it takes.

Each attack runs against a program of its own, over loopback, for some seconds; meanwhile an ordinary client asks for
the list of collections and for the faces of a photo of 1 MB, again and again.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import numpy as np
import skimage.data
from botocore.config import Config
from PIL import Image

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import ImageTypeDef

KEY = {"FACESORTER_ENDPOINT_ACCESS_KEY": "AKIDEXAMPLE", "FACESORTER_ENDPOINT_SECRET": "secret"}
Attack = Callable[[Any, threading.Event], None]


def main() -> None:
    """Print a line an attack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    seconds = parser.parse_args().seconds
    print(f"{'attack':46} {'calls':>6} {'median':>8} {'worst':>8} {'refused':>8} {'memory':>8}")
    for name, attack, environment in (
        ("none", nothing, {}),
        ("32 slow heads, a line each 5 s", slow_heads(32), {}),
        ("200 slow heads, a line each 5 s", slow_heads(200), {}),
        ("32 half-sent bodies of 30 MB", half_sent(32, 30_000_000), {}),
        ("32 half-sent unsigned bodies of 30 MB", half_sent(32, 30_000_000), KEY),
        ("12 bodies of 60 MB, again and again", whole(12, 60_000_000), {}),
        ("12 bodies of 31 MB, again and again", whole(12, 31_000_000), {}),
        ("32 unsigned bodies of 31 MB, again and again", whole(32, 31_000_000), KEY),
    ):
        with endpoint(environment) as (process, address):
            measure(name, attack, process, address, seconds)


@contextlib.contextmanager
def endpoint(environment: dict[str, str]) -> Iterator[tuple[Any, str]]:
    """A running endpoint and its address."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "facesorter", "endpoint", "--profile-dir", folder]
        variables = {**os.environ, **environment}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=variables) as process:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
            process.terminate()


def measure(name: str, attack: Attack, process: Any, address: str, seconds: float) -> None:
    """Run an attack and print what an ordinary client saw of it."""
    client = boto3.client(
        "rekognition", endpoint_url=address, region_name="eu-west-1", aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret", config=Config(retries={"total_max_attempts": 1}, read_timeout=60),
    )  # fmt: skip
    photo = a_photo()
    client.detect_faces(Image={"Bytes": photo})
    end = threading.Event()
    attacker = threading.Thread(target=attack, args=(urlsplit(address), end))
    attacker.start()
    waits: list[float] = []
    refused = 0
    until = time.monotonic() + seconds
    number = 0
    while time.monotonic() < until:
        number += 1
        picture: ImageTypeDef = {"Bytes": photo + bytes(number)}  # never the same, so that it must be looked at
        for call in (client.list_collections, partial(client.detect_faces, Image=picture)):
            began = time.monotonic()
            try:
                call()
            except client.exceptions.ClientError:
                refused += 1
            waits.append(time.monotonic() - began)
    memory = peak_memory(process.pid)
    end.set()
    attacker.join()
    print(
        f"{name:46} {len(waits):6} {np.median(waits):7.3f}s {max(waits):7.3f}s {refused:8} {memory:6.0f}MB", flush=True
    )


def peak_memory(pid: int) -> float:
    """The most memory the process ever had, in megabytes (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def a_photo() -> bytes:
    """A JPEG of about 1 MB with a face."""
    file = io.BytesIO()
    Image.fromarray(skimage.data.astronaut()).resize((2000, 2000)).save(file, "JPEG", quality=97)
    return file.getvalue()


def head(size: int | None) -> bytes:
    """The head of a DetectFaces call that is not signed."""
    length = "" if size is None else f"Content-Length: {size}\r\n"
    return f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Target: RekognitionService.DetectFaces\r\n{length}".encode()


def nothing(address: Any, end: threading.Event) -> None:
    """No attack."""


def slow_heads(number: int) -> Attack:
    """Connections that send a line of their head each 5 seconds, and come again when they are closed."""

    def attack(address: Any, end: threading.Event) -> None:
        connections: list[socket.socket | None] = [None] * number
        while not end.is_set():
            for place in range(number):
                connections[place] = kept_on(connections[place], address, head(None), b"X-Slow: 1\r\n")
            end.wait(5)

    return attack


def half_sent(number: int, size: int) -> Attack:
    """Connections that send half of a body and then a byte now and then, and come again when they are closed."""

    def attack(address: Any, end: threading.Event) -> None:
        connections: list[socket.socket | None] = [None] * number
        while not end.is_set():
            for place in range(number):
                begun = head(size) + b"\r\n" + bytes(size // 2)
                connections[place] = kept_on(connections[place], address, begun, b"x")
            end.wait(0.5)

    return attack


def kept_on(connection: socket.socket | None, address: Any, begun: bytes, more: bytes) -> socket.socket | None:
    """The connection after more was sent, or one that begins anew."""
    try:
        if connection is None:
            connection = socket.create_connection((address.hostname, address.port), timeout=0.2)
            connection.sendall(begun)
        else:
            connection.sendall(more)
    except TimeoutError:
        return connection  # the server does not read on: that is as good as half sent
    except OSError:
        return None
    return connection


def whole(number: int, size: int) -> Attack:
    """Threads that send whole bodies, each again as soon as it was answered."""

    def attack(address: Any, end: threading.Event) -> None:
        def send() -> None:
            while not end.is_set():
                place = (address.hostname, address.port)
                with contextlib.suppress(OSError), socket.create_connection(place, timeout=20) as connection:
                    connection.sendall(head(size) + b"\r\n")
                    for _ in range(size // 1_000_000):
                        connection.sendall(bytes(1_000_000))
                    connection.recv(1000)

        senders = [threading.Thread(target=send) for _ in range(number)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()

    return attack


if __name__ == "__main__":
    main()
