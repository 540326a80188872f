"""Why a photo is in its pile, in sentences."""

from __future__ import annotations

from facesorter.domain.figures import percent, percent_range
from facesorter.domain.matching import CHECK_FROM
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Decision, Pile, Score


def explain(name: str, which: Pile, score: Score, decision: Decision | None, threshold: float) -> str:
    """What decided, and what the score alone would have said."""
    said = {
        Decision.YES: _("You said that this is {}.").format(name),
        Decision.NO: _("You said that this is not {}.").format(name),
        Decision.UNSURE: _("You said that you are not sure."),
    }
    parts = [said[decision]] if decision is not None else []
    if score.face_index is None:
        parts.append(_("No face was found in this photo. It may be too small, turned away, covered or blurred."))
        return " ".join(parts)
    parts.append(_("The closest face is {} similar to {}.").format(percent(score.similarity), name))
    parts.append(limits(threshold))
    if decision is None and which is Pile.CHECK:
        parts.append(_("Only you can tell."))
    return " ".join(parts)


def limits(threshold: float) -> str:
    """From which similarity a photo is in which pile."""
    if threshold <= CHECK_FROM:
        return _("{} or more is Sure.").format(percent(threshold))
    return _("{} or more is Sure; {} goes to Check.").format(
        percent(threshold), percent_range(CHECK_FROM, threshold - 1)
    )
