"""The face engine that works on this computer: YuNet finds faces, SFace makes vectors of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from facesorter.domain.errors import EngineUnavailable, PhotoError
from facesorter.domain.matching import DEFAULT_THRESHOLD, Highest
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import (
    Comparison,
    EncodedPicture,
    Face,
    Match,
    Portrait,
    Reference,
)
from facesorter.domain.ports import Analyses, Example
from facesorter.domain.wire import face_detail
from facesorter.engines import versions
from facesorter.engines.headshot_face import place_of_face
from facesorter.engines.local import codec as packed
from facesorter.engines.local.appearance import AppearanceEstimator
from facesorter.engines.local.cache import Cache
from facesorter.engines.local.calibrate import calibration_of
from facesorter.engines.local.detect import Detector
from facesorter.engines.local.face_packs import FacePacks
from facesorter.engines.local.film_faces import of_film
from facesorter.engines.local.loaded_faces import LoadedFaces
from facesorter.engines.local.models import FACE_SIDE, Floats, Pixels, load_networks
from facesorter.engines.local.recognize import Recognizer
from facesorter.engines.local.references import KnownFaces, Times, known_faces, mirrored_mean
from facesorter.engines.local.search import FIRST_LOOK, find_faces
from facesorter.engines.local.seen_faces import SeenFaces
from facesorter.images import decode, taken_at

PATTERN_VECTOR = (0.0142, 0.0406, -0.0905, 0.0434, 0.0500, 0.0305)
"""How SFace's vector of the self-test's pattern begins, to four digits, as the shipped network makes it."""

CHOSEN = 16
"""Pictures the user chose whose faces are kept at hand: a headshot is looked at when it is chosen, then enrolled alone,
then with the person's others."""


