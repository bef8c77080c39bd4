"""What the study screen wants done outside of the event loop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import msgspec

from augtui.paths import StudyPaths
from augtui.runlog.fold import STEPS

if TYPE_CHECKING:
    from augtui.study.control import Wish


class Launch(msgspec.Struct, frozen=True):
    """Start the supervisor of a study, which goes on where it stands; `until` names the last step to carry out."""

    folder: Path
    until: str | None = None
    changes: ClassVar[bool] = True

    @property
    def title(self) -> str:
        return f"cannot start {self.folder.name}"

    def run(self) -> int:
        """The supervisor's pid."""
        from augtui import study

        return study.launch(StudyPaths(self.folder), until=self.until)


class Ask(msgspec.Struct, frozen=True):
    """Ask the supervisor that is at work for something."""

    folder: Path
    wish: Wish
    runs: tuple[str, ...] = ()
    step: str = ""
    changes: ClassVar[bool] = True

    @property
    def title(self) -> str:
        return f"cannot {self.wish} {self.folder.name}"

    def run(self) -> None:
        """Write the requests."""
        from augtui import study

        for run in self.runs or ("",):
            study.request(StudyPaths(self.folder), self.wish, run=run, step=self.step)


def next_step(states: dict[str, str]) -> str | None:
    """The first step that has not been carried out; None where all have."""
    return next((name for name in STEPS if states.get(name, "queued") not in ("finished", "skipped")), None)
