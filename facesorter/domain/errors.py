"""Errors that a user can cause or cure; anything else that is raised is a bug.

Each says in a sentence what happened and in another what to do. A photo's failure is `PhotoError` and becomes an
event while the run goes on; the others end (or pause) the job.
"""

from __future__ import annotations

from facesorter.domain.messages import gettext as _


class UserError(Exception):
    """Something the user can understand and cure. `exit_code` is the command line's: 2 wrong use, 3 could not run.

    Where the command line has another way out than the window, `on_command_line` says it instead of `what_to_do`:
    options of the command line mean nothing in a window.
    """

    exit_code = 3

    def __init__(self, what_happened: str, what_to_do: str = "", on_command_line: str = "") -> None:
        super().__init__(f"{what_happened} {what_to_do}".strip())
        self.at_the_terminal = f"{what_happened} {on_command_line or what_to_do}".strip()
        self.what_happened = what_happened
        self.what_to_do = what_to_do


class WrongUse(UserError):
    """The request itself cannot be met: a name, a headshot or a folder that will not do."""

    exit_code = 2


class NoFaceInHeadshot(WrongUse):
    """The headshot shows no face that could be compared."""


class EngineUnavailable(UserError):
    """The face engine cannot work: a model is missing or altered, or an account is refused."""


class Stopped(EngineUnavailable):
    """The work was stopped; `under_way` says that a paid call was given up without its answer."""

    def __init__(self, *, under_way: bool) -> None:
        super().__init__(_("The run was stopped."), _("Start again: it goes on where it was."))
        self.under_way = under_way


class BudgetReached(UserError):
    """The next call would cost more than the user allowed; what was paid for is kept."""


class StorageUnavailable(UserError):
    """A folder or the catalog cannot be read or written; the job cannot go on."""


class SourceUnavailable(StorageUnavailable):
    """A folder of photos went out of reach while it was needed: a drive or a share that dropped out."""


class DiskFull(StorageUnavailable):
    """The destination has no room left; nothing half-copied was kept, and the run can go on once there is room."""


class PhotoError(Exception):
    """One photo cannot be handled. `reason` is a sentence for the user, in their language.

    `lasting` is true when the bytes themselves are at fault, so that asking again of the same bytes is of no use. Such
    a sentence is stored as it is written, `sentence`, and translated when it is shown: mark it with `N_`.
    """

    def __init__(self, sentence: str, *, lasting: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.lasting = lasting

    @property
    def reason(self) -> str:
        return _(self.sentence)

    def __str__(self) -> str:
        return self.reason


class NoCallLeft(PhotoError):
    """Another call for this photo would go beyond the price that was told."""

    def __init__(self) -> None:
        super().__init__(
            _("Looking at it again would cost more than the price that was told; the next run will do it.")
        )


class PhotoChanged(PhotoError):
    """A photo no longer holds the bytes that were looked at, though its size and time may say so."""

    def __init__(self) -> None:
        super().__init__(_("It changed since it was looked at; the next run will look at it anew."))
