"""How a finished file gets its final name: in one step, without ever replacing a file that has it."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress

from facesorter.places.disk.exclusive_rename import renamed_to_new
from facesorter.places.disk.os_errors import numbers

_NAME_REFUSED = numbers("EINVAL", "EILSEQ")


class NameRefused(Exception):
    """The file system takes no file of this name."""

    @staticmethod
    def means(error: OSError) -> bool:
        """Whether that is what the system said of a path."""
        return error.errno in _NAME_REFUSED


def publish_new(temporary: str, target: str) -> None:
    """Give the finished file its name. Raises `FileExistsError` if there is such a file, `NameRefused`.

    A link and an unlink where links exist; else a rename that refuses an existing name (FAT, most shares). Where the
    system has none for this file system, the name is claimed with an empty file, which the rename then replaces; one
    that a kill left is cleared away by `FileCopier.adopt` when the program is next started.
    """
    if os.name == "nt":
        with _allowed_name():
            os.rename(temporary, target)
        return
    try:
        os.link(temporary, target)
    except OSError:
        if not renamed_to_new(temporary, target):
            _rename_to_claimed(temporary, target)
    else:
        with suppress(OSError):  # the copy stands; a second name of it does no harm
            os.unlink(temporary)


def _rename_to_claimed(temporary: str, target: str) -> None:
    with _allowed_name():
        os.close(create_new(target, 0o600))
    try:
        os.rename(temporary, target)
    except BaseException:
        os.unlink(target)
        raise


def create_new(path: str, mode: int) -> int:
    """A descriptor of a new, empty file to write to, with these rights. Raises `FileExistsError` and `OSError`."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, mode)


@contextmanager
def _allowed_name() -> Generator[None]:
    try:
        yield
    except OSError as error:
        if NameRefused.means(error):
            raise NameRefused from error
        raise
