"""The supervisor of a study: one process, one loop. It takes the steps in their order, answers control.jsonl, gives
signs of life, and writes what happens into the study's log."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

from augtui.errors import AugtuiError, ExitCode
from augtui.jobs import Job, hint_of
from augtui.paths import StudyPaths
from augtui.plan.fitting import generator_cells
from augtui.plan.grid import cells
from augtui.plan.reader import read_plan
from augtui.plan.spec import Plan
from augtui.runlog import events as ev
from augtui.runlog.fold import STEPS, fold_study
from augtui.runlog.info import StudyInfo, read_info
from augtui.runlog.liveness import HEARTBEAT_SECONDS, host_name, process_started
from augtui.runlog.reader import read_events
from augtui.runlog.writer import EventWriter
from augtui.study.control import ControlReader, Request, until_index
from augtui.study.slots import LocalSlots
from augtui.text import plain

TICK = 0.2
"""Seconds between two looks at control.jsonl, at most."""
PROGRESS_SECONDS = 0.25


class StoppedError(Exception):
    """Somebody asked for a stop."""


class StepFailedError(Exception):
    """A step came to nothing, so that the ones after it cannot begin.

    Args:
        state: "failed" or "blocked".
    """

    def __init__(self, state: str, message: str) -> None:
        super().__init__(message)
        self.state = state
        self.message = message


@dataclass(frozen=True, slots=True)
class Options:
    """How to supervise; nothing here changes a result."""

    until: str | None = None
    """Stop after this step."""
    on_finish: str = ""
    """A shell command for the end; it finds AUGTUI_STUDY and AUGTUI_STATE in its environment."""
    checkpoint_seconds: float = 30.0


class Supervisor:
    """Carries one study out. The study's lock is held by the caller.

    Attributes:
        study, plan, info: what is carried out; `info` is completed by the prepare step.
        log: the study's events.
        slots: the engine workers.
        wishes: runs that somebody wants tried again.
    """

    def __init__(self, study: StudyPaths, options: Options, log: EventWriter, devices: list[str]) -> None:
        self.study, self.options, self.log = study, options, log
        self.plan: Plan = read_plan(study.plan).plan
        self.info: StudyInfo = read_info(study)
        self.before = fold_study(read_events(study.events))
        self.slots = LocalSlots(devices, study.supervisor_log, options.checkpoint_seconds, self._on_job_progress)
        self.stop_asked: str = ""
        self.wishes: list[str] = []
        self._until = until_index(options.until)
        self._control = ControlReader(study)
        self._control.skip_old()
        self._last_beat = time.monotonic()
        self._step = ""
        self._part = (0, 0)
        self._last_progress = 0.0

    def begin(self) -> None:
        """Say in the study's log that this process carries it out."""
        pid = os.getpid()
        self.log.write(
            ev.StudyStarted(
                attempt=self.before.attempt + 1,
                host=host_name(),
                pid=pid,
                pid_started=process_started(pid) or 0.0,
                runs=sum(1 for _ in cells(self.plan)) + len(generator_cells(self.plan)),
                generators=len(generator_cells(self.plan)),
                slots=self.slots.names,
            )
        )

    def carry_out(self) -> str:
        """Take the steps; gives the study's state at the end: finished, failed, blocked, stopped or waiting."""
        from augtui.study.steps import take_step

        state, message = "waiting", ""
        try:
            number = 0
            while number <= self._until:
                self._step = STEPS[number]
                take_step(self, STEPS[number])
                number += 1
            state = self._final_state()
        except StoppedError:
            state, message = "stopped", f"stopped on request during {self._step}"
        except StepFailedError as error:
            state, message = error.state, error.message
            self.log.write(ev.StepFinished(step=self._step, state=error.state, message=error.message))
        finally:
            self._let_workers_go()
        self.log.write(ev.StudyFinished(state=state, message=message))
        self._on_finish(state)
        return state

    def tick(self, timeout: float = TICK) -> None:
        """Look after everything once: workers, control, heartbeat.

        Raises:
            StoppedError: a stop was asked for.
        """
        self.slots.wait(timeout)
        now = time.monotonic()
        if now - self._last_beat >= HEARTBEAT_SECONDS:
            self._last_beat = now
            self.log.write(ev.Heartbeat())
        for wish in self._control.read():
            self._heed(wish)
        while self._control.passed_over:
            self.note(f"control.jsonl: passed over, no request that is known: {self._control.passed_over.pop(0)}")
        if self.stop_asked:
            raise StoppedError

    def note(self, text: str) -> None:
        """Write a line to supervisor.log, for whoever wonders why nothing happened."""
        sys.stderr.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {plain(text)}\n")
        sys.stderr.flush()

    def job(self, arguments: list[str]) -> dict[str, Any]:
        """Carry out a job of another package in a process of its own, ticking meanwhile.

        Raises:
            AugtuiError: the job's own error.
            StoppedError: a stop was asked for; the job is ended.
        """
        job = Job(arguments, log=self.study.supervisor_log)
        outcome: dict[str, Any] | None = None
        try:
            while True:
                self.tick(0.0)
                if not select.select([job], [], [], TICK)[0]:
                    continue
                answers = job.read()
                if answers is None:
                    return job.conclude(outcome)
                for item in answers:
                    if "progress" in item:
                        self.step_progress(*item["progress"])
                    else:
                        outcome = item
        except StoppedError:
            job.process.kill()
            job.process.wait()
            raise

    def engine(self, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Have engine workers carry jobs out, side by side; gives their results in order.

        Raises:
            AugtuiError: the first error of a job, or that its worker vanished twice.
        """
        handles = [self.slots.request(job) for job in jobs]
        retried: set[int] = set()
        results: list[dict[str, Any] | None] = [None] * len(jobs)
        while missing := [n for n, result in enumerate(results) if result is None]:
            self._part = (len(jobs) - len(missing), len(jobs))
            standings = self.slots.poll(handles)
            for number in missing:
                standing = standings[handles[number]]
                if standing.state == "vanished":
                    if number in retried:
                        raise AugtuiError(f"an engine worker was {standing.verdict}", exit_code=ExitCode.RUN_FAILED)
                    retried.add(number)
                    handles[number] = self.slots.request(jobs[number])
                elif standing.state == "answered":
                    assert standing.answer is not None
                    results[number] = self._result(standing.answer)
            if None in results:
                self.tick()
        return [result for result in results if result is not None]

    def step_progress(self, done: int, total: int, message: str = "") -> None:
        """Say how far the step is, at most four times a second."""
        now = time.monotonic()
        if done < total and now - self._last_progress < PROGRESS_SECONDS:
            return
        self._last_progress = now
        self.log.write(ev.StepProgress(step=self._step, done=done, total=total, message=message))

    def _result(self, answer: dict[str, Any]) -> dict[str, Any]:
        if "error" in answer:
            error = answer["error"]
            raise AugtuiError(error["message"], hint_of(error, error["log"]), ExitCode(error["exit_code"]))
        result: dict[str, Any] = answer["result"]
        return result

    def _on_job_progress(self, handle: str, done: int, total: int, message: str) -> None:
        parts, jobs = self._part
        if jobs <= 1:
            self.step_progress(done, total, message)
        else:
            self.step_progress(parts, jobs, message)

    def _heed(self, wish: Request) -> None:
        if wish.wish in ("stop", "stop-now"):
            self.stop_asked = wish.wish
        elif wish.wish == "retry":
            self.wishes.append(wish.run)
        else:
            self._until = until_index(wish.step)

    def _let_workers_go(self) -> None:
        # Idle workers hold nothing, and whoever had a checkpoint to write has written it by now.
        self.slots.kill_all()
        self.slots.close()

    def _final_state(self) -> str:
        if self._until < STEPS.index("compare"):
            return "waiting"
        after = fold_study(read_events(self.study.events))
        done = ("finished", "left out")
        return "failed" if any(line.status not in done for line in after.runs.values()) else "finished"

    def _on_finish(self, state: str) -> None:
        if self.options.on_finish:
            environment = os.environ | {"AUGTUI_STUDY": str(self.study.folder), "AUGTUI_STATE": state}
            # The user's own command, as typed; its failure is its own affair and lands in supervisor.log.
            subprocess.run(self.options.on_finish, shell=True, env=environment, check=False)
