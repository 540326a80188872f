"""The search for one person under different names: each of the AWS sample's faults, done right."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import pytest
from customers import Bench
from hypothesis import given
from hypothesis import strategies as st
from painted import ANNA, ANNA_OLDER, BEN, IN_THE_DARK, painted

from facesorter.duplicates.naming import by_list
from facesorter.duplicates.reports import external_id, report_name

CAROL = (30, 200, 30)


def portrait(color: tuple[int, int, int], number: int = 0) -> bytes:
    """A picture of one person; different bytes for each number."""
    return painted((100, 90, 120, color)) + bytes(number)


def fill(bench: Bench) -> None:
    bench.put("Anna/1.png", portrait(ANNA))
    bench.put("Annie/1.png", portrait(ANNA, 1))
    bench.put("Ben/1.png", portrait(BEN))
    bench.put("Ben/with Anna.png", painted((100, 90, 120, BEN), (300, 20, 60, ANNA)))


def test_each_pair_is_told_from_both_sides_and_every_face_counts(bench: Bench) -> None:
    fill(bench)
    summary = bench.run()
    assert bench.matches("Anna/1.png") == [
        ("Annie", "customers/Annie/1.png"), ("Ben", "customers/Ben/with Anna.png"),
    ]  # fmt: skip
    assert bench.matches("Annie/1.png") == [("Anna", "customers/Anna/1.png"), ("Ben", "customers/Ben/with Anna.png")]
    assert bench.matches("Ben/1.png") == []  # his other picture bears his name
    assert {name for name, _ in bench.matches("Ben/with Anna.png")} == {"Anna", "Annie"}
    assert summary is not None
    assert (summary.pictures, summary.matched, summary.alone) == (4, 3, 1)


def test_a_report_has_the_shape_of_the_sample(bench: Bench) -> None:
    fill(bench)
    bench.run()
    report = bench.report("Annie/1.png")
    assert (report["Source"], report["CustomerID"], report["Version"]) == ("customers/Annie/1.png", "Annie", 1)
    match = report["Matches"][0]
    assert set(match) >= {"Similarity", "Face", "CustomerId"}
    assert set(match["Face"]) == {"FaceId", "BoundingBox", "ImageId", "ExternalImageId", "Confidence"}
    assert set(match["Face"]["BoundingBox"]) == {"Width", "Height", "Left", "Top"}
    (own,) = report["Faces"]
    assert own["FaceId"] == match["SourceFaceId"]
    for line in bench.reports().values():
        assert line.count(b"\n") == 1
        assert line.endswith(b"\n")


def test_the_order_of_pictures_makes_no_difference(bench: Bench, tmp_path: Path) -> None:
    fill(bench)
    bench.run()
    whole = bench.reports()
    keys = ["Anna/1.png", "Annie/1.png", "Ben/1.png", "Ben/with Anna.png"]
    for number, order in enumerate(random.Random(1).sample(list(itertools.permutations(keys)), 6)):
        bench.out = tmp_path / f"out {number}"
        for key in (*order, order[0], order[2]):  # a queue brings some twice
            bench.take(key)
        assert bench.reports() == whole


def test_a_second_run_does_only_what_is_new(bench: Bench) -> None:
    fill(bench)
    bench.run()
    before = bench.reports()
    bench.engine.asked.clear()
    summary = bench.run()
    assert summary is not None
    assert (bench.engine.asked, summary.looked_at, summary.changed, summary.notices) == ([], 0, 0, 0)
    assert bench.reports() == before
    bench.put("Anne/1.png", portrait(ANNA, 2))
    summary = bench.run()
    assert summary is not None
    assert (bench.engine.asked, summary.changed) == (["Anne/1.png"], 4)
    assert ("Anne", "customers/Anne/1.png") in bench.matches("Anna/1.png")


def test_a_run_that_was_broken_off_goes_on(bench: Bench) -> None:
    for number in range(40):
        bench.put(f"Person {number}/1.png", portrait(ANNA, number))
    assert bench.run(stop_after=20) is None
    first = len(bench.engine.asked)
    assert 20 <= first < 40
    bench.run()
    assert len(bench.engine.asked) == 40
    assert len(bench.matches("Person 0/1.png")) == 39


def test_what_changes_or_goes_is_followed_on_both_sides(bench: Bench) -> None:
    fill(bench)
    bench.run()
    bench.put("Annie/1.png", portrait(CAROL, 7))
    bench.run()
    assert bench.matches("Anna/1.png") == [("Ben", "customers/Ben/with Anna.png")]
    assert bench.matches("Annie/1.png") == []
    (bench.pictures / "Ben" / "with Anna.png").unlink()
    summary = bench.run()
    assert summary is not None
    assert (summary.gone, bench.matches("Anna/1.png"), len(bench.reports())) == (1, [], 3)


def test_a_lost_report_is_made_again(bench: Bench) -> None:
    fill(bench)
    bench.run()
    before = bench.reports()
    names = list(before)
    (bench.out / "reports" / names[0]).unlink()
    (bench.out / "reports" / names[1]).write_text('{"Source": "cut o')
    bench.run()
    assert bench.reports() == before


def test_another_threshold_sorts_anew_and_looks_at_nothing(bench: Bench) -> None:
    bench.put("Anna/1.png", portrait(ANNA))
    bench.put("Older/1.png", portrait(ANNA_OLDER))
    bench.run()
    assert len(bench.matches("Anna/1.png")) == 1
    bench.engine.asked.clear()
    bench.report_from = 80
    bench.run()
    assert (bench.matches("Anna/1.png"), bench.matches("Older/1.png"), bench.engine.asked) == ([], [], [])


def test_nothing_aborts_and_each_picture_is_counted_once(bench: Bench) -> None:
    fill(bench)
    bench.put("Ben/landscape.png", painted())
    bench.put("Ben/night.png", painted((100, 90, 120, IN_THE_DARK)))
    bench.put("Ben/cut off.png", portrait(BEN)[:200])
    bench.put("Ben/text.jpg", b"no picture")
    bench.put("nobody's.png", portrait(ANNA, 9))
    summary = bench.run()
    assert summary is not None
    assert (summary.no_face, summary.too_poor, summary.unnamed) == (1, 1, ("nobody's.png",))
    assert list(summary.problems) == ["Ben/cut off.png", "Ben/text.jpg"]
    counted = summary.matched + summary.alone + summary.no_face + summary.too_poor + len(summary.problems)
    assert counted == summary.pictures == len(bench.reports()) == 9
    (poor,) = bench.report("Ben/night.png")["UnindexedFaces"]
    assert poor["Reasons"] == ["LOW_BRIGHTNESS"]
    assert bench.report("Ben/text.jpg")["Problem"]
    assert bench.matches("nobody's.png") == []
    assert all("nobody" not in source for _, source in bench.matches("Anna/1.png"))


def test_a_list_names_people_wherever_they_lie(bench: Bench) -> None:
    fill(bench)
    bench.run()
    bench.naming = by_list("Anna/1.png,Anna\nAnnie/1.png,Anna\nBen/1.png,Ben\nBen/with Anna.png,Anna\n")
    bench.engine.asked.clear()
    bench.run()
    assert bench.engine.asked == []
    assert bench.matches("Anna/1.png") == bench.matches("Annie/1.png") == []
    assert bench.matches("Ben/1.png") == [("Anna", "customers/Ben/with Anna.png")]


def test_one_message_a_pair_and_never_twice(bench: Bench) -> None:
    fill(bench)
    bench.put("Jon/1.png", portrait(CAROL))
    bench.put("Jonathan/1.png", portrait(CAROL, 1))
    bench.put("Jonathan/2.png", portrait(CAROL, 2))
    bench.run()
    messages = {tuple(message["Names"]): message for message in bench.messages()}
    assert set(messages) == {("Anna", "Annie"), ("Anna", "Ben"), ("Annie", "Ben"), ("Jon", "Jonathan")}
    assert messages["Jon", "Jonathan"] == {
        "Subject": "Jon and Jonathan may be one person",
        "Names": ["Jon", "Jonathan"],
        "Matches": 2,
        "BestSimilarity": 100,
        "Sources": ["customers/Jon/1.png", "customers/Jonathan/2.png"],
    }
    before = bench.messages()
    bench.put("Jon/2.png", portrait(CAROL, 3))
    summary = bench.run()
    assert summary is not None
    assert (summary.notices, bench.messages()) == (0, before)


@given(st.lists(st.text(min_size=1), unique=True, max_size=20))
def test_names_of_reports_and_ids_are_safe_and_never_alike(keys: list[str]) -> None:
    keys = [key for key in keys if key.isprintable()]
    for made in (report_name, external_id):
        names = [made(key) for key in keys]
        assert len(set(names)) == len(keys)
        assert all(1 <= len(name) <= 255 and name.isascii() and "/" not in name for name in names)


def test_ids_fit_rekognition() -> None:
    assert external_id("images/Hans_Blix_0006.jpg") == "images:2FHans_Blix_0006.jpg"
    assert external_id("Zoë (1).jpg") == "Zo:C3:AB:20:281:29.jpg"
    long = [external_id("x" * 300 + end) for end in "ab"]
    assert long[0] != long[1]
    assert {len(one) for one in long} == {255}


@pytest.mark.parametrize("missing", ["", " (1)", "é"])
def test_keys_with_blanks_brackets_and_accents_work(bench: Bench, missing: str) -> None:
    bench.put(f"Ann{missing}/a b+c%20{missing}.png", portrait(ANNA))
    bench.put("Other/1.png", portrait(ANNA, 1))
    bench.run()
    assert bench.matches("Other/1.png") == [(f"Ann{missing}", f"customers/Ann{missing}/a b+c%20{missing}.png")]


def test_the_same_name_in_two_folders_is_two_pictures(bench: Bench) -> None:
    bench.put("2009/Ann/1.png", portrait(ANNA))
    bench.put("2010/Ann/1.png", portrait(BEN))
    bench.put("2010/Ben/1.png", portrait(BEN))
    bench.run()
    assert len(bench.reports()) == 3
    assert bench.matches("2010/Ben/1.png") == [("Ann", "customers/2010/Ann/1.png")]
    assert json.loads(next(iter(bench.reports().values())))["Version"] == 1
