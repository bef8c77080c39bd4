"""Learning curves as sparklines on one common scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from augtui.commands.tables import arm_label
from augtui.commands.terminal import glyphs
from augtui.commands.wording import fraction
from augtui.runlog.summary import Curve, Summary

CURVES = {
    "val_accuracy": "Validation accuracy",
    "val_balanced_accuracy": "Validation balanced accuracy",
    "val_loss": "Validation loss",
    "loss": "Training loss",
}
"""What may be shown, the first that a study has."""

WIDEST = 48
"""Columns of a sparkline at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """One arm's mean curve, by epoch; None where no run reached the epoch."""

    label: str
    values: tuple[float | None, ...]

    @property
    def last(self) -> float | None:
        return next((value for value in reversed(self.values) if value is not None), None)


def lines_of(summary: Summary) -> tuple[str, list[Line]]:
    """The first curve of `CURVES` that any arm has: its title and a line for each arm that has it."""
    for key, title in CURVES.items():
        lines = [
            Line(arm_label(arm), tuple(curve.mean))
            for arm in summary.arms
            if (curve := arm.curves.get(key)) is not None and _defined(curve)
        ]
        if lines:
            return title, lines
    return "", []


def bounds(lines: Sequence[Line]) -> tuple[float, float]:
    """The lowest and the highest value of all lines: the one scale of all sparklines."""
    values = [value for line in lines for value in line.values if value is not None]
    return min(values), max(values)


def sparkline(values: Sequence[float | None], low: float, high: float, width: int, levels: str) -> str:
    """At most `width` characters, each the mean of its share of the values, drawn on the scale low..high.

    A value outside the scale takes its end; a share without a value is a space.
    """
    width = min(width, len(values))
    cells = []
    for column in range(width):
        share = values[column * len(values) // width : (column + 1) * len(values) // width]
        known = [value for value in share if value is not None]
        if not known:
            cells.append(" ")
            continue
        mean = sum(known) / len(known)
        # Held to the scale before the division: a scale of next to nothing would make it infinite.
        height = (min(max(mean, low), high) - low) / (high - low) if high > low else 0.5
        cells.append(levels[min(int(height * len(levels)), len(levels) - 1)])
    return "".join(cells)


class CurvePanel:
    """All arms' curves under one heading that names the scale."""

    def __init__(self, title: str, lines: Sequence[Line]) -> None:
        self._title = title
        self._lines = lines

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        levels = glyphs(console).sparks
        low, high = bounds(self._lines)
        longest = max(len(line.values) for line in self._lines)
        names = min(max(len(line.label) for line in self._lines), max(options.max_width // 3, 8))
        width = max(min(longest, WIDEST, options.max_width - names - 12), 4)
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(max_width=names, overflow="fold")
        grid.add_column(no_wrap=True, min_width=width)
        grid.add_column(no_wrap=True, justify="right")
        for line in self._lines:
            drawn = sparkline(line.values, low, high, max(round(width * len(line.values) / longest), 1), levels)
            grid.add_row(Text(line.label), Text(drawn, style="cyan"), Text(fraction(line.last)))
        scale = f"{levels[0]} {fraction(low)} to {fraction(high)} {levels[-1]}"
        yield Text.assemble((self._title, "bold"), (f" by epoch (1 to {longest}), mean over seeds", "dim"))
        yield grid
        yield Text(f"scale: {scale}", style="dim")


def _defined(curve: Curve) -> bool:
    return any(value is not None for value in curve.mean)
