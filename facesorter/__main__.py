"""`facesorter`: with arguments the command line, without any the window."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the program; the exit code."""
    if len(sys.argv) > 1:
        from facesorter.cli import run

        return run(sys.argv[1:])
    from facesorter.ui.app import run_window

    return run_window()


if __name__ == "__main__":
    sys.exit(main())
