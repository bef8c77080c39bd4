"""The supervisor's side of one engine worker: a process, its pipe of requests and its pipe of answers."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any


class Worker:
    """One `python -m augtui.engine worker`.

    It leads a process group of its own, so that a stop-now reaches what its libraries started; the end of its
    standard input, which is the end of this process at the latest, makes it checkpoint and leave.

    Args:
        slot: a name for people, such as "cpu 0" or "cuda:1".
        device: where it computes.
        log: where it prints while no run is under way.
        checkpoint_seconds: time between checkpoints.
    """

    def __init__(self, slot: str, device: str, log: Path, checkpoint_seconds: float) -> None:
        self.slot = slot
        arguments = ["worker", "--device", device, "--checkpoint-seconds", str(checkpoint_seconds)]
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "augtui.engine", *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=descriptor,
                process_group=0,
                env=os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
            )
        finally:
            os.close(descriptor)
        self._rest = b""

    def fileno(self) -> int:
        """Readable when there are answers, or their end."""
        assert self.process.stdout is not None
        return self.process.stdout.fileno()

    def send(self, job: dict[str, Any]) -> bool:
        """Hand a job over; False where the worker is gone."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(job).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return False
        return True

    def read(self) -> list[dict[str, Any]] | None:
        """The answers that have come; None when there will be no more."""
        data = os.read(self.fileno(), 1 << 16)
        if not data:
            return None
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [json.loads(line) for line in lines if line.strip()]

    def close(self) -> None:
        """No more jobs: what is under way checkpoints, then the worker leaves."""
        assert self.process.stdin is not None
        # A worker that has left already needs no telling.
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()

    def kill(self) -> None:
        """End it now, with all it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def verdict(self) -> str:
        """How the process ended, for people; waits for its end."""
        code = self.process.wait()
        if code < 0:
            name = signal.Signals(-code).name
            hint = ", perhaps out of memory" if name == "SIGKILL" else ""
            return f"killed by signal {-code} ({name}){hint}"
        return f"ended with exit code {code}"
