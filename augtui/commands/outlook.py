"""What a check says of a study that has not begun: what it could show, and what its files give away."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from augtui.commands.wording import fraction
from augtui.runlog.checks import CheckReport
from augtui.text import plain


def outlook(report: CheckReport) -> Iterator[RenderableType]:
    """The power table and the probes, where there are any."""
    if report.power:
        yield Text("smallest difference that would show, in percentage points", style="bold")
        yield _power(report)
        yield Text(plain(f"if {report.assumptions}"), style="dim")
    for probe in report.probes:
        told = (
            f"{probe.name} probe: balanced accuracy {fraction(probe.balanced_accuracy, 2)} "
            f"({fraction(probe.low, 2)} to {fraction(probe.high, 2)}; guessing is {fraction(probe.chance, 2)})"
        )
        yield Text(plain(told), style="dim")


def _power(report: CheckReport) -> Table:
    recall = any(row.recall is not None for row in report.power)
    table = Table(box=None, pad_edge=False)
    table.add_column("seeds", justify="right")
    for name in ("accuracy", "balanced accuracy", *(["recall"] if recall else [])):
        table.add_column(name, justify="right", header_style="not bold")
    for row in report.power:
        values = [row.accuracy, row.balanced_accuracy, *([row.recall] if row.recall is not None else [])]
        seeds = "any number" if row.seeds is None else str(row.seeds)
        table.add_row(seeds, *(f"{100 * value:.1f}" for value in values))
    return table
