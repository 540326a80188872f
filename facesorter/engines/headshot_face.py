"""Which face of a headshot is meant, and the errors where there is none."""

from __future__ import annotations

from collections.abc import Sized

from facesorter.domain.errors import NoFaceInHeadshot
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.models import Portrait


def place_of_face(portrait: Portrait, faces: Sized) -> int:
    """The place of the face that is meant among those that were found in a headshot, largest first.

    The first unless the portrait names another. Raises `NoFaceInHeadshot`.
    """
    index, path = portrait.face_index or 0, portrait.picture.path
    if not len(faces):
        raise NoFaceInHeadshot(
            _("No face was found in the headshot {path}.").format(path=path),
            _("Choose a picture that shows the face from the front."),
        )
    if not 0 <= index < len(faces):
        raise NoFaceInHeadshot(
            ngettext(
                "The headshot {path} has {count} face, so there is no face number {number}.",
                "The headshot {path} has {count} faces, so there is no face number {number}.",
                len(faces),
            ).format(path=path, count=len(faces), number=index + 1),
            _("Choose one of its faces."),
        )
    return index
