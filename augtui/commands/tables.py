"""The accuracy and recall table of a study, one line an arm where there is room, two where there is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from augtui.commands.terminal import UNBOUNDED, UNICODE, Glyphs, glyphs
from augtui.commands.wording import fraction, p_words, points
from augtui.runlog.summary import ArmSummary, Difference, Spread, Summary
from augtui.text import plain

METRICS = ("accuracy", "balanced_accuracy", "macro_recall", "recall", "specificity", "f1", "auroc")

_WIDE = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced\naccuracy",
    "macro_recall": "macro\nrecall",
    "recall": "recall",
    "specificity": "specificity",
    "precision": "precision",
    "f1": "F1",
    "auroc": "AUROC",
}
_NARROW = _WIDE | {
    "accuracy": "accu-\nracy",
    "balanced_accuracy": "bal.\nacc.",
    "specificity": "speci-\nficity",
    "precision": "preci-\nsion",
}

DISPENSABLE = ("macro_recall", "specificity", "f1", "auroc", "balanced_accuracy", "recall", "accuracy")
"""What goes first where there is no room; the primary metric stays."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How much a table shows in how many lines."""

    one_line: bool
    """Mean and SD stand side by side; otherwise the SD stands below."""
    verdicts: bool
    """Whether the verdict is a column; otherwise it stands below the table."""
    metrics: tuple[str, ...]
    arm_width: int | None = None
    """Columns of an arm's name at most."""


class ResultTable:
    """Rows are arms, grouped by axis point; columns are metrics and the primary's difference from the baseline."""

    def __init__(self, summary: Summary) -> None:
        self._summary = summary

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        signs = glyphs(console)
        unbounded = options.update_width(UNBOUNDED)
        groups = [(axes, list(arms)) for axes, arms in groupby(self._summary.arms, key=lambda arm: arm.axes)]
        for layout in layouts(self._summary.primary):
            tables = [self._table(arms, layout, signs) for _, arms in groups]
            widths = [Measurement.get(console, unbounded, table).maximum for table in tables]
            if max(widths, default=0) <= options.max_width:
                break
        for number, ((axes, _), table) in enumerate(zip(groups, tables, strict=True)):
            if number:
                yield ""
            if axes:
                yield Text(plain(", ".join(f"{key} = {value}" for key, value in axes.items())), style="bold")
            yield table
        missing = [name.replace("_", " ") for name in METRICS if name not in layout.metrics]
        if missing:
            yield Text(f"no room for {', '.join(missing)}: use a wider terminal, or --json", style="dim")
        if not layout.verdicts:
            yield from self._verdicts(signs)

    def _table(self, arms: list[ArmSummary], layout: Layout, signs: Glyphs) -> Table:
        headings = _WIDE if layout.one_line else _NARROW
        lines = box.SIMPLE_HEAD if signs is UNICODE else None
        padding = (0, 2 if layout.one_line else 1, 0, 0)
        table = Table(box=lines, pad_edge=False, padding=padding, show_edge=False)
        table.add_column("arm", overflow="fold", max_width=layout.arm_width)
        if layout.one_line:
            table.add_column("n", justify="right", no_wrap=True)
        for metric in layout.metrics:
            style = "bold" if metric == self._summary.primary else "not bold"
            table.add_column(headings[metric], justify="right", no_wrap=True, header_style=style)
        primary = headings.get(self._summary.primary, self._summary.primary)
        told = primary.replace("-\n", "").replace("\n", " ")
        table.add_column(f"{signs.delta} {told}\n(pp)", no_wrap=True, header_style="not bold")
        if layout.verdicts:
            table.add_column("verdict", no_wrap=True, header_style="not bold")
        for arm in arms:
            name, runs = self._name(arm, signs)
            cells = [name, runs] if layout.one_line else [_stacked(name, Text.assemble(("n ", "dim"), runs))]
            cells += [_spread(arm.metrics.get(metric), layout, signs) for metric in layout.metrics]
            cells.append(self._difference(arm, layout, signs))
            if layout.verdicts:
                difference = _primary(arm, self._summary)
                cells.append(verdict_text(difference, signs) if difference else Text())
            table.add_row(*cells)
        return table

    def _name(self, arm: ArmSummary, signs: Glyphs) -> tuple[Text, Text]:
        """The arm's name, and the number of runs that its line is made from."""
        name = Text(plain(arm.name), style="bold" if arm.name == self._summary.baseline else "")
        if arm.gate == "failed":
            name.append(f" {signs.warning}gate", style="not bold yellow")
        runs = Text(f"{arm.finished}/{arm.runs}" if arm.finished < arm.runs else f"{arm.finished}", style="dim")
        if arm.failed:
            runs.stylize("not dim red")
        return name, runs

    def _difference(self, arm: ArmSummary, layout: Layout, signs: Glyphs) -> Text:
        if arm.name == self._summary.baseline:
            return Text("baseline", style="dim")
        difference = _primary(arm, self._summary)
        if difference is None or difference.mean is None:
            return Text("-", style="dim")
        mean = Text(points(difference.mean, signs.minus))
        if difference.low is not None and difference.high is not None:
            low, high = points(difference.low, signs.minus), points(difference.high, signs.minus)
            return _joined(mean, Text(f"[{low}, {high}]", style="dim"), layout)
        if difference.sd is not None:
            return _joined(mean, Text(f"{signs.plus_minus}{difference.sd * 100:.1f}", style="dim"), layout)
        return mean

    def _verdicts(self, signs: Glyphs) -> Iterator[RenderableType]:
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column()
        for arm in self._summary.arms:
            difference = _primary(arm, self._summary)
            if difference is not None and difference.verdict:
                grid.add_row(Text(arm_label(arm)), verdict_text(difference, signs))
        if grid.row_count:
            yield ""
            yield grid


