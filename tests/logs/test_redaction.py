"""Redaction: no secret, vector or picture gets through, and ordinary lines stay as they are."""

from __future__ import annotations

import base64
import random
import time

import numpy as np
import pytest

from facesorter.logs.redaction import GONE, MOST_CHARACTERS, redacted

# Made up, in the shape of the real ones.
KEY_ID = "AKIA" + "Q3EGRIDLT5ABCDEF"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = base64.b64encode(random.Random(1).randbytes(300)).decode()
VECTOR = np.random.default_rng(1).normal(size=128).astype(np.float32)
PICTURE = random.Random(2).randbytes(3000)


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        (f"using {KEY_ID} in eu-west-1", KEY_ID),
        (f"signed with {SECRET}", SECRET),
        (f"{{'aws_secret_access_key': '{SECRET}'}}", SECRET),
        ("aws_session_token=short", "short"),
        ("Authorization: AWS4-HMAC-SHA256 Credential=x/y, Signature=abcdef", "abcdef"),
        (f"X-Amz-Security-Token: {TOKEN}", TOKEN[:50]),
        (f"got {TOKEN}", TOKEN[10:60]),
        (f"vector {VECTOR}", f"{VECTOR[1]:.4e}"[:5]),
        (f"vector {VECTOR.tolist()}", str(VECTOR.tolist()[3])),
        (f"vector {list(VECTOR)}", str(VECTOR[5])),
        (f"bytes {VECTOR.tobytes()!r}", repr(VECTOR.tobytes())[10:30]),
        (f"hexadecimal {PICTURE.hex()}", PICTURE.hex()[:60]),
        (f"picture {PICTURE!r}", repr(PICTURE)[5:40]),
        (f"picture {bytearray(PICTURE)!r}", repr(PICTURE)[5:40]),
        (f"picture {list(PICTURE)}", ", ".join(map(str, PICTURE[20:25]))),
        (f"cut off {PICTURE!r}"[:200], repr(PICTURE)[5:40]),
    ],
)
def test_what_no_log_may_hold_is_gone(line: str, secret: str) -> None:
    assert secret in line
    assert secret not in redacted(line)
    assert GONE in redacted(line)
    assert len(redacted(line)) < 150


@pytest.mark.parametrize(
    "line",
    [
        "/home/anna/Pictures/2019-07 Norway/IMG_20190714_101112.jpg: Anna 97 %",
        "/volumes/photos/Anna/summer/holidays/in/the/mountains/with/everybody/else/too/IMG_0001: missing",
        "Anna: 5 photos = 2 copied + 1 already there + 0 to check + 1 without Anna + 1 with no face + 0 problems",
        "2026-11-21 09:08:45,123 INFO facesorter: 12 of 5000 photos, 13.5 photos a second, 365 s left",
        "commit 0123456789abcdef0123456789abcdef01234567",
        "sha256 " + "0123456789abcdef" * 4,
        "bob's photo: b''",
    ],
)
def test_ordinary_lines_stay_as_they_are(line: str) -> None:
    assert redacted(line) == line


def test_a_huge_line_takes_no_time() -> None:
    began = time.monotonic()
    assert len(redacted("1.5 " * 5_000_000 + "x" * 1_000_000)) < MOST_CHARACTERS
    assert len(redacted("\\" * 10_000_000)) < 10
    assert time.monotonic() - began < 5


def test_a_secret_is_not_cut_in_half() -> None:
    line = "word " * (MOST_CHARACTERS // 5 - 4) + SECRET
    assert SECRET[:10] not in redacted(line)
