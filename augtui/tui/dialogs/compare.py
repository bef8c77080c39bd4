"""Two studies side by side: the primary metric of every arm that either has."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from augtui.text import plain
from augtui.tui.dialogs.base import PageDialog
from augtui.tui.text import Row, fit, fraction, points

if TYPE_CHECKING:
    from augtui.runlog.summary import ArmSummary, Summary


class CompareScreen(PageDialog):
    """Arms as rows, studies as columns."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "dismiss", "close", id="compare.close")]
    WIDTH = 110
    CLOSE = "compare.close"

    def __init__(self, first: Summary, second: Summary) -> None:
        super().__init__("Two studies")
        self._pair = (first, second)

    def rows(self) -> list[Row]:
        return compare_page(*self._pair)


def compare_page(first: Summary, second: Summary) -> list[Row]:
    """The arms of both; means over seeds, and the second minus the first (studies are not paired: no interval)."""
    metric = first.primary
    keys: dict[tuple[str, str], tuple[ArmSummary | None, ArmSummary | None]] = {}
    for arm in first.arms:
        keys[arm.name, str(arm.axes)] = (arm, None)
    for arm in second.arms:
        keys[arm.name, str(arm.axes)] = (keys.get((arm.name, str(arm.axes)), (None, None))[0], arm)
    rows: list[Row] = [
        [("A  ", "bold $accent"), (plain(first.study), "$foreground")],
        [("B  ", "bold $accent"), (plain(second.study), "$foreground")],
        [],
        [(fit(metric.replace("_", " "), 32), "$muted"), (fit("A", 14, "right"), "$muted"),
         (fit("B", 14, "right"), "$muted"), (fit("B − A, pp", 12, "right"), "$muted")],
    ]  # fmt: skip
    for (name, _), (one, other) in keys.items():
        a, b = _mean(one, metric), _mean(other, metric)
        change = b - a if a is not None and b is not None else None
        style = "$baseline" if name == first.baseline else "$foreground"
        rows.append(
            [
                (fit(plain(name), 32), style),
                (fit(_told(one, metric), 14, "right"), "$foreground"),
                (fit(_told(other, metric), 14, "right"), "$foreground"),
                (fit(points(change), 12, "right"), "bold $foreground"),
            ]
        )
    rows += [[], [("Runs of different studies are not paired; this says nothing about chance.", "$muted")]]
    return rows


def _mean(arm: ArmSummary | None, metric: str) -> float | None:
    spread = arm.metrics.get(metric) if arm is not None else None
    return spread.mean if spread is not None else None


def _told(arm: ArmSummary | None, metric: str) -> str:
    spread = arm.metrics.get(metric) if arm is not None else None
    if spread is None or spread.mean is None:
        return "–"
    return fraction(spread.mean) + (f" ±{fraction(spread.sd)}" if spread.sd is not None else "")
