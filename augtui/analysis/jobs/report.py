"""A study's report in files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from augtui.analysis.jobs.reading import read_study
from augtui.analysis.report.source import read_source
from augtui.analysis.report.write import write_report
from augtui.jobs import Channel


def report(
    channel: Channel, folder: Path, formats: list[str], out: Path | None, samples: list[list[str]]
) -> dict[str, Any]:
    """Write a study's report.

    Args:
        channel: told how far it is.
        folder: of the study.
        formats: of `augtui.analysis.report.write.FORMATS`.
        out: a folder; the study's report/ without.
        samples: [name, caption] of pictures that lie in the folder's figures/ already.

    Returns:
        {"files": [paths]}.
    """
    source = read_source(read_study(folder, channel.progress))
    captions = {name: caption for name, caption in samples}  # noqa: C416 (typed lists of two)
    written = write_report(source, formats, out or source.data.paths.report, captions, channel.progress)
    return {"files": [str(path) for path in written]}
