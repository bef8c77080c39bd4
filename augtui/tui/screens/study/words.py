"""A study's snapshot in the words and rows of the panels."""

from __future__ import annotations

from collections.abc import Sequence

from augtui.runlog.fold import is_fit
from augtui.text import plain
from augtui.tui.feed.snapshot import DeviceLoad, RunView, StepView, StudySnapshot
from augtui.tui.glyphs import state_span
from augtui.tui.sparks import progress
from augtui.tui.text import Row, duration, fit, fraction, number, row_width, size

METRICS = {
    "accuracy": "accuracy",
    "balanced_accuracy": "bal. acc",
    "macro_recall": "macro recall",
    "recall": "recall",
    "specificity": "specificity",
    "precision": "precision",
    "f1": "F1",
    "auroc": "AUROC",
    "sensitivity_at_specificity": "sensitivity at spec.",
    "brier": "Brier score",
    "ece": "calibration error",
}


def run_words(folder: str) -> str:
    """ "gan-10 · epochs=20 · seed 2" for a run's folder."""
    parts = folder.split("/")
    kept = parts[1:] if parts[0] in ("arms", "generators") else parts
    words = [part.replace("seed-", "seed ", 1) if part.startswith("seed-") else short_point(part) for part in kept]
    return plain(" · ".join(words))


def short_point(part: str) -> str:
    """An axis point without the sections of its keys: "epochs=10, fraction=0.5"."""
    if "=" not in part:
        return part
    pairs = (piece.partition("=") for piece in part.split(","))
    return ", ".join(key.rpartition(".")[2] + equals + value for key, equals, value in pairs)


def step_rows(snapshot: StudySnapshot, width: int) -> list[Row]:
    """One row for each step: state, name, what it found or how far it is."""
    rows = []
    for step in snapshot.steps:
        glyph, style = state_span(step.state)
        name_style = "bold $foreground" if step.state == "running" else "$foreground"
        if step.state in ("queued", "skipped"):
            name_style = "$muted"
        told = as_fits(found(step, snapshot), width - 13)
        row: Row = [(f"{glyph} ", style), (fit(step.name, 11), name_style), (told, "$muted")]
        rows.append(row)
    return rows


def found(step: StepView, snapshot: StudySnapshot) -> str:
    """What a step found, or how far it is."""
    if step.name == "train" and step.state == "running":
        return f"{snapshot.done} of {snapshot.total}"
    if step.state == "running" and step.total:
        return plain(f"{step.done:,} of {step.total:,} {step.message}".rstrip())
    if step.name == "compare" and step.state == "finished":
        return "tables made"
    return plain(step.found or step.message) if step.state != "skipped" else "not needed"


def as_fits(text: str, width: int) -> str:
    """A text that lists things, without those at its end that have no room."""
    if len(text) <= width:
        return text
    for mark in (": ", ", ", " "):
        cut = text.rpartition(mark)[0]
        while len(cut) > width and mark in cut:
            cut = cut.rpartition(mark)[0]
        if cut and len(cut) <= width:
            return cut
    return fit(text, width)


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


def load_title(loads: Sequence[DeviceLoad]) -> str:
    """How busy the machine is, as a title: its device, or the mean of several."""
    if len(loads) < 2:
        return "".join(load_words(loads))
    return f"{len(loads)} devices {sum(load.busy for load in loads) / len(loads) * 100:.0f} %"


def load_words(loads: Sequence[DeviceLoad]) -> list[str]:
    """ "cuda:0 92 % 31/141 GB" for each device."""
    words = []
    for load in loads:
        memory = f" {load.used / 1e9:.0f}/{size(load.total)}" if load.total else ""
        words.append(f"{load.name} {load.busy * 100:.0f} %{memory}")
    return words


def load_rows(loads: Sequence[DeviceLoad], width: int) -> list[Row]:
    """A line for each device: name, load as a bar and a number, memory."""
    rows: list[Row] = []
    for load in loads:
        memory = f"{load.used / 1e9:.0f}/{size(load.total)}" if load.total else ""
        done, rest = progress(load.busy, max(4, width - 26))
        row: Row = [(fit(plain(load.name), 7), "$muted"), (done, "$spark"), (rest, "$line")]
        rows.append([*row, (f" {load.busy * 100:3.0f} %", "$foreground"), (fit(memory, 13, "right"), "$muted")])
    return rows


def running_summary(runs: Sequence[RunView]) -> Row:
    """The running ones on part of a line: how many, and how far the first of them is."""
    if not runs:
        return [("nothing at the moment", "$muted")]
    run = runs[0]
    row: Row = [(f"{len(runs)} run" + ("s" if len(runs) != 1 else ""), "$foreground")]
    row += [(f"   {run_words(run.folder)}", "$muted"), (f"  {run.epoch}/{run.epochs}", "$foreground")]
    return [*row, (f"  val {fraction(run.val_accuracy)}", "$muted")]


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


def no_curves(study: StudySnapshot) -> str:
    """Why there is no curve."""
    if any(run.epoch for run in study.runs.values()):
        return "No epoch of these runs yet."
    goes_on = study.status in ("running", "queued", "waiting")
    return "The first epoch begins the curves." if goes_on else "No epoch was trained."


def counts(study: StudySnapshot) -> Row:
    """Runs by state, for the shut grid."""
    row: Row = []
    for state in ("finished", "running", "failed", "lost", "queued", "left out"):
        count = sum(run.status == state for run in study.runs.values() if not is_fit(run.folder))
        if count:
            glyph, style = state_span(state)
            row += [(f"{glyph} ", style), (f"{count}  ", "$foreground")]
    return row
