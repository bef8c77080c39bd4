"""Signals while a study is followed: what they ask of the supervisor, and when the follower leaves."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from augtui.commands.feed import StudyFeed
from augtui.commands.follow import exit_code, follow
from augtui.commands.interrupts import Interrupts
from augtui.commands.narrator import Silence
from augtui.errors import AugtuiError, ExitCode
from augtui.runlog.liveness import process_started
from tests.cli.builder import GONE, Builder

DEADLINE = 30.0


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for a state; a test that waits in vain fails."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, "the state did not come"
        time.sleep(0.01)


@dataclass
class Follower:
    """A process that follows a study, and the test in the role of its supervisor."""

    study: Builder
    process: subprocess.Popen[bytes]

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def asked(self) -> list[str]:
        """What the supervisor was asked for so far."""
        if not self.study.paths.control.exists():
            return []
        return [json.loads(line)["request"] for line in self.study.paths.control.read_text().splitlines()]

    def outcome(self) -> str:
        assert self.process.wait(DEADLINE) == 0
        return (self.study.paths.folder.parent / "outcome").read_text()


@contextmanager
def following(study: Builder, manner: str, stderr: int = subprocess.PIPE) -> Iterator[Follower]:
    command = [sys.executable, "-m", "tests.cli.follower", str(study.paths.folder), manner]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"TERM": "xterm-256color"},
    )
    try:
        wait_until((study.paths.folder.parent / "ready").exists)
        yield Follower(study, process)
    finally:
        process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


@pytest.fixture
def study(runs_dir: Path) -> Builder:
    """A study whose supervisor is this very process."""
    return Builder(runs_dir, pid=os.getpid()).start(pid_started=process_started(os.getpid()) or 0.0)


def test_ctrl_c_asks_for_a_checkpoint_and_waits_for_the_end(study: Builder) -> None:
    with following(study, "own") as follower:
        follower.signal(signal.SIGINT)
        wait_until(lambda: follower.asked() == ["stop"])
        assert follower.process.poll() is None
        study.end("stopped")
        assert follower.outcome() == "stopped"


def test_a_second_ctrl_c_stops_at_once_and_a_third_leaves(study: Builder) -> None:
    with following(study, "own") as follower:
        follower.signal(signal.SIGINT)
        wait_until(lambda: follower.asked() == ["stop"])
        follower.signal(signal.SIGINT)
        wait_until(lambda: follower.asked() == ["stop", "stop-now"])
        follower.signal(signal.SIGINT)
        assert follower.outcome() == "detached"


def test_sigterm_is_like_one_ctrl_c(study: Builder) -> None:
    with following(study, "own") as follower:
        follower.signal(signal.SIGTERM)
        wait_until(lambda: follower.asked() == ["stop"])
        study.end("stopped")
        assert follower.outcome() == "stopped"


def test_a_hangup_leaves_the_study_alone(study: Builder) -> None:
    with following(study, "own") as follower:
        follower.signal(signal.SIGHUP)
        assert follower.outcome() == "detached"
        assert follower.asked() == []


def test_ctrl_c_on_somebody_elses_study_only_leaves(study: Builder) -> None:
    with following(study, "attach") as follower:
        follower.signal(signal.SIGINT)
        assert follower.outcome() == "detached"
        assert follower.asked() == []


def test_a_terminal_that_disappears_leaves_the_study_alone(study: Builder) -> None:
    ours, theirs = pty.openpty()
    with following(study, "own", stderr=theirs) as follower:
        os.close(theirs)
        os.read(ours, 100)  # the display is up
        os.close(ours)
        assert follower.outcome() == "detached"
        assert follower.asked() == []


def test_a_terminal_gets_a_display_that_ends_with_its_cursor_shown(study: Builder) -> None:
    ours, theirs = pty.openpty()
    with following(study, "own", stderr=theirs) as follower:
        os.close(theirs)
        seen = b""
        while study.name.encode() not in seen:
            seen += os.read(ours, 4096)
        assert b"\x1b[?25h" not in seen
        study.end("finished")
        while b"\x1b[?25h" not in seen:
            seen += os.read(ours, 4096)
        assert follower.outcome() == "finished"
    os.close(ours)


def test_a_pipe_gets_lines_without_control_characters(study: Builder) -> None:
    with following(study, "own") as follower:
        study.step("check", "no \x1bproblems").end("finished")
        assert follower.outcome() == "finished"
        assert follower.process.stderr is not None
        told = follower.process.stderr.read().decode()
    assert told == "check: finished (no \\x1bproblems)\n"


def test_the_end_of_an_earlier_attempt_is_not_the_end(runs_dir: Path) -> None:
    study = Builder(runs_dir, pid=os.getpid()).start().end("stopped")
    feed = StudyFeed(study.paths)
    feed.refresh()
    began = []

    class Telling(Silence):
        def update(self, feed: StudyFeed, events: object) -> None:
            if not began:
                began.append(True)
                study.start(attempt=2).end("finished")

    with Interrupts() as interrupts:
        assert follow(feed, Telling(), interrupts, after=1, supervisor=os.getpid()) == "finished"


def test_a_supervisor_that_dies_before_its_first_event_is_an_error(runs_dir: Path) -> None:
    study = Builder(runs_dir)
    with Interrupts() as interrupts, pytest.raises(AugtuiError, match="ended before it began") as caught:
        follow(StudyFeed(study.paths), Silence(), interrupts, supervisor=GONE)
    assert caught.value.exit_code == ExitCode.RUN_FAILED
    assert "supervisor.log" in caught.value.hint


def test_a_lost_supervisor_ends_the_following(runs_dir: Path) -> None:
    study = Builder(runs_dir).start()
    with Interrupts() as interrupts:
        assert follow(StudyFeed(study.paths), Silence(), interrupts) == "lost"


def test_handlers_are_put_back() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    with Interrupts():
        pass
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before


@pytest.mark.parametrize(
    ("status", "code"),
    [("finished", 0), ("waiting", 0), ("failed", 1), ("lost", 1), ("blocked", 3), ("stopped", 130)],
)
def test_every_end_has_its_exit_code(status: str, code: int) -> None:
    assert exit_code(status) == code
