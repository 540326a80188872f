"""What is said of two names is kept, and they are not announced any more."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from customers import Bench
from painted import ANNA, painted

from facesorter.domain.errors import WrongUse
from facesorter.duplicates.decisions import Decision, Decisions
from facesorter.duplicates.store import FolderStore


def test_the_last_word_counts_whichever_name_comes_first(tmp_path: Path) -> None:
    decisions = Decisions(FolderStore(str(tmp_path / "said")), lambda: datetime(2026, 1, 2, tzinfo=UTC))
    assert decisions.all() == []
    decisions.decide("Zoë", "Anna", "same")
    decisions.decide("Anna", "Zoë", "different")
    decisions.decide("Anna", "Ben", "same")
    assert decisions.all() == [
        Decision(("Anna", "Ben"), "same", "2026-01-02T00:00:00+00:00"),
        Decision(("Anna", "Zoë"), "different", "2026-01-02T00:00:00+00:00"),
    ]
    assert decisions.of(("Anna", "Zoë")) == "different"
    decisions.decide("Zoë", "Anna", None)
    decisions.decide("Zoë", "Anna", None)
    assert decisions.of(("Anna", "Zoë")) is None


def test_one_name_is_no_pair(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="Both names are Anna"):
        Decisions(FolderStore(str(tmp_path))).decide("Anna", "Anna", "same")


def test_a_damaged_file_says_nothing(tmp_path: Path) -> None:
    decisions = Decisions(FolderStore(str(tmp_path)))
    decisions.decide("Anna", "Ben", "same")
    (file,) = tmp_path.rglob("*.json")
    for text in ("{", "[]", '{"Name": "Anna"}', file.read_text().replace("same", "perhaps")):
        file.write_text(text)
        assert decisions.of(("Anna", "Ben")) is None
        assert decisions.all() == []


def test_nobody_is_told_of_a_pair_that_was_decided_until_that_is_taken_back(bench: Bench) -> None:
    for name in ("Anna", "Annie"):
        bench.put(f"{name}/1.png", painted((100, 90, 120, ANNA)) + name.encode())
    bench.decisions.decide("Anna", "Annie", "different")
    bench.run()
    assert bench.messages() == []
    bench.decisions.decide("Anna", "Annie", None)
    bench.run()
    assert [message["Names"] for message in bench.messages()] == [["Anna", "Annie"]]
