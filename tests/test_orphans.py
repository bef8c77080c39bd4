"""Nobody outlives whoever started them, not even in the seconds in which Python imports."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from augtui.runlog.liveness import process_started
from tests.waiting import wait_until

SLOW = """
import pathlib, time
pathlib.Path({sign!r}).touch()
time.sleep(3600)
"""

HOLDER = """
import sys, time
from augtui.jobs import Job
job = Job(sys.argv[1:])
print(job.process.pid, flush=True)
time.sleep(3600)
"""


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """torch and numpy whose imports take an hour; the file appears as soon as one has begun."""
    sign = tmp_path / "importing"
    modules = tmp_path / "modules"
    modules.mkdir()
    for name in ("torch", "numpy"):
        (modules / f"{name}.py").write_text(SLOW.format(sign=str(sign)))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(modules), os.getcwd()]))
    return sign


def test_a_worker_that_is_still_importing_ends_with_its_input(slow: Path) -> None:
    worker = subprocess.Popen([sys.executable, "-m", "augtui.engine", "worker"], stdin=subprocess.PIPE)
    try:
        wait_until(slow.exists, "the import of torch")
        assert worker.stdin is not None
        worker.stdin.close()
        wait_until(lambda: worker.poll() is not None, "the end of the worker", seconds=60)
    finally:
        worker.kill()
        worker.wait()


@pytest.mark.parametrize(
    "arguments",
    [
        ["augtui.analysis", "check", "--dataset", ".", "--cache-dir", "."],
        ["augtui.engine", "slots", "--device", "auto"],
    ],
    ids=["analysis", "engine"],
)
def test_a_job_ends_with_whoever_started_it(slow: Path, arguments: list[str]) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, *arguments], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    job = int(holder.stdout.readline())
    started = process_started(job)
    try:
        wait_until(slow.exists, "the heavy imports of the job")
        os.kill(holder.pid, signal.SIGKILL)
        wait_until(lambda: process_started(job) != started, "the end of the job", seconds=60)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
        if process_started(job) == started:
            os.kill(job, signal.SIGKILL)
