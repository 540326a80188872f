"""Short collections: what stays is looked at once, and garbage in circles goes when nobody waits."""

import gc
import sys
import weakref

import pytest
from PySide6.QtCore import Qt

from facesorter.ui.shell import interpreter


class Circle:
    def __init__(self):
        self.itself = self


@pytest.fixture
def brief(qapp):
    seconds = sys.getswitchinterval()
    interpreter.be_brief(qapp)
    yield
    gc.callbacks.remove(interpreter._set_aside)
    qapp.applicationStateChanged.disconnect(interpreter._look_at_everything)
    sys.setswitchinterval(seconds)
    gc.unfreeze()


def is_looked_at(thing):
    return any(one is thing for one in gc.get_objects())


def test_workers_have_short_turns(brief):
    assert sys.getswitchinterval() == pytest.approx(interpreter.SWITCH_SECONDS)


def test_a_full_collection_looks_at_no_object_twice(brief):
    kept = Circle()
    assert is_looked_at(kept)
    gc.collect()
    assert not is_looked_at(kept)


def test_a_young_collection_sets_nothing_aside(brief):
    kept = Circle()
    gc.collect(0)
    assert is_looked_at(kept)


def test_garbage_among_what_was_set_aside_goes_when_another_program_comes_to_the_front(brief, qapp):
    kept = Circle()
    gone = weakref.ref(kept)
    gc.collect()
    del kept
    gc.collect()
    assert gone() is not None
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert gone() is not None
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert gone() is None
