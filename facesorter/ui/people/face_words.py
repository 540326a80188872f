"""What is said of a face that a person is known by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.ui.shell import words

if TYPE_CHECKING:
    from facesorter.app.references import KnownFace


def in_words(face: KnownFace) -> tuple[str, str, str]:
    """Of which age or year a face is, how good it is, and the tone of that."""
    if face.age is not None:
        when = ngettext("{} year", "{} years", face.age).format(words.number(face.age))
        when = when if face.age else _("under a year")
    else:
        when = str(face.taken_at.year) if face.taken_at is not None else _("no date")
    if not face.remarks:
        return when, _("good"), "good"
    return when, ", ".join(face.remarks), "warn"
