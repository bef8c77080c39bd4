"""What the list of studies wants done outside of the event loop."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import msgspec

from augtui.errors import AugtuiError
from augtui.paths import StudyPaths

if TYPE_CHECKING:
    from augtui.runlog.summary import Summary


class DeleteStudies(msgspec.Struct, frozen=True):
    """Remove studies with everything in them."""

    folders: tuple[Path, ...]
    changes: ClassVar[bool] = True

    @property
    def title(self) -> str:
        return f"cannot delete {self.folders[0].name}"

    def run(self) -> int:
        """How many were removed."""
        from augtui import study

        for folder in self.folders:
            if study.supervised(StudyPaths(folder)):
                raise AugtuiError(f"{folder.name} is being carried out", "stop it first: open it and press s")
            # Renamed first, so that no half of a study is ever listed.
            doomed = folder.rename(folder.with_name(f".deleted-{folder.name}"))
            shutil.rmtree(doomed)
        return len(self.folders)


class ReadTwo(msgspec.Struct, frozen=True):
    """Read the tables of two studies that are to be compared."""

    first: Path
    second: Path
    changes: ClassVar[bool] = False
    title: ClassVar[str] = "cannot compare"

    def run(self) -> tuple[Summary, Summary]:
        from augtui.runlog.summary import read_summary

        found = []
        for folder in (self.first, self.second):
            try:
                found.append(read_summary(StudyPaths(folder).summary))
            except FileNotFoundError as error:
                raise AugtuiError(f"{folder.name} has no tables yet", "its compare step makes them") from error
        one, other = found
        if one.dataset != other.dataset:
            raise AugtuiError(
                f"{one.study} is about {one.dataset}, {other.study} about {other.dataset}",
                "only studies of one dataset can be compared",
            )
        if one.primary != other.primary:
            raise AugtuiError(
                f"{one.study} is judged by {one.primary}, {other.study} by {other.primary}",
                "only studies with the same primary metric can be compared",
            )
        return one, other
