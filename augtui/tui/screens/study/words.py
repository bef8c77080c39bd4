"""A study's snapshot in the words and rows of the panels."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from augtui.plan.grid import Point, cells, point_name
from augtui.text import plain
from augtui.tui.feed.snapshot import DeviceLoad, RunView, StepView, StudySnapshot
from augtui.tui.glyphs import state_span
from augtui.tui.sparks import progress
from augtui.tui.text import Row, duration, fit, fraction, number, row_width, size
from augtui.tui.widgets.seedgrid import GridRow

METRICS = {
    "accuracy": "accuracy",
    "balanced_accuracy": "bal. acc",
    "macro_recall": "macro recall",
    "recall": "recall",
    "specificity": "specificity",
    "precision": "precision",
    "f1": "F1",
    "auroc": "AUROC",
}


def run_words(folder: str) -> str:
    """ "gan-10 · epochs=20 · seed 2" for a run's folder."""
    parts = folder.split("/")
    kept = parts[1:] if parts[0] in ("arms", "generators") else parts
    words = [part.replace("seed-", "seed ", 1) if part.startswith("seed-") else _short_point(part) for part in kept]
    return plain(" · ".join(words))


def _short_point(part: str) -> str:
    """An axis point without the sections of its keys: "epochs=10, fraction=0.5"."""
    if "=" not in part:
        return part
    return ", ".join(piece.rpartition(".")[2] if "." in piece.split("=")[0] else piece for piece in part.split(","))


def step_rows(snapshot: StudySnapshot, width: int) -> list[Row]:
    """One row for each step: state, name, what it found or how far it is."""
    rows = []
    for step in snapshot.steps:
        glyph, style = state_span(step.state)
        name_style = "bold $foreground" if step.state == "running" else "$foreground"
        if step.state in ("queued", "skipped"):
            name_style = "$muted"
        row: Row = [(f"{glyph} ", style), (fit(step.name, 11), name_style), (found(step, snapshot), "$muted")]
        rows.append(row)
    return rows


def found(step: StepView, snapshot: StudySnapshot) -> str:
    """What a step found, or how far it is."""
    if step.name == "train" and step.state == "running":
        return f"{snapshot.done} of {snapshot.total}"
    if step.state == "running" and step.total:
        return plain(f"{step.done:,} of {step.total:,} {step.message}".rstrip())
    return plain(step.found or step.message) if step.state != "skipped" else "not needed"


def step_strip(snapshot: StudySnapshot) -> Row:
    """All steps on one line."""
    row: Row = []
    for step in snapshot.steps:
        if step.state == "skipped":
            continue
        glyph, style = state_span(step.state)
        row += [
            (glyph, style),
            (f" {step.name}", "$muted" if step.state != "running" else "bold $foreground"),
            ("  ", ""),
        ]
    return row


def grid_rows(snapshot: StudySnapshot) -> tuple[list[GridRow], list[str]]:
    """The grid of runs and its seeds."""
    plan = snapshot.plan
    if plan is None:
        return [], []
    rows: dict[tuple[str, Point], list[RunView]] = {}
    for cell in cells(plan):
        run = snapshot.runs.get(cell.folder)
        if run is not None:
            rows.setdefault((cell.arm.name, cell.point), []).append(run)
    order = {arm.name: index for index, arm in enumerate(plan.arms)}
    result = []
    for (arm, point), runs in sorted(rows.items(), key=lambda item: (point_name(item[0][1]), order[item[0][0]])):
        label = plain(arm + (f"  {_short_point(point_name(point))}" if point else ""))
        values = [run.metrics.get(plan.primary) for run in runs if run.metrics]
        result.append(
            GridRow(
                label,
                "$baseline" if arm == plan.baseline.name else "$foreground",
                tuple(run.folder for run in runs),
                tuple(state_span(run.status) for run in runs),
                spread_words([value for value in values if value is not None]),
            )
        )
    return result, [str(seed) for seed in plan.seeds]


def spread_words(values: Sequence[float]) -> Row:
    """Mean and deviation of what has finished."""
    if not values:
        return []
    row: Row = [(fraction(statistics.fmean(values)), "$foreground")]
    if len(values) > 1:
        row.append((f" ±{fraction(statistics.stdev(values))}", "$muted"))
    return row


def running_rows(runs: Sequence[RunView], width: int, height: int) -> list[Row]:
    """The runs that are being worked on: three lines each where there is room, else one."""
    if len(runs) * 4 - 1 <= height:
        rows: list[Row] = []
        for run in runs:
            rows += [*_three_lines(run, width), []]
        return rows[:-1]
    return [_one_line(run, width) for run in runs]


def _three_lines(run: RunView, width: int) -> list[Row]:
    epochs = f"epoch {run.epoch:>{len(str(run.epochs))}}/{run.epochs}  "
    left = duration(run.left) if run.left is not None else ""
    done, rest = progress(run.share, max(4, width - len(epochs) - 9))
    rate = f"{run.rate:,.0f} img/s" if run.rate is not None else ""
    name = run_words(run.folder)
    title: Row = [(fit(name, max(8, width - len(run.slot) - 1)), "$foreground"), (f" {plain(run.slot)}", "$faint")]
    values: Row = [("loss ", "$muted"), (fit(number(run.loss), 5), "$foreground")]
    values += [(" val ", "$muted"), (fit(fraction(run.val_accuracy), 5), "bold $foreground")]
    return [
        title,
        [(epochs, "$muted"), (done, "$running"), (rest, "$line"), (fit(left, 9, "right"), "$muted")],
        [*values, (fit(rate, max(0, width - row_width(values)), "right"), "$muted")],
    ]


def _one_line(run: RunView, width: int) -> Row:
    tail: Row = [
        (f" {run.epoch:>{len(str(run.epochs))}}/{run.epochs} ", "$muted"),
        (fit(number(run.loss), 6, "right"), "$foreground"),
        (fit(fraction(run.val_accuracy), 6, "right"), "bold $foreground"),
        (fit(duration(run.left) if run.left is not None else "", 10, "right"), "$muted"),
    ]
    return [(fit(run_words(run.folder), max(6, width - row_width(tail))), "$foreground"), *tail]


def load_words(loads: Sequence[DeviceLoad]) -> str:
    """ "cuda:0 92 % 31/141 GB" for each device."""
    words = []
    for load in loads:
        memory = f"  {load.used / 1e9:.0f}/{size(load.total)}" if load.total else ""
        words.append(f"{load.name}  {load.busy * 100:.0f} %{memory}")
    return " · ".join(words)


def failure_row(snapshot: StudySnapshot) -> Row:
    """The newest failure in one line, and how many there are."""
    failures = snapshot.failures
    if not failures:
        return []
    run = failures[-1]
    more = f"  and {len(failures) - 1} more" if len(failures) > 1 else ""
    glyph, style = state_span(run.status)
    reason = run.message or ("its process is gone" if run.status == "lost" else run.kind)
    return [(f"{glyph} ", style), (run_words(run.folder), "$foreground"), (f"   {plain(reason)}{more}", "$muted")]
