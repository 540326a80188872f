"""Sets beside each person the faces that are not theirs, so that one no answers for all that are like it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from facesorter.domain.matching import CHECK_FROM, DEFAULT_THRESHOLD
from facesorter.domain.models import Decision
from facesorter.domain.ports import Example, FaceEngine
from facesorter.pipeline.person_query import PersonQuery


class StoredAnalyses(Protocol):
    """Knows the analyses of pictures."""

    def analysis(self, content: bytes, query: str) -> bytes | None:
        """See `Catalog.analysis`."""
        ...


def with_counter_examples(
    person_queries: Sequence[PersonQuery],
    engine: FaceEngine,
    catalog: StoredAnalyses,
    threshold: float = DEFAULT_THRESHOLD,
) -> tuple[PersonQuery, ...]:
    """The people with the photos of which the user said no beside their headshots, as far as these were analyzed.

    What is sure by this `threshold` (0-100) stays so.

    What follows from it depends on what was said, and not on the order in which it was; growth comes afterwards.
    """
    return tuple(_set_apart(one, engine, catalog, threshold) for one in person_queries)


def _set_apart(one: PersonQuery, engine: FaceEngine, catalog: StoredAnalyses, threshold: float) -> PersonQuery:
    headshots = engine.set_apart(one.headshots, ())
    said_no = [content for content, said in one.decisions.items() if said is Decision.NO]
    queries = engine.queries([headshots]) if said_no else ()
    known = [tuple(catalog.analysis(content, query) for query in queries) for content in said_no]
    photos = list(dict.fromkeys(tuple(filter(None, analyses)) for analyses in known if None not in analyses))
    scored = engine.similarities([headshots], photos)
    examples = [
        Example(analyses, face)
        for analyses, faces in zip(photos, scored, strict=True)
        for face in _mistakable([similarity for (similarity,) in faces])
    ]
    return replace(one, headshots=engine.set_apart(headshots, examples, threshold), grown=None)


def _mistakable(faces: Sequence[float]) -> Iterator[int]:
    """Which faces of a photo without the person were taken for them: the most similar one, and all worth a look."""
    best = max(faces, default=0.0)
    return (face for face, similarity in enumerate(faces) if similarity == best or similarity >= CHECK_FROM)
