"""One arm in full: every metric of every seed, and its difference from the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from augtui.tui.dialogs.base import PageDialog
from augtui.tui.screens.results.figures import arm_words, gap, metric_order, metric_words, verdict_row
from augtui.tui.text import Row, fit, fraction, points

if TYPE_CHECKING:
    from augtui.runlog.summary import ArmSummary, Summary

_CELL = 13


class ArmDialog(PageDialog):
    """Seeds as rows, metrics as columns."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "dismiss", "close", id="arm.close")]
    WIDTH = 118
    CLOSE = "arm.close"

    def __init__(self, summary: Summary, arm: ArmSummary, baseline: str) -> None:
        super().__init__(arm_words(arm))
        self._summary, self._arm, self._baseline = summary, arm, baseline

    def rows(self) -> list[Row]:
        return arm_page(self._summary, self._arm, self._baseline)


def arm_page(summary: Summary, arm: ArmSummary, baseline: str) -> list[Row]:
    """The seeds' table, mean and deviation, then the differences of all metrics."""
    order = metric_order(summary)
    head: Row = [(fit("seed", 8), "$muted")]
    head += [(fit(metric_words(name, summary)[: _CELL - 1], _CELL, "right"), "$muted") for name in order]
    rows = [head]
    for index, seed in enumerate(arm.seeds):
        row: Row = [(fit(str(seed), 8), "$muted")]
        for name in order:
            values = arm.metrics[name].values if name in arm.metrics else []
            row.append((fit(fraction(values[index]) if index < len(values) else "–", _CELL, "right"), "$foreground"))
        rows.append(row)
    for title in ("mean", "SD"):
        row = [(fit(title, 8), "$title")]
        for name in order:
            spread = arm.metrics.get(name)
            value = (spread.mean if title == "mean" else spread.sd) if spread is not None else None
            row.append((fit(fraction(value), _CELL, "right"), "bold $title" if title == "mean" else "$muted"))
        rows.append(row)
    if arm.name == baseline:
        return rows
    rows += [[], [(f"minus {baseline}, percentage points", "$muted")]]
    for name in order:
        difference = gap(summary, arm, baseline, name)
        if difference is None or difference.mean is None:
            continue
        row = [
            (fit(metric_words(name, summary), 20), "$foreground"),
            (fit(points(difference.mean), 7, "right"), "bold"),
        ]
        if difference.low is not None and difference.high is not None:
            row.append((f"   [{points(difference.low)}, {points(difference.high)}]", "$muted"))
        row.append((f"   n {difference.n}", "$muted"))
        rows.append([*row, ("   ", ""), *(verdict_row(difference) if difference.verdict else [])])
    return rows
