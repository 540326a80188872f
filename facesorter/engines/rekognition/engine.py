"""The face engine that asks Amazon Rekognition, in the user's own account.

Its query is one headshot, and its answer all that CompareFaces says of a photo at threshold 0: whatever is decided
later, by another threshold or another eye, costs no further call. Faces of headshots are found on this computer, so
that nothing is uploaded before the user has agreed to it.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlsplit

from facesorter.domain.errors import EngineUnavailable, NoFaceInHeadshot
from facesorter.domain.loaded_photos import ScoredAnew
from facesorter.domain.matching import DEFAULT_THRESHOLD, Highest, highest
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import (
    Comparison,
    EncodedPicture,
    Face,
    Landmarks,
    Match,
    Portrait,
    Reference,
)
from facesorter.domain.ports import Analyses, Example, FaceEngine
from facesorter.domain.wire import compared_face, face_from
from facesorter.engines import versions
from facesorter.engines.headshot_face import place_of_face
from facesorter.engines.rekognition.calls import NoFaces, RekognitionCalls
from facesorter.engines.rekognition.codec import ScoredFace, merged, pack, pack_film, similarities, unpack
from facesorter.engines.rekognition.crowds import CrowdComparison
from facesorter.engines.rekognition.uploads import (
    WHOLE,
    CoveredFaces,
    Upload,
    cut,
    head_and_shoulders,
    upload,
)
from facesorter.images import decode


class RekognitionEngine:
    """Implements `FaceEngine`; asks about pictures in S3 where they lie. `stop` is for good: one engine, one run."""

    def __init__(self, calls: RekognitionCalls, finder: FaceEngine) -> None:
        self.calls = calls
        self._finder = finder
        self._name = f"rekognition-{versions.REKOGNITION}{_elsewhere(calls.client.meta.endpoint_url)}"
        self.headshots: dict[str, bytes] = {}
        self._usable: set[str] = set()
        self._checking = threading.Lock()
        # Pictures are prepared on as many threads as there are cores, and not more: each takes some 100 MB.
        self.preparing = threading.BoundedSemaphore(os.cpu_count() or 1)
        self._prepared = threading.local()

    @property
    def name(self) -> str:
        return self._name

    @property
    def paid(self) -> bool:
        return True

    def stop(self) -> None:
        """End what waits and what is under way; nothing more is asked."""
        self.calls.stop()

    def faces(self, picture: EncodedPicture) -> tuple[Face, ...]:
        """Every face of the picture, largest first, as found on this computer. Raises `PhotoError`."""
        return self._finder.faces(picture)

    def face_details(self, picture: EncodedPicture) -> list[dict[str, Any]]:
        """All that DetectFaces says of each face, in its own words; one call. Raises `PhotoError`, `UserError`."""
        sent = self._upload(picture)
        answer = self.calls.call("detect_faces", "FaceDetails", Image={"Bytes": sent.data}, Attributes=["ALL"])
        details: list[dict[str, Any]] = answer["FaceDetails"]
        return [_moved(detail, sent) for detail in details]

    def enrol(self, name: str, portraits: Sequence[Portrait]) -> Reference:
        """What is needed to find the person of these headshots, without a call. Raises `NoFaceInHeadshot`."""
        chosen = [self.headshot(portrait) for portrait in portraits]
        return Reference(name, chosen[0][0], tuple(query for _, query in chosen))

    def queries(self, people: Sequence[Reference]) -> tuple[str, ...]:
        """One a headshot: each costs a call a photo."""
        return tuple(dict.fromkeys(query for person in people for query in _questions(person)))

    def analyze(self, query: str, picture: EncodedPicture) -> bytes:
        """The faces and their similarities. Raises `PhotoError`, `EngineUnavailable`, `BudgetReached`."""
        sent = self._upload(picture)
        doubtful = query not in self._usable and bool(self._finder.faces(picture))
        with self._alone_until_usable(query) if doubtful else nullcontext():
            try:
                scored = self._compare(query, sent)
            except NoFaces:
                if doubtful:  # one of the two finders is mistaken
                    self._require_usable(query)
                scored = []
        return pack(self._crowd(query).with_the_rest(scored, lambda: picture))

    @property
    def looker(self) -> FaceEngine:
        """The engine on this computer, which looks through films and chooses what is worth sending."""
        return self._finder

    def of_film(self, frames: Sequence[tuple[float, bytes]]) -> bytes:
        """All faces of these frames with their similarities."""
        return pack_film(
            [
                ScoredFace(replace(face, seconds=seconds), similarity)
                for seconds, analysis in frames
                for face, similarity in unpack(analysis)
            ]
        )

    def faces_in(self, analyses: Analyses) -> tuple[Face, ...]:
        """The faces that the answers tell of, together."""
        return tuple(face for face, _ in merged(analyses))

    def similarities(self, people: Sequence[Reference], photos: Sequence[Analyses]) -> list[list[list[float]]]:
        """0-100 for each photo, each of its faces, each person: the best of the person's headshots."""
        places = {query: place for place, query in enumerate(self.queries(people))}
        if len(places) == 1:
            return [[[score] * len(people) for score in similarities(analyses[0])] for analyses in photos]
        columns = [[places[query] for query in _questions(person)] for person in people]
        return [
            [[max(scores[place] for place in places) for places in columns] for _, scores in merged(analyses)]
            for analyses in photos
        ]

    def highest(self, people: Sequence[Reference], photos: Sequence[Analyses]) -> list[Highest]:
        """For each person, the most similar face of each photo."""
        return highest(self.similarities(people, photos), len(people))

    def load(self, photos: Sequence[Analyses]) -> ScoredAnew:
        """Similarities are stored as they are: nothing is faster than to read them again."""
        return ScoredAnew(self, photos)

    @property
    def packing(self) -> None:
        """Each person has analyses of their own."""

    def grow(self, person: Reference, examples: Sequence[Example]) -> Reference:  # noqa: ARG002
        """The reference as it was: each further headshot would cost a further call a photo."""
        return person

    def set_apart(
        self,
        person: Reference,
        others: Sequence[Example],  # noqa: ARG002
        sure_from: float = DEFAULT_THRESHOLD,  # noqa: ARG002
    ) -> Reference:
        """The reference as it was, for the same reason."""
        return person

    def compare(self, source: Portrait, target: EncodedPicture) -> Comparison:
        """Every face of `target` with its similarity to the source face; one call, more in a crowd."""
        face, query = self.headshot(source)
        matches = (Match(found, scores[0]) for found, scores in merged([self.analyze(query, target)]))
        return Comparison(face, tuple(sorted(matches, key=lambda match: -match.similarity)))

    def analyze_stored(self, query: str, bucket: str, key: str, read: Callable[[], EncodedPicture]) -> bytes:
        """The same of a JPEG or PNG in S3 in the service's region, which is read only if it shows a crowd.

        Raises as `analyze` does; `OutOfReach` also if the service cannot get at the object.
        """
        with self._alone_until_usable(query):
            try:
                found = self.answer(query, {"S3Object": {"Bucket": bucket, "Name": key}})
            except NoFaces:
                self._require_usable(query)
                found = []
        return pack(self._crowd(query).with_the_rest([ScoredFace(*one) for one in found], read))

    def headshot(self, portrait: Portrait) -> tuple[Face, str]:
        """The face that is meant and the query that is asked with it; CompareFaces takes the largest face only."""
        faces = self._finder.faces(portrait.picture)
        index = place_of_face(portrait, faces)
        if len(faces) == 1:
            data = upload(portrait.picture).data
        else:
            covered = CoveredFaces(decode(portrait.picture.data).pixels, faces)
            data = cut(covered.but(index), head_and_shoulders(faces[index].box)).data
        query = f"{self._name}/{hashlib.sha256(data).hexdigest()[:32]}"
        self.headshots[query] = data
        return faces[index], query

    def _upload(self, picture: EncodedPicture) -> Upload:
        """The picture ready to be sent; kept for the next query about the same picture on this thread."""
        if getattr(self._prepared, "data", None) is not picture.data:
            with self.preparing:
                self._prepared.upload = upload(picture)
            self._prepared.data = picture.data
        return cast("Upload", self._prepared.upload)

    def _crowd(self, query: str) -> CrowdComparison:
        return CrowdComparison(self.calls, lambda part: self._compare(query, part, spare=True))

    def _compare(self, query: str, sent: Upload, *, spare: bool = False) -> list[ScoredFace]:
        """One call; the faces where they are in the original."""
        return [
            ScoredFace(_face_moved(face, sent), similarity)
            for face, similarity in self.answer(query, {"Bytes": sent.data}, spare=spare)
        ]

    def answer(self, query: str, target: Mapping[str, Any], *, spare: bool = False) -> list[tuple[Face, float]]:
        """The faces of an `Image` and their similarities; one call. Raises `NoFaces`, and as `analyze` does."""
        answer = self._call(query, target, spare=spare)
        self._usable.add(query)
        try:
            matches = [(face_from(match["Face"]), match["Similarity"]) for match in answer["FaceMatches"]]
            return matches + [(face_from(face), 0.0) for face in answer.get("UnmatchedFaces", ())]
        except (KeyError, TypeError) as error:
            raise EngineUnavailable(
                _("The answer of the service at {endpoint_url} lacks {error}.").format(
                    endpoint_url=self.calls.client.meta.endpoint_url, error=error
                ),
                _("Check the address it is called at."),
            ) from error

    def _call(self, query: str, target: Mapping[str, Any], *, spare: bool = False) -> dict[str, Any]:
        return self.calls.call(
            "compare_faces",
            "FaceMatches",
            spare=spare,
            SourceImage={"Bytes": self.headshots[query]},
            TargetImage=target,
            SimilarityThreshold=0.0,
            QualityFilter="NONE",
        )

    @contextmanager
    def _alone_until_usable(self, query: str) -> Generator[None]:
        """Ask alone while "no face" may mean the headshot: many such answers would be paid for, and one can be used.

        Should the cap be reached before the headshot is known to be usable, only that one is lost.
        """
        if query not in self._usable:
            with self._checking:
                if query not in self._usable:
                    yield
                    return
        yield

    def _require_usable(self, query: str) -> None:
        """Make sure, by one call a headshot, that it was not the headshot in which the service found no face.

        The service answers both with the same error, and "no face" must not be said of every photo of an album.
        """
        if query in self._usable:
            return
        try:
            self._call(query, {"Bytes": self.headshots[query]}, spare=True)
        except NoFaces:
            raise NoFaceInHeadshot(
                _("Amazon Rekognition finds no face in the headshot."), _("Choose one that shows it from the front.")
            ) from None
        self._usable.add(query)


def _questions(person: Reference) -> tuple[str, ...]:
    return cast("tuple[str, ...]", person.payload)


def _elsewhere(endpoint_url: str) -> str:
    """Part of the name where the service is not Amazon's, so that a test's answers never pass for Amazon's."""
    host = urlsplit(endpoint_url).hostname or ""
    return "" if host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws")) else f"@{host}"


def _face_moved(face: Face, sent: Upload) -> Face:
    if sent.window == WHOLE:
        return face
    marks = Landmarks(*(sent.point(point) for point in face.landmarks))
    return replace(face, box=sent.box(face.box), landmarks=marks)


def _moved(detail: dict[str, Any], sent: Upload) -> dict[str, Any]:
    """A `FaceDetail` with its box and all its landmarks, also those beyond the five, where they are in the original."""
    if sent.window == WHOLE:
        return detail
    window = sent.window
    return detail | {
        "BoundingBox": compared_face(_face_moved(face_from(detail), sent))["BoundingBox"],
        "Landmarks": [
            mark | {"X": window.left + mark["X"] * window.width, "Y": window.top + mark["Y"] * window.height}
            for mark in detail["Landmarks"]
        ],
    }
