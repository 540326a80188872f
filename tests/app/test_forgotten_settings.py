"""Somebody who is forgotten is not named in the settings either."""

import json

from facesorter.app.forgetting import forget_person
from facesorter.app.profile import Profile
from facesorter.paths import AppPaths
from facesorter.settings import Settings, load


def test_the_people_chosen_last_are_forgotten_with_a_person(tmp_path):
    profile = Profile(AppPaths(tmp_path / "profile"))
    profile.open()
    try:
        profile.catalog.person("Anna")
        line = json.dumps({"name": "Anna", "named": True, "headshots": [["/heads/anna.jpg", None]]})
        profile.save(Settings(people=(line,), folders=("/photos",)))
        forget_person(profile, "Anna")
    finally:
        profile.close()
    assert "Anna" not in profile.paths.settings.read_text()
    assert load(profile.paths.settings).folders == ("/photos",)
