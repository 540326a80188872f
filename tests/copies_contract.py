"""What every `CopyService` keeps to; derived classes have the fixtures.

`app` are the services, and `run_id` says which run has made the `copies` (paths), several of them, from photos that are
where they were.
"""

from __future__ import annotations

import os
from pathlib import Path

from contracts import ServiceContract, subjects

from facesorter.domain.changes import Subject
from facesorter.domain.events import CopyChecked, CopyKept, CopyTakenBack, PhotoCopied
from facesorter.domain.planning import CopyState


class CopiesContract(ServiceContract):
    def test_a_run_is_undone_once(self, app, run_id, copies, told):
        events = list(app.copies.undo(run_id))
        assert subjects(told) == {Subject.COPIES}
        assert all(isinstance(event, CopyTakenBack) for event in events)
        assert sorted(event.target for event in events) == sorted(copies)
        assert not any(map(os.path.lexists, copies))
        assert list(app.copies.undo(run_id)) == []

    def test_a_copy_that_was_changed_is_kept(self, app, run_id, copies):
        Path(copies[0]).write_bytes(b"changed")
        kept = [event.target for event in app.copies.undo(run_id) if isinstance(event, CopyKept)]
        assert kept == [copies[0]]
        assert [path for path in copies if os.path.lexists(path)] == kept

    def test_every_copy_is_checked(self, app, copies, told):
        Path(copies[0]).write_bytes(b"changed")
        Path(copies[1]).unlink()
        states = {event.target: event.state for event in app.copies.check(repair=False)}
        others = dict.fromkeys(copies[2:], CopyState.FINE)
        assert states == {copies[0]: CopyState.ALTERED, copies[1]: CopyState.MISSING, **others}
        assert not os.path.lexists(copies[1])
        assert told == []

    def test_what_is_missing_is_made_again(self, app, copies):
        data = Path(copies[1]).read_bytes()
        Path(copies[0]).write_bytes(b"changed")
        Path(copies[1]).unlink()
        events = list(app.copies.check(repair=True))
        assert sum(isinstance(event, CopyChecked) for event in events) == len(copies)
        assert [event.target for event in events if isinstance(event, PhotoCopied)] == [copies[1]]
        assert Path(copies[1]).read_bytes() == data
        assert Path(copies[0]).read_bytes() == b"changed", "what somebody has changed is theirs"
