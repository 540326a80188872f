"""What a search for duplicates has found, as Insights shows it: pairs of names, their faces, what was said of them."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from typing import cast

from facesorter.app.duplicates import REPORTS, SEARCH, decisions_in
from facesorter.app.portraits import crop_of
from facesorter.app.profile import Profile
from facesorter.domain.errors import PhotoError
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import FaceKey
from facesorter.domain.places import kind_of, s3_address
from facesorter.duplicates.decisions import Verdict
from facesorter.duplicates.pairs import FaceOfPair, Pair, PairCount, Pairs
from facesorter.duplicates.run import Looked

CSV_HEADING = ("name", "other", "faces", "best", "picture", "other_picture", "decision")


class FoundPairs:
    """The pairs in one folder of reports. Methods may block: the window calls them in jobs."""

    def __init__(self, profile: Profile, out: str) -> None:
        self._profile = profile
        self.out = out
        self._decisions = decisions_in(out)

    @property
    def _pairs(self) -> Pairs:
        """Anew each time: when somebody is forgotten, the file is removed and begun again."""
        return Pairs(self._profile.pairs, os.path.join(self.out, REPORTS))

    def refresh(self) -> Iterator[Looked]:
        """Read the reports that are new or changed."""
        yield from self._pairs.refresh(self._decisions.all())

    @property
    def place(self) -> str:
        """The folder or the place in S3 that was searched; "" if the reports do not say."""
        return _place(self.out)

    def outcomes(self) -> dict[str, int]:
        """How many pictures there are of each kind; see `duplicates.pairs.OUTCOMES`."""
        return self._pairs.outcomes()

    def similarities(self) -> dict[int, int]:
        """How many pairs of faces are alike by each whole percent."""
        return self._pairs.similarities()

    def count(self, at_least: float) -> PairCount:
        """How many pairs of names are alike by at least so much, and of how many something was said."""
        return self._pairs.count(at_least)

    def pairs(self, at_least: float, percent: int | None = None, most: int = 100) -> list[Pair]:
        """The pairs of names that are alike by at least so much, those to decide first.

        With `percent` those of whom two faces are alike by just so much.
        """
        return self._pairs.pairs(at_least, percent, most)

    def decide(self, names: tuple[str, str], verdict: Verdict | None) -> None:
        """Remember what the user said, beside the reports, where the command line reads it, too."""
        self._decisions.decide(*names, verdict)
        self._pairs.decide(names, verdict)

    def path_of(self, face: FaceOfPair) -> str:
        """Where the picture is. Raises `PhotoError` if the reports do not say."""
        place = self.place
        if not kind_of(place).has_folders:
            return s3_address(face.source)
        root, separator, key = face.source.partition("/")
        if not separator or root != os.path.basename(place):
            raise PhotoError(_("It is not known where this picture is. Search its folder once more."))
        return os.path.join(place, *key.split("/")) if os.path.isdir(place) else place

    def crop(self, face: FaceOfPair) -> bytes:
        """Head and shoulders of a face, as a JPEG file. Raises `PhotoError`."""
        return crop_of(self._profile.read(self.path_of(face)), FaceKey(b"", face.box))

    def write_csv(self, path: str, at_least: float) -> None:
        """Write every pair from this similarity on, with what was said of it. Raises `OSError`."""
        with open(path, "w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(CSV_HEADING)
            start = 0
            while chunk := self._pairs.pairs(at_least, most=1000, start=start):
                for pair in chunk:
                    pictures = (one.source for one in pair.pictures)
                    lines.writerow([*pair.names, pair.faces, f"{pair.best:.2f}", *pictures, pair.verdict or ""])
                start += len(chunk)


def _place(out: str) -> str:
    try:
        with open(os.path.join(out, SEARCH), encoding="utf-8") as file:
            said = cast(object, json.load(file))
    except (OSError, ValueError):
        return ""
    place = cast("dict[str, object]", said).get("Place") if isinstance(said, dict) else None
    return place if isinstance(place, str) else ""
