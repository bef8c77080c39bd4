"""SIGKILL in the middle of a generator: the next start ends with the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from augtui.engine.run import carry_out
from augtui.paths import RunPaths
from augtui.runlog import events as ev
from augtui.runlog.reader import read_events
from tests.generators.studies import engine, generator_folders, prepared
from tests.generators.test_runs import result
from tests.waiting import wait_until

STEPS = 16


def start(run: RunPaths) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "augtui.engine", "run", str(run.folder), "--checkpoint-seconds", "0"],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


def checkpoints(run: RunPaths) -> list[int]:
    return [event.step for event in read_events(run.events) if isinstance(event, ev.CheckpointWritten)]


def test_a_killed_generator_ends_with_the_bytes_of_one_that_nobody_disturbed(tmp_path: Path) -> None:
    (calm,) = generator_folders(prepared(tmp_path / "calm", steps=STEPS))
    assert isinstance(carry_out(calm, engine()), ev.RunFinished)

    (run,) = generator_folders(prepared(tmp_path / "killed", steps=STEPS))
    process = start(run)
    try:
        wait_until(lambda: len(checkpoints(run)) > STEPS // 3, "a third of the steps")
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert not (run.folder / "quality.json").exists()
    assert start(run).wait() == 0

    starts = [event for event in read_events(run.events) if isinstance(event, ev.RunStarted)]
    assert [event.attempt for event in starts] == [1, 2]
    assert STEPS // 3 < starts[1].resumed_step < STEPS
    assert result(run) == result(calm)
    assert not run.checkpoints()
