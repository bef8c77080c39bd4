"""One supervisor at a time owns a study: by a lock that dies with it, or an owner file where locks do not work."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable

from augtui.errors import AugtuiError
from augtui.locks import FileLock, LockUnsupportedError, is_locked
from augtui.paths import StudyPaths, write_atomic
from augtui.runlog.fold import fold_study
from augtui.runlog.liveness import host_name, is_alive, process_started
from augtui.runlog.reader import read_events

PATIENCE = 3.0
"""Seconds that a start waits for a supervisor that is just leaving."""


def take(
    study: StudyPaths, force: bool, patience: float = PATIENCE, sleep: Callable[[float], None] = time.sleep
) -> FileLock | None:
    """Own the study until this process ends; the lock, or None where only an owner file could be written.

    Args:
        study: to own.
        force: take over a study whose owner file names a process of another host.
        patience: seconds to wait for a supervisor that is just leaving.
        sleep: waits so many seconds.

    Raises:
        AugtuiError: another supervisor owns it.
    """
    wait_until_free(study, patience, sleep)
    lock = FileLock(study.lock)
    try:
        if lock.try_acquire():
            return lock
    except LockUnsupportedError:
        _take_by_file(study, force)
        return None
    state = fold_study(read_events(study.events))
    raise AugtuiError(
        f"{study.name} is already being carried out (pid {state.pid} on {state.host})",
        f"`{study.command('attach')}` follows it; `{study.command('stop')}` stops it",
    )


def supervised(study: StudyPaths) -> bool:
    """Whether a supervisor of this host owns the study just now."""
    if is_locked(study.lock):
        return True
    owner = _owner(study)
    return owner is not None and is_alive(*owner) is True


def wait_until_free(
    study: StudyPaths, patience: float = PATIENCE, sleep: Callable[[float], None] = time.sleep
) -> bool:
    """Wait a moment for a supervisor that is just leaving; whether the study is free now."""
    deadline = time.monotonic() + patience
    while supervised(study):
        if time.monotonic() > deadline:
            return False
        sleep(0.05)
    return True


def _take_by_file(study: StudyPaths, force: bool) -> None:
    owner = _owner(study)
    if owner is not None and not force:
        alive = is_alive(*owner)
        if alive or alive is None:
            hint = "" if alive else "if you know that it is gone: augtui resume --force"
            raise AugtuiError(f"{study.name} is already being carried out (pid {owner[1]} on {owner[0]})", hint)
    pid = os.getpid()
    body = {"host": host_name(), "pid": pid, "pid_started": process_started(pid)}
    write_atomic(study.owner, json.dumps(body) + "\n")


def _owner(study: StudyPaths) -> tuple[str, int, float] | None:
    try:
        body = json.loads(study.owner.read_bytes())
    except FileNotFoundError:
        return None
    return body["host"], body["pid"], body["pid_started"]
