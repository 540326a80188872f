"""Look through a film: key frames first, then more closely around faces that were not seen well.

An engine that is paid for is asked about few frames, which the engine on this computer chooses. What was paid for one
frame is kept before the next is asked about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import takewhile

from facesorter.domain.errors import PhotoError
from facesorter.domain.films import SENT_FRAMES, Film, closer_look, first_look, seen_well
from facesorter.domain.messages import N_
from facesorter.domain.models import Face, Photo
from facesorter.domain.ports import Catalog, FaceEngine

TOLERATED = 0.1
"""Of the frames of the first look, so many may be damaged: a scratch, and not a film that cannot be read."""


def analyze_film(query: str, film: Film, photo: Photo, engine: FaceEngine, catalog: Catalog) -> bytes:
    """The analysis of a film to store. Raises what `FaceEngine.analyze` raises."""
    looker = engine.looker
    if looker is None:
        return look_through(film, engine, query)
    [looked] = looker.queries(())
    found = catalog.analysis(film.content, looked)
    if found is None:
        found = look_through(film, looker, looked)
        catalog.record_analyses(photo, film.content, {looked: found})
    return engine.of_film(
        [*_paid_for(query, film, frames_to_send(looker.faces_in((found,))), engine, (photo, catalog))]
    )


def look_through(film: Film, engine: FaceEngine, query: str) -> bytes:
    """The analysis of a film by an engine that costs nothing. Raises `PhotoError` if much of it cannot be read."""
    seen: list[tuple[float, bytes]] = []
    looked_at: list[float] = []
    failed = 0
    reason = ""

    def look(times: Iterable[tuple[float, float | None]]) -> None:
        nonlocal failed, reason
        for at, key_from in times:
            try:
                frame = film.frame(at, key_from)
            except PhotoError as error:
                if not error.lasting:
                    raise
                failed, reason = failed + 1, error.sentence
                continue
            if frame is None:
                failed += 1
            elif frame.seconds not in looked_at:
                looked_at.append(frame.seconds)
                seen.append((frame.seconds, engine.analyze(query, frame.picture)))

    first = list(first_look(film.seconds))
    tolerated = TOLERATED * len(first)
    look(takewhile(lambda _time: failed <= tolerated, first))
    if not looked_at or failed > tolerated:
        raise PhotoError(reason or N_("The video is damaged or incomplete."), lasting=True)
    with_faces = [(seconds, engine.faces_in((analysis,))) for seconds, analysis in seen]
    if not film.exhausted:
        look((at, None) for at in closer_look(with_faces, looked_at))
    return engine.of_film(sorted(seen))


def frames_to_send(faces: Iterable[Face]) -> list[float]:
    """The times of at most `SENT_FRAMES` frames that show everybody, as far as possible; those seen well first."""
    times: dict[float, int] = {}
    for face in faces:
        if face.seconds is not None:
            times[face.seconds] = times.get(face.seconds, 0) + (3 if seen_well(face) else 1)
    return sorted(sorted(times, key=lambda seconds: (-times[seconds], seconds))[:SENT_FRAMES])


def _paid_for(
    query: str, film: Film, times: Iterable[float], engine: FaceEngine, kept: tuple[Photo, Catalog]
) -> Iterable[tuple[float, bytes]]:
    photo, catalog = kept
    for seconds in times:
        frame = film.frame(seconds)
        if frame is None:
            continue
        # By what it shows: of a film that stands still, one frame is sent.
        key = f"{query}/frame {hashlib.sha256(frame.picture.data).hexdigest()[:32]}"
        analysis = catalog.analysis(film.content, key)
        if analysis is None:
            analysis = engine.analyze(query, frame.picture)
            catalog.record_analyses(photo, film.content, {key: analysis})
            catalog.commit()
        yield seconds, analysis
