"""Cuts the faces that people are known by out of their photos, so that the photos may go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from facesorter.app.film_frame import frame_of
from facesorter.app.profile import Profile
from facesorter.domain.errors import PhotoError, StorageUnavailable
from facesorter.domain.formats import is_film
from facesorter.domain.models import Face, FaceKey, Person

CROP_PX = 320
"""The longer side of a portrait's crop."""
SOURCE_PX = 1600
"""The longer side of the photo that it is cut from, as far as that is needed."""


def crop_of(data: bytes, face: FaceKey) -> bytes:
    """Head and shoulders of a face as a JPEG file. Raises `PhotoError`."""
    from facesorter.images import cut_out, encode_jpeg, thumbnail

    box = face.box
    pixels = thumbnail(data, SOURCE_PX).pixels if box is None else cut_out(data, box, CROP_PX, SOURCE_PX)
    return encode_jpeg(pixels, 88)


def face_of_crop(faces: Sequence[Face]) -> int:
    """Which of the faces in a crop it was made for: the one nearest to its middle."""

    def distance(place: int) -> float:
        x, y = faces[place].box.center
        return (x - 0.5) ** 2 + (y - 0.5) ** 2

    return min(range(len(faces)), key=distance, default=0)


def add_portraits(profile: Profile, person: Person, faces: Iterable[FaceKey]) -> list[int]:
    """The person is known by these faces from now on, as far as a photo of each can be read; the portraits' ids.

    Who had no cover has the first of them.
    """
    added: list[int] = []
    for face in faces:
        for photo in profile.catalog.photos_of([face.content]):
            try:
                crop = crop_of(picture_of(profile, photo.path, face), face)
            except (PhotoError, StorageUnavailable):
                continue  # another photo may hold the same bytes
            added.append(profile.catalog.add_portrait(person, face, crop))
            break
    give_cover(profile, person, added)
    return added


def drop_portraits(profile: Profile, person: Person, faces: Iterable[FaceKey]) -> None:
    """The person is known no more by any of these faces, or by any face of a picture that is meant as a whole."""
    wrong: dict[bytes, list[FaceKey]] = {}
    for face in faces:
        wrong.setdefault(face.content, []).append(face)
    for one in profile.catalog.portraits(person):
        for face in wrong.get(one.content, ()):
            if face.box is None or one.box.same_face([face.box]) is not None:
                profile.catalog.remove_portrait(one.id)
                break


def picture_of(profile: Profile, path: str, face: FaceKey) -> bytes:
    """A photo as it is, or the frame of a film with this face. Raises `PhotoError`, `StorageUnavailable`."""
    if not is_film(path):
        return profile.read(path)
    engine = profile.engine
    analysis = profile.catalog.analysis(face.content, *engine.queries(()))
    seen = () if analysis is None else engine.faces_in((analysis,))
    place = None if face.box is None else face.box.same_face([one.box for one in seen])
    return frame_of(path, None if place is None else seen[place].seconds, profile.read).data


def give_cover(profile: Profile, person: Person, portraits: list[int]) -> None:
    """Whoever has no cover has the first of these portraits."""
    details = next(one for one in profile.catalog.people() if one.person.id == person.id)
    if portraits and details.cover is None:
        profile.catalog.keep(replace(details, cover=portraits[0]))
