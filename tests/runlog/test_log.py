from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from augtui.runlog import events as ev
from augtui.runlog.fold import fold_run, fold_study
from augtui.runlog.liveness import host_name, process_started, run_status
from augtui.runlog.reader import EventReader, read_events
from augtui.runlog.writer import CAP, EventWriter

TEXT = st.text(max_size=20)
NUMBER = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))


def test_every_event_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    written: list[ev.Event] = [
        ev.RunStarted(attempt=1, host="h", pid=3, pid_started=4.5, device="cpu", epochs=2, steps=10),
        ev.EpochFinished(attempt=1, epoch=1, step=5, loss=0.5, val_loss=0.25, values={"kid": 0.1}),
        ev.RunFinished(attempt=1, metrics={"accuracy": 0.75, "auroc": None}),
        ev.StudyStarted(attempt=1, host="h", pid=1, pid_started=2.0, runs=4, slots=["cpu 0"]),
    ]
    with EventWriter(path, clock=lambda: 12.5) as writer:
        for event in written:
            writer.write(event)
    again = read_events(path)
    assert [type(event) for event in again] == [type(event) for event in written]
    assert [event.seq for event in again] == [1, 2, 3, 4]
    assert again[1] == ev.EpochFinished(
        seq=2, t=12.5, attempt=1, epoch=1, step=5, loss=0.5, val_loss=0.25, values={"kid": 0.1}
    )


FITS = ("generators/dcgan64/seed-0", "generators/dcgan64/seed-1")
RUNS = ("arms/original/seed-0", "arms/original/seed-1", "arms/gan-10/seed-0")


@pytest.mark.parametrize("told", [2, 0], ids=["told by the log", "in a log of before"])
def test_fits_of_generators_are_not_counted_among_the_runs(told: int) -> None:
    started = ev.StudyStarted(attempt=1, host="h", pid=1, pid_started=2.0, runs=6, generators=told)
    ends = [ev.RunFinished(run=name, attempt=1, metrics={}) for name in (*FITS, *RUNS)]
    state = fold_study([started, *ends, ev.RunFailed(run="arms/gan-10/seed-1", attempt=1, kind="memory", message="")])
    assert (state.done, state.failed, state.total) == (3, 1, 4)


def test_the_fits_that_wait_are_no_runs_either() -> None:
    started = ev.StudyStarted(attempt=1, host="h", pid=1, pid_started=2.0, runs=6, generators=2)
    assert (fold_study([started]).done, fold_study([started]).total) == (0, 4)


def test_a_number_that_is_not_finite_becomes_null() -> None:
    line = ev.encode(ev.Progress(attempt=1, step=2, loss=float("nan"), images_per_second=float("inf")), 1, 0.0)
    body = json.loads(line)
    assert body["loss"] is None
    assert body["images_per_second"] is None


@given(cuts=st.lists(st.integers(0, 400), max_size=12))
def test_a_log_read_in_any_pieces_gives_the_same_events(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int]
) -> None:
    path = tmp_path_factory.mktemp("log") / "events.jsonl"
    lines = b"".join(ev.encode(ev.CheckpointWritten(attempt=1, step=step), step, 0.0) for step in range(6))
    reader = EventReader(path)
    steps = []
    for end in [*sorted(min(cut, len(lines)) for cut in cuts), len(lines)]:
        path.write_bytes(lines[:end])
        steps += [event.step for event in reader.read() if isinstance(event, ev.CheckpointWritten)]
    assert steps == list(range(6))
    assert reader.bad_lines == 0


def test_a_torn_last_line_is_closed_by_the_next_writer_and_counted_by_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as writer:
        writer.write(ev.Heartbeat())
    with path.open("ab") as file:
        file.write(b'{"v":1,"seq":2,"ev')
    with EventWriter(path) as writer:
        writer.write(ev.Heartbeat())
    reader = EventReader(path)
    assert len(reader.read()) == 2
    assert reader.bad_lines == 1


