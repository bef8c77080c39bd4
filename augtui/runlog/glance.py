"""The state of a study at a glance, for lists of hundreds: what only counts while one watches is not decoded."""

from __future__ import annotations

import re
from pathlib import Path

from augtui.errors import AugtuiError
from augtui.runlog.events import Heartbeat, NewerVersionError, StepProgress, decode
from augtui.runlog.fold import StudyState

_PASSING = re.compile("|".join(f'"event":"{kind.name}"' for kind in (Heartbeat, StepProgress)).encode())
"""As the writer spells them; inside a JSON string the quotes would be escaped, so that no other line has them."""


def read_study(path: Path) -> StudyState:
    """The fold of a study's log, but for how far its steps are.

    Args:
        path: the study's events.jsonl; one that does not exist has no events.

    Raises:
        AugtuiError: the log is of a later augtui.
    """
    state = StudyState()
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return state
    for number, line in enumerate(lines, start=1):
        # The newest line is a sign of life, whatever it says.
        if number < len(lines) and _PASSING.search(line):
            continue
        try:
            event = decode(line)
        except NewerVersionError as error:
            raise AugtuiError(f"{path}: {error}") from error
        except ValueError:
            continue
        if event is not None:
            state.apply(event)
    return state
