"""How people who are known look, by all that is kept of them: no headshot file is needed."""

from __future__ import annotations

from collections.abc import Iterable, Set

import numpy as np

from facesorter.app.grouping import ProfileGroups
from facesorter.app.prepare import query_of
from facesorter.app.profile import Profile
from facesorter.domain.errors import WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Decision, Person, Reference
from facesorter.engines.local.references import KnownFaces
from facesorter.pipeline.person_query import PersonQuery

MOST_FACES = 12
"""Faces that stand for a person, the newest ones."""


def reference_of(profile: Profile, person: Person) -> Reference | None:
    """What is needed to find a person by the faces they are known by, or else by those the user said are theirs.

    None of somebody of whom no face is known.
    """
    catalog, groups = profile.catalog, ProfileGroups(profile, profile.catalog)
    looks = [look for one in catalog.portraits(person)[-MOST_FACES:] if (look := groups.look_of(one)) is not None]
    if not looks:
        said = [face for face, one in catalog.face_decisions(person).items() if one is Decision.YES]
        looks = [look for face in said[-MOST_FACES:] if (look := groups.look_at(face)) is not None]
    if not looks:
        return None
    vectors = np.stack([vector for _face, vector in looks])
    return Reference(person.name, looks[0][0], KnownFaces.of(vectors))


def known_queries(profile: Profile, without: Set[int] = frozenset()) -> list[PersonQuery]:
    """Everybody of whom a face is known, but these people (ids)."""
    return queries_of(profile, [one.person for one in profile.catalog.people() if one.person.id not in without])


def queries_of(profile: Profile, people: Iterable[Person]) -> list[PersonQuery]:
    """Those of these people of whom a face is known."""
    references = ((person, reference_of(profile, person)) for person in people)
    return [query_of(profile.catalog, person, known) for person, known in references if known is not None]


def known_query(profile: Profile, person: Person) -> PersonQuery:
    """Whom to look for by what is kept of them. Raises `WrongUse` for somebody of whom no face is known."""
    reference = reference_of(profile, person)
    if reference is None:
        raise WrongUse(
            _("FaceSorter knows no face of {name}.").format(name=person.name),
            _("Search for {name} with a headshot first.").format(name=person.name),
        )
    return query_of(profile.catalog, person, reference)