class LocalEngine:
    """Implements `FaceEngine` without a network; nothing leaves the computer.

    `models_folder` names a folder of the user's own networks (see `load_networks`). Raises `EngineUnavailable`.
    """

    def __init__(self, models_folder: str | Path | None = None) -> None:
        networks = load_networks(Path(models_folder) if models_folder else None)
        self._detector = Detector(networks.detector)
        self._recognizer = Recognizer(networks.recognizer)
        self._calibration = calibration_of(networks.recognizer)
        self._appearance = AppearanceEstimator()
        self._name = f"local-{versions.LOCAL}-{networks.name}"
        self._looks = Cache[SeenFaces](CHOSEN)
        self._vectors = Cache[Floats](CHOSEN)

    @property
    def name(self) -> str:
        return self._name

    @property
    def paid(self) -> bool:
        return False

    @property
    def scale(self) -> tuple[float, float]:
        """The cosines of cleared vectors that strangers reach once in 1,000 and once in 100,000 pairs."""
        return self._calibration.check, self._calibration.sure

    @property
    def dimensions(self) -> int:
        """The length of a face's vector."""
        return self._recognizer.dimensions

    def cleared(self, vectors: Floats) -> Floats:
        """Stored vectors, (faces, dimensions), as they are compared: see `Calibration.cleared`."""
        return self._calibration.cleared(vectors)

    def similarity_of(self, cosine: float) -> float:
        """The similarity (0-100) that two cleared vectors with this cosine have."""
        return float(self._calibration.similarity(np.array([cosine], np.float32))[0])

    def faces(self, picture: EncodedPicture) -> tuple[Face, ...]:
        """Every face of the picture, largest first. Raises `PhotoError` if it cannot be decoded."""
        return self._looks.get(_content(picture), lambda: self._see(picture)).faces

    def enrol(self, name: str, portraits: Sequence[Portrait]) -> Reference:
        """What is needed to find the person of these headshots. Raises `NoFaceInHeadshot`."""
        chosen = [self._chosen(portrait) for portrait in portraits]
        vectors = np.stack([vector for _, vector in chosen])
        taken = [_year_of(portrait.picture) for portrait in portraits]
        times = Times(self._calibration.ages(vectors), np.array([np.nan if one is None else one for one in taken]))
        return Reference(name, chosen[0][0], KnownFaces.of(self._calibration.cleared(vectors), times))

    def queries(self, people: Sequence[Reference]) -> tuple[str, ...]:  # noqa: ARG002
        """One for whomever, the engine's name: a new person costs no new look at a photo."""
        return (self._name,)

    def analyze(self, query: str, picture: EncodedPicture) -> bytes:  # noqa: ARG002
        """The picture's faces and vectors. Raises `PhotoError` if it cannot be decoded."""
        seen = self._see(picture)
        return packed.pack(seen.faces, self._recognizer.vectors(seen.aligned), _year_of(picture))

    @property
    def looker(self) -> None:
        """Films are looked through by this engine itself."""

    def of_film(self, frames: Sequence[tuple[float, bytes]]) -> bytes:
        """The best few faces of everybody in these frames; see `film_faces`."""
        return of_film(frames, self._calibration)

    def faces_in(self, analyses: Analyses) -> tuple[Face, ...]:
        """The faces that a stored answer tells of, largest first."""
        return packed.faces_of(analyses[0])

    def similarities(self, people: Sequence[Reference], photos: Sequence[Analyses]) -> list[list[list[float]]]:
        """0-100 for each photo, each of its faces, each person: `result[photo][face][person]`."""
        loaded = self.load(photos)
        scores: list[list[float]] = loaded.similarities(people).tolist()
        return [scores[start:end] for start, end in pairwise(accumulate(loaded.counts.tolist(), initial=0))]

    def highest(self, people: Sequence[Reference], photos: Sequence[Analyses]) -> Sequence[Highest]:
        """For each person, the most similar face of each photo; in arrays, for it is asked of 100,000 photos."""
        return self.load(photos).highest(people)

    def load(self, photos: Sequence[Analyses]) -> LoadedFaces:
        """Hold the vectors of these photos' faces ready, half a kilobyte each."""
        return LoadedFaces.of(packed.all_vectors([analyses[0] for analyses in photos]), self._calibration)

    @property
    def packing(self) -> FacePacks:
        """Vectors by the folder."""
        return FacePacks(self._calibration)

    def grow(self, person: Reference, examples: Sequence[Example]) -> Reference:
        """The reference with these examples beside its headshots; examples of an earlier growth are dropped."""
        taken = packed.years_of([example.analyses[0] for example in examples])
        plain = self._plain(examples)
        times = Times(self._calibration.ages(plain), np.array(taken, np.float32))
        return Reference(person.name, person.face, known_faces(person).grown(self._calibration.cleared(plain), times))

    def set_apart(
        self, person: Reference, others: Sequence[Example], sure_from: float = DEFAULT_THRESHOLD
    ) -> Reference:
        """The reference with these faces of others beside it; counter-examples of before are dropped."""
        return Reference(person.name, person.face, known_faces(person).set_apart(self.vectors(others), sure_from))

    def vectors(self, examples: Sequence[Example]) -> Floats:
        """The vectors of these faces, (examples, dimensions), as they are compared."""
        return self._calibration.cleared(self._plain(examples))

    def _plain(self, examples: Sequence[Example]) -> Floats:
        """Their vectors as they are stored."""
        found = [packed.vectors_of(example.analyses)[0][example.face_index] for example in examples]
        return np.stack(found) if found else np.zeros((0, self.dimensions), np.float32)

    def recall(self, name: str, example: Example) -> Reference:
        """Whoever the example shows, from its stored vector alone: what the endpoint's face collections search with."""
        vectors, face = packed.vectors_of(example.analyses)[0], self.faces_in(example.analyses)[example.face_index]
        return Reference(name, face, KnownFaces.of(self._calibration.cleared(vectors[[example.face_index]])))

    def compare(self, source: Portrait, target: EncodedPicture) -> Comparison:
        """Every face of `target` with its similarity to the source face. Raises `NoFaceInHeadshot`, `PhotoError`."""
        reference = self.enrol("", [source])
        analyses = (self.analyze(self._name, target),)
        scores = (face[0] for face in self.similarities([reference], [analyses])[0])
        matches = [Match(face, score) for face, score in zip(self.faces_in(analyses), scores, strict=True)]
        return Comparison(reference.face, tuple(sorted(matches, key=lambda match: -match.similarity)))

    def face_details(self, picture: EncodedPicture) -> list[dict[str, Any]]:
        """What is known of each face, largest first, as Rekognition words it. Raises `PhotoError`.

        Any thread may call. Raises `EngineUnavailable` if a model was altered.
        """
        found, pixels = self._find(picture)
        faces = SeenFaces.of(found, pixels).faces
        points = [row[4:14].reshape(5, 2) for row in found]
        appearances = self._appearance.estimate(pixels, points)
        return [face_detail(face, appearance) for face, appearance in zip(faces, appearances, strict=True)]

    def stop(self) -> None:
        """Nothing here waits for anything."""

    def self_test(self) -> None:
        """Show both networks a pattern, as they will be shown photos. Raises `EngineUnavailable` if they err.

        What the recognizer makes of it is known for the shipped network and its full-precision original; of others,
        only that it must tell the pattern from its mirror image.
        """
        ramp = np.arange(FACE_SIDE, dtype=np.uint8) * 2
        across, down = np.broadcast_to(ramp, (FACE_SIDE, FACE_SIDE)), np.broadcast_to(ramp[:, None], (FACE_SIDE,) * 2)
        pattern = np.stack([across, down, across // 2 + down // 2], -1)
        self._detector.look(pattern, FIRST_LOOK)
        vector, mirrored = self._recognizer.vectors(np.stack([pattern, pattern[:, ::-1]]))
        known = np.abs(vector[:6] - PATTERN_VECTOR).max() < 0.02 or not self._calibration.fitted
        if not (known and abs(float(np.linalg.norm(vector)) - 1) < 0.01 and float(vector @ mirrored) < 0.99):
            raise EngineUnavailable(
                _("The face models give wrong answers on this computer."),
                _("Install onnxruntime again, or another version."),
            )

    def _see(self, picture: EncodedPicture) -> SeenFaces:
        return SeenFaces.of(*self._find(picture))

    def _find(self, picture: EncodedPicture) -> tuple[Floats, Pixels]:
        """The detector's rows, largest first, and the pixels that they lie in."""
        first = decode(picture.data, at_least=FIRST_LOOK)
        found, decoded = find_faces(self._detector, first, lambda at_least: decode(picture.data, at_least=at_least))
        return found, decoded.pixels

    def _chosen(self, portrait: Portrait) -> tuple[Face, Floats]:
        """The face that is meant, and its vector as a headshot's."""
        content = _content(portrait.picture)
        seen = self._looks.get(content, lambda: self._see(portrait.picture))
        index = place_of_face(portrait, seen.faces)

        def vector() -> Floats:
            aligned = seen.aligned[index]
            plain, mirrored = self._recognizer.vectors(np.stack([aligned, aligned[:, ::-1]]))
            return mirrored_mean(plain, mirrored)

        return seen.faces[index], self._vectors.get((content, index), vector)


def _year_of(picture: EncodedPicture) -> float | None:
    """The year in which the picture was taken, with its fraction, if it says so."""
    with suppress(PhotoError):
        taken = taken_at(picture.data)
        if taken is not None:
            return taken.year + (taken.timetuple().tm_yday - 1) / 366
    return None


def _content(picture: EncodedPicture) -> bytes:
    return hashlib.sha256(picture.data).digest()
