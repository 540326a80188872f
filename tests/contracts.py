"""What the contract suites of services share: whoever writes says so, and it is so after the next start."""

from __future__ import annotations

import pytest


class ServiceContract:
    """Derived classes have `app`, the services; `told` are the changes that they have announced."""

    @pytest.fixture
    def told(self, app):
        return heard_from(app)


def heard_from(app):
    """The changes that these services announce from now on."""
    found = []
    app.changes.subscribe(found.append)
    return found


def subjects(told):
    """All that was said to have changed since this was asked last."""
    found = {subject for change in told for subject in change.subjects}
    told.clear()
    return found


def now_and_later(app, again):
    """The services, and then those that `again` gives, which is what the program would have at its next start."""
    yield app
    yield again()
