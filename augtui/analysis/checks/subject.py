"""What the checks look at: the images of a dataset as a plan would use them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from augtui.dataset.decode import Corrupt
from augtui.dataset.splits import split
from augtui.plan.codes import CheckCode
from augtui.plan.spec import DataSpec, Plan
from augtui.runlog.checks import Level, Problem

SIDES = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Subject:
    """A decoded dataset, and the plan that wants it (None: the dataset alone is checked).

    Arrays and tuples have one entry for each of N decoded images.
    """

    root: Path
    classes: tuple[str, ...]
    paths: tuple[str, ...]
    """Relative to root."""
    labels: NDArray[np.int64]
    splits: tuple[str, ...]
    """Folders: train, val or test; empty in a flat dataset."""
    sides: tuple[str, ...]
    """What the study's first seed makes of each image: train, validation, test, or empty where it is unused."""
    groups: tuple[str, ...]
    pixels: NDArray[np.uint8]
    """uint8[N, 3, S, S]."""
    pixel_ids: tuple[str, ...]
    """Equal for equal pictures at native size."""
    widths: NDArray[np.int64]
    heights: NDArray[np.int64]
    modes: tuple[str, ...]
    formats: tuple[str, ...]
    corrupt: tuple[Corrupt, ...]
    plan: Plan | None
    data: DataSpec
    """The plan's `[data]`, or that of a plan to begin with."""

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def flat(self) -> bool:
        return not any(self.splits)

    def rows(self, side: str) -> NDArray[np.int64]:
        """The images on one side of the split."""
        return np.array([row for row, name in enumerate(self.sides) if name == side], dtype=np.int64)

    def files(self, rows: NDArray[np.int64] | list[int]) -> list[str]:
        """Paths in order, each once."""
        return sorted({self.paths[row] for row in rows})

    def counts(self) -> dict[str, dict[str, int]]:
        """Images by side and class, empty sides left out."""
        return self._counted({side: self.rows(side) for side in SIDES})

    def counts_without(self, drop: frozenset[str]) -> dict[str, dict[str, int]]:
        """The same as the study's first seed gets them: without the paths in `drop`, and of the plan's fraction.

        Raises:
            AugtuiError: a class would be without images.
        """
        rows = frozenset(row for row, path in enumerate(self.paths) if path in drop)
        parts = split(self, self.data, 0 if self.plan is None else self.plan.seeds[0], rows)
        return self._counted({side: getattr(parts, side) for side in SIDES})

    def _counted(self, sides: dict[str, NDArray[np.int64]]) -> dict[str, dict[str, int]]:
        found = {}
        for side, rows in sides.items():
            chosen = self.labels[rows]
            if len(chosen):
                found[side] = {name: int((chosen == label).sum()) for label, name in enumerate(self.classes)}
        return found


def problem(
    level: Level,
    code: CheckCode,
    message: str,
    files: list[str] | None = None,
    handled: str = "",
    reasons: list[str] | None = None,
) -> Problem:
    """A problem; one that the plan handles warns instead of blocking."""
    return Problem(
        level="warn" if handled else level,
        code=code,
        message=message,
        files=files or [],
        handled=handled,
        reasons=reasons or [],
    )


def many(count: int, noun: str, does: str = "", do: str = "") -> str:
    """`1 image`, `3 images`; with a verb `1 image lies`, `3 images lie`."""
    verb = does if count == 1 else do
    return f"{count:,} {noun}{'s' * (count != 1)}" + (f" {verb}" if verb else "")
