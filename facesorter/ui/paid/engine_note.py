"""Where the faces are compared, in the two lines of the sidebar."""

from __future__ import annotations

from facesorter.domain.messages import gettext as _
from facesorter.ui.paid.engine_choice import EngineChoice


def engine_note(choice: EngineChoice, *, refused: bool) -> str:
    """Photos are only said to be sent where that can happen: after the user's consent, and not while AWS refuses."""
    if not choice.sends:
        return _("On this computer\nNothing is uploaded")
    if choice.held:
        return _("Amazon Rekognition\nPhotos are sent there")
    if not choice.consent:
        return _("Amazon Rekognition\nNothing is sent until you agree")
    if refused:
        return _("Amazon Rekognition\nNot available; nothing is sent")
    return _("Amazon Rekognition\nPhotos are sent there")
