"""The check of a dataset or of a study's dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from augtui.analysis.checks.load import load_subject
from augtui.analysis.checks.report import check_subject
from augtui.analysis.checks.sheet import pairs_sheet
from augtui.jobs import Channel
from augtui.paths import StudyPaths, write_atomic
from augtui.plan.reader import read_plan
from augtui.runlog.checks import encode_check


def check(
    channel: Channel, root: Path, plan_path: Path | None, study_folder: Path | None, cache: Path, sheet: Path | None
) -> dict[str, Any]:
    """Check a dataset, as a plan uses it where one is given; with a study, check.json is written there.

    `sheet` is a PNG that near duplicates are drawn into, side by side; without any it is not written.

    Returns:
        a `CheckReport`. Blocks are part of the result, not an error.
    """
    plan = None if plan_path is None else read_plan(plan_path).plan
    dataset, subject = load_subject(root, plan, cache, channel.progress)
    report = check_subject(subject, dataset.fingerprint, channel.progress)
    if study_folder is not None:
        write_atomic(StudyPaths(study_folder).check, encode_check(report))
    if sheet is not None and report.pairs:
        write_atomic(sheet, pairs_sheet(root, report.pairs))
    answer: dict[str, Any] = msgspec.to_builtins(report)
    return answer
