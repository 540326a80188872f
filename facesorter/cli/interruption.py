"""What Ctrl+C, or a request to end (SIGTERM), does to a command.

The first one ends the work: what was done is kept, and answers that are paid for are waited for. A second one gives
these up, and a third leaves at once.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

from facesorter.domain.spending import StopSignal

EXIT_CODE = 130
"""The exit code a shell expects after Ctrl+C: 128 and the signal's number."""

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Listens for signals from `listen` on, for one command. `stopped` is set by the first of them."""

    def __init__(self) -> None:
        self.stopped = StopSignal()
        self._times = 0
        self._patient = False

    @property
    def asked_for(self) -> bool:
        """Whether the user has asked for an end."""
        return self._times > 0

    def listen(self) -> None:
        """From now on the first signal raises `KeyboardInterrupt`. A signal that is ignored stays ignored."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._heard)
        sys.unraisablehook = self._unraisable

    @contextmanager
    def waiting(self) -> Generator[None]:
        """Here the first signal only sets `stopped`, for what is done here listens to that, and may end well."""
        self._patient = True
        try:
            yield
        finally:
            self._patient = False

    def exit_code(self, otherwise: int) -> int:
        """The exit code of a command that has come to its end all the same."""
        return EXIT_CODE if self.asked_for else otherwise

    def _heard(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._times += 1
        if self._times == 1:
            self.stopped.set()
            if not self._patient:
                raise KeyboardInterrupt
        elif self._times == 2:
            self.stopped.give_up()
        else:
            os._exit(EXIT_CODE)

    def _unraisable(self, happened: sys.UnraisableHookArgs) -> None:
        """Python drops what is raised in a finalizer or a callback of its own; Ctrl+C there is no less an end."""
        if isinstance(happened.exc_value, KeyboardInterrupt):
            self._times = 0
            signal.raise_signal(signal.SIGINT)
        else:
            sys.__unraisablehook__(happened)


def leave_at_once() -> None:
    """From now on a signal ends the program without another word: nothing was begun, or all is done."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda _number, _frame: os._exit(EXIT_CODE))
