"""`augtui compare`: two studies of the same images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from augtui import study
from augtui.commands.terminal import Glyphs, emit, glyphs, output, print_json
from augtui.commands.wording import fraction, p_words, points
from augtui.errors import ExitCode
from augtui.jobs import call
from augtui.runlog.comparison import ComparedArm, Comparison
from augtui.runlog.summary import Difference, Spread
from augtui.text import plain

SHOWN = ("accuracy", "balanced_accuracy", "recall", "specificity", "auroc")


def compare(first: str, second: str, runs_dir: Path, *, as_json: bool) -> int:
    """Print what differs between two studies, arm by arm, second minus first.

    Raises:
        AugtuiError: there is no such study, or the two cannot be compared; the message says why.
    """
    folders = [str(study.find(runs_dir, text).folder) for text in (first, second)]
    answer: dict[str, Any] = call(["augtui.analysis", "compare", *folders])
    if as_json:
        print_json(answer)
        return ExitCode.DONE
    comparison = msgspec.convert(answer, Comparison)
    console = output()
    signs = glyphs(console)
    console.print(Text(plain(f"first:  {comparison.first}")))
    console.print(Text(plain(f"second: {comparison.second}")))
    for part in _parts(comparison, signs):
        console.print()
        emit(console, part)
    return ExitCode.DONE


def _parts(comparison: Comparison, signs: Glyphs) -> Iterator[RenderableType]:
    shown = dict.fromkeys((comparison.primary, *SHOWN))
    for arm in comparison.arms:
        yield _arm(arm, list(shown), signs)
    for what, names in (("only in the first", comparison.only_first), ("only in the second", comparison.only_second)):
        if names:
            yield Text(plain(f"{what}: {', '.join(names)}"), style="dim")
    if comparison.settings:
        table = Table(box=None, pad_edge=False, title="what differs", title_justify="left", title_style="bold")
        table.add_column("key", style="dim")
        table.add_column("first", overflow="fold")
        table.add_column("second", overflow="fold")
        for setting in comparison.settings:
            table.add_row(plain(setting.key), plain(setting.first), plain(setting.second))
        yield table
    for note in comparison.notes:
        yield Text(plain(note), style="dim")


def _arm(arm: ComparedArm, metrics: list[str], signs: Glyphs) -> Table:
    point = ", ".join(f"{key} = {value}" for key, value in arm.axes.items())
    runs = len(arm.second["accuracy"].values)
    told = f"{arm.name}{f' ({point})' if point else ''}: {'paired' if arm.paired else 'independent'} runs"
    same = f", {arm.same_runs} of {runs} the very same" if arm.same_runs else ""
    table = Table(box=None, pad_edge=False, title=plain(told + same), title_justify="left", title_style="bold")
    for name in ("", "first", "second", "difference (pp)", "95 % interval", "p"):
        table.add_column(name, justify="left" if not name else "right", no_wrap=True)
    for metric in metrics:
        difference = arm.difference[metric]
        if difference.mean is None:
            continue
        p = "" if difference.p is None else p_words(difference.p)
        sides = [_spread(side[metric], signs) for side in (arm.first, arm.second)]
        mean = points(difference.mean, signs.minus)
        table.add_row(metric.replace("_", " "), *sides, mean, _interval(difference, signs), p)
    return table


def _spread(spread: Spread, signs: Glyphs) -> str:
    if spread.mean is None:
        return "-"
    return fraction(spread.mean) + (f" {signs.plus_minus}{fraction(spread.sd)}" if spread.sd is not None else "")


def _interval(difference: Difference, signs: Glyphs) -> str:
    if difference.low is None or difference.high is None:
        return "-"
    return f"[{points(difference.low, signs.minus)}, {points(difference.high, signs.minus)}]"
