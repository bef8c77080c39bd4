"""What the results screen wants done outside of the event loop."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from augtui.errors import AugtuiError
from augtui.paths import StudyPaths, write_atomic

if TYPE_CHECKING:
    from augtui.tui.pictures import Pixels


@dataclass(frozen=True, slots=True)
class Summarise:
    """Make a study's tables anew, in an analysis process."""

    folder: Path
    changes: ClassVar[bool] = True

    @property
    def title(self) -> str:
        return f"cannot make the tables of {self.folder.name}"

    def run(self) -> None:
        """The feed finds what it has written."""
        from augtui.jobs import call

        call(["augtui.analysis", "summary", str(self.folder)])


@dataclass(frozen=True, slots=True)
class LoadMistakes:
    """Read pictures of a study's dataset."""

    folder: Path
    names: tuple[str, ...]
    """Relative to the dataset's folder."""
    size: tuple[int, int]
    """Pixels at most."""
    changes: ClassVar[bool] = False
    title: ClassVar[str] = "cannot show the mistakes"

    def run(self) -> dict[str, Pixels]:
        """By name, those that could be read."""
        from augtui.runlog.info import read_info
        from augtui.tui.pictures import read_pixels

        root = Path(read_info(StudyPaths(self.folder)).dataset_root).resolve()
        found = {}
        for name in self.names:
            path = (root / name).resolve()
            if not path.is_relative_to(root):
                continue
            try:
                found[name] = read_pixels(path, *self.size)
            except OSError:
                continue
        return found


@dataclass(frozen=True, slots=True)
class WriteText:
    """Write an exported table."""

    path: Path
    text: str
    changes: ClassVar[bool] = True

    @property
    def title(self) -> str:
        return f"cannot write {self.path.name}"

    def run(self) -> Path:
        """Where it is."""
        path = self.path.expanduser()
        if path.exists():
            raise AugtuiError(f"{path} exists", "choose another name; nothing was overwritten")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, self.text)
        return path
