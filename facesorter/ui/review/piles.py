"""What the piles are called in the window, and the color that stands for each."""

from __future__ import annotations

from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Pile
from facesorter.ui.shell.theme import Colors


def name_of(which: Pile) -> str:
    """The name of a pile in the user's language."""
    return {
        Pile.SURE: _("Sure"),
        Pile.CHECK: _("Check"),
        Pile.NOT_THEM: _("Other people"),
        Pile.NO_FACE: _("No face"),
        Pile.PROBLEM: _("Problems"),
    }[which]


def tone_of(which: Pile) -> str:
    """Which of the `Colors` stands for a pile: in its numbers, and around the face that decided."""
    return {Pile.SURE: "good", Pile.CHECK: "warn"}.get(which, "bad")


def color_of(which: Pile, colors: Colors) -> str:
    """That color itself."""
    return getattr(colors, tone_of(which))
