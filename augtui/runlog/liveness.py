"""Is the process behind a log still there? Only the operating system of its own host can say."""

import os
import socket
from pathlib import Path

from augtui.runlog.fold import RunState, RunStatus, StudyState

HEARTBEAT_SECONDS = 10.0
"""How often a supervisor gives a sign of life."""


def host_name() -> str:
    return socket.gethostname()


def process_started(pid: int) -> float | None:
    """When a process of this host started (an opaque number that tells it from a later one with its pid);
    None where there is no such process or it is a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    stat = Path(f"/proc/{pid}/stat")
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return None if Path("/proc/self/stat").exists() else 0.0
    except ProcessLookupError:
        return None
    if fields[0] in ("Z", "X"):
        return None
    return float(fields[19])


def is_alive(host: str, pid: int, pid_started: float) -> bool | None:
    """True or false for a process of this host; None where another host would have to be asked."""
    if host != host_name():
        return None
    started = process_started(pid)
    return started is not None and (started == pid_started or started == 0.0)


def run_status(state: RunState) -> RunStatus:
    """The status of a run: its log's, but "lost" where the log says running and the process is gone."""
    if state.status == "running" and is_alive(state.host, state.pid, state.pid_started) is False:
        return "lost"
    return state.status


def study_status(state: StudyState, now: float) -> str:
    """The status of a study in one word or phrase: its log's state, or what became of its supervisor."""
    if state.state != "running":
        return state.state
    alive = is_alive(state.host, state.pid, state.pid_started)
    if alive is None:
        return "running" if now - state.last < 3 * HEARTBEAT_SECONDS else "lost"
    return "running" if alive else "lost"
