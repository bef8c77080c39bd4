"""Waiting on states, with a deadline, never on the clock alone."""

from __future__ import annotations

import time
from collections.abc import Callable

from augtui.paths import StudyPaths
from augtui.runlog.fold import StudyState, fold_study
from augtui.runlog.liveness import is_alive
from augtui.runlog.reader import read_events


def wait_until(
    condition: Callable[[], bool], what: str | Callable[[], str], seconds: float = 600.0, every: float = 0.02
) -> None:
    """Return as soon as `condition` holds; fail after `seconds`, and say what did not happen."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            raise AssertionError(f"{what if isinstance(what, str) else what()} did not happen within {seconds:g} s")
        time.sleep(every)


def study_state(study: StudyPaths) -> StudyState:
    return fold_study(read_events(study.events))


def wait_for_end(study: StudyPaths, attempt: int, seconds: float = 900.0) -> StudyState:
    """The study's state once the supervision with that number has ended and its process is gone."""

    def ended() -> bool:
        state = study_state(study)
        gone = is_alive(state.host, state.pid, state.pid_started) is False
        if gone and state.attempt >= attempt and state.state == "running" and study_state(study).state == "running":
            said = study.supervisor_log.read_text() if study.supervisor_log.exists() else ""
            raise AssertionError(f"the supervisor of {study.name} is gone, but its log has no end\n{said}")
        return gone and state.attempt >= attempt and state.state != "running"

    def standing() -> str:
        state = study_state(study)
        return f"the end of {study.name} (attempt {state.attempt}, {state.done} of {state.total}, pid {state.pid})"

    wait_until(ended, standing, seconds)
    return study_state(study)
