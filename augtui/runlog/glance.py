"""The state of a study at a glance, for lists of hundreds: what only counts while one watches is not decoded."""

from __future__ import annotations

from pathlib import Path

from augtui.errors import AugtuiError
from augtui.runlog.fold import StudyState, fold_study
from augtui.runlog.reader import EventReader

PASSING = frozenset({"heartbeat", "step_progress"})
"""Events that tell nothing any more when a newer one is there."""


def read_study(path: Path) -> StudyState:
    """The fold of a study's log, without the progress inside its steps.

    Args:
        path: the study's events.jsonl; one that does not exist has no events.

    Raises:
        AugtuiError: the log is of a later augtui.
    """
    reader = EventReader(path, PASSING)
    state = fold_study(reader.read())
    if reader.newer_version:
        raise AugtuiError(reader.newer_version)
    return state
