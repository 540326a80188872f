"""Plans: exactly the wanted photos in the folder, and nothing touched that the run was not about."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from facesorter.domain.models import Person, Photo
from facesorter.domain.planning import CopyOrder, CopyPlan, CopyRecord, plan_copies

ANNA = Person(1, "Anna", "PhotosWithAnna")


def photo(path: str, content: bytes | None) -> Photo:
    return Photo(0, path, 1, 1, content)


def order(path: str, content: bytes | None) -> CopyOrder:
    return CopyOrder(photo(path, content), ANNA, "/to/PhotosWithAnna")


def record(source: str, content: bytes) -> CopyRecord:
    return CopyRecord(1, 1, 1, content, source, f"/to/PhotosWithAnna/{source[1:]}", 1, 1)


def test_what_is_missing_is_copied_and_what_is_unwanted_taken_back() -> None:
    plan = plan_copies(
        [order("/1.jpg", b"1"), order("/2.jpg", b"2")],
        [photo("/3.jpg", b"3"), photo("/4.jpg", b"4")],
        [record("/2.jpg", b"2"), record("/3.jpg", b"3")],
    )
    assert plan.to_copy == (order("/1.jpg", b"1"),)
    assert plan.to_take_back == (record("/3.jpg", b"3"),)
    assert plan.standing == ((0, "/to/PhotosWithAnna/2.jpg"),)


def test_copies_of_photos_the_run_did_not_consider_stay() -> None:
    assert plan_copies([], [], [record("/other.jpg", b"o")]) == CopyPlan((), ())


def test_one_photo_in_two_folders_is_one_copy() -> None:
    twins = [order("/a/1.jpg", b"1"), order("/b/1.jpg", b"1")]
    assert plan_copies(twins, [], []) == CopyPlan((twins[0],), ())
    assert plan_copies(twins, [], [record("/b/1.jpg", b"1")]) == CopyPlan(
        (), (), ((0, "/to/PhotosWithAnna/b/1.jpg"),) * 2
    )


def test_the_same_content_under_another_name_is_the_same_picture() -> None:
    renamed = order("/2.jpg", b"1")
    there = ((0, "/to/PhotosWithAnna/1.jpg"),)
    assert plan_copies([renamed], [], [record("/1.jpg", b"1")]) == CopyPlan((), (), there)
    assert plan_copies([order("/1.jpg", b"1"), renamed], [], []) == CopyPlan((order("/1.jpg", b"1"),), ())


def test_the_same_content_under_another_name_is_another_copy_for_those_who_want_each() -> None:
    one, renamed = (replace(order(path, b"1"), own_copy=True) for path in ("/1.jpg", "/2.jpg"))
    assert plan_copies([renamed], [], [record("/1.jpg", b"1")]) == CopyPlan((renamed,), ())
    assert plan_copies([one, renamed], [], []) == CopyPlan((one, renamed), ())


def test_photos_of_unknown_content_are_never_taken_for_one_another() -> None:
    unknown = (order("/a/1.jpg", None), order("/b/1.jpg", None))
    assert plan_copies(unknown, [photo("/c.jpg", None)], [record("/1.jpg", b"1")]) == CopyPlan(unknown, ())


def test_a_photo_edited_since_is_copied_and_the_old_copy_stays() -> None:
    edited = order("/1.jpg", b"new")
    assert plan_copies([edited], [], [record("/1.jpg", b"old")]) == CopyPlan((edited,), ())


def test_a_copy_with_the_content_of_a_wanted_photo_is_not_taken_back() -> None:
    assert plan_copies([order("/a.jpg", b"1")], [photo("/b.jpg", b"1")], [record("/b.jpg", b"1")]).to_take_back == ()


def test_a_photo_moved_to_another_folder_is_there() -> None:
    assert plan_copies([order("/new/1.jpg", b"1")], [], [record("/old/1.jpg", b"1")]).to_copy == ()


def test_what_lies_there_by_others_is_neither_copied_nor_taken_back() -> None:
    asked: list[str] = []

    def elsewhere(order: CopyOrder) -> str | None:
        asked.append(order.photo.path)
        return "/to/PhotosWithAnna/1.jpg" if order.photo.content == b"1" else None

    orders = [order(path, content) for path, content in (("/1.jpg", b"1"), ("/twin.jpg", b"1"), ("/2.jpg", b"2"))]
    plan = plan_copies([*orders, order("/3.jpg", b"3")], [photo("/4.jpg", b"4")], [record("/3.jpg", b"3")], elsewhere)
    assert plan.to_copy == (orders[2],)
    assert plan.to_take_back == ()
    assert [path for _id, path in plan.standing] == ["/to/PhotosWithAnna/1.jpg"] * 2 + ["/to/PhotosWithAnna/3.jpg"]
    assert asked == ["/1.jpg", "/2.jpg"], "what is known need not be looked for"


PHOTOS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("1234")), max_size=6)


@given(PHOTOS, PHOTOS, PHOTOS)
def test_carrying_a_plan_out_leaves_nothing_to_do(
    wanted: list[tuple[str, str]], unwanted: list[tuple[str, str]], there: list[tuple[str, str]]
) -> None:
    orders = [order(f"/{name}.jpg", content.encode()) for name, content in wanted]
    others = [photo(f"/{name}.jpg", content.encode()) for name, content in unwanted]
    present = [record(f"/{name}.jpg", content.encode()) for name, content in there]
    plan = plan_copies(orders, others, present)
    made = [record(made.photo.path, made.photo.content or b"") for made in plan.to_copy]
    left = [old for old in present if old not in plan.to_take_back] + made
    again = plan_copies(orders, others, left)
    assert again.to_copy == again.to_take_back == ()
    assert len(again.standing) == len(orders)
    assert {old.content for old in left} >= {order.photo.content for order in orders}
