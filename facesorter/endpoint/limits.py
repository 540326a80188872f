"""What clients may ask of the endpoint's HTTP server."""

from __future__ import annotations

from dataclasses import dataclass, field

from facesorter.endpoint.room import Patience


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may ask of the server; sizes in bytes, times in seconds."""

    workers: int = 32
    """Calls under way at once: enough that calls which only wait (slow ones, S3) do not hold up the others."""
    connections: int = 256
    head_bytes: int = 16 * 1024
    small_bytes: int = 64 * 1024
    """Bodies up to this size are read from anybody, and do not count as room."""
    body_bytes: int = 32 * 1024 * 1024
    """Twice what two of the largest pictures take, so that larger ones are refused in Rekognition's own words."""
    room_bytes: int = 128 * 1024 * 1024
    idle_s: float = 60.0
    head_s: float = 10.0
    body_s: float = 60.0
    answer_s: float = 30.0
    linger_s: float = 2.0
    linger_bytes: int = 16 * 1024 * 1024
    """For how long, and how much of, what a refused client still sends is read and thrown away, so that it reads the
    refusal: any call that a program would make."""
    stop_s: float = 5.0
    patience: Patience = field(default_factory=Patience)


LIMITS = Limits()
