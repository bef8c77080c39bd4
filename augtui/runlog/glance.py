"""The state of a study at a glance, for lists of hundreds: what only counts while one watches is not decoded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from augtui.errors import AugtuiError
from augtui.runlog.events import Event, Heartbeat, NewerVersionError, StepProgress, decode, decode_lines, name_of
from augtui.runlog.fold import StudyState

_HEARTBEAT, _PROGRESS = (f'"event":"{name_of(kind)}"'.encode() for kind in (Heartbeat, StepProgress))
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
        *lines, newest, _ = [b"", *path.read_bytes().split(b"\n")]
    except FileNotFoundError:
        return state
    # The newest line is a sign of life, whatever it says.
    told = [line for line in lines if _HEARTBEAT not in line and _PROGRESS not in line] + [newest]
    events = decode_lines(b"\n".join(told))
    for event in events if events is not None else _one_by_one(path, told):
        state.apply(event)
    return state


def _one_by_one(path: Path, lines: list[bytes]) -> Iterator[Event]:
    """Events of lines among which there are bad ones, or ones of another version."""
    for line in lines:
        try:
            event = decode(line)
        except NewerVersionError as error:
            raise AugtuiError(f"{path}: {error}") from error
        except ValueError:
            continue
        if event is not None:
            yield event
