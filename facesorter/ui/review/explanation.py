"""Why a photo is in its pile, in sentences."""

from __future__ import annotations

from facesorter.domain.matching import CHECK_FROM
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Decision, Pile, Score
from facesorter.ui.shell import words


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
    parts.append(_("The most similar face looks {} like {}.").format(words.percent(score.similarity), name))
    limits = _("Sure begins at {}, Check at {}.").format(
        words.percent(threshold), words.percent(min(CHECK_FROM, threshold))
    )
    parts.append(limits)
    if decision is None and which is Pile.CHECK:
        parts.append(_("That is too close to call without you."))
    return " ".join(parts)
