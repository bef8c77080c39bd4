"""The figures of a report, drawn from a summary alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from augtui.analysis.report.style import colour, files, line, marker, styled
from augtui.analysis.report.words import NAMES, SHARES, axes_text, place
from augtui.runlog.summary import ArmSummary, Curve, Summary

WIDTH = 6.4
"""Inches: the text width of most pages."""
MOST_PANELS = 12


def draw_figures(summary: Summary, forms: Collection[str]) -> dict[str, dict[str, bytes]]:
    """All figures that the summary has data for: name -> form (svg, png, pdf) -> bytes."""
    with styled():
        drawn = {
            "differences": differences(summary),
            "curves": curves(summary),
            "confusion": confusion(summary),
            **{f"axis-{_file(key)}": axis(summary, key) for key in numeric_axes(summary)},
        }
        return {name: files(figure, forms) for name, figure in drawn.items() if figure is not None}


def numeric_axes(summary: Summary) -> list[str]:
    """Axes that have a scale: those whose values are all numbers, at least two of them."""
    keys = list(summary.arms[0].axes) if summary.arms else []
    values = {key: {arm.axes[key] for arm in summary.arms} for key in keys}
    return [
        key
        for key in keys
        if len(values[key]) > 1
        and all(isinstance(value, int | float) and not isinstance(value, bool) for value in values[key])
    ]


def differences(summary: Summary) -> Figure | None:
    """Arm minus baseline on the primary metric with 95 % intervals, zero and the margin marked."""
    metric = summary.primary
    arms = [a for a in summary.arms if (d := a.difference.get(metric)) is not None and d.mean is not None]
    if not arms:
        return None
    scale = 100.0 if metric in SHARES else 1.0
    figure = Figure(figsize=(WIDTH, 0.9 + 0.3 * len(arms)))
    axes = figure.add_subplot()
    axes.axvspan(-scale * summary.margin, scale * summary.margin, color="#000000", alpha=0.08, lw=0)
    axes.axvline(0, color="#000000", lw=0.8)
    for row, arm in enumerate(arms):
        index = _index(summary, arm.name)
        difference = arm.difference[metric]
        mean = scale * (difference.mean or 0.0)
        if difference.low is not None and difference.high is not None:
            axes.plot([scale * difference.low, scale * difference.high], [row, row], color=colour(index), lw=1.5)
        axes.plot([mean], [row], marker(index), color=colour(index), ms=6)
    axes.set_yticks(range(len(arms)), [place(arm) for arm in arms])
    axes.set_ylim(len(arms) - 0.5, -0.5)
    axes.set_xlabel(f"{NAMES[metric]}: difference from {summary.baseline}" + (" (points)" if scale > 1 else ""))
    return figure


def curves(summary: Summary) -> Figure | None:
    """Mean validation accuracy over epochs with a band of one SD over runs, one panel for each axis point."""
    panels = [(axes, [a for a in arms if "val_accuracy" in a.curves]) for axes, arms in _by_point(summary)]
    panels = [(axes, arms) for axes, arms in panels if arms][:MOST_PANELS]
    if not panels:
        return None
    figure, grid = _grid(len(panels), height=2.4)
    for axes, (point, arms) in zip(grid, panels, strict=True):
        for arm in arms:
            _band(axes, arm.curves["val_accuracy"], _index(summary, arm.name), arm.name)
        axes.set_title(axes_text(tuple(point.items())))
        axes.set_xlabel("epoch (of the baseline)")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_ylabel("validation accuracy (%)")
    grid[0].legend(fontsize=8)
    figure.tight_layout()
    return figure


def confusion(summary: Summary) -> Figure | None:
    """Test images by true and predicted class, summed over seeds; the colour is the share of the true class."""
    arms = confusion_arms(summary)
    if not arms:
        return None
    figure, grid = _grid(len(arms), height=1.1 + 0.4 * len(summary.classes), columns=3)
    for axes, arm in zip(grid, arms, strict=True):
        counts = np.array(arm.confusion, dtype=np.float64)
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for (row, column), count in np.ndenumerate(counts):
            dark = shares[row, column] > 0.5
            axes.text(
                column, row, f"{count:.0f}", ha="center", va="center", color="white" if dark else "black", size=7
            )
        names = [name if len(name) <= 12 else f"{name[:11]}…" for name in summary.classes]
        axes.set_xticks(range(len(names)), names, rotation=30, ha="right")
        axes.set_yticks(range(len(names)), names)
        axes.set_title("\n".join(part for part in (arm.name, axes_text(tuple(arm.axes.items()))) if part), fontsize=7)
        axes.set_ylabel("true")
        axes.set_xlabel("predicted")
    figure.tight_layout()
    return figure


def confusion_arms(summary: Summary) -> list[ArmSummary]:
    """The arms whose confusion matrices are drawn: the first ones."""
    return [arm for arm in summary.arms if arm.confusion][:MOST_PANELS]


def axis(summary: Summary, key: str) -> Figure | None:
    """The primary metric over one axis: means and SD over runs, one line for each arm and setting of other axes."""
    metric = summary.primary
    scale = 100.0 if metric in SHARES else 1.0
    figure = Figure(figsize=(WIDTH, 3.2))
    axes = figure.add_subplot()
    series: dict[tuple[str, str], list[ArmSummary]] = {}
    for arm in summary.arms:
        rest = axes_text(tuple((name, value) for name, value in arm.axes.items() if name != key))
        if (spread := arm.metrics.get(metric)) is not None and spread.mean is not None:
            series.setdefault((arm.name, rest), []).append(arm)
    if not series:
        return None
    shift = 0.0
    for number, ((name, rest), arms) in enumerate(series.items()):
        index = _index(summary, name)
        arms.sort(key=lambda arm: float(arm.axes[key]))
        x = np.array([float(arm.axes[key]) for arm in arms])
        y = np.array([scale * (arm.metrics[metric].mean or 0.0) for arm in arms])
        sd = np.array([scale * (arm.metrics[metric].sd or 0.0) for arm in arms])
        shift = 1 + 0.012 * (number - (len(series) - 1) / 2)
        label = f"{name} ({rest})" if rest else name
        style: dict[str, Any] = {"color": colour(index), "marker": marker(index), "ls": line(index)}
        axes.errorbar(x * shift, y, yerr=sd, label=label, capsize=2, ms=5, lw=1.3, **style)
    if key == "data.fraction":
        axes.set_xscale("log")
    ticks = sorted({float(arm.axes[key]) for arm in summary.arms})
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel(key)
    axes.set_ylabel(NAMES[metric] + (" (%)" if scale > 1 else ""))
    axes.legend(fontsize=8)
    return figure


def _band(axes: Axes, curve: Curve, index: int, label: str) -> None:
    epochs = np.arange(1, len(curve.mean) + 1)
    mean = 100 * np.array([np.nan if value is None else value for value in curve.mean])
    sd = 100 * np.array([0.0 if value is None else value for value in curve.sd])
    axes.plot(epochs, mean, color=colour(index), ls=line(index), lw=1.4, label=label)
    axes.fill_between(
        epochs, np.maximum(mean - sd, 0), np.minimum(mean + sd, 100), color=colour(index), alpha=0.15, lw=0
    )


def _grid(count: int, height: float, columns: int = 2) -> tuple[Figure, list[Axes]]:
    columns = min(count, columns)
    rows = -(-count // columns)
    figure = Figure(figsize=(WIDTH if columns > 1 else WIDTH * 0.75, height * rows + 0.4))
    return figure, [figure.add_subplot(rows, columns, number + 1) for number in range(count)]


def _by_point(summary: Summary) -> Sequence[tuple[dict[str, Any], list[ArmSummary]]]:
    return [(axes, list(arms)) for axes, arms in groupby(summary.arms, key=lambda arm: arm.axes)]


def _index(summary: Summary, name: str) -> int:
    """The arm's place in the plan."""
    return list(dict.fromkeys(arm.name for arm in summary.arms)).index(name)


def _file(key: str) -> str:
    return key.replace(".", "-").replace("_", "-")
