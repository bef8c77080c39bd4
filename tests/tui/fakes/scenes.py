"""Studies in the states that the screens must show."""

from __future__ import annotations

import os
from pathlib import Path

from augtui.runlog import events as ev
from tests.tui.fakes.plans import SKIN, grid
from tests.tui.fakes.study import FakeStudy, final_metrics
from tests.tui.fakes.summary import write_summary

TRACEBACK = """\
Traceback (most recent call last):
  File "augtui/engine/run.py", line 88, in carry_out
    loss = trainer.step(batch)
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 512.00 MiB
"""


def live(
    runs_dir: Path,
    finished: int = 37,
    failing: bool = True,
    name: str = "skin-cancer-20261122-153012",
    pid: int | None = None,
) -> FakeStudy:
    """A study in the middle of training: some runs finished, two running, one failed."""
    study = FakeStudy(runs_dir, name, pid=os.getpid() if pid is None else pid)
    study.prepared()
    for folder in study.folders[:finished]:
        study.whole(folder)
    if failing:
        failed = study.folders[finished + 2]
        study.take(failed)
        study.epochs(failed, 1, 3)
        study.fail(failed, "memory", "CUDA out of memory: 512 MB more were needed, 210 MB were free", TRACEBACK)
    for index, epochs in ((0, 17), (1, 9)):
        folder = study.folders[finished + index]
        study.take(folder, f"cuda:0/{index}")
        study.epochs(folder, 1, epochs)
        study.open[folder] = epochs
    with study.paths.supervisor_log.open("a") as log:
        log.write("15:30:12 two slots on cuda:0\n15:30:40 training 60 runs\n")
    return study


def finished(
    runs_dir: Path, name: str = "skin-cancer-20261120-091500", ago: float = 200_000, plan: str = SKIN
) -> FakeStudy:
    """A study that has ended, with its tables."""
    study = FakeStudy(runs_dir, name, plan)
    study.clock.now -= ago
    study.prepared()
    for folder in study.folders:
        study.whole(folder)
    study.step("compare", "1 arm helps")
    write_summary(study)
    study.end()
    study.close()
    return study


def wide(runs_dir: Path, arms: int, seeds: int, epochs: int) -> FakeStudy:
    """A study of many runs, all of them finished, without tables."""
    study = FakeStudy(runs_dir, "wide-20261122-100000", grid(arms, seeds, epochs))
    study.prepared()
    for folder in study.folders:
        study.whole(folder)
        study.close_run(folder)
    study.step("compare", "no arm helps")
    study.end()
    return study


def many(runs_dir: Path, studies: int, plan_text: str) -> None:
    """Studies that have ended, with the study's log only."""
    for index in range(studies):
        study = FakeStudy(runs_dir, f"study-{index:03d}", plan_text)
        study.clock.now += index * 3600 - studies * 3600
        study.prepared()
        for folder in study.folders:
            study.write(ev.RunTaken(run=folder, slot="cpu"))
            study.write(ev.RunFinished(run=folder, seconds=30, metrics=final_metrics(folder)), 30)
        study.end()
        study.close()
