"""A study's summary.json."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from augtui.analysis.jobs.reading import read_study
from augtui.analysis.summarise import summarise
from augtui.jobs import Channel
from augtui.paths import write_atomic
from augtui.runlog.summary import encode_summary


def summary(channel: Channel, folder: Path, recompute: bool, out: Path | None) -> dict[str, Any]:
    """Make a study's summary.json.

    Returns:
        {"path": of the summary, "mismatches": [runs whose metrics.json does not follow from predictions.csv]},
        the latter empty without `recompute`.
    """
    data = read_study(folder, channel.progress)
    path = out or data.paths.summary
    write_atomic(path, encode_summary(summarise(data)))
    return {"path": str(path), "mismatches": data.mismatches() if recompute else []}
