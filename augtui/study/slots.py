"""Local slots: one engine worker for each, fed from one queue."""

from __future__ import annotations

import selectors
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from augtui.paths import RunPaths, write_atomic
from augtui.runlog.liveness import host_name
from augtui.study.executor import Standing
from augtui.study.worker import Worker


@dataclass(slots=True)
class _Task:
    handle: str
    job: dict[str, Any]
    standing: Standing = field(default_factory=lambda: Standing("queued"))


class LocalSlots:
    """Workers on this machine. It keeps the executor protocol for runs and takes other engine jobs as well.

    Args:
        devices: one for each slot, such as ["cuda:0", "cuda:1"] or ["cpu", "cpu"].
        log: where workers print while no run is under way.
        checkpoint_seconds: time between checkpoints.
        on_progress: told (handle, done, total, message) while a job goes on.
    """

    def __init__(
        self,
        devices: Sequence[str],
        log: Path,
        checkpoint_seconds: float,
        on_progress: Callable[[str, int, int, str], None],
    ) -> None:
        self.names = [f"{device} {number}" if device == "cpu" else device for number, device in enumerate(devices)]
        self._devices = list(devices)
        self._log, self._checkpoint_seconds, self._on_progress = log, checkpoint_seconds, on_progress
        self._selector = selectors.DefaultSelector()
        self._workers: list[Worker | None] = [None] * len(devices)
        self._current: list[_Task | None] = [None] * len(devices)
        self._waiting: deque[_Task] = deque()
        self._tasks: dict[str, _Task] = {}
        self._count = 0
        self._closing = False

    def warm_up(self, slots: int | None = None) -> None:
        """Start workers before there is work, so that they import torch meanwhile."""
        for number in range(len(self._devices) if slots is None else min(slots, len(self._devices))):
            self._worker(number)

    def submit(self, runs: Sequence[RunPaths]) -> list[str]:
        """Queue runs; each folder then holds its handle."""
        handles = []
        for run in runs:
            handle = self._enqueue({"job": "run", "run": str(run.folder)})
            write_atomic(run.handle, handle + "\n")
            handles.append(handle)
        self._feed()
        return handles

    def request(self, job: dict[str, Any]) -> str:
        """Queue any other engine job; gives its handle."""
        handle = self._enqueue(job)
        self._feed()
        return handle

    def poll(self, handles: Sequence[str]) -> dict[str, Standing]:
        """How it stands with each handle, as of the last `wait`."""
        return {handle: self._tasks[handle].standing for handle in handles}

    def wait(self, timeout: float) -> None:
        """Take in what the workers answer, for at most `timeout` seconds."""
        if not self._selector.get_map():
            return
        for key, _ in self._selector.select(timeout):
            self._take(key.data)
        self._feed()

    def cancel(self, handles: Sequence[str]) -> None:
        """Drop what waits and ask what runs for a checkpoint; their workers end with it."""
        chosen = set(handles)
        self._waiting = deque(task for task in self._waiting if task.handle not in chosen)
        for number, task in enumerate(self._current):
            worker = self._workers[number]
            if task is not None and task.handle in chosen and worker is not None:
                worker.send({"job": "stop"})

    def stop_all(self) -> None:
        """Take no more work; what runs checkpoints and ends."""
        self._closing = True
        self._waiting.clear()
        for worker in self._living():
            worker.send({"job": "stop"})

    def kill_all(self) -> None:
        """End every worker now."""
        self._closing = True
        self._waiting.clear()
        for worker in self._living():
            worker.kill()

    def close(self) -> None:
        """Let the workers go and wait for them."""
        self._closing = True
        for worker in self._living():
            worker.close()
        while self._living():
            self.wait(1.0)

    @property
    def busy(self) -> bool:
        return any(task is not None for task in self._current)

    def _living(self) -> Iterable[Worker]:
        return [worker for worker in self._workers if worker is not None]

    def _enqueue(self, job: dict[str, Any]) -> str:
        self._count += 1
        task = _Task(f"local:{host_name()}:{self._count}", job)
        self._tasks[task.handle] = task
        self._waiting.append(task)
        return task.handle

    def _worker(self, number: int) -> Worker:
        worker = self._workers[number]
        if worker is None:
            worker = Worker(self.names[number], self._devices[number], self._log, self._checkpoint_seconds)
            self._workers[number] = worker
            self._selector.register(worker, selectors.EVENT_READ, number)
        return worker

    def _feed(self) -> None:
        for number, task in enumerate(self._current):
            if task is not None or not self._waiting or self._closing:
                continue
            worker = self._worker(number)
            task = self._waiting.popleft()
            if worker.send(task.job):
                task.standing = Standing("running", self.names[number])
                self._current[number] = task
            else:
                # Its end has not been read yet; the task goes to the worker that follows.
                self._waiting.appendleft(task)

    def _take(self, number: int) -> None:
        worker = self._workers[number]
        assert worker is not None
        answers = worker.read()
        if answers is None:
            self._bury(number, worker)
            return
        for item in answers:
            task = self._current[number]
            assert task is not None
            if "progress" in item:
                self._on_progress(task.handle, *item["progress"])
                continue
            task.standing = Standing("answered", self.names[number], item)
            self._current[number] = None

    def _bury(self, number: int, worker: Worker) -> None:
        self._selector.unregister(worker)
        worker.close()
        assert worker.process.stdout is not None
        verdict = worker.verdict()
        worker.process.stdout.close()
        self._workers[number] = None
        task, self._current[number] = self._current[number], None
        if task is not None:
            task.standing = Standing("vanished", self.names[number], verdict=verdict)
