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


def go(rate, clock, seconds, done):
    for _ in range(seconds):
        clock.now += 1
        done += 5
        rate.note(done)
    return done


def test_nothing_is_told_before_there_is_something_to_tell(clock):
    rate = ProgressRate(clock)
    assert rate.photos_per_second == 0
    assert rate.seconds_left(10) is None
    clock.now += 1
    rate.note(3)
    assert rate.photos_per_second == 0
    clock.now += 0.4
    rate.note(300)
    assert rate.photos_per_second == 0


def test_the_rate_is_that_of_the_last_seconds(clock):
    rate = ProgressRate(clock)
    rate.note(0)
    clock.now += LAST_SECONDS
    rate.note(10_000)
    go(rate, clock, 11, 10_000)
    assert rate.photos_per_second == pytest.approx(5)
    assert rate.seconds_left(50) == pytest.approx(10)
    assert rate.seconds == pytest.approx(LAST_SECONDS + 11)


def test_a_pause_counts_for_nothing(clock):
    rate = ProgressRate(clock)
    done = go(rate, clock, 4, 0)
    clock.now += 3600
    rate.go_on()
    assert rate.photos_per_second == 0
    go(rate, clock, 4, done)
    assert rate.photos_per_second == pytest.approx(5)
    assert rate.seconds == pytest.approx(8)


def test_a_run_that_stands_still_has_no_time_left_to_tell(clock):
    rate = ProgressRate(clock)
    for _ in range(20):
        clock.now += 1
        rate.note(7)
    assert rate.seconds_left(100) is None
