"""The things FaceSorter speaks of: photos, faces, people, verdicts; see `listing` for folders, `balance` for sums.

Paths are `str` as Python gives them: names that are not valid in the file system's encoding carry surrogate
escapes (`os.fsencode` gives the bytes back), and an object in S3 is `s3://bucket/key`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class BoundingBox(NamedTuple):
    """A face's rectangle as ratios of the upright picture; it may reach beyond [0, 1] at an edge."""

    left: float
    top: float
    width: float
    height: float

    @property
    def center(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.top + self.height / 2

    @property
    def area(self) -> float:
        return self.width * self.height

    def overlap(self, other: BoundingBox) -> float:
        """Intersection over union, 0-1."""
        width = min(self.left + self.width, other.left + other.width) - max(self.left, other.left)
        height = min(self.top + self.height, other.top + other.height) - max(self.top, other.top)
        if width <= 0 or height <= 0:
            return 0.0
        return width * height / (self.area + other.area - width * height)

    def same_face(self, others: Sequence[BoundingBox]) -> int | None:
        """Which of the others shows the same face: the one with the most overlap, from a half on."""
        best = max(range(len(others)), key=lambda place: self.overlap(others[place]), default=None)
        return None if best is None or self.overlap(others[best]) < 0.5 else best


class Point(NamedTuple):
    """A place in a picture as ratios of its upright width and height."""

    x: float
    y: float


class Landmarks(NamedTuple):
    """Five points of a face; right and left are the person's own, as a doctor would say them."""

    right_eye: Point
    left_eye: Point
    nose: Point
    mouth_right: Point
    mouth_left: Point


class Pose(NamedTuple):
    """How a head is turned, in degrees; zero looks straight into the camera.

    Signs are Rekognition's: roll is positive when the head leans clockwise in the picture, yaw when the face looks
    to the right of the picture, pitch when it looks up.
    """

    roll: float
    yaw: float
    pitch: float


class Quality(NamedTuple):
    """How well a face can be seen; both 0-100, higher is brighter and sharper."""

    brightness: float
    sharpness: float


@dataclass(frozen=True, slots=True)
class Face:
    """A face found in a picture. `confidence` (0-100) says how certain it is that this is a face at all.

    Of a film's face, `seconds` says where in the film that picture is.
    """

    box: BoundingBox
    confidence: float
    landmarks: Landmarks
    pose: Pose
    quality: Quality
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Appearance:
    """What a face looks like, as far as an engine can tell.

    `age_range` is in years, from low to high; `gender` is "Male" or "Female" and how certain that is (0-100), never of
    a child; `emotions` maps Rekognition's names to 0-100, and is empty where nothing is known.
    """

    age_range: tuple[int, int] | None = None
    gender: tuple[str, float] | None = None
    emotions: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True)
class Match:
    """A face of the compared picture and its similarity (0-100) to the source face."""

    face: Face
    similarity: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer to "is this person in that photo?", in the shape of Rekognition's CompareFaces.

    `matches` holds every face with its similarity, most similar first, whatever the threshold: the caller splits it
    with `at_least`. `unmatched` holds faces an engine returned without a score.
    """

    source: Face
    matches: tuple[Match, ...]
    unmatched: tuple[Face, ...] = ()

    def at_least(self, threshold: float) -> Comparison:
        """The same answer with only the faces of at least `threshold` (0-100) called matches."""
        below = tuple(match.face for match in self.matches if match.similarity < threshold)
        kept = tuple(match for match in self.matches if match.similarity >= threshold)
        return Comparison(self.source, kept, below + self.unmatched)


MOST_NS = (1 << 63) - 1
"""What catalog and journal can hold: the years 1677 to 2262."""


def kept_time(modified_ns: int) -> int:
    """A file's time as it is remembered; disks have been seen to say 1601, or to be centuries ahead."""
    return modified_ns if -MOST_NS <= modified_ns <= MOST_NS else (MOST_NS if modified_ns > 0 else -MOST_NS)


NO_TIME = -(1 << 63)
"""The time of a photo that could not be listed: a number that `kept_time` never gives."""


class Metadata(NamedTuple):
    """What a picture file says of itself: its size in bytes, and if known the camera's local time and its name."""

    size: int
    taken_at: datetime | None = None
    camera: str | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture file where it lies. `id` is the catalog's; `content` is the SHA-256 of its bytes, None until read.

    `object` is what S3 says of its bytes (see `listing.FolderEntry`); None for a file.
    """

    id: int
    path: str
    size: int
    modified_ns: int
    content: bytes | None = None
    object: bytes | None = None

    @property
    def identities(self) -> tuple[bytes, ...]:
        """What its answers and decisions are kept under: its content, and what S3 says of it."""
        return tuple(filter(None, (self.content, self.object)))


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """The bytes of a picture file and where they came from; nothing is decoded yet."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Portrait:
    """A headshot: a picture and which of its faces is meant (None: the largest)."""

    picture: EncodedPicture
    face_index: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to look for. `id` is the catalog's; `folder_name` is where the copies go, as `PhotosWithAnna`."""

    id: int
    name: str
    folder_name: str


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """A person and what the user said of them. `cover` is the portrait (id) that stands for them."""

    person: Person
    cover: int | None = None
    born: date | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class PersonPortrait:
    """A face that a person is known by: the picture's content (SHA-256) and where in it the face is.

    `crop` is an encoded picture of head and shoulders: the person can be found by it when the picture is gone.
    """

    id: int
    content: bytes
    box: BoundingBox
    crop: bytes


@dataclass(frozen=True, slots=True)
class Merge:
    """Somebody who was merged into another person (id), and when, in local time."""

    person: Person
    into: int
    merged_at: datetime | None


class FaceKey(NamedTuple):
    """A face, whatever engine finds it: the picture's content (SHA-256) or object of S3, and where in it the face is.

    Without a box it is the picture as a whole.
    """

    content: bytes
    box: BoundingBox | None = None


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Somebody without a name of whom the user said which faces are theirs, and perhaps that they shall be hidden."""

    id: int
    hidden: bool
    faces: tuple[FaceKey, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """What an engine knows of how a person looks. `payload` is the engine's own; `face` is the first headshot's."""

    name: str
    face: Face
    payload: object


class Pile(StrEnum):
    """Where a photo lands; every photo found ends in exactly one pile for each person."""

    SURE = "sure"
    CHECK = "check"
    NOT_THEM = "not-them"
    NO_FACE = "no-face"
    PROBLEM = "problem"

    __hash__ = str.__hash__  # a pile equals its text; the hash of an enumeration is slower, and another one


class Decision(StrEnum):
    """What the user said of a person in a photo; it outweighs every score."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Score(NamedTuple):
    """How similar the most similar face of a photo is to a person (0-100), and which face that is.

    `face_index` is None, and the similarity 0, where the photo has no face.
    """

    similarity: float
    face_index: int | None


class Verdict(NamedTuple):
    """What was decided of one person in one photo; `decision` is the user's own, where there is one."""

    person: Person
    pile: Pile
    score: Score
    decision: Decision | None = None
