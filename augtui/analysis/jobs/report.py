"""A study's report in files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from augtui.analysis.checks.sheet import pairs_sheet
from augtui.analysis.jobs.reading import read_study
from augtui.analysis.report.source import Source, read_source
from augtui.analysis.report.write import TEXTS, write_report
from augtui.dataset.decode import CorruptError
from augtui.jobs import Channel
from augtui.paths import write_atomic

NEAR = "near-duplicates"
MOST_PAIRS = 24


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
    place = out or source.data.paths.report
    pictures = {name: caption for name, caption in samples}  # noqa: C416 (typed lists of two)
    if TEXTS & set(formats):
        pictures |= _near_duplicates(source, place / "figures")
    written = write_report(source, formats, place, pictures, channel.progress)
    return {"files": [str(path) for path in written]}


def _near_duplicates(source: Source, figures: Path) -> dict[str, str]:
    """Draw the pairs that the check found; caption by name, none where there are no pairs or no images any more."""
    root = Path(source.info.dataset_root)
    if source.check is None or not source.check.pairs or not root.is_dir():
        return {}
    pairs = sorted(source.check.pairs, key=lambda pair: pair.agreement)[:MOST_PAIRS]
    try:
        sheet = pairs_sheet(root, pairs)
    except CorruptError:
        return {}
    figures.mkdir(parents=True, exist_ok=True)
    write_atomic(figures / f"{NEAR}.png", sheet)
    shown, there = len(pairs), len(source.check.pairs)
    which = f"the {shown} least alike of {there} pairs" if shown < there else f"all {there} pairs"
    return {NEAR: f"Near duplicates across splits, the held-out image on the left: {which}, with their agreement."}
