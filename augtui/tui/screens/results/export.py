"""The table as text for a paper or a spreadsheet: Markdown, TSV, CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from augtui.runlog.summary import ArmSummary, Summary
from augtui.text import plain
from augtui.tui.screens.results.figures import arm_words, gap, metric_order, metric_words
from augtui.tui.text import fraction, points


def markdown(summary: Summary, arms: Sequence[ArmSummary], baseline: str) -> str:
    """A Markdown table as the screen shows it: mean ± SD, the difference with its interval, the verdict."""
    order = metric_order(summary)
    head = ["arm", *(metric_words(name, summary) for name in order)]
    head.insert(2, f"Δ {metric_words(summary.primary, summary)} [95 %], pp")
    head += ["verdict", "n"]
    rows = [head, ["---", *["---:"] * (len(head) - 3), "---", "---:"]]
    for arm in arms:
        cells = [arm_words(arm)]
        for name in order:
            spread = arm.metrics.get(name)
            mean = spread.mean if spread is not None else None
            sd = spread.sd if spread is not None else None
            cells.append(fraction(mean) + (f" ± {fraction(sd)}" if sd is not None else ""))
        difference = gap(summary, arm, baseline, summary.primary)
        told = "baseline" if arm.name == baseline else "–"
        if difference is not None and difference.mean is not None:
            told = points(difference.mean)
            if difference.low is not None and difference.high is not None:
                told += f" [{points(difference.low)}, {points(difference.high)}]"
        cells.insert(2, told)
        cells += [difference.verdict if difference is not None else "", str(arm.finished)]
        rows.append(cells)
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows) + "\n"


def separated(summary: Summary, arms: Sequence[ArmSummary], baseline: str, delimiter: str) -> str:
    """All numbers in full, one row for each arm, one column for each number."""
    order = metric_order(summary)
    axes = list(dict.fromkeys(key for arm in arms for key in arm.axes))
    head = ["arm", *axes, "finished", "runs"]
    head += [f"{name}_{part}" for name in order for part in ("mean", "sd")]
    head += ["difference", "low", "high", "p", "verdict"]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(head)
    for arm in arms:
        row: list[object] = [plain(arm.name), *(arm.axes.get(key, "") for key in axes), arm.finished, arm.runs]
        for name in order:
            spread = arm.metrics.get(name)
            row += [_cell(spread.mean), _cell(spread.sd)] if spread is not None else ["", ""]
        difference = gap(summary, arm, baseline, summary.primary)
        if difference is None:
            row += ["", "", "", "", "baseline" if arm.name == baseline else ""]
        else:
            row += [_cell(difference.mean), _cell(difference.low), _cell(difference.high), _cell(difference.p)]
            row.append(difference.verdict)
        writer.writerow(row)
    return text.getvalue()


def for_suffix(suffix: str, summary: Summary, arms: Sequence[ArmSummary], baseline: str) -> str | None:
    """The text for a file of this suffix; None for one that is not known."""
    match suffix.lower():
        case ".md" | ".markdown":
            return markdown(summary, arms, baseline)
        case ".tsv" | ".txt":
            return separated(summary, arms, baseline, "\t")
        case ".csv":
            return separated(summary, arms, baseline, ",")
        case _:
            return None


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
