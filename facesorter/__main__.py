"""`facesorter`: with a command the command line; without one, or with folders, the window."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the program; the exit code."""
    if sys.argv[1:] == ["--decode-pictures"]:  # a frozen program has no other way to start its workers
        from facesorter.images.workers import serve

        serve()
        return 0
    folders = folders_in(sys.argv[1:])
    if len(sys.argv) > 1 and not folders:
        try:
            from facesorter.cli import run
        except KeyboardInterrupt:
            return 130
        return run(sys.argv[1:])
    if sys.platform == "linux" and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))):
        # Qt would end in a crash.
        sys.stderr.write(
            "facesorter: There is no screen for the window. The command line does the same: facesorter --help\n"
        )
        return 3
    from facesorter.ui.shell.app import run_window

    return run_window(folders=folders)


def folders_in(arguments: list[str]) -> list[str]:
    """The folders that the window is to open with, as full paths; none if the arguments are meant for a command.

    A folder in the working folder that is named like a command can be given as `./sort`.
    """
    if not arguments or not all(map(os.path.isdir, arguments)):
        return []
    if os.path.basename(arguments[0]) == arguments[0]:
        from facesorter.cli import is_command

        if is_command(arguments[0]):
            return []
    return [os.path.abspath(argument) for argument in arguments]


if __name__ == "__main__":
    sys.exit(main())
