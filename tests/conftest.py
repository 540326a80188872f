"""What all tests share: no screen needed, nothing of the user's own is touched, and where the real photos are."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
signal.signal(signal.SIGINT, signal.default_int_handler)  # else a program that is tested from a script would ignore it

DATA = Path(os.environ.get("FACESORTER_TEST_DATA") or Path(__file__).parents[2] / "shared" / "data")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_PICTURES_DIR"):
        monkeypatch.setenv(name, str(home))


@pytest.fixture(autouse=True)
def _no_s3_through_os_path(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """On Windows `os.path` joins with backslashes: `s3://bucket/folder\\photo.jpg` is another object."""
    seen: list[str] = []

    def watched(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(path: Any = "", *rest: Any, **options: Any) -> Any:
            if isinstance(path, str | bytes) and os.fsencode(path).startswith(b"s3://"):
                caller = sys._getframe(1).f_globals.get("__name__", "")
                if caller.startswith("facesorter"):
                    seen.append(f"{caller}: os.path.{function.__name__}({path!r})")
            return function(path, *rest, **options)

        return call

    for name in ("join", "split", "dirname", "basename", "abspath", "realpath", "relpath", "isdir", "isfile", "exists"):
        monkeypatch.setattr(os.path, name, watched(getattr(os.path, name)))
    yield
    assert not seen, "\n".join(seen)


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real photos; the test is skipped where it is missing."""
    if not DATA.is_dir():
        pytest.skip("The real photos are not here; FACESORTER_TEST_DATA can name their folder.")
    return DATA
