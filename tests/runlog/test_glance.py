"""The glance at a study's log: the same as the whole fold, but for how far its steps are."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from augtui.errors import AugtuiError
from augtui.runlog import events as ev
from augtui.runlog.fold import StudyState, fold_study
from augtui.runlog.glance import read_study
from augtui.runlog.reader import read_events
from augtui.runlog.writer import EventWriter

HOSTILE = 'says "event":"heartbeat" and {"event":"step_progress"}'


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Every kind of line, the passing ones between the others and one torn at the end."""
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as writer:
        writer.write(ev.StudyStarted(attempt=1, host="h", pid=1, pid_started=1.0, runs=3, slots=["cpu 0"]))
        writer.write(ev.StepStarted(step="train", total=3))
        for run in ("a", "b"):
            writer.write(ev.Heartbeat())
            writer.write(ev.RunTaken(run=run, slot="cpu 0"))
            writer.write(ev.StepProgress(step="train", done=1, total=3))
        writer.write(ev.RunFinished(run="a", seconds=2.0, metrics={"accuracy": 0.5}))
        writer.write(ev.RunFailed(run="b", kind="error", message=HOSTILE))
        writer.write(ev.RunQueued(run="b", reason="asked for"))
        writer.write(ev.Heartbeat())
    with path.open("ab") as file:
        file.write(b'not an event\n{"v":1,"event":"run_fin')
    return path


def without_progress(state: StudyState) -> StudyState:
    steps = {name: replace(step, done=0, total=0, message="") for name, step in state.steps.items()}
    return replace(state, steps=steps, last=0.0)


def test_the_glance_agrees_with_the_fold(log: Path) -> None:
    assert without_progress(read_study(log)) == without_progress(fold_study(read_events(log)))


def test_a_message_that_looks_like_a_passing_event_is_read(log: Path) -> None:
    assert read_study(log).runs["b"].kind == "error"


def test_the_newest_line_counts_as_a_sign_of_life(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    times = iter((10.0, 20.0, 30.0))
    with EventWriter(path, lambda: next(times)) as writer:
        writer.write(ev.StudyStarted(attempt=1, host="h", pid=1, pid_started=1.0, runs=3))
        writer.write(ev.Heartbeat())
        writer.write(ev.Heartbeat())
    assert read_study(path).last == 30.0


def test_a_log_that_does_not_exist_is_a_study_that_waits(tmp_path: Path) -> None:
    assert read_study(tmp_path / "events.jsonl").state == "queued"


def test_a_log_of_a_later_augtui_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"v":2,"seq":1,"t":1.0,"event":"heartbeat"}\n')
    with pytest.raises(AugtuiError, match="update augtui"):
        read_study(path)
