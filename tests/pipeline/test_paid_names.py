"""Names of copies in runs through the Rekognition engine."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import test_paid_run
from painted import ANNA, PaintedEngine
from rekognition_server import rekognition_server
from test_paid_run import LIKE_ANNA, PaidDesk

from facesorter.domain.spending import SavingsMode


@pytest.mark.parametrize("savings", list(SavingsMode))
def test_names_do_not_depend_on_where_a_paid_run_was_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, savings: SavingsMode
) -> None:
    monkeypatch.setattr(test_paid_run, "CALLS_AT_ONCE", 1)  # so that not every photo is asked about at once
    names: dict[str, bytes] = {}
    with rekognition_server(PaintedEngine()) as server:
        for cut_off_after in itertools.count(0, 3):
            (tmp_path / str(cut_off_after)).mkdir()
            desk = PaidDesk(tmp_path / str(cut_off_after), server)
            for number in range(6):
                (desk.photos / str(number)).mkdir()
                desk.put(f"{number}/photo.png", (20 + 9 * number, 30, 60, LIKE_ANNA if number == 1 else ANNA))
            run = desk.prepare("Anna", savings=savings).run()
            seen = list(itertools.islice(run, cut_off_after))
            run.close()
            desk.sort("Anna", savings=savings)
            copies = {name: (desk.destination / "PhotosWithAnna" / name).read_bytes() for name in desk.copies("Anna")}
            names = names or copies
            assert copies == names
            for executor in desk.executors:
                executor.close()
            desk.database.close()
            if len(seen) < cut_off_after:
                break
    assert len(names) == 5
