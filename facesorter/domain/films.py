"""Which frames of a film are looked at, and what they say together of who is in it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from facesorter.domain.matching import CHECK_FROM, CONTESTED, scores
from facesorter.domain.models import EncodedPicture, Face, Score

LEAST_APART = 1.0
"""Seconds between two frames at the first look through a film of up to a minute."""

MOST_FRAMES = 720
"""Of the first look at any film, however long it is."""

CLOSER_APART, MOST_CLOSER = 0.25, 60
"""Seconds between two frames where a face was seen that may be seen better, and how many frames there are at most in
a second look."""

SENT_FRAMES = 8
"""Most frames of a film that are sent to a service that is paid for."""

GOOD_SHARPNESS, GOOD_TURN, GOOD_SIZE = 25.0, 45.0, 0.03
"""What a face needs to be seen well: sharpness (0-100), degrees it is turned at most, part of the frame's width."""

SEVERAL, TOGETHER_MORE = 3, 8.0
"""Where a person is seen in so many frames, the film is as similar as the least similar of these, and so much more."""


StopCheck = Callable[[], bool]
"""Whether the run was stopped: a film may take minutes, and nobody waits for it."""


class FilmAbandoned(Exception):
    """The run was stopped while the film was looked through; nothing is known of it."""


class Frame(NamedTuple):
    """A picture of a film and its time in seconds since the beginning."""

    seconds: float
    picture: EncodedPicture


class Film(Protocol):
    """A film that is open. Every member may raise `PhotoError`, and `FilmAbandoned` once the run was stopped."""

    @property
    def content(self) -> bytes:
        """The SHA-256 of its bytes."""
        ...

    @property
    def seconds(self) -> float:
        """How long it is."""
        ...

    @property
    def taken_at(self) -> datetime | None:
        """When it was taken, in the camera's local time, if it says so."""
        ...

    @property
    def exhausted(self) -> bool:
        """Whether only what is necessary should still be decoded."""
        ...

    def frame(self, at: float, key_from: float | None = None) -> Frame | None:
        """The key frame before `at` if it lies at `key_from` or later, else the first frame from `at` on.

        After the last frame it is the last one; None if there is none.
        """
        ...


def first_look(seconds: float) -> Iterator[tuple[float, float]]:
    """The times of the first look, as `Film.frame` takes them: key frames where they lie close enough.

    The longer the film, the further apart: a second in a minute, three seconds in ten minutes, eleven in two hours.
    The last time is the film's end, so that a film which cannot be read up to there is noticed.
    """
    apart = max(LEAST_APART, math.sqrt(seconds / 60), seconds / MOST_FRAMES)
    count = max(1, math.ceil(seconds / apart))
    for number in range(count):
        at = (number + 0.5) * seconds / count
        yield at, max(0.0, at - 0.5 * seconds / count)
    if seconds > apart:
        yield seconds, seconds


def closer_look(seen: Sequence[tuple[float, Sequence[Face]]], looked_at: Sequence[float]) -> Iterator[float]:
    """Times around frames with faces, none of them nearly looked at before.

    Where a face was not seen well they come first and are closest; elsewhere half a second apart.
    """
    with_faces = [(seconds, all(map(seen_well, faces))) for seconds, faces in seen if faces]
    doubtful = [seconds for seconds, well in with_faces if not well]
    clear = [seconds for seconds, well in with_faces if well]
    known = list(looked_at)
    times: list[float] = []
    for steps, around in (((1, -1, 2, -2), doubtful), ((2, -2), clear)):
        for step in steps:
            for seconds in around:
                at = seconds + step * CLOSER_APART
                if at >= 0 and all(abs(at - other) >= 0.9 * CLOSER_APART for other in known):
                    known.append(at)
                    times.append(at)
    yield from sorted(times[:MOST_CLOSER])


def seen_well(face: Face) -> bool:
    """Whether a face of a frame is sharp, large and straight enough to be sure of."""
    turn = max(abs(face.pose.yaw), abs(face.pose.pitch))
    return face.quality.sharpness >= GOOD_SHARPNESS and turn <= GOOD_TURN and face.box.width >= GOOD_SIZE


def film_scores(similarities: Sequence[Sequence[float]], faces: Sequence[Face], people: int) -> list[Score]:
    """How similar a film is to each person, given `similarities[face][person]` (0-100), and by which of its faces.

    Within a frame a face is one person's, as in a photo. A face that was not seen well cannot make a film sure alone.
    Whoever is probably in several frames is surely in the film.
    """
    if not faces:
        return [Score(0.0, None)] * people
    frames: dict[float | None, list[int]] = {}
    for place, face in enumerate(faces):
        frames.setdefault(face.seconds, []).append(place)
    best: list[list[Score]] = [[] for _ in range(people)]
    for places in frames.values():
        for person, score in enumerate(scores([similarities[place] for place in places], people)):
            best[person].append(Score(score.similarity, places[score.face_index or 0]))
    return [_together(of_one, faces) for of_one in best]


def final_film_scores(
    alone: Sequence[Sequence[float]],
    grown: Sequence[Sequence[float]],
    faces: Sequence[Face],
    people: int,
    threshold: float,
) -> list[Score]:
    """The same once the references have grown: what was *Sure* by the headshots `alone` stays so."""
    pairs = zip(film_scores(alone, faces, people), film_scores(grown, faces, people), strict=True)
    return [max(first, last) if first.similarity >= threshold else last for first, last in pairs]


def _together(frames: Sequence[Score], faces: Sequence[Face]) -> Score:
    def alone(score: Score) -> float:
        well = score.face_index is not None and seen_well(faces[score.face_index])
        return score.similarity if well else min(score.similarity, CONTESTED)

    ordered = sorted(frames, key=lambda score: (-alone(score), -score.similarity))
    similarity = alone(ordered[0])
    if len(ordered) >= SEVERAL:
        least = sorted((score.similarity for score in frames), reverse=True)[SEVERAL - 1]
        if least >= CHECK_FROM:
            similarity = max(similarity, min(least + TOGETHER_MORE, 100.0))
    return Score(similarity, ordered[0].face_index)
