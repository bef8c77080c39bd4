"""What screens want done outside of the event loop. A task runs in a thread; its outcome comes back as a message."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from augtui.errors import AugtuiError


class Task(Protocol):
    """Something to do."""

    @property
    def title(self) -> str:
        """What is being done, for a message when it fails: "cannot stop skin-cancer-..."."""

    @property
    def changes(self) -> bool:
        """Whether it starts, stops, writes or deletes anything (refused where the app is read-only)."""

    def run(self) -> Any:
        """Do it; gives whatever the one who wanted it needs.

        Raises:
            AugtuiError: what the user can mend.
            OSError: the disk or another process is in the way.
        """


class Outcome(msgspec.Struct, frozen=True):
    """How a task ended: with a value, or with an error."""

    value: Any = None
    error: str = ""
    hint: str = ""

    @property
    def failed(self) -> bool:
        return bool(self.error)


def carry_out(task: Task) -> Outcome:
    """Run a task to its outcome."""
    try:
        return Outcome(task.run())
    except AugtuiError as error:
        return Outcome(error=error.message, hint=error.hint)
    except OSError as error:
        return Outcome(error=f"{error.strerror or error}: {error.filename}" if error.filename else str(error))
