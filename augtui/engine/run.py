"""A run folder, carried out: idempotent, under a lock, with exactly one end in its log.

A finished run is left as it is; a checkpoint is taken up; each start is an attempt with a number. The files of
a result come in this order: predictions, model, metrics, the terminal event (of a generator: samples, model,
quality.json, the copy in the cache, the terminal event). A process killed between two of them is made up for by the
next start.
"""

from __future__ import annotations

import contextlib
import os
import time
import traceback
from pathlib import Path
from typing import Any, Protocol

import msgspec
import torch

from augtui.engine.checkpoint import delete_checkpoints, delete_leftovers, load_checkpoint, save_checkpoint
from augtui.engine.engine import Engine
from augtui.engine.generators.job import GeneratorJob, earlier_result
from augtui.engine.result import TrainingJob, read_test_metrics
from augtui.engine.train import DivergedError, EpochReport, Listener
from augtui.errors import AugtuiError, OwnCodeError, disk_problem
from augtui.jobs import Progress, log_traceback
from augtui.locks import FileLock, LockUnsupportedError
from augtui.paths import RunPaths
from augtui.plan.grid import RunSpec
from augtui.runlog import events as ev
from augtui.runlog.fold import fold_run
from augtui.runlog.info import read_info
from augtui.runlog.liveness import host_name, process_started
from augtui.runlog.reader import read_events
from augtui.runlog.writer import EventWriter

LOCK_PATIENCE = 10.0
"""Seconds that a second start waits for a first one that is just leaving."""


Outcome = ev.RunFinished | ev.RunFailed | ev.RunInterrupted


class Trainer(Protocol):
    """What trains, whatever it trains."""

    epochs: int
    steps: int
    identity: str
    """Whose checkpoints it takes up."""

    @property
    def step(self) -> int:
        """Steps done."""

    def train(self, listener: Listener) -> bool:
        """Go on to the end: True; or stop when asked to: False."""

    def load_state(self, state: dict[str, Any]) -> None:
        """Take up a checkpoint."""


class Job(Protocol):
    """A run that is ready to go."""

    @property
    def trainer(self) -> Trainer:
        """What has to be trained."""

    def finish(self) -> dict[str, float | None]:
        """Write the result; gives its numbers."""


def carry_out(run_paths: RunPaths, engine: Engine, told: Progress | None = None) -> Outcome:
    """Bring a run to its end, or to a checkpoint if asked to stop; gives its terminal event.

    `told` hears (step, steps, what goes on) as often as the log does.

    Every failure of the run itself becomes a RunFailed; only a lock held by another process raises.

    Raises:
        AugtuiError: another process works on this run.
    """
    lock = FileLock(run_paths.lock)
    # Where the file system has no locks, the supervisor's owner file keeps two processes apart.
    with contextlib.suppress(LockUnsupportedError):
        lock.acquire(LOCK_PATIENCE, f"the run {run_paths.folder}")
    try:
        return _carry_out(run_paths, engine, told)
    finally:
        lock.release()


def read_run(run_paths: RunPaths) -> RunSpec:
    """run.json as a spec.

    Raises:
        AugtuiError: it is missing or damaged.
    """
    try:
        return msgspec.json.decode(run_paths.run.read_bytes(), type=RunSpec)
    except FileNotFoundError as error:
        raise AugtuiError(f"{run_paths.folder} is not a run: it has no run.json") from error
    except msgspec.DecodeError as error:
        raise AugtuiError(f"{run_paths.run} cannot be read: {error}") from error


def _carry_out(run_paths: RunPaths, engine: Engine, told: Progress | None) -> Outcome:
    state = fold_run(read_events(run_paths.events))
    if state.status == "finished" and _earlier_result(run_paths, read_run(run_paths)) is not None:
        return ev.RunFinished(attempt=state.attempt, metrics=state.metrics, reused=True)
    attempt = state.attempt + 1
    began = time.monotonic()
    delete_leftovers(run_paths)
    with EventWriter(run_paths.events) as log:
        try:
            earlier = _earlier_result(run_paths, read_run(run_paths))
            if earlier is not None:
                # Killed before the terminal event, or a generator that another study has fitted: nothing to train.
                log.write(_started(engine, attempt))
            metrics = earlier if earlier is not None else _work(run_paths, engine, log, attempt, told)
        except Exception as error:  # the outermost frame of a run: every failure becomes its terminal event
            outcome: Outcome = failure(error, attempt)
            if isinstance(error, DivergedError):
                log.write(ev.Diverged(attempt=attempt, step=error.step))
        else:
            if metrics is None:
                step = run_paths.checkpoints()[0][0]
                outcome = ev.RunInterrupted(attempt=attempt, step=step)
            else:
                seconds, reused = round(time.monotonic() - began, 3), earlier is not None
                outcome = ev.RunFinished(attempt=attempt, seconds=seconds, metrics=metrics, reused=reused)
        log.write(outcome)
    if isinstance(outcome, ev.RunFinished):
        delete_checkpoints(run_paths)
    return outcome


