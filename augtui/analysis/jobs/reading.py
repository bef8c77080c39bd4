"""Studies by their folders."""

from __future__ import annotations

import time
from pathlib import Path

from augtui.analysis.collect import StudyData, collect
from augtui.errors import AugtuiError
from augtui.jobs import Progress
from augtui.paths import StudyPaths
from augtui.plan.kept import kept_plan


def read_study(folder: Path, progress: Progress) -> StudyData:
    """A study in memory.

    Raises:
        AugtuiError: the folder is no study, or its plan cannot be read.
    """
    study = StudyPaths(folder)
    if not study.study.is_file():
        raise AugtuiError(f"{folder} is not a study: it has no study.json", "`augtui studies` lists the studies")
    return collect(study, kept_plan(study.plan), time.time(), progress)
