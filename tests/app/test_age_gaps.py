"""Which time of somebody's life has photos, but no face they are known by."""

import pytest

from facesorter.app.age_gaps import longest_gap


@pytest.mark.parametrize(
    ("known", "seen", "gap"),
    [
        ({2, 9, 17, 24}, {2, 5, 9, 12, 17, 20, 24}, (10, 16)),
        ({9, 17}, {9, 17}, None),
        ({9, 17}, {2, 9, 17}, (2, 8)),
        ({9, 17}, {9, 12, 17, 40}, (18, 40)),
        ({9, 13}, {9, 11, 13}, None),
        ({5, 10, 15}, {7, 12}, (6, 9)),
        (set(), {7, 12}, None),
        ({7}, set(), None),
    ],
)
def test_the_longest_time_with_photos_counts(known, seen, gap):
    assert longest_gap(known, seen) == gap
