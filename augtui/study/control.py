"""control.jsonl: what people ask of a supervisor. Anybody may append a line; the supervisor reads twice a second."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from augtui.errors import AugtuiError
from augtui.paths import StudyPaths
from augtui.runlog.fold import STEPS

Wish = Literal["stop", "stop-now", "retry", "until"]
"""stop: checkpoint and stop. stop-now: end the workers at once. retry: a failed run again (`run`).
until: stop after a step (`step`; "compare" for no limit)."""


@dataclass(frozen=True, slots=True)
class Request:
    """One line of control.jsonl."""

    wish: Wish
    t: float
    run: str = ""
    step: str = ""


def request(study: StudyPaths, wish: Wish, *, run: str = "", step: str = "") -> None:
    """Ask the supervisor of a study for something.

    Raises:
        AugtuiError: the step does not exist, or the folder is read-only.
    """
    if wish == "until" and step not in STEPS:
        raise AugtuiError(f'there is no step "{step}"', f"the steps are {', '.join(STEPS)}")
    line: dict[str, str | float] = {"request": wish, "t": round(time.time(), 3)}
    line |= {key: value for key, value in (("run", run), ("step", step)) if value}
    try:
        descriptor = os.open(study.control, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise AugtuiError(f"cannot write {study.control}: {error.strerror}") from error
    try:
        os.write(descriptor, json.dumps(line).encode() + b"\n")
    finally:
        os.close(descriptor)


@dataclass(slots=True)
class ControlReader:
    """Gives the requests that came since the last call. A line that is not a request is passed over, and kept."""

    study: StudyPaths
    passed_over: list[str] = field(default_factory=list)
    """Lines that are no requests, for whoever wants to tell of them."""
    _offset: int = 0
    _rest: bytes = field(default=b"", repr=False)

    def skip_old(self) -> None:
        """Forget what was asked of an earlier supervisor."""
        if self.study.control.exists():
            self._offset = self.study.control.stat().st_size

    def read(self) -> list[Request]:
        try:
            with self.study.control.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return []
        self._offset += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [item for line in lines if line.strip() and (item := self._parse(line)) is not None]

    def _parse(self, line: bytes) -> Request | None:
        try:
            body: dict[str, Any] = json.loads(line)
            wish = body["request"]
            asked = Request(wish, float(body.get("t", 0.0)), str(body.get("run", "")), str(body.get("step", "")))
            if wish not in ("stop", "stop-now", "retry", "until") or (wish == "until" and asked.step not in STEPS):
                raise ValueError(wish)
            return asked
        except (ValueError, KeyError, TypeError, AttributeError):
            self.passed_over.append(line.decode(errors="replace"))
            return None


def until_index(step: str | None) -> int:
    """Position of the last step to carry out."""
    return len(STEPS) - 1 if step is None else STEPS.index(step)