def layouts(primary: str) -> Iterator[Layout]:
    """Ways to lay a table out, from the one that needs most columns to the one that needs least."""
    yield Layout(one_line=True, verdicts=True, metrics=METRICS)
    yield Layout(one_line=True, verdicts=False, metrics=METRICS)
    kept = list(METRICS)
    for metric in ("", *DISPENSABLE):
        if metric in kept and metric != primary:
            kept.remove(metric)
        for arm_width in (32, 22, 14):
            yield Layout(one_line=False, verdicts=False, metrics=tuple(kept), arm_width=arm_width)
    yield Layout(one_line=False, verdicts=False, metrics=tuple(kept), arm_width=8)


def arm_label(arm: ArmSummary) -> str:
    """`gan-10`, with axes `gan-10 (epochs 30)`."""
    point = ", ".join(f"{key.rpartition('.')[2]} {value}" for key, value in arm.axes.items())
    return plain(f"{arm.name} ({point})" if point else arm.name)


def verdict_text(difference: Difference, signs: Glyphs) -> Text:
    """The verdict with what makes it readable: p for a claim, the smallest visible difference for none."""
    verdict = difference.verdict or ""
    if verdict in ("helps", "hurts"):
        told = "" if difference.p_holm is None else f"  p {p_words(difference.p_holm)}"
        sign = signs.finished if verdict == "helps" else signs.failed
        return Text(f"{sign} {verdict}", style="bold").append(told, style="not bold dim")
    text = Text(plain(verdict))
    if verdict.startswith("no evidence") and difference.visible is not None:
        text.append(f" (visible from {difference.visible * 100:.1f} pp)", style="dim")
    return text


def _primary(arm: ArmSummary, summary: Summary) -> Difference | None:
    return arm.difference.get(summary.primary)


def _spread(spread: Spread | None, layout: Layout, signs: Glyphs) -> Text:
    if spread is None or spread.mean is None:
        return Text("-", style="dim")
    mean = Text(fraction(spread.mean))
    if spread.sd is None:
        return mean
    return _joined(mean, Text(f"{signs.plus_minus}{fraction(spread.sd)}", style="dim"), layout)


def _joined(first: Text, second: Text, layout: Layout) -> Text:
    return Text.assemble(first, " ", second) if layout.one_line else _stacked(first, second)


def _stacked(first: Text, second: Text) -> Text:
    return Text.assemble(first, "\n", second)
