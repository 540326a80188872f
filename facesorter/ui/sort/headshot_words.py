"""What the window says of headshots: good, or what is wrong with them and with which file."""

from __future__ import annotations

from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.ui.shell import words
from facesorter.ui.sort.drafts import Draft
from facesorter.ui.widgets.drops import named
from facesorter.ui.widgets.shot import Shot


def quality_of(shot: Shot) -> tuple[str, str]:
    """A sentence on one picture, and its tone. A group is not called good before somebody has chosen a face."""
    report = shot.report
    if report is None:
        return _("Looking at the picture…"), "dim"
    if report.error or not report.faces:
        return report.error or "", "bad"
    remarks = ", ".join(report.remarks[shot.chosen])
    if remarks:
        return remarks[:1].upper() + remarks[1:], "warn"
    faces = len(report.faces)
    if faces == 1:
        return _("Good picture"), "good"
    if shot.face_index is None:
        return _("The largest of {} faces").format(words.number(faces)), "warn"
    return _("Face {} of {}").format(words.number(shot.chosen + 1), words.number(faces)), "good"


def quality_of_all(draft: Draft) -> tuple[str, str]:
    """What there is to say of a person's pictures, the worst first; files that cannot be used are named."""
    if not draft.shots:
        return _("Drop a picture here"), "dim"
    unusable = [shot for shot in draft.shots if shot.unusable]
    if len(unusable) > 1:
        return _("{} cannot be used").format(named([shot.path for shot in unusable])), "bad"
    if unusable:
        name = words.in_a_sentence(words.file_name(unusable[0].path))
        sentence, tone = quality_of(unusable[0])
        return (_("{}: {}").format(name, sentence), tone) if len(draft.shots) > 1 else (sentence, tone)
    if draft.is_pending:
        return _("Looking at the pictures…") if len(draft.shots) > 1 else _("Looking at the picture…"), "dim"
    if draft.doubtful:
        return _("These pictures may not show the same person"), "warn"
    told = [(words.in_a_sentence(words.file_name(shot.path)), *quality_of(shot)) for shot in draft.shots]
    for name, sentence, tone in told:
        if tone == "warn":
            return (_("{}: {}").format(name, sentence), tone) if len(told) > 1 else (sentence, tone)
    return (told[0][1] if len(told) == 1 else _("Good pictures")), "good"


def how_many(draft: Draft) -> str:
    """As `2 headshots`; without those that cannot be used, unless there are no others."""
    usable = sum(not shot.unusable for shot in draft.shots)
    if not usable:
        unusable = len(draft.shots)
        return ngettext("1 unusable file", "{} unusable files", unusable).format(words.number(unusable))
    return words.headshots(usable)