def _work(
    run_paths: RunPaths, engine: Engine, log: EventWriter, attempt: int, told: Progress | None
) -> dict[str, float | None] | None:
    """The numbers of the result, or None when stopped before the end."""
    run = read_run(run_paths)
    info = read_info(run_paths.study)
    kind = GeneratorJob if run.kind == "generator" else TrainingJob
    job: Job = kind(run_paths, run, info, engine)
    trainer = job.trainer
    if (state := load_checkpoint(run_paths, trainer.identity)) is not None:
        trainer.load_state(state)
    log.write(_started(engine, attempt, trainer))

    def on_checkpoint(step: int, state: dict[str, Any]) -> None:
        save_checkpoint(run_paths, step, state)
        log.write(ev.CheckpointWritten(attempt=attempt, step=step))

    def on_progress(step: int, loss: float, rate: float) -> None:
        log.write(ev.Progress(attempt=attempt, step=step, loss=loss, images_per_second=round(rate, 1)))
        if told is not None:
            told(step, trainer.steps, f"loss {loss:.3f}, {rate:.0f} images/s")

    listener = Listener(
        progress=on_progress,
        epoch=lambda report: log.write(_epoch_event(report, attempt)),
        checkpoint=on_checkpoint,
        stop=engine.stop,
    )
    if not trainer.train(listener):
        return None
    return job.finish()


def _earlier_result(run_paths: RunPaths, run: RunSpec) -> dict[str, float | None] | None:
    """The numbers of a result that is there, whole."""
    if run.kind == "generator":
        return earlier_result(run_paths, run, Path(read_info(run_paths.study).cache_dir))
    return read_test_metrics(run_paths) if run_paths.metrics.is_file() else None


def _started(engine: Engine, attempt: int, trainer: Trainer | None = None) -> ev.RunStarted:
    pid = os.getpid()
    return ev.RunStarted(
        attempt=attempt,
        host=host_name(),
        pid=pid,
        pid_started=process_started(pid) or 0.0,
        device=engine.device,
        epochs=trainer.epochs if trainer else 0,
        steps=trainer.steps if trainer else 0,
        resumed_step=trainer.step if trainer else 0,
    )


def _epoch_event(report: EpochReport, attempt: int) -> ev.EpochFinished:
    validation = report.validation
    return ev.EpochFinished(
        attempt=attempt,
        epoch=report.epoch,
        step=report.step,
        loss=report.loss,
        val_loss=validation.loss if validation else None,
        val_accuracy=validation.accuracy if validation else None,
        val_balanced_accuracy=validation.balanced_accuracy if validation else None,
        lr=report.lr,
        images_per_second=round(report.images_per_second, 1),
        values=report.values,
    )


def failure(error: Exception, attempt: int) -> ev.RunFailed:
    """The terminal event of an exception: a short kind, one sentence, and the traceback where it is ours."""
    text = "".join(traceback.format_exception(error))[-8000:]
    if isinstance(error, DivergedError):
        return ev.RunFailed(attempt=attempt, kind="diverged", message=f"{error}; {error.hint}")
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        message = f"out of memory: {error}; a smaller batch or image size needs less"
        return ev.RunFailed(attempt=attempt, kind="memory", message=message, traceback=text)
    if (problem := disk_problem(error)) is not None:
        return ev.RunFailed(attempt=attempt, kind="disk", message=problem.message, traceback=text)
    if isinstance(error, OwnCodeError) and log_traceback(error):
        message = f"{error.message}; {error.hint}; the traceback is in engine.log"
        return ev.RunFailed(attempt=attempt, kind="data", message=message, traceback=text)
    if isinstance(error, AugtuiError):
        return ev.RunFailed(attempt=attempt, kind="data", message=str(error).replace("\n", "; "))
    return ev.RunFailed(attempt=attempt, kind="error", message=f"{type(error).__name__}: {error}", traceback=text)
