"""A study's numbers for other programs: CSV tables and one JSON object."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import msgspec

from augtui.analysis.collect import StudyData
from augtui.analysis.report.source import Source
from augtui.metrics import METRICS
from augtui.runlog.generators import GATES
from augtui.runlog.quality import Marks
from augtui.runlog.summary import Difference, Summary

_DIFFERENCE = (
    "n", "mean", "sd", "low", "high", "p", "p_holm", "verdict", "visible", "floor", "df", "p_sign_flip", "p_mcnemar",
    "better",
)  # fmt: skip


def csv_tables(data: StudyData, summary: Summary) -> dict[str, str]:
    """All tables of a study by name; `generators` only where the plan has some."""
    tables = {"arms": arms_csv(summary), "runs": runs_csv(data), "curves": curves_csv(data)}
    return tables | ({"generators": generators_csv(data)} if data.generators else {})


def arms_csv(summary: Summary) -> str:
    """One row for each arm, axis point and metric: the mean over runs, and the difference from the baseline."""
    keys = list(summary.arms[0].axes) if summary.arms else []
    head = ["arm", *keys, "metric", "runs", "mean", "sd", *(f"difference_{name}" for name in _DIFFERENCE)]
    head += ["generated", "gate"]
    rows = (
        [
            arm.name,
            *arm.axes.values(),
            metric,
            arm.finished,
            spread.mean,
            spread.sd,
            *_difference(arm.difference.get(metric)),
            arm.generated,
            arm.gate,
        ]
        for arm in summary.arms
        for metric, spread in arm.metrics.items()
    )
    return _csv(head, rows)


def runs_csv(data: StudyData) -> str:
    """One row for each run: its test metrics."""
    keys = [key for key, _ in data.points[0]]
    head = ["run", "arm", *keys, "seed", "state", *METRICS]
    rows = (
        [
            run.cell.folder,
            run.cell.arm.name,
            *(value for _, value in run.cell.point),
            run.cell.seed,
            "finished" if run.finished else "failed" if run.failed else "missing",
            *(run.metrics["test"][name] if run.finished else None for name in METRICS),
        ]
        for run in data.runs
    )
    return _csv(head, rows)


def curves_csv(data: StudyData) -> str:
    """One row for each epoch of each run."""
    keys = [key for key, _ in data.points[0]]
    values = ("loss", "val_loss", "val_accuracy", "val_balanced_accuracy", "lr")
    rows = (
        [
            run.cell.folder,
            run.cell.arm.name,
            *(value for _, value in run.cell.point),
            run.cell.seed,
            epoch,
            *(getattr(event, name) for name in values),
        ]
        for run in data.runs
        for epoch, event in run.curve.items()
    )
    return _csv(["run", "arm", *keys, "seed", "epoch", *values], rows)


def generators_csv(data: StudyData) -> str:
    """One row for each class of each fitted generator: what its images are worth, beside real ones, and the gate."""
    keys = [key for key, _ in data.points[0]]
    items = ("training", "validation", "drawn", "step")
    copies = ("spread", "copied", "copy_z", "copy_ratio", "flat_steps")
    marks = Marks.__struct_fields__
    head = ["run", "generator", *keys, "seed", "class", "image_size", *items, *marks]
    head += [*(f"real_{name}" for name in marks), *copies, "gate", "reasons"]
    rows = (
        [
            record.cell.folder,
            record.cell.name,
            *(dict(record.cell.point).get(key) for key in keys),
            record.cell.seed,
            item.name,
            quality.image_size,
            *(getattr(item, name) for name in items),
            *(getattr(item.marks, name) for name in marks),
            *(getattr(item.ceiling, name) for name in marks),
            *(getattr(item, name) for name in copies),
            GATES[quality.passed],
            "; ".join(quality.reasons),
        ]
        for record in data.generators
        if (quality := record.quality) is not None
        for item in quality.classes
    )
    return _csv(head, rows)


def report_json(source: Source) -> str:
    """Everything in one object."""
    content = {
        "summary": source.summary,
        "check": source.check,
        "study": source.info,
        "plan": source.plan_text,
        "generators": [{"run": record.cell.folder, "quality": record.quality} for record in source.data.generators],
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=1).decode() + "\n"


def _difference(difference: Difference | None) -> list[object]:
    return [None if difference is None else getattr(difference, name) for name in _DIFFERENCE]


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()
