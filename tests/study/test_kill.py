"""SIGKILL at ten instants: whatever dies, a resumed study ends with the bytes of one that nobody disturbed."""

from __future__ import annotations

import os
import random
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from augtui.paths import RunPaths, StudyPaths
from augtui.runlog.fold import RunState, fold_run
from augtui.runlog.liveness import is_alive, process_started
from augtui.runlog.reader import read_events
from augtui.study import launch
from tests.toys import new_study
from tests.waiting import study_state, wait_for_end, wait_until

CHECKPOINT_SECONDS = 0.05
EPOCHS = 24


@dataclass(frozen=True)
class Strike:
    """One kill: who died, in which phase, and where the struck run stood."""

    victim: str
    phase: str
    run: str
    step: int
    epoch_steps: int
    half_written: bool

    @property
    def inside_an_epoch(self) -> bool:
        """Whether the run goes on from a step in the middle of an epoch."""
        return self.step % self.epoch_steps != 0

    def __str__(self) -> str:
        torn = ", a checkpoint half written" if self.half_written else ""
        return f"{self.victim} killed {self.phase}: {self.run} goes on from step {self.step}{torn}"


PLANNED = [
    ("worker", "at work"),
    ("supervisor", "at work"),
    ("both", "at work"),
    ("worker", "writing a checkpoint"),
    ("both", "writing a checkpoint"),
    ("supervisor", "at work"),
    ("both", "at work"),
    ("worker", "at work"),
    ("supervisor", "at work"),
    ("both", "at work"),
]


def test_ten_kills_change_no_byte_and_leave_no_orphan(tmp_path: Path) -> None:
    calm = _new(tmp_path / "calm")
    launch(calm)
    assert wait_for_end(calm, 1).state == "finished"
    study = _new(tmp_path / "struck")
    random_source = random.Random(20261123)
    workers: set[tuple[int, float]] = set()
    strikes: list[Strike] = []
    for victim, phase in PLANNED:
        struck = False
        while not struck:
            if not _at_work(study):
                launch(study, checkpoint_seconds=CHECKPOINT_SECONDS)
            strike = _strike(study, victim, phase, random_source, workers)
            strikes.append(strike)
            struck = strike.half_written or phase == "at work"
            if victim != "worker":
                wait_until(lambda: not _living(workers), "the end of every worker")
    print("\n".join(map(str, strikes)))
    while study_state(study).state != "finished":
        if not _at_work(study):
            launch(study, checkpoint_seconds=CHECKPOINT_SECONDS)
        wait_for_end(study, study_state(study).attempt)

    assert _results(study) == _results(calm)
    workers |= _workers(study)
    wait_until(lambda: not _living(workers), "the end of every worker")
    assert sum(strike.half_written for strike in strikes) >= 2, strikes
    assert sum(strike.inside_an_epoch for strike in strikes) >= 5, strikes
    assert not list(study.folder.rglob("*checkpoint-*")), "a finished run keeps no checkpoint"


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def _new(folder: Path) -> StudyPaths:
    folder.mkdir()
    return new_study(folder, images=40, seeds=2, epochs=EPOCHS, size=32)


def _results(study: StudyPaths) -> dict[str, tuple[bytes, bytes]]:
    return {study.relative(run): (run.metrics.read_bytes(), run.predictions.read_bytes()) for run in study.runs()}


def _at_work(study: StudyPaths) -> bool:
    state = study_state(study)
    return state.state == "running" and is_alive(state.host, state.pid, state.pid_started) is True


def _run_states(study: StudyPaths) -> list[tuple[RunPaths, RunState]]:
    return [(run, fold_run(read_events(run.events))) for run in study.runs() if run.events.exists()]


def _running(study: StudyPaths) -> list[tuple[RunPaths, RunState]]:
    return [
        (run, state)
        for run, state in _run_states(study)
        if state.status == "running" and is_alive(state.host, state.pid, state.pid_started)
    ]


def _strike(
    study: StudyPaths, victim: str, phase: str, random_source: random.Random, workers: set[tuple[int, float]]
) -> Strike:
    """Wait for a run that is at work, for some random steps more, and kill; then say where the run stands."""
    wait_until(lambda: bool(_early(study)), "a run with its end far off")
    run, state = random_source.choice(_early(study))
    workers |= _workers(study)
    struck = {(other.pid, other.pid_started) for _, other in _running(study)} if victim != "supervisor" else set()
    if victim != "worker":
        supervision = study_state(study)
        struck.add((supervision.pid, supervision.pid_started))
    wanted = state.checkpoint_step + random_source.randint(1, 6)
    if phase == "writing a checkpoint":
        wait_until(lambda: _half_written(run), "the writing of a checkpoint", every=0.0)  # a moment of milliseconds
    else:
        wait_until(lambda: _state(run).checkpoint_step >= wanted or _state(run).status != "running", "some steps")
    for pid, _ in struck:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not _living(struck), "the end of the killed")  # a kill is a request: until then they are alive
    torn = victim != "supervisor" and _half_written(run)
    steps = run.checkpoints()
    return Strike(victim, phase, study.relative(run), steps[0][0] if steps else 0, state.steps // state.epochs, torn)


def _early(study: StudyPaths) -> list[tuple[RunPaths, RunState]]:
    """Running runs that have begun and whose end is far off."""
    return [(run, state) for run, state in _running(study) if 0 < state.epoch < state.epochs - 6]


def _half_written(run: RunPaths) -> bool:
    return any(name.startswith(".checkpoint-") for name in os.listdir(run.folder))


def _state(run: RunPaths) -> RunState:
    return fold_run(read_events(run.events))


def _workers(study: StudyPaths) -> set[tuple[int, float]]:
    return {(state.pid, state.pid_started) for _, state in _run_states(study) if state.pid}


def _living(workers: set[tuple[int, float]]) -> list[int]:
    return [pid for pid, started in workers if process_started(pid) == started]
