"""Where runs are carried out, as a small protocol. Local slots keep it today; a cluster's engine could tomorrow.

A handle is a durable string that is written into the run's folder before anything else. What an executor may do
to a run: start it again at any time (a finished run answers at once, a checkpoint is taken up) and kill it. The
run's folder, not the executor, is the truth about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from augtui.paths import RunPaths

State = Literal["queued", "running", "answered", "vanished"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with a submitted run.

    Attributes:
        state: queued; running in `slot`; answered by the engine with `answer`; vanished: its process is gone
            without an answer, `verdict` says how.
        slot: where it runs.
        answer: the terminal event of the run as a dict, or {"error": ...}.
        verdict: for people, such as "killed by signal 9".
    """

    state: State
    slot: str = ""
    answer: dict[str, Any] | None = None
    verdict: str = ""


class Executor(Protocol):
    """Carries runs out somewhere."""

    def submit(self, runs: Sequence[RunPaths]) -> list[str]:
        """Queue the runs; gives a handle for each, which its folder now holds too."""
        ...

    def poll(self, handles: Sequence[str]) -> dict[str, Standing]:
        """How it stands with each handle, in one call."""
        ...

    def cancel(self, handles: Sequence[str]) -> None:
        """Ask for a checkpoint and an end; runs that still wait are dropped."""
        ...
