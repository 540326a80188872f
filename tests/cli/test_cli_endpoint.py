"""`facesorter endpoint` as a program would use it: start, read the address, call with boto3, stop."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from PIL import Image
from skimage import data as pictures

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import ImageTypeDef

ROOT = Path(__file__).parents[2]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "facesorter", "endpoint", "--port", "0", "--profile-dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0
        finally:
            process.kill()


def test_an_unmodified_client_compares_faces(address: str) -> None:
    assert address.startswith("http://127.0.0.1:")
    client = boto3.client(
        "rekognition",
        endpoint_url=address,
        region_name="eu-west-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
        config=Config(retries={"total_max_attempts": 1}),
    )
    buffer = io.BytesIO()
    Image.fromarray(pictures.astronaut()).save(buffer, "JPEG")
    picture: ImageTypeDef = {"Bytes": buffer.getvalue()}
    answer = client.compare_faces(SourceImage=picture, TargetImage=picture)
    assert answer["FaceMatches"][0].get("Similarity", 0) > 99
    client.close()
