"""`facesorter`: with arguments the command line, without any the window."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the program; the exit code."""
    if sys.argv[1:] == ["--decode-pictures"]:  # a frozen program has no other way to start its workers
        from facesorter.images.workers import serve

        serve()
        return 0
    if len(sys.argv) > 1:
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

    return run_window()


if __name__ == "__main__":
    sys.exit(main())
