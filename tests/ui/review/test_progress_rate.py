"""The time a run takes, its rate and the time left."""

import pytest

from facesorter.ui.review.progress_rate import LAST_SECONDS, ProgressRate


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def go(pace, clock, seconds, done):
    for _ in range(seconds):
        clock.now += 1
        done += 5
        pace.note(done)
    return done


def test_nothing_is_told_before_there_is_something_to_tell(clock):
    pace = ProgressRate(clock)
    assert pace.photos_per_second == 0
    assert pace.seconds_left(10) is None
    clock.now += 1
    pace.note(3)
    assert pace.photos_per_second == 0
    clock.now += 0.4
    pace.note(300)
    assert pace.photos_per_second == 0


def test_the_rate_is_that_of_the_last_seconds(clock):
    pace = ProgressRate(clock)
    pace.note(0)
    clock.now += LAST_SECONDS
    pace.note(10_000)
    go(pace, clock, 11, 10_000)
    assert pace.photos_per_second == pytest.approx(5)
    assert pace.seconds_left(50) == pytest.approx(10)
    assert pace.seconds == pytest.approx(LAST_SECONDS + 11)


def test_a_pause_counts_for_nothing(clock):
    pace = ProgressRate(clock)
    done = go(pace, clock, 4, 0)
    clock.now += 3600
    pace.go_on()
    assert pace.photos_per_second == 0
    go(pace, clock, 4, done)
    assert pace.photos_per_second == pytest.approx(5)
    assert pace.seconds == pytest.approx(8)


def test_a_run_that_stands_still_has_no_time_left_to_tell(clock):
    pace = ProgressRate(clock)
    for _ in range(20):
        clock.now += 1
        pace.note(7)
    assert pace.seconds_left(100) is None
