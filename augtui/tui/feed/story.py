"""What happened in a study, a line for each event that people want to hear of, and what its supervisor printed."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime

from augtui.runlog import events as ev

KEEP_LINES = 200


class Story:
    """The newest lines."""

    def __init__(self, primary: str = "") -> None:
        self.primary = primary
        self._lines: deque[str] = deque(maxlen=KEEP_LINES)
        self._kept: tuple[str, ...] | None = ()

    def tell(self, event: ev.Event) -> None:
        """Take an event in."""
        text = told(event, self.primary)
        if text:
            clock = datetime.fromtimestamp(event.t, UTC).astimezone().strftime("%H:%M:%S")
            self._lines.append(f"{clock}  {text}")
            self._kept = None

    def add(self, lines: Sequence[str]) -> None:
        """Take in lines that the supervisor printed."""
        if lines:
            self._lines.extend(lines)
            self._kept = None

    @property
    def lines(self) -> tuple[str, ...]:
        """Oldest first; the same value until there is a new one."""
        if self._kept is None:
            self._kept = tuple(self._lines)
        return self._kept


def told(event: ev.Event, primary: str) -> str:
    """An event in words; empty for one that says nothing to people."""
    match event:
        case ev.StudyStarted():
            return f"supervisor started on {event.host}, slots {', '.join(event.slots)}"
        case ev.StepStarted():
            return f"{event.step} started"
        case ev.StepFinished():
            what = event.message or event.found
            return f"{event.step} {event.state}" + (f": {what}" if what and event.step != "compare" else "")
        case ev.RunTaken():
            return f"{_run(event.run)} started on {event.slot}"
        case ev.RunFinished():
            value = event.metrics.get(primary)
            score = f", {primary.replace('_', ' ')} {value:.3f}" if value is not None else ""
            how = "had its result already" if event.reused else f"finished in {event.seconds:.0f} s"
            return f"{_run(event.run)} {how}{score}"
        case ev.RunLeftOut():
            return f"{_run(event.run)} left out: {event.reason}"
        case ev.RunFailed():
            return f"{_run(event.run)} failed: {event.message or event.kind}"
        case ev.RunInterrupted():
            return f"{_run(event.run)} stopped with a checkpoint"
        case ev.StudyFinished():
            return f"study {event.state}" + (f": {event.message}" if event.message else "")
        case _:
            return ""


def _run(folder: str) -> str:
    return folder.removeprefix("arms/").replace("/", " · ").replace("seed-", "seed ")