def test_unknown_events_and_fields_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(
        '{"v":1,"seq":1,"t":0,"event":"invented"}\n'
        '{"v":1,"seq":2,"t":0,"event":"checkpoint_written","attempt":1,"step":7,"colour":"red"}\n'
    )
    reader = EventReader(path)
    assert [event.name for event in reader.read()] == ["checkpoint_written"]
    assert reader.bad_lines == 0


def test_a_newer_version_stops_the_reader_with_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"v":2,"seq":1,"t":0,"event":"heartbeat"}\n')
    reader = EventReader(path)
    assert reader.read() == []
    assert "version 2" in reader.newer_version
    assert "update augtui" in reader.newer_version


def test_a_log_over_its_cap_takes_results_and_leaves_progress_out(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"x" * CAP + b"\n")
    with EventWriter(path) as writer:
        writer.write(ev.Progress(attempt=1, step=1, loss=0.1, images_per_second=1.0))
        writer.write(ev.RunFinished(attempt=1))
    assert [event.name for event in read_events(path)] == ["run_finished"]


def _log() -> list[ev.Event]:
    start = {"host": host_name(), "pid": os.getpid(), "device": "cpu", "epochs": 3, "steps": 9}
    return [
        ev.RunStarted(attempt=1, pid_started=1.0, **start),  # type: ignore[arg-type]
        ev.EpochFinished(attempt=1, epoch=1, step=3, loss=0.9),
        ev.EpochFinished(attempt=1, epoch=2, step=6, loss=0.8),
        ev.RunStarted(attempt=2, pid_started=2.0, resumed_step=4, **start),  # type: ignore[arg-type]
        ev.EpochFinished(attempt=1, epoch=3, step=9, loss=99.0),
        ev.EpochFinished(attempt=2, epoch=2, step=6, loss=0.7),
        ev.EpochFinished(attempt=2, epoch=3, step=9, loss=0.6),
        ev.RunFinished(attempt=2, metrics={"accuracy": 1.0}),
    ]


def test_the_newest_attempt_counts_and_earlier_epochs_stay() -> None:
    state = fold_run(_log())
    assert [(epoch, item.loss) for epoch, item in state.curve.items()] == [(1, 0.9), (2, 0.7), (3, 0.6)]
    assert state.status == "finished"
    assert state.metrics == {"accuracy": 1.0}


@given(end=st.integers(0, 8))
def test_any_prefix_of_a_log_is_a_valid_log(end: int) -> None:
    state = fold_run(_log()[:end])
    assert state.epoch == max((item.epoch for item in state.curve.values()), default=0)
    assert list(state.curve) == sorted(state.curve)


def test_a_run_whose_process_is_gone_is_lost() -> None:
    state = fold_run(_log()[:2])
    assert state.status == "running"
    assert run_status(state) == "lost"


def test_a_run_whose_process_lives_is_running() -> None:
    started = process_started(os.getpid())
    assert started is not None
    first = ev.RunStarted(
        attempt=1, host=host_name(), pid=os.getpid(), pid_started=started, device="cpu", epochs=1, steps=1
    )
    assert run_status(fold_run([first])) == "running"


def test_a_new_supervision_queues_again_what_is_not_finished() -> None:
    begin = {"host": "h", "pid": 1, "pid_started": 1.0, "runs": 2}
    state = fold_study(
        [
            ev.StudyStarted(attempt=1, **begin),  # type: ignore[arg-type]
            ev.RunTaken(run="arms/a/seed-0", slot="cpu 0"),
            ev.RunFinished(run="arms/a/seed-0", metrics={"accuracy": 0.5}),
            ev.RunTaken(run="arms/b/seed-0", slot="cpu 1"),
            ev.StudyStarted(attempt=2, **begin),  # type: ignore[arg-type]
        ]
    )
    assert {name: line.status for name, line in state.runs.items()} == {
        "arms/a/seed-0": "finished",
        "arms/b/seed-0": "queued",
    }
    assert (state.done, state.total, state.state) == (1, 2, "running")
