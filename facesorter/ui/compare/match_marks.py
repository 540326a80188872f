"""Boxes the faces of a picture that was compared: green from the threshold on, red below."""

from __future__ import annotations

from facesorter.domain.figures import percent
from facesorter.domain.messages import gettext as _
from facesorter.ui.compare.compared_faces import FaceKey, FacesModel
from facesorter.ui.widgets.picture_with_faces import Mark


def match_marks(faces: FacesModel, key: FaceKey) -> list[Mark]:
    """The marks of the picture that the chosen face (`key`) is in; that face stands out."""
    comparison, numbers = faces.comparison(key), faces.numbers(key)
    marks: list[Mark] = []
    for place, match in enumerate(comparison.matches):
        matches = match.similarity >= faces.threshold
        likeness = percent(match.similarity)
        number = f"{numbers[place]} · " if len(numbers) > 1 else ""
        spoken = _("face {}, {}, matches") if matches else _("face {}, {}, does not match")
        marks.append(
            Mark(
                match.face.box,
                "good" if matches else "bad",
                number + likeness,
                strong=place == key.match,
                spoken=spoken.format(numbers[place], likeness),
            )
        )
    return marks + [Mark(face.box, "bad") for face in comparison.unmatched]
