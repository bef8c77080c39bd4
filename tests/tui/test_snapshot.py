"""What a snapshot says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from augtui.tui.feed.snapshot import LogTail, RunView, StudySnapshot

FINISHED = ("generators/dcgan64/seed-0", "arms/original/seed-0", "arms/gan-10/seed-0")


@pytest.mark.parametrize("unfinished", ["arms/gan-10/seed-1", "generators/dcgan64/seed-1"])
def test_tables_are_made_from_the_finished_runs_of_arms(unfinished: str) -> None:
    runs = {folder: RunView(folder=folder, status="finished") for folder in FINISHED}
    runs[unfinished] = RunView(folder=unfinished, status="running")
    snapshot = StudySnapshot(
        folder=Path("study"),
        plan=None,
        status="running",
        message="",
        host="",
        here=True,
        started=0.0,
        ended=0.0,
        last=0.0,
        done=3,
        failed=0,
        total=4,
        left=None,
        steps=(),
        runs=runs,
        curves={},
        loads=(),
        log=LogTail("", ()),
        summary=None,
        check=None,
    )
    assert snapshot.trained == 2
