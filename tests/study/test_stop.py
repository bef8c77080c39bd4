"""A stop while runs are under way, with an executor that answers at once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from augtui.paths import RunPaths, StudyPaths
from augtui.runlog import events as ev
from augtui.study.executor import Standing
from augtui.study.supervisor import StoppedError, Supervisor
from augtui.study.training import carry_out

BEGUN, WAITING = "arms/original/seed-0", "arms/original/seed-1"


class Slots:
    """One slot: the first run is under way as soon as it is submitted, and is interrupted by the stop."""

    busy = False

    def __init__(self) -> None:
        self.standings: dict[str, Standing] = {}

    def submit(self, runs: list[RunPaths]) -> list[str]:
        handles = [str(len(self.standings) + number) for number in range(len(runs))]
        for handle in handles:
            self.standings[handle] = Standing("running", "cpu 0") if handle == "0" else Standing("queued")
        return handles

    def poll(self, handles: list[str]) -> dict[str, Standing]:
        return {handle: self.standings[handle] for handle in handles}

    def stop_all(self) -> None:
        answer = {"result": {"event": "run_interrupted", "attempt": 1, "step": 7}}
        self.standings["0"] = Standing("answered", "cpu 0", answer)


def test_a_run_that_began_since_the_last_look_is_told_as_interrupted(tmp_path: Path) -> None:
    told: list[Any] = []

    def tick(_timeout: float = 0.0) -> None:
        raise StoppedError

    supervisor = SimpleNamespace(
        study=StudyPaths(tmp_path),
        slots=Slots(),
        log=SimpleNamespace(write=told.append),
        stop_asked="stop",
        tick=tick,
    )
    with pytest.raises(StoppedError):
        carry_out(cast(Supervisor, supervisor), [BEGUN, WAITING], lambda run: False)
    assert told == [
        ev.RunTaken(run=BEGUN, slot="cpu 0"),
        ev.RunInterrupted(run=BEGUN, attempt=1, step=7),
    ]
