"""The warm engine process that draws previews, from the app's side. Called in threads only."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from augtui.errors import AugtuiError
from augtui.jobs import Job
from augtui.plan.spec import PolicySpec


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """What is to be drawn."""

    dataset: Path
    """The dataset's folder."""
    policy: PolicySpec | None
    """None: the originals alone."""
    size: int
    """Side in pixels at which a study would augment."""
    count: int
    """Originals."""
    versions: int
    """Of each original."""
    seed: int
    online: bool
    """Whether the arm draws online or makes its set beforehand: two streams of the same seed."""
    cache_dir: Path


@dataclass(frozen=True, slots=True)
class Drawn:
    """Pictures as files."""

    originals: tuple[Path, ...]
    versions: tuple[tuple[Path, ...], ...]
    """For each original."""
    captions: tuple[tuple[str, ...], ...]
    """What was done to each version."""


@dataclass
class PreviewServer:
    """Starts the process at the first request and again when it has ended for want of requests.

    Of several requests at once only the newest is answered; the others give None.
    """

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _reading: threading.Lock = field(default_factory=threading.Lock)
    _job: Job | None = None
    _newest: int = 0
    _answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    _folder: Path | None = None

    def draw(self, request: PreviewRequest) -> Drawn | None:
        """The pictures of a request; None where a newer request took its place.

        Raises:
            AugtuiError: the engine cannot draw them.
        """
        number = self._send(request)
        answer = self._answer(number)
        if answer is None:
            return None
        if "error" in answer:
            raise AugtuiError(answer["error"]["message"], answer["error"]["hint"])
        return _drawn(answer["result"], request.versions)

    def close(self) -> None:
        """End the process and leave no files behind."""
        with self._lock:
            job, self._job = self._job, None
            folder, self._folder = self._folder, None
        if job is not None:
            _end(job)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def _send(self, request: PreviewRequest) -> int:
        with self._lock:
            self._newest += 1
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="augtui-preview-"))
            line = _line(self._newest, request, self._folder)
            if self._job is not None and self._job.process.poll() is not None:
                _end(self._job)
                self._job = None
            if self._job is None:
                self._job = Job(["augtui.engine", "preview-server"], stdin=True)
            stdin = self._job.process.stdin
            assert stdin is not None
            try:
                stdin.write(line)
                stdin.flush()
            except BrokenPipeError as error:
                raise AugtuiError("the preview's process has ended", f"see {self._job.log}") from error
            return self._newest

    def _answer(self, number: int) -> dict[str, Any] | None:
        """Read until this request's answer is there, or a newer request was made."""
        while True:
            with self._reading:
                if number in self._answers:
                    return self._answers.pop(number)
                job = self._job
                if number < self._newest or job is None:
                    return None
                answers = job.read()
                if answers is None:
                    job.process.wait()
                    raise AugtuiError("the preview's process has ended without an answer", f"see {job.log}")
                for answer in answers:
                    self._keep(answer)

    def _keep(self, answer: dict[str, Any]) -> None:
        number = answer.get("id", answer.get("result", {}).get("id"))
        if number == self._newest:
            self._answers[number] = answer


def _line(number: int, request: PreviewRequest, folder: Path) -> bytes:
    body = {
        "id": number,
        "dataset": str(request.dataset),
        "policy": msgspec.to_builtins(request.policy) if request.policy is not None else None,
        "size": request.size,
        "count": request.count,
        "versions": request.versions,
        "seed": request.seed,
        "use": "online" if request.online else "made",
        "out": str(folder),
        "cache_dir": str(request.cache_dir),
    }
    return json.dumps(body).encode() + b"\n"


def _drawn(result: dict[str, Any], versions: int) -> Drawn:
    made = [Path(name) for name in result["versions"]]
    captions = [str(text) for text in result["captions"]]
    return Drawn(
        tuple(Path(name) for name in result["files"]),
        tuple(tuple(made[start : start + versions]) for start in range(0, len(made), versions)),
        tuple(tuple(captions[start : start + versions]) for start in range(0, len(captions), versions)),
    )


def _end(job: Job) -> None:
    """A process ends when its standard input does."""
    for stream in (job.process.stdin, job.process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    job.process.wait()
    job.log.unlink(missing_ok=True)
