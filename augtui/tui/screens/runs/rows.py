"""A study as one line of the list, as fields of the filter, and as a page of details."""

from __future__ import annotations

from augtui.text import plain
from augtui.tui.feed.snapshot import StudyRow
from augtui.tui.glyphs import state_span
from augtui.tui.query import Fields
from augtui.tui.sparks import progress
from augtui.tui.text import Row, Span, duration, fraction, moment, points
from augtui.tui.widgets.table import Column, Line

COLUMNS = (
    Column("state", ""),
    Column("name", "study", most=60, least=28),
    Column("dataset", "dataset", most=20, least=11, priority=3),
    Column("arms", "arms", "right", priority=6),
    Column("progress", "runs", "right"),
    Column("best", "best arm", most=26, least=16, priority=4),
    Column("score", "score", "right", priority=2),
    Column("difference", "Δ pp", "right", priority=2),
    Column("verdict", "verdict", most=48, least=7, priority=5, grows=True),
    Column("started", "started", "right", priority=1),
    Column("took", "took", "right", priority=7),
)

SORTS = ("started", "name", "dataset", "progress", "score", "difference", "took")
"""Columns to sort by, in the order in which `s` goes through them."""

KEYS = (
    "name", "state", "dataset", "arm", "arms", "seeds", "done", "failed", "total", "best", "score", "difference",
    "verdict", "host", "age", "took", "accuracy", "balanced_accuracy", "macro_recall", "recall", "specificity",
    "precision", "f1", "auroc",
)  # fmt: skip
"""What a condition of the filter may ask: metrics are the best of any arm, age and took are in hours,
difference is a fraction."""

_METRIC_WORDS = {
    "balanced_accuracy": "balanced accuracy", "macro_recall": "macro recall", "f1": "F1", "auroc": "AUROC",
    "sensitivity_at_specificity": "sensitivity at spec.", "brier": "Brier score", "ece": "calibration error",
}  # fmt: skip


def line_of(row: StudyRow, now: float) -> Line:
    """The row of the list."""
    glyph, style = state_span(row.status)
    name: Row = [(plain(row.name), "$foreground" if row.status != "running" else "bold $foreground")]
    return Line(
        row.name,
        (
            (glyph, style),
            name,
            (plain(row.dataset), "$muted"),
            (str(len(row.arms)) if row.arms else "", "$muted"),
            _progress(row),
            (plain(row.best), "$foreground" if row.verdict != "baseline" else "$baseline"),
            (fraction(row.score) if row.score is not None else "", "$foreground"),
            (points(row.difference) if row.difference is not None else "", verdict_style(row.verdict)),
            (_verdict(row), verdict_style(row.verdict)),
            (moment(row.started, now), "$muted"),
            (_took(row, now), "$muted"),
        ),
    )


def _progress(row: StudyRow) -> Row:
    if not row.total:
        return [("–", "$faint")]
    cells: Row = [(f"✗{row.failed} ", "$bad")] if row.failed else []
    return [*cells, (f"{row.done}/{row.total}", "$muted" if row.status != "running" else "$running")]


def _verdict(row: StudyRow) -> str:
    if row.message and row.status in ("failed", "blocked", "lost"):
        return plain(row.message)
    return row.verdict if row.verdict != "baseline" else "no arm above baseline"


def _took(row: StudyRow, now: float) -> str:
    if not row.started:
        return ""
    if row.ended:
        return duration(row.ended - row.started)
    return duration(now - row.started) if row.status == "running" else ""


def verdict_style(verdict: str) -> str:
    """The style of a verdict: good for help, bad for harm, quiet for the rest."""
    return {"helps": "$good", "hurts": "$warn"}.get(verdict, "$muted")


def sort_value(row: StudyRow, column: str, now: float) -> tuple[bool, float | str]:
    """What a column sorts by; rows without a value come last whichever way it goes (the bool says there is one)."""
    value: float | str | None
    match column:
        case "name":
            value = row.name
        case "dataset":
            value = row.dataset
        case "progress":
            value = row.done / row.total if row.total else None
        case "score":
            value = row.score
        case "difference":
            value = row.difference
        case "took":
            value = (row.ended or now) - row.started if row.started else None
        case _:
            value = row.started or None
    return value is not None, value if value is not None else 0.0


def fields_of(row: StudyRow, now: float) -> Fields:
    """The row as the filter sees it."""
    took = ((row.ended or now) - row.started) / 3600 if row.started else None
    return {
        "name": row.name,
        "state": row.status,
        "dataset": row.dataset,
        "arm": row.arms,
        "arms": float(len(row.arms)),
        "seeds": float(row.seeds),
        "done": float(row.done),
        "failed": float(row.failed),
        "total": float(row.total),
        "best": row.best,
        "score": row.score,
        "difference": row.difference,
        "verdict": row.verdict,
        "host": row.host,
        "age": (now - row.started) / 3600 if row.started else None,
        "took": took,
        **dict(row.metrics),
    }


def details(row: StudyRow, now: float) -> list[Row]:
    """Everything that the list knows of a study, on a page."""
    glyph, style = state_span(row.status)
    metric = _METRIC_WORDS.get(row.primary, row.primary)
    page: list[Row] = [
        [(plain(row.name), "bold $title")],
        [(f"{glyph} {row.status}", style), *([(f"  {plain(row.message)}", "$muted")] if row.message else [])],
        [],
        _fact("dataset", row.dataset),
        _fact("runs", f"{row.done} of {row.total} finished" + (f", {row.failed} failed" if row.failed else "")),
        _fact("seeds", str(row.seeds) if row.seeds else ""),
        _fact("started", moment(row.started, now)),
        _fact("took", _took(row, now)),
        _fact("host", row.host),
        _fact("primary", metric),
    ]
    if row.total:
        done, rest = progress(row.done / row.total, 30)
        page.insert(3, [(done, style), (rest, "$line")])
        page.insert(4, [])
    page += [[], [("arms", "$muted")]]
    for number, arm in enumerate(row.arms):
        tail: Span = ("", "")
        if arm == row.best and row.score is not None:
            tail = (f"  {fraction(row.score)}", "$muted")
        page.append([("  ", ""), (plain(arm), "$baseline" if number == 0 else "$foreground"), tail])
    if row.metrics:
        page += [[], [("best of any arm", "$muted")]]
        page += [_fact("  " + _METRIC_WORDS.get(name, name), fraction(value)) for name, value in row.metrics]
    return page


def _fact(name: str, value: str) -> Row:
    return [(f"{name:<24}", "$muted"), (plain(value) or "–", "$foreground")]
