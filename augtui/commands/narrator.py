"""What a followed study says on standard error: nothing, a plain line for each end, or a live display."""

from __future__ import annotations

import errno
from copy import deepcopy
from typing import Protocol

from rich.console import Console
from rich.live import Live

from augtui.commands.feed import StudyFeed
from augtui.commands.live import StudyView
from augtui.commands.terminal import Glyphs, glyphs
from augtui.commands.wording import duration, fraction, many
from augtui.runlog import events as ev
from augtui.runlog.fold import StudyState, is_fit
from augtui.text import plain


class Narrator(Protocol):
    """Tells what happens in a study."""

    def __enter__(self) -> Narrator: ...

    def __exit__(self, *exception: object) -> None: ...

    def update(self, feed: StudyFeed, events: list[ev.Event]) -> None:
        """Take the feed's state and the study's new events."""

    def say(self, message: str) -> None:
        """A remark of the command itself."""


class Silence:
    """Says nothing (`--quiet`)."""

    def __enter__(self) -> Silence:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def update(self, feed: StudyFeed, events: list[ev.Event]) -> None:
        pass

    def say(self, message: str) -> None:
        pass


class Lines:
    """One plain line for each step and run that ended, for pipes and files."""

    def __init__(self, console: Console, feed: StudyFeed) -> None:
        self._console = console
        self._name = feed.paths.name
        self._state = deepcopy(feed.state)  # folded event by event, so that each line counts up to itself

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def update(self, feed: StudyFeed, events: list[ev.Event]) -> None:
        for event in events:
            self._state.apply(event)
            line = event_line(event, self._name, self._state)
            if line:
                self.say(line)

    def say(self, message: str) -> None:
        self._console.print(plain(message), soft_wrap=True)


class LiveDisplay:
    """A display that redraws itself on a terminal, and leaves what must stay above it."""

    def __init__(self, console: Console, feed: StudyFeed, hint: str) -> None:
        self._view = StudyView(feed, hint)
        self._console = console
        self._live = self._new()
        self._width = console.width

    def __enter__(self) -> LiveDisplay:
        self._live.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._live.stop()

    def update(self, feed: StudyFeed, events: list[ev.Event]) -> None:
        """As every narrator.

        Raises:
            OSError: the terminal is gone. (Rich would take it for a pipe from then on, and go on in silence.)
        """
        if not self._console.file.isatty():
            raise OSError(errno.EIO, "the terminal is gone")
        for event in events:
            if isinstance(event, ev.RunFailed):
                self._console.print(failure_line(event, glyphs(self._console)), style="red")
        if self._console.width != self._width:
            self._draw_anew()
        self._live.refresh()

    def _new(self) -> Live:
        return Live(
            self._view,
            console=self._console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def _draw_anew(self) -> None:
        """After a resize: the terminal has wrapped the old lines anew, nobody knows to where."""
        self._width = self._console.width
        self._live.stop()
        self._console.clear()
        self._live = self._new()
        self._live.start()

    def say(self, message: str) -> None:
        self._view.hint = plain(message)
        self._live.refresh()


def event_line(event: ev.Event, name: str, state: StudyState) -> str:
    """One line for an event that is worth one; empty for the others.

    Args:
        event: of the study's log.
        name: of the study.
        state: the study after this event.
    """
    match event:
        case ev.StudyStarted():
            work = many(event.runs - event.generators, "run")
            work += f" and {many(event.generators, 'generator')}" if event.generators else ""
            return f"{name}: {work} on {', '.join(event.slots) or 'no slot'}"
        case ev.StepFinished(state="finished"):
            return " ".join(part for part in (f"{event.step}: finished", event.found and f"({event.found})") if part)
        case ev.StepFinished():
            return ": ".join(
                part for part in (event.step, event.state, event.found, event.message.partition("\n")[0]) if part
            )
        case ev.RunFinished():
            numbers = ", ".join(
                f"{name} {fraction(event.metrics.get(key))}"
                for key, name in (("accuracy", "accuracy"), ("balanced_accuracy", "balanced accuracy"))
                if event.metrics.get(key) is not None
            )
            took = "its result was there already" if event.reused else duration(event.seconds)
            told = ", ".join(part for part in (numbers, took) if part)
            count = f" ({state.settled} of {state.total})" if not is_fit(event.run) else ""
            return f"{event.run}: finished, {told}{count}"
        case ev.RunFailed():
            return f"{event.run}: failed ({event.kind}): {event.message}"
        case ev.RunInterrupted():
            return f"{event.run}: stopped at step {event.step}"
        case ev.RunQueued(reason=reason) if reason:
            return f"{event.run}: waits again: {reason}"
        case _:
            return ""


def failure_line(event: ev.RunFailed, signs: Glyphs) -> str:
    """One line for a failed run."""
    return plain(f"{signs.failed} {event.run}  {event.kind}: {event.message}")
