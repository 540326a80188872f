"""`facesorter`: with a command the command line; without one, or with folders or pictures, the window."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the program; the exit code."""
    try:
        _leave_on_signals()
        return _run()
    except KeyboardInterrupt:  # so early that nobody listens for it yet
        return 130


def _run() -> int:
    _close_gaps()
    if sys.argv[1:] == ["--decode-pictures"]:  # a frozen program has no other way to start its workers
        from facesorter.images.workers import serve

        serve()
        return 0
    if sys.argv[1:] == ["--sample"]:
        from facesorter.ui.sample.window import run_sample

        return run_sample()
    opened = to_open(sys.argv[1:])
    if len(sys.argv) > 1 and not opened:
        _provide_streams()
        from facesorter.cli import run

        return run(sys.argv[1:])
    if sys.platform == "linux" and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))):
        # Qt would end in a crash.
        _provide_streams()
        from facesorter.cli import no_screen

        no_screen()
        return 3
    from facesorter.ui.shell.app import run_window

    return run_window(opened=opened)


def to_open(arguments: list[str]) -> list[str]:
    """Folders and pictures that the window is to open with, as full paths; none if the arguments are for a command.

    A folder in the working folder that is named like a command can be given as `./sort`.
    """
    from facesorter.domain.formats import is_photo

    def opens(path: str) -> bool:
        return os.path.isdir(path) or (is_photo(os.path.basename(path)) and os.path.isfile(path))

    if not arguments or not all(map(opens, arguments)):
        return []
    if os.path.basename(arguments[0]) == arguments[0]:
        from facesorter.cli import is_command

        if is_command(arguments[0]):
            return []
    return [os.path.abspath(argument) for argument in arguments]


def _close_gaps() -> None:
    """Put something harmless where a standard stream is closed: the next file that is opened, the catalog it may be,
    would take its number, and whatever some library prints there would be written into that file."""
    if os.name == "posix":
        while (number := os.open(os.devnull, os.O_RDWR)) < 3:
            os.set_inheritable(number, True)  # noqa: FBT003 - as a standard stream is
        os.close(number)


def _provide_streams() -> None:
    """Lines for a stream that is closed go nowhere, rather than to the other one."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - it stays open to the end


def _leave_on_signals() -> None:
    """Until a command begins there is nothing to lose. An exception would come out of the midst of an import, as
    another one, or not at all."""
    import atexit
    import signal

    atexit.register(_ignore_signals)  # the first to be registered is the last to be called
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda _number, _frame: os._exit(130))


def _ignore_signals() -> None:
    """All is done, and what is left waits for nothing: Python takes itself apart. On the way it hands signals back to
    the system, which would end the program as if it had been cut off."""
    import signal

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
