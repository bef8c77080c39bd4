"""SIGKILL at ten instants: whatever dies, a resumed study ends with the bytes of one that nobody disturbed."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
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
EPOCHS = 60


@dataclass(frozen=True)
class Instant:
    """When to strike and whom."""

    victim: str
    phase: str


INSTANTS = [
    Instant("worker", "inside an epoch"),
    Instant("supervisor", "inside an epoch"),
    Instant("both", "inside an epoch"),
    Instant("worker", "writing a checkpoint"),
    Instant("both", "writing a checkpoint"),
    Instant("supervisor", "inside an epoch"),
    Instant("both", "inside an epoch"),
    Instant("worker", "any time"),
    Instant("supervisor", "any time"),
    Instant("both", "any time"),
]


def test_ten_kills_change_no_byte_and_leave_no_orphan(tmp_path: Path) -> None:
    calm = _finished_study(tmp_path / "calm")
    study = _new(tmp_path / "struck")
    random_source = random.Random(20261123)
    struck: list[str] = []
    workers: set[tuple[int, float]] = set()
    attempt = 0
    for instant in INSTANTS:
        if not _at_work(study):
            launch(study, checkpoint_seconds=CHECKPOINT_SECONDS)
            attempt = study_state(study).attempt
        run = _await_instant(study, instant, random_source)
        state = fold_run(read_events(run.events))
        workers |= _workers(study)
        _strike(study, instant.victim)
        torn = [path.name for path in run.folder.glob(".checkpoint-*")]
        after = fold_run(read_events(run.events))
        struck.append(
            f"{instant.victim} {instant.phase}: {study.relative(run)} step {state.step} of {state.steps}, "
            f"checkpoint {after.checkpoint_step}, half-written {len(torn)}"
        )
        if instant.victim != "worker":
            wait_until(lambda: not _living(workers), "the end of every worker")
    print("\n".join(struck))
    if _at_work(study):
        wait_for_end(study, attempt)
    while study_state(study).state != "finished":
        launch(study, checkpoint_seconds=CHECKPOINT_SECONDS)
        wait_for_end(study, study_state(study).attempt)

    assert _results(study) == _results(calm)
    workers |= _workers(study)
    wait_until(lambda: not _living(workers), "the end of every worker")
    assert sum("half-written 1" in line for line in struck) >= 2, struck
    assert not list(study.folder.rglob("*checkpoint-*")), "a finished run keeps no checkpoint"


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def _new(folder: Path) -> StudyPaths:
    folder.mkdir()
    return new_study(folder, seeds=2, epochs=EPOCHS, size=32)


def _finished_study(folder: Path) -> StudyPaths:
    study = _new(folder)
    launch(study)
    state = wait_for_end(study, 1)
    assert state.state == "finished", state.message
    return study


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


def _await_instant(study: StudyPaths, instant: Instant, random_source: random.Random) -> RunPaths:
    """Wait for an instant of the wished kind; gives the run that is in it."""
    wanted = random_source.randint(2, 12)
    start: dict[RunPaths, int] = {}
    found: list[RunPaths] = []

    def inside_an_epoch() -> bool:
        for run, state in _running(study):
            first = start.setdefault(run, state.epoch)
            if state.epoch and state.epoch - first >= wanted % 4 and state.epoch < state.epochs - 2:
                found.append(run)
                return True
        return not _at_work(study)

    def writing() -> bool:
        for run, _ in candidates:
            if any(name.startswith(".checkpoint-") for name in os.listdir(run.folder)):
                found.append(run)
                return True
        return False

    conditions: dict[str, Callable[[], bool]] = {
        "inside an epoch": inside_an_epoch,
        "any time": lambda: bool(found.extend(run for run, _ in _running(study)) or found),
    }
    if instant.phase == "writing a checkpoint":
        wait_until(lambda: any(state.epoch < EPOCHS - 10 for _, state in _running(study)), "a run in its middle")
        candidates = _running(study)
        wait_until(writing, "the writing of a checkpoint", every=0.0)
    else:
        wait_until(conditions[instant.phase], instant.phase)
    return found[0]


def _workers(study: StudyPaths) -> set[tuple[int, float]]:
    return {(state.pid, state.pid_started) for _, state in _run_states(study) if state.pid}


def _living(workers: set[tuple[int, float]]) -> list[int]:
    return [pid for pid, started in workers if process_started(pid) == started]


def _strike(study: StudyPaths, victim: str) -> None:
    supervisor = study_state(study).pid
    pids = [state.pid for _, state in _running(study)] if victim in ("worker", "both") else []
    if victim in ("supervisor", "both"):
        pids.insert(0, supervisor)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
