"""Whole studies in real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import torch

from augtui.engine.data import Library
from augtui.engine.engine import Engine
from augtui.engine.result import TrainingJob
from augtui.engine.run import read_run
from augtui.engine.train import DivergedError
from augtui.errors import AugtuiError, ExitCode
from augtui.paths import StudyPaths
from augtui.runlog import events as ev
from augtui.runlog.fold import fold_run
from augtui.runlog.info import read_info, write_info
from augtui.runlog.liveness import process_started
from augtui.runlog.reader import read_events
from augtui.study import extend, launch, launch_new, prepare_resume, request, supervised
from augtui.study.ownership import take
from tests.toys import new_study, write_dataset
from tests.waiting import study_state, wait_for_end, wait_until

Copier = Callable[[StudyPaths], StudyPaths]
DIVERGING = """
[axes]
"train.lr" = [1e-3, 100.0]
"""


def _bytes(study: StudyPaths) -> dict[str, tuple[bytes, bytes]]:
    return {study.relative(run): (run.metrics.read_bytes(), run.predictions.read_bytes()) for run in study.runs()}


def _engine_run(folder: Path, **options: object) -> subprocess.Popen[bytes]:
    arguments = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    return subprocess.Popen([sys.executable, "-m", "augtui.engine", "run", str(folder), *arguments])


def test_a_study_takes_its_steps_and_leaves_its_files(finished: StudyPaths) -> None:
    state = study_state(finished)
    assert {name: step.state for name, step in state.steps.items()} == {
        "check": "finished",
        "prepare": "finished",
        "augment": "finished",
        "synthesize": "skipped",
        "train": "finished",
        "compare": "finished",
    }
    assert (state.done, state.total) == (6, 6)
    info = read_info(finished)
    assert info.environment is not None
    assert (info.environment.device, info.environment.threads) == ("cpu", 1)
    assert len(json.loads(finished.summary.read_bytes())["arms"]) == 3
    for run in finished.runs():
        assert run.model.is_file()
        assert run.checkpoints() == []
        log = fold_run(read_events(run.events))
        assert (log.status, log.epoch, log.attempt) == ("finished", 3, 1)


def test_the_number_of_slots_changes_no_byte(finished: StudyPaths, tmp_path: Path) -> None:
    alone = new_study(tmp_path, slots=1)
    launch(alone)
    assert wait_for_end(alone, 1).state == "finished"
    assert _bytes(alone) == _bytes(finished)


def test_a_stopped_study_goes_on_where_it_was(tmp_path: Path) -> None:
    study = new_study(tmp_path, seeds=1, epochs=200, arms="")
    launch(study)
    run = study.run("arms/original/seed-0")
    wait_until(lambda: fold_run(read_events(run.events)).epoch >= 2, "two epochs")
    request(study, "stop")
    stopped = wait_for_end(study, 1)
    assert stopped.state == "stopped"
    assert stopped.runs["arms/original/seed-0"].status == "interrupted"
    left_at = fold_run(read_events(run.events)).step
    assert run.checkpoints()[0][0] == left_at
    assert not supervised(study)
    prepare_resume(study)
    launch(study)
    assert wait_for_end(study, 2).state == "finished"
    starts = [event for event in read_events(run.events) if isinstance(event, ev.RunStarted)]
    assert [start.resumed_step for start in starts] == [0, left_at]


def test_a_study_that_somebody_owns_is_not_begun_again(tmp_path: Path) -> None:
    study = new_study(tmp_path, seeds=1, epochs=1, arms="")
    lock = take(study, force=False)
    assert lock is not None
    try:
        with pytest.raises(AugtuiError, match="already being carried out"):
            launch(study)
        with pytest.raises(AugtuiError, match="already being carried out"):
            prepare_resume(study)
    finally:
        lock.release()
    launch(study)
    assert wait_for_end(study, 1).state == "finished"


def test_a_supervisor_killed_during_the_check_leaves_no_process(tmp_path: Path) -> None:
    study = new_study(tmp_path, seeds=1, epochs=1, arms="")
    supervisor = launch(study)
    wait_until(lambda: len(_children(supervisor)) == 3, "the check and the workers that import meanwhile")
    children = {pid: process_started(pid) for pid in _children(supervisor)}
    os.kill(supervisor, signal.SIGKILL)
    wait_until(
        lambda: not any(process_started(pid) == started for pid, started in children.items()), "the end of all", 60
    )
    assert study_state(study).steps["check"].state == "running", "none of them came to its end by itself"
    prepare_resume(study)


def _children(parent: int) -> list[int]:
    told = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [int(pid) for pid, ppid in (line.split() for line in told.splitlines()) if int(ppid) == parent]


def test_a_new_study_that_cannot_begin_leaves_nothing(tmp_path: Path) -> None:
    study = new_study(tmp_path)
    write_info(study, msgspec.structs.replace(read_info(study), device_asked="cuda:99"))
    with pytest.raises(AugtuiError, match="--device cuda:99"):
        launch_new(study)
    assert list(study.folder.parent.iterdir()) == []


def test_a_run_that_diverges_fails_by_itself_and_is_retried_by_resume(tmp_path: Path) -> None:
    # A rate of 100 with a decay of 1 multiplies each weight by -99 in each step.
    settings = 'optimizer = "sgd"\nweight_decay = 1.0'
    study = new_study(tmp_path, seeds=1, epochs=10, arms=DIVERGING, train=settings)
    launch(study)
    state = wait_for_end(study, 1)
    assert state.state == "failed"
    assert {name: line.status for name, line in state.runs.items()} == {
        "arms/original/train.lr=0.001/seed-0": "finished",
        "arms/original/train.lr=100.0/seed-0": "failed",
    }
    assert "no longer a finite number" in state.runs["arms/original/train.lr=100.0/seed-0"].message
    launch(study)
    wait_for_end(study, 2)
    attempts = {study.relative(run): fold_run(read_events(run.events)).attempt for run in study.runs()}
    assert attempts == {"arms/original/train.lr=0.001/seed-0": 1, "arms/original/train.lr=100.0/seed-0": 2}


def test_steps_are_taken_one_by_one_where_that_is_asked_for(tmp_path: Path) -> None:
    study = new_study(tmp_path, seeds=1, epochs=1, arms="")
    launch(study, until="prepare")
    state = wait_for_end(study, 1)
    assert state.state == "waiting"
    assert [name for name, step in state.steps.items() if step.state == "finished"] == ["check", "prepare"]
    launch(study)
    assert wait_for_end(study, 2).state == "finished"


def test_a_block_of_the_check_stops_the_study_before_any_training(tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path / "images")
    (dataset / "test" / "dark" / "copy.png").write_bytes((dataset / "train" / "dark" / "0.png").read_bytes())
    study = new_study(tmp_path)
    launch(study)
    state = wait_for_end(study, 1)
    assert state.state == "blocked"
    assert "duplicate" in state.message
    assert list(study.runs()) == []


def test_changed_images_are_refused(finished: StudyPaths, copy_of: Copier) -> None:
    study = copy_of(finished)
    image = Path(read_info(study).dataset_root) / "train" / "dark" / "0.png"
    image.write_bytes((image.parent / "1.png").read_bytes())
    before = study.events.read_bytes()
    for take_up in (prepare_resume, launch):
        with pytest.raises(AugtuiError, match="have changed since study") as refused:
            take_up(study)
        assert refused.value.exit_code == ExitCode.WRONG_INPUT
    assert study.events.read_bytes() == before, "a refusal leaves the study as it was"


def test_a_result_that_is_not_finite_is_a_failure_and_not_a_score(finished: StudyPaths, copy_of: Copier) -> None:
    study = copy_of(finished)
    run = study.run("arms/original/seed-0")
    run.metrics.unlink()
    run.predictions.unlink()
    engine = Engine(Library(torch.device("cpu")), "cpu", stop=lambda: False)
    job = TrainingJob(run, read_run(run), read_info(study), engine)
    with torch.no_grad():
        next(job.trainer.model.parameters()).fill_(float("nan"))
    with pytest.raises(DivergedError, match="what the model says was no longer a finite number"):
        job.finish()
    assert not run.metrics.exists()
    assert not run.predictions.exists()


def test_requests_that_mean_nothing_are_told_in_the_supervisors_log(tmp_path: Path) -> None:
    study = new_study(tmp_path, seeds=1, epochs=100_000, arms="")
    launch(study)
    name = "arms/original/seed-0"
    wait_until(lambda: name in (runs := study_state(study).runs) and runs[name].status == "running", "the training")
    with study.control.open("a") as file:
        file.write("nonsense\n")
    request(study, "retry", run="arms/nobody/seed-0")
    wait_until(lambda: "arms/nobody/seed-0" in study.supervisor_log.read_text(), "the line that tells of it")
    assert "passed over, no request that is known: nonsense" in study.supervisor_log.read_text()
    request(study, "stop-now")
    line = wait_for_end(study, 1).runs[name]
    assert (line.status, line.message.partition(";")[0]) == ("interrupted", "stopped")


def test_an_edited_plan_is_refused(finished: StudyPaths, copy_of: Copier) -> None:
    study = copy_of(finished)
    study.plan.write_text(study.plan.read_text().replace("epochs = 3", "epochs = 4"))
    with pytest.raises(AugtuiError, match="is not the plan that the study began with"):
        prepare_resume(study)


def test_extending_trains_what_is_new_and_nothing_else(finished: StudyPaths, copy_of: Copier) -> None:
    study = copy_of(finished)
    before = _bytes(study)
    extend(study, seeds=3)
    prepare_resume(study)
    launch(study)
    assert wait_for_end(study, 2).state == "finished"
    after = _bytes(study)
    assert before.items() <= after.items()
    assert sorted(set(after) - set(before)) == [
        f"arms/{arm}/seed-2" for arm in ("geometric-50", "original", "trivial")
    ]
    assert [item.what for item in read_info(study).extensions] == ["1 seed"]


def test_one_run_folder_is_started_again_at_will(finished: StudyPaths, copy_of: Copier) -> None:
    study = copy_of(finished)
    run = study.run("arms/trivial/seed-1")
    expected = run.metrics.read_bytes()
    log = run.events.read_bytes()
    assert _engine_run(run.folder).wait() == ExitCode.DONE
    assert run.events.read_bytes() == log, "a finished run is left as it is"
    for path in (run.metrics, run.predictions, run.events):
        path.unlink()
    process = _engine_run(run.folder, checkpoint_seconds=0)
    wait_until(lambda: bool(run.checkpoints()), "a checkpoint")
    os.kill(process.pid, signal.SIGTERM)
    code = process.wait()
    while code == ExitCode.CHECKPOINTED:
        code = _engine_run(run.folder).wait()
    assert code == ExitCode.DONE
    assert run.metrics.read_bytes() == expected


def test_a_run_killed_before_its_last_event_is_made_up_for(finished: StudyPaths, copy_of: Copier) -> None:
    study = copy_of(finished)
    run = study.run("arms/original/seed-0")
    lines = run.events.read_bytes().splitlines(keepends=True)
    run.events.write_bytes(b"".join(lines[:-1]) + b'{"v":1,"se')
    metrics = run.metrics.read_bytes()
    assert _engine_run(run.folder).wait() == ExitCode.DONE
    state = fold_run(read_events(run.events))
    assert (state.status, state.attempt) == ("finished", 2)
    assert run.metrics.read_bytes() == metrics
