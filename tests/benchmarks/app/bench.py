"""What all measurements share: the terminal, the studies, and the table of figures."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.app import studies
from tests.benchmarks.app.terminal import Pane, Terminal

SIZES = {"S1": (20, 10, 100), "S2": (10, 5, 2000)}
"""Arms, seeds and epochs of the studies that are measured; eight numbers an epoch."""
MANY = (200, 5, 10)
"""Studies, arms and seeds of the long list."""


@dataclass
class Bench:
    """A terminal, and a folder for each collection of studies, made when it is first wanted."""

    terminal: Terminal
    folder: Path
    """For what one measurement writes."""
    kept: Path
    """For the studies S1, S2 and S3."""
    figures: list[tuple[str, str, str, str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Of the programs that are measured: nothing of this user's, a terminal with all colours.

        The modules are compiled once, as those of an installed program are, and not at each start.
        """
        here = {"COLORTERM": "truecolor", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": ""}
        return here | {f"XDG_{name}_HOME": str(self.folder / name.lower()) for name in ("CONFIG", "CACHE")}

    def runs(self, name: str) -> Path:
        """The folder of studies of this name: S1, S2 or S3."""
        path = self.kept / name
        if not path.exists():
            if name == "S3":
                studies.many(path, *MANY)
            else:
                studies.finished(path, *SIZES[name])
        return path

    def open(self, runs: Path, data: Path | None = None, *options: str) -> Pane:
        """Start the app on a folder of studies."""
        data = data or self.folder / "data"
        command = [sys.executable, "-m", "augtui", "--runs-dir", str(runs), "--data-dir", str(data), *options]
        return self.terminal.open(command, self.folder, self.environment)

    def open_empty(self) -> Pane:
        """Start the empty app."""
        root = Path(__file__).parents[3]
        return self.terminal.open([sys.executable, "-m", "tests.benchmarks.app.empty"], root, self.environment)

    def tell(self, what: str, value: str, bar: str = "", holds: bool | None = None) -> None:
        """Print a figure beside its bar, at once."""
        verdict = "" if holds is None else ("holds" if holds else "MISSED")
        self.figures.append((what, value, bar, verdict))
        print(f"  {what:<58} {value:>22}  {bar:<22} {verdict}", flush=True)


def median(values: Iterable[float]) -> float:
    """The median; 0 of nothing."""
    found = list(values)
    return statistics.median(found) if found else 0.0
