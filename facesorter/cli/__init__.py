"""The command line: arguments in, lines and an exit code out.

Exit codes: 0 done; 1 done, but some photos could not be read; 2 wrong use; 3 could not run.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
from collections.abc import Sequence
from typing import Any

from facesorter import __version__, logs, settings
from facesorter.cli import (
    aws,
    check,
    compare,
    doctor,
    duplicates,
    endpoint,
    forget,
    names,
    people,
    review,
    sort,
    undo,
    why,
)
from facesorter.cli.argparse_words import translate_argparse
from facesorter.cli.interruption import EXIT_CODE, Interruption, leave_at_once
from facesorter.cli.shared_options import shared_options
from facesorter.domain import messages
from facesorter.domain.errors import PhotoError, UserError
from facesorter.domain.messages import gettext as _
from facesorter.domain.narration import shown
from facesorter.paths import AppPaths, resource

log = logging.getLogger(__name__)

UNHEARD = 141
"""The same where whoever read the lines, as `head` does, had enough of them before all was done."""


def run(arguments: Sequence[str]) -> int:
    """Run one command; the exit code."""
    _print_anything()
    _speak(AppPaths.default())
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    paths = AppPaths.default() if options.profile_dir is None else AppPaths(options.profile_dir)
    if options.profile_dir is not None:
        _speak(paths)
    options.interruption = interruption = Interruption()
    try:
        paths.require_plain_files()
        logs.start(paths.log, level=getattr(logging, options.log_level.upper()))
        logs.catch_crashes()
        interruption.listen()
        return options.command(options, paths)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is reported
        # Ctrl+C in the midst of an import, or of what a library calls, may arrive as any exception.
        if interruption.asked_for or isinstance(error, KeyboardInterrupt):
            _complain(_("Stopped. What was done so far is kept; the same command goes on from there."))
            return EXIT_CODE
        return _told(error)
    finally:
        leave_at_once()


def no_screen() -> None:
    """Say that the window has no screen to open on."""
    _print_anything()
    _speak(AppPaths.default())
    _complain(_("There is no screen for the window. The command line does the same: facesorter --help"))


def _told(error: BaseException) -> int:
    """Say what ended a command; the exit code."""
    match error:
        case UserError():
            _complain(error.at_the_terminal)
            return error.exit_code
        case PhotoError():
            _complain(error.reason)
            return 1
        case BrokenPipeError():
            # What is left of the lines goes nowhere, so that Python does not stumble over them once more at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return UNHEARD
        case OSError():
            log.error("The command failed", exc_info=error)
            _complain(
                _("The operating system reported an error: {error}.").format(error=error) + " " + _where_to_read()
            )
            return 3
        case Exception():
            log.error("The command failed", exc_info=error)
            _complain(_("Something went wrong that should not have.") + " " + _where_to_read())
            return 3
        case _:
            raise error


def _where_to_read() -> str:
    report = logs.crash_report()
    if report is None:
        return _("No report of it could be written.")
    return _("A report that you can read and send is in {file}.").format(file=report)


def _speak(paths: AppPaths) -> None:
    """The language of the settings, or else of the system."""
    messages.speak(settings.load(paths.settings, tell=False).languages, resource("locale"))
    translate_argparse()


def _print_anything() -> None:
    """Print each line at once, also into a pipe, and in escapes what the terminal's encoding has no letters for."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace", line_buffering=True)


def _complain(sentence: str) -> None:
    print(f"facesorter: {shown(sentence)}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="facesorter",
        description=_(
            "Find the photos that show a person and copy them into PhotosWith<Name>. "
            "Without a command the window opens; folders and pictures given instead of one are chosen in it."
        ),
    )
    parser.add_argument(
        "--version", action="version", version=f"facesorter {__version__}", help=_("print the version and end")
    )
    _add_commands(parser.add_subparsers(required=True, metavar="COMMAND"), shared_options())
    return parser


def _add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    modules = (sort, people, review, why, names, compare, check, undo, forget, duplicates, endpoint, aws, doctor)
    for module in modules:
        module.add_to(commands, shared)


def is_command(word: str) -> bool:
    """Whether `facesorter WORD` runs a command."""
    commands = argparse.ArgumentParser().add_subparsers()
    _add_commands(commands, argparse.ArgumentParser(add_help=False))
    return word in commands.choices
