"""The words of "Is this Anna, too?": on a group's card, on a person's page, and after an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from facesorter.domain.figures import percent
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.ui.shell import words

if TYPE_CHECKING:
    from facesorter.app.suggestions import Suggestion


def question(asked: Suggestion) -> str:
    """As `Is this Anna, too?`."""
    return _("Is this {name}, too?").format(name=words.in_a_sentence(asked.person.name))


def about(asked: Suggestion) -> str:
    """As `5 photos, 2003\u20132011, 73 % alike`."""
    group = asked.group
    photos = words.photos_taken(group.pictures, group.first, group.last)
    return _("{photos}, {similarity} alike").format(photos=photos, similarity=percent(asked.similarity))


def after(asked: Suggestion, *, agrees: bool) -> str:
    """What an answer has done."""
    if not agrees:
        return _("It is somebody else. FaceSorter will not ask again.")
    count = asked.group.pictures
    sentence = ngettext("{name} is in {count} more photo.", "{name} is in {count} more photos.", count)
    return sentence.format(name=words.in_a_sentence(asked.person.name), count=words.number(count))
