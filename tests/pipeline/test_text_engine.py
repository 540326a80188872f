"""The engine whose pictures are text keeps to what every engine keeps to."""

from __future__ import annotations

import pytest
from engine_contract import EngineContract, Pictures
from fakes import TextEngine


class TestTextEngine(EngineContract):
    @pytest.fixture
    def engine(self) -> TextEngine:
        return TextEngine()

    @pytest.fixture
    def pictures(self) -> Pictures:
        return Pictures(b"Anna 100", b"Anna 97 Ben 30\nBen 98", b"empty", b"damaged")
