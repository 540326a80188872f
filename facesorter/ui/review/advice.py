"""What is said where a pile is empty: true of the run as it stands, and of use."""

from __future__ import annotations

from collections.abc import Mapping

from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Pile
from facesorter.ui.review.run_state import State


def empty_sentence(which: Pile, counts: Mapping[Pile, int], state: State) -> str:
    """Why nothing is in this pile, and what may help."""
    if state in (State.RUNNING, State.PAUSED, State.STOPPING):
        return _("Nothing here yet.")
    if not sum(counts.values()):
        return _("There are no photos in these folders.") if state is State.FINISHED else _("No photos were searched.")
    return _of_searched(which, counts, complete=state is State.FINISHED)


def _of_searched(which: Pile, counts: Mapping[Pile, int], *, complete: bool) -> str:
    if which is Pile.SURE:
        return _nobody_sure(counts) if complete or counts[Pile.CHECK] else _("No photos are sure so far.")
    if which is Pile.CHECK:
        return _("Nothing to check.") if complete else _("Nothing to check so far.")
    if which is Pile.NOT_THEM:
        return _("No photos show only other people.")
    if which is Pile.NO_FACE:
        if counts[Pile.PROBLEM]:
            return _("Every photo that could be read shows a face.")
        return _("Every photo shows a face.") if complete else _("Every photo searched so far shows a face.")
    return _("No problems: every photo could be read.") if complete else _("No problems so far.")


def _nobody_sure(counts: Mapping[Pile, int]) -> str:
    if counts[Pile.CHECK]:
        return _("No photos are sure. Look through Check, or move the slider toward “looser”.")
    if counts[Pile.NOT_THEM]:
        return _("No photos are sure, and none are left to check. Another headshot may find more.")
    if counts[Pile.NO_FACE]:
        return _("No photos are sure: no faces were found in them.")
    return _("No photos are sure: none of them could be read. See Problems for the reasons.")
