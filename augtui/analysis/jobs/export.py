"""A study's numbers for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from augtui.analysis.export.tables import write_csv, write_parquet
from augtui.analysis.export.tensorboard import write_tensorboard
from augtui.analysis.jobs.reading import read_study
from augtui.errors import AugtuiError
from augtui.jobs import Channel
from augtui.nearest import did_you_mean

WRITERS = {"tensorboard": write_tensorboard, "csv": write_csv, "parquet": write_parquet}


def export(channel: Channel, folder: Path, to: str, out: Path) -> dict[str, Any]:
    """Write a study's numbers into a folder.

    Returns:
        {"files": [paths]}.

    Raises:
        AugtuiError: no such format, or what it needs is not installed.
    """
    if to not in WRITERS:
        raise AugtuiError(f"there is no format {to}", did_you_mean(to, WRITERS) or f"there are {', '.join(WRITERS)}")
    data = read_study(folder, channel.progress)
    return {"files": [str(path) for path in WRITERS[to](data, out)]}
