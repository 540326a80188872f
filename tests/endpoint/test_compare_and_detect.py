"""CompareFaces and DetectFaces over HTTP, with boto3 as any program has it."""

from __future__ import annotations

from typing import Any, cast

import pytest
from botocore.exceptions import ClientError
from botocore.model import StringShape
from painted import ANNA, ANNA_OLDER, BEN, IN_THE_DARK, painted
from rekognition_server import refusal

from facesorter.endpoint.wire import SERVICE


def error_of(function: Any, /, **arguments: Any) -> tuple[str, int]:
    """The exception's name and the HTTP status."""
    with pytest.raises(ClientError) as failure:
        function(**arguments)
    return refusal(failure.value)


def compare(client: Any, source: bytes, target: bytes, **options: Any) -> Any:
    return client.compare_faces(SourceImage={"Bytes": source}, TargetImage={"Bytes": target}, **options)


def test_matches_come_first_and_the_rest_is_unmatched(client: Any) -> None:
    target = painted((40, 60, 50, BEN), (200, 150, 80, ANNA_OLDER), (300, 20, 60, ANNA))
    answer = compare(client, painted((100, 90, 120, ANNA)), target, SimilarityThreshold=50)
    assert [round(match["Similarity"]) for match in answer["FaceMatches"]] == [100, 65]
    assert answer["FaceMatches"][0]["Face"]["BoundingBox"] == pytest.approx(
        {"Left": 0.75, "Top": 20 / 300, "Width": 0.15, "Height": 0.2}
    )
    assert [face["BoundingBox"]["Left"] for face in answer["UnmatchedFaces"]] == [0.1]
    assert set(answer["SourceImageFace"]) == {"BoundingBox", "Confidence"}
    assert set(answer["UnmatchedFaces"][0]) == {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}
    assert answer.get("SourceImageOrientationCorrection") is None


def test_left_is_the_pictures_left(client: Any) -> None:
    face = client.detect_faces(Image={"Bytes": painted((100, 90, 120, ANNA))})["FaceDetails"][0]
    across = {mark["Type"]: mark["X"] for mark in face["Landmarks"]}
    assert across["eyeLeft"] < across["nose"] < across["eyeRight"]
    assert across["mouthLeft"] < across["nose"] < across["mouthRight"]


@pytest.mark.parametrize(("threshold", "matches"), [(None, 1), (0, 2), (65, 2), (66, 1), (100, 1)])
def test_the_threshold_is_80_unless_given(client: Any, threshold: float | None, matches: int) -> None:
    target = painted((40, 60, 50, ANNA_OLDER), (300, 20, 60, ANNA))
    options = {} if threshold is None else {"SimilarityThreshold": threshold}
    answer = compare(client, painted((100, 90, 120, ANNA)), target, **options)
    assert len(answer["FaceMatches"]) == matches
    assert len(answer["UnmatchedFaces"]) == 2 - matches


def test_the_largest_source_face_is_compared(client: Any) -> None:
    source = painted((10, 10, 60, ANNA), (200, 100, 90, BEN))
    answer = compare(client, source, painted((0, 0, 100, BEN)))
    assert answer["SourceImageFace"]["BoundingBox"]["Left"] == 0.5
    assert len(answer["FaceMatches"]) == 1


def test_at_most_the_hundred_largest_faces(client: Any) -> None:
    crowd = painted(
        *((20 * column, 20 * row, 10, BEN) for column in range(12) for row in range(10)), (300, 100, 80, ANNA)
    )
    answer = compare(client, painted((100, 90, 120, ANNA)), crowd)
    assert (len(answer["FaceMatches"]), len(answer["UnmatchedFaces"])) == (1, 99)
    assert len(client.detect_faces(Image={"Bytes": crowd})["FaceDetails"]) == 100


def test_no_face_is_an_invalid_parameter_of_a_comparison_alone(client: Any) -> None:
    nobody, anna = painted(), painted((100, 90, 120, ANNA))
    for source, target in ((nobody, anna), (anna, nobody)):
        assert error_of(lambda s=source, t=target: compare(client, s, t)) == ("InvalidParameterException", 400)
    assert client.detect_faces(Image={"Bytes": nobody})["FaceDetails"] == []


def test_filtered_faces_are_neither_matched_nor_unmatched(client: Any) -> None:
    target = painted((40, 60, 50, ANNA), (200, 100, 90, IN_THE_DARK))
    source = painted((10, 10, 60, ANNA), (200, 100, 90, IN_THE_DARK))
    answer = compare(client, source, target, QualityFilter="AUTO")
    assert (len(answer["FaceMatches"]), len(answer["UnmatchedFaces"])) == (1, 0)
    assert len(compare(client, source, target)["UnmatchedFaces"]) == 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_boxes_are_those_of_the_upright_picture(client: Any, orientation: int) -> None:
    picture = painted((0, 0, 60, ANNA), image_format="JPEG", orientation=orientation)
    box = client.detect_faces(Image={"Bytes": picture})["FaceDetails"][0]["BoundingBox"]
    upright = (0.15, 0.2) if orientation < 5 else (0.2, 0.15)
    assert (box["Width"], box["Height"]) == pytest.approx(upright, abs=0.02)
    right, bottom = orientation in {2, 3, 6, 7}, orientation in {3, 4, 7, 8}
    assert box["Left"] == pytest.approx(1 - upright[0] if right else 0, abs=0.02)
    assert box["Top"] == pytest.approx(1 - upright[1] if bottom else 0, abs=0.02)


