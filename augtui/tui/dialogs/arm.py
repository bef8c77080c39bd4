"""One arm in full: every metric of every seed, and its difference from the baseline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from augtui.text import plain
from augtui.tui.dialogs.base import PageDialog
from augtui.tui.screens.results.figures import arm_words, gap, metric_order, metric_words, verdict_row
from augtui.tui.text import Row, fit, fraction, points

if TYPE_CHECKING:
    from augtui.runlog.summary import ArmSummary, Summary

_NAME, _CELL = 22, 7
"""Cells of a metric's name and of a number."""


class ArmDialog(PageDialog):
    """Metrics as rows: there are many of them, and they fit whatever the width."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "dismiss", "close", id="arm.close")]
    WIDTH = 118
    CLOSE = "arm.close"

    def __init__(self, summary: Summary, arm: ArmSummary, baseline: str) -> None:
        super().__init__(arm_words(arm))
        self._summary, self._arm, self._baseline = summary, arm, baseline

    def rows(self) -> list[Row]:
        return arm_page(self._summary, self._arm, self._baseline, min(self.WIDTH, self.app.size.width) - 6)


def arm_page(summary: Summary, arm: ArmSummary, baseline: str, width: int) -> list[Row]:
    """A line for each metric: mean, deviation, what it is above the baseline; then the same lines by seed."""
    order = [name for name in metric_order(summary) if name in arm.metrics and arm.metrics[name].mean is not None]
    is_baseline = arm.name == baseline
    head: Row = [(fit("", _NAME), ""), (fit("mean", _CELL, "right"), "$muted"), (fit("SD", _CELL, "right"), "$muted")]
    if not is_baseline:
        head.append((f"     minus {plain(baseline)}, percentage points", "$muted"))
    rows = [head]
    for name in order:
        spread = arm.metrics[name]
        row: Row = [(fit(metric_words(name, summary), _NAME), "$foreground")]
        row.append((fit(fraction(spread.mean), _CELL, "right"), "bold $title"))
        row.append((fit(fraction(spread.sd), _CELL, "right"), "$muted"))
        rows.append(row if is_baseline else [*row, ("     ", ""), *_gap_words(summary, arm, baseline, name)])
    at_once = max(1, (width - _NAME) // _CELL)
    for first in range(0, len(arm.seeds), at_once):
        seeds = range(first, min(first + at_once, len(arm.seeds)))
        rows += [[], [(fit("by seed", _NAME), "$muted"), *_cells(str(arm.seeds[n]) for n in seeds)]]
        for name in order:
            values = arm.metrics[name].values
            told = (fraction(values[n]) if n < len(values) else "–" for n in seeds)
            rows.append([(fit(metric_words(name, summary), _NAME), "$muted"), *_cells(told, "$foreground")])
    return rows


def _cells(texts: Iterable[str], style: str = "$muted") -> Row:
    return [(fit(text, _CELL, "right"), style) for text in texts]


def _gap_words(summary: Summary, arm: ArmSummary, baseline: str, name: str) -> Row:
    """The difference from the baseline in a metric, with its interval and verdict where there are any."""
    difference = gap(summary, arm, baseline, name)
    if difference is None or difference.mean is None:
        return [("–", "$muted")]
    row: Row = [(fit(points(difference.mean), 6, "right"), "bold")]
    interval = ""
    if difference.low is not None and difference.high is not None:
        interval = f"  [{points(difference.low)}, {points(difference.high)}]"
    row.append((fit(interval, 18), "$muted"))
    row.append((f"n {difference.n}", "$muted"))
    return [*row, ("   ", ""), *(verdict_row(difference) if difference.verdict else [])]
