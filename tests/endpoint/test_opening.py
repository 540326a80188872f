"""An endpoint built from options, as the command line builds it."""

from __future__ import annotations

import threading
from pathlib import Path

import boto3
import pytest
from painted import ANNA, PaintedEngine, painted

from facesorter.domain.errors import WrongUse
from facesorter.endpoint.faults import Faults
from facesorter.endpoint.opening import ACCESS_KEY, SECRET, EndpointOptions, opened


def test_it_serves_what_lies_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.png").write_bytes(painted((100, 90, 120, ANNA)))
    options = EndpointOptions(str(tmp_path / "new" / "collections.db"), s3_folder=str(tmp_path))
    with opened(PaintedEngine(), options, {}) as endpoint:
        thread = threading.Thread(target=endpoint.run)
        thread.start()
        client = boto3.client(
            "rekognition",
            endpoint_url=endpoint.address,
            region_name="eu-west-1",
            aws_access_key_id="any",
            aws_secret_access_key="any",
        )
        answer = client.detect_faces(Image={"S3Object": {"Bucket": "photos", "Name": "a.png"}})
        assert len(answer["FaceDetails"]) == 1
        client.close()
        endpoint.stop()
        thread.join(5)
        assert not thread.is_alive()


def test_any_aws_program_is_led_to_it_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(PaintedEngine(), EndpointOptions(str(tmp_path / "c.db")), {}) as endpoint, endpoint.running():
        monkeypatch.setenv("AWS_ENDPOINT_URL_REKOGNITION", endpoint.address)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
        client = boto3.Session(region_name="eu-west-1").client("rekognition")
        assert client.list_collections()["CollectionIds"] == []
        client.close()


def test_the_key_comes_from_the_environment(tmp_path: Path) -> None:
    options = EndpointOptions(str(tmp_path / "c.db"), host="0.0.0.0", faults=Faults(throttle=0.5))
    with pytest.raises(WrongUse, match="Without a key"), opened(PaintedEngine(), options, {}):
        pass
    with pytest.raises(WrongUse, match="needed together"), opened(PaintedEngine(), options, {ACCESS_KEY: "AKID"}):
        pass
    with opened(PaintedEngine(), options, {ACCESS_KEY: "AKID", SECRET: "secret"}) as endpoint:
        assert endpoint.address.startswith("http://0.0.0.0:")
        assert endpoint.faults.throttle == 0.5