@pytest.mark.parametrize(
    ("attributes", "more"),
    [
        (["DEFAULT"], set()),
        (["AGE_RANGE", "DEFAULT"], {"AgeRange"}),
        (["EYES_OPEN", "FACE_OCCLUDED"], {"EyesOpen", "FaceOccluded"}),
        (["EYE_DIRECTION", "MOUTH_OPEN", "SMILE"], {"EyeDirection", "MouthOpen", "Smile"}),
    ],
)
def test_attributes_bring_the_members_they_name(client: Any, attributes: list[str], more: set[str]) -> None:
    picture = {"Bytes": painted((100, 90, 120, ANNA))}
    [plain] = client.detect_faces(Image=picture)["FaceDetails"]
    [face] = client.detect_faces(Image=picture, Attributes=attributes)["FaceDetails"]
    assert set(plain) == {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}
    assert set(face) == set(plain) | more
    assert {member: face[member] for member in plain} == plain


def test_every_attribute_but_all_and_default_names_a_member(client: Any) -> None:
    names = set(cast("StringShape", SERVICE.shape_for("Attribute")).enum) - {"ALL", "DEFAULT"}
    picture = {"Bytes": painted((100, 90, 120, ANNA))}
    [all_of_it] = client.detect_faces(Image=picture, Attributes=["ALL"])["FaceDetails"]
    [each] = client.detect_faces(Image=picture, Attributes=sorted(names))["FaceDetails"]
    assert each == all_of_it
    assert len(all_of_it) == 5 + len(names)


@pytest.mark.parametrize("attributes", [["DEFAULT"], ["ALL"]])
def test_all_attributes_are_refused_and_limited_as_the_default_ones(client: Any, attributes: list[str]) -> None:
    def details(data: bytes) -> Any:
        return client.detect_faces(Image={"Bytes": data}, Attributes=attributes)["FaceDetails"]

    crowd = painted(*((x * 40, y * 40, 20, ANNA) for x in range(11) for y in range(11)), size=(440, 440))
    assert len(details(crowd)) == 100
    assert error_of(details, data=b"text") == ("InvalidImageFormatException", 400)
    assert error_of(details, data=painted(size=(79, 100))) == ("InvalidParameterException", 400)


@pytest.mark.parametrize("image_format", ["GIF", "WEBP", "BMP", "TIFF"])
def test_other_formats_are_refused(client: Any, image_format: str) -> None:
    picture = painted((100, 90, 120, ANNA), image_format=image_format)
    assert error_of(client.detect_faces, Image={"Bytes": picture}) == ("InvalidImageFormatException", 400)


def test_jpeg_and_png_are_read_and_damage_is_a_format_error(client: Any) -> None:
    for image_format in ("JPEG", "PNG"):
        picture = painted((100, 90, 120, ANNA), image_format=image_format)
        assert len(client.detect_faces(Image={"Bytes": picture})["FaceDetails"]) == 1
        for damaged in (picture[: len(picture) // 2], picture[:30], b"just text"):
            assert error_of(client.detect_faces, Image={"Bytes": damaged})[0] == "InvalidImageFormatException"


@pytest.mark.parametrize("size", [(79, 300), (300, 79), (1, 1)])
def test_sides_below_80_pixels_are_refused(client: Any, size: tuple[int, int]) -> None:
    assert error_of(client.detect_faces, Image={"Bytes": painted(size=size)})[0] == "InvalidParameterException"


def test_a_picture_of_80_pixels_will_do(client: Any) -> None:
    assert client.detect_faces(Image={"Bytes": painted(size=(80, 80))})["FaceDetails"] == []


def test_bytes_up_to_5242880(client: Any) -> None:
    picture = painted((100, 90, 120, ANNA))
    largest = picture + bytes(5_242_880 - len(picture))
    assert len(client.detect_faces(Image={"Bytes": largest})["FaceDetails"]) == 1
    assert error_of(client.detect_faces, Image={"Bytes": largest + b"x"}) == ("ValidationException", 400)
    assert error_of(client.detect_faces, Image={"Bytes": b""}) == ("ValidationException", 400)


def test_an_image_is_either_bytes_or_an_object(client: Any) -> None:
    both = {"Bytes": painted(), "S3Object": {"Bucket": "photos", "Name": "a.jpg"}}
    for image in ({}, both, {"S3Object": {"Bucket": "photos"}}):
        assert error_of(client.detect_faces, Image=image)[0] == "InvalidParameterException"
    assert error_of(client.detect_faces, Image={"S3Object": both["S3Object"]}) == ("InvalidS3ObjectException", 400)


@pytest.mark.parametrize("size", [(10_800, 5_400), (80, 10_001)])
def test_pictures_of_more_than_10000_pixels_are_refused_in_the_words_of_the_service(
    client: Any, size: tuple[int, int]
) -> None:
    with pytest.raises(client.exceptions.ImageTooLargeException) as failure:
        client.detect_faces(Image={"Bytes": painted((10, 10, 60, ANNA), size=size)})
    expected = f"Input image dimensions {size[0]} x {size[1]} exceed maximum dimension size of 10000 pixels"
    assert failure.value.response["Error"]["Message"] == expected


def test_10000_pixels_are_not_too_many(client: Any) -> None:
    picture = {"Bytes": painted((10, 10, 60, ANNA), size=(10_000, 80), image_format="JPEG")}
    assert len(client.detect_faces(Image=picture)["FaceDetails"]) == 1
