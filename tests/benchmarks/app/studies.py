"""Studies of any size, written by the project's own writers."""

from __future__ import annotations

import itertools
import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from PIL import Image

from augtui.runlog import events as ev
from augtui.runlog.writer import EventWriter
from tests.tui.fakes.plans import grid
from tests.tui.fakes.study import Clock, FakeStudy, final_metrics, learning
from tests.tui.fakes.summary import write_summary

PARTS = 8
"""Runs of a live study that train at a time."""


def with_eight(event: ev.EpochFinished) -> ev.EpochFinished:
    """An epoch with eight numbers: the six that are always there and two of the engine's own."""
    return msgspec.structs.replace(event, values={"grad_norm": 1 / event.epoch, "kid": 0.1 + 1 / (event.epoch + 3)})


def finished(runs_dir: Path, arms: int, seeds: int, epochs: int) -> FakeStudy:
    """A study that has ended an hour ago, with its tables: arms x seeds runs of `epochs` epochs of eight numbers."""
    study = FakeStudy(runs_dir, f"runs-{arms * seeds}-epochs-{epochs}", grid(arms, seeds, epochs), slots=("cpu",))
    study.clock.now = time.time() - 7200
    study.prepared()
    for folder in study.folders:
        study.take(folder, "cpu")
        at = learning(folder)
        log = study.log(folder)
        for epoch in range(1, epochs + 1):
            study.clock.now += 0.01
            log.write(with_eight(at(epoch, 1)))
        study.finish(folder)
        study.close_run(folder)
    study.step("compare", "no arm helps")
    write_summary(study)
    study.end()
    study.close()
    return study


def many(runs_dir: Path, studies: int, arms: int, seeds: int) -> int:
    """Studies of arms x seeds runs each, with tables; gives the number of runs."""
    for index in range(studies):
        clock = Clock(time.time() - 3600 * (studies - index))
        study = FakeStudy(runs_dir, f"study-{index:03d}", grid(arms, seeds, 3), clock, slots=("cpu",))
        study.prepared()
        for folder in study.folders:
            metrics = final_metrics(folder)
            paths = study.run(folder)
            paths.folder.mkdir(parents=True)
            started = ev.RunStarted(
                attempt=1, host=study.host, pid=1, pid_started=1.0, device="cpu", epochs=3, steps=120
            )
            study.write(ev.RunTaken(run=folder, slot="cpu"))
            with EventWriter(paths.events, clock) as log:
                log.write(started)
                log.write(ev.EpochFinished(attempt=1, epoch=3, step=120, loss=0.4, val_accuracy=metrics["accuracy"]))
                log.write(ev.RunFinished(seconds=30, metrics=metrics))
            study.write(ev.RunFinished(run=folder, seconds=30, metrics=metrics), 30)
        if index < 20:
            write_summary(study)
        study.end()
        study.close()
    return studies * arms * seeds


@dataclass
class Live:
    """A study in which eight runs train, each an epoch in `epoch_seconds` and four signs of progress a second.

    The epochs of two runs never have the same number: what is on the screen tells which one it is.
    """

    study: FakeStudy
    epoch_seconds: float
    written: list[tuple[float, str]] = field(default_factory=list)
    """When each epoch was on disk, and what the screen then says of it."""
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @classmethod
    def begin(cls, runs_dir: Path, arms: int, seeds: int, epochs: int, epoch_seconds: float) -> Live:
        """Half of the runs have finished; eight are at work."""
        study = FakeStudy(runs_dir, "live", grid(arms, seeds, epochs), slots=tuple(f"cpu/{n}" for n in range(PARTS)))
        study.clock.now = time.time() - 3600
        study.prepared()
        done = len(study.folders) // 2
        for folder in study.folders[:done]:
            study.whole(folder, "cpu/0", 0.01)
            study.close_run(folder)
        share = epochs // (PARTS + 1)
        for number, folder in enumerate(study.folders[done : done + PARTS]):
            study.take(folder, f"cpu/{number}")
            study.epochs(folder, 1, number * share + 1, 0.01)
            study.open[folder] = number * share + 1
        return cls(study, epoch_seconds)

    def __enter__(self) -> Live:
        self._thread = threading.Thread(target=self._write)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self.study.end("stopped")
        self.study.close()

    def _write(self) -> None:
        study, chance = self.study, random.Random(1)
        curves = {folder: learning(folder) for folder in study.open}
        due = beat = time.monotonic()
        ends = {folder: due + chance.random() * self.epoch_seconds for folder in study.open}
        for folder in itertools.cycle(list(study.open)):
            due += 0.25 / len(study.open)
            if self._stop.wait(max(0.0, due - time.monotonic())):
                return
            study.clock.now = time.time()
            log, epoch = study.log(folder), study.open[folder] + 1
            if time.monotonic() < ends[folder]:
                log.write(ev.Progress(attempt=1, step=epoch * 40 - 9, loss=0.4, images_per_second=900.0))
            else:
                ends[folder] += self.epoch_seconds
                study.open[folder] = epoch
                log.write(with_eight(curves[folder](epoch, 1)))
                self.written.append((time.monotonic(), f" {epoch}/{study.plan.train.epochs} "))
            if time.monotonic() - beat > 10:
                beat += 10
                study.write(ev.Heartbeat(), 0)


def photographs(root: Path, count: int = 40, side: int = 224) -> None:
    """A dataset with train and test folders of two classes, as photographs are: smooth, with noise."""
    chance = random.Random(7)
    for split in ("train", "test"):
        for name in ("benign", "malignant"):
            folder = root / split / name
            folder.mkdir(parents=True)
            for index in range(count if split == "train" else 8):
                coarse = bytes(chance.randrange(256) for _ in range(8 * 8 * 3))
                picture = Image.frombytes("RGB", (8, 8), coarse).resize((side, side), Image.Resampling.BICUBIC)
                picture.save(folder / f"{index:03d}.jpg", quality=90)
