"""Following a study to its end: what `run`, `resume`, `extend` and `attach` have in common."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import Literal

from augtui.commands.feed import StudyFeed
from augtui.commands.interrupts import Interrupts
from augtui.commands.narrator import Lines, LiveDisplay, Narrator, Silence
from augtui.commands.terminal import interactive, narration
from augtui.errors import AugtuiError, ExitCode
from augtui.runlog.liveness import process_started

REFRESH_SECONDS = 0.25

_EXIT = {
    "finished": ExitCode.DONE,
    "waiting": ExitCode.DONE,
    "detached": ExitCode.DONE,
    "failed": ExitCode.RUN_FAILED,
    "lost": ExitCode.RUN_FAILED,
    "blocked": ExitCode.CHECK_BLOCKS,
    "stopped": ExitCode.INTERRUPTED,
}


def exit_code(status: str) -> ExitCode:
    """What the shell gets for a study that ended so; "detached" is a study that goes on alone."""
    return _EXIT.get(status, ExitCode.RUN_FAILED)


def narrator(feed: StudyFeed, *, quiet: bool, hint: str) -> Narrator:
    """The way to tell a study's progress that suits standard error.

    Args:
        feed: refreshed; what it holds already is not told again.
        quiet: tell nothing.
        hint: the keys that work while the display is shown.
    """
    if quiet:
        return Silence()
    console = narration()
    if interactive(sys.stderr):
        return LiveDisplay(console, feed, hint)
    return Lines(console, feed)


def follow(
    feed: StudyFeed,
    tell: Narrator,
    interrupts: Interrupts,
    *,
    after: int = 0,
    supervisor: int | None = None,
    request: Callable[[Literal["stop", "stop-now"]], None] | None = None,
) -> str:
    """Tell a study's progress until its supervisor ends.

    Args:
        feed: of the study.
        tell: entered here.
        interrupts: already entered.
        after: the attempt that ended before; the study counts as starting until a later one begins.
        supervisor: process id of a supervisor that was launched just now and may not have written anything yet.
        request: asks the supervisor, for a study that belongs to this terminal: Ctrl-C stops it, twice at once.
            None leaves it alone: Ctrl-C only stops following.

    Returns:
        finished, failed, blocked, stopped, waiting or lost, or "detached" where the study goes on.

    Raises:
        AugtuiError: the log is of a later augtui, or the supervisor never began.
    """
    heard = 0
    try:
        with tell:
            while True:
                events = feed.refresh()
                tell.update(feed, events)
                if feed.problem:
                    raise AugtuiError(feed.problem)
                if feed.state.attempt > after:
                    if feed.status not in ("running", "queued"):
                        return feed.status
                elif supervisor is not None and process_started(supervisor) is None:
                    supervisor = None  # its first and last events may have come meanwhile: look once more
                    continue
                elif supervisor is None:
                    raise AugtuiError(
                        f"the supervisor of {feed.paths.name} ended before it began",
                        f"see {feed.paths.supervisor_log}",
                        ExitCode.RUN_FAILED,
                    )
                if interrupts.hangup:
                    return "detached"
                if interrupts.asked > heard:
                    heard += 1
                    if request is None or heard > 2:
                        return "detached"
                    request("stop" if heard == 1 else "stop-now")
                    tell.say(_ANSWERS[heard])
                    continue
                interrupts.pause(REFRESH_SECONDS)
    except OSError as error:
        # A terminal that went away answers EIO, perhaps before its SIGHUP is here; a stream has no file name.
        if not interrupts.hangup and (error.errno != errno.EIO or error.filename is not None):
            raise
        interrupts.hangup = True
        return "detached"
    finally:
        if interrupts.hangup:
            _let_go_of_terminal()


_ANSWERS = {
    1: "stopping: each run writes a checkpoint first (Ctrl-C again stops at once)",
    2: "stopping at once",
}


def _let_go_of_terminal() -> None:
    """Nothing that is still to be flushed may fail on a terminal that is gone."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)
