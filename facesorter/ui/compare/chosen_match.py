"""The face of a comparison that is being looked at, boxed in the picture it is in."""

from __future__ import annotations

from typing import Any

from facesorter.domain.wire import compare_faces_answer
from facesorter.ui.compare.compared_cards import TargetCard
from facesorter.ui.compare.compared_faces import FaceKey, FacesModel
from facesorter.ui.compare.match_marks import match_marks


class ChosenMatch:
    """`key` says which of `faces` it is; None while none is chosen."""

    def __init__(self, faces: FacesModel, target: TargetCard) -> None:
        self.key: FaceKey | None = None
        self._faces = faces
        self._target = target

    def choose(self, row: int) -> None:
        """Look at the face in this row of the model; its picture is loaded if another one is shown."""
        self.key = self._faces.key(row)
        path = self._faces.path(row)
        if path == self._target.shown:
            self.mark()
        else:
            self._target.show_path(path)

    def mark(self) -> None:
        """Box the faces of the picture: green from the threshold on, red below."""
        if self.key is not None and self._target.loaded is not None:
            self._target.picture.mark(match_marks(self._faces, self.key))

    def clear_picture(self) -> None:
        """Take away the boxes; of a folder, the picture too."""
        self._target.picture.mark(())
        if self._target.is_folder:
            self._target.show_path("")

    def answer(self) -> dict[str, Any] | None:
        """What CompareFaces would answer about the picture the face is in, at the model's threshold."""
        if self.key is None:
            return None
        return compare_faces_answer(self._faces.comparison(self.key).at_least(self._faces.threshold))
