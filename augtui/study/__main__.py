"""`python -m augtui.study FOLDER`: the supervisor process. Its first line of output says whether it owns it."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType

from augtui.errors import AugtuiError, ExitCode, disk_problem
from augtui.paths import StudyPaths
from augtui.runlog import events as ev
from augtui.runlog.info import read_info
from augtui.runlog.writer import EventWriter
from augtui.study.control import request
from augtui.study.devices import study_devices
from augtui.study.ownership import take
from augtui.study.resume import refuse_changes
from augtui.study.supervisor import Options, Supervisor


def main(arguments: list[str]) -> int:
    """Own the study, carry it out, and say how it ended by the exit code."""
    parser = argparse.ArgumentParser(prog="python -m augtui.study", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--until")
    parser.add_argument("--force", action="store_true")
    parser.add_argument("--on-finish", default="")
    parser.add_argument("--checkpoint-seconds", type=float, default=30.0)
    options = parser.parse_args(arguments)
    study = StudyPaths(options.folder.resolve())
    try:
        lock = take(study, options.force)
        info = read_info(study)
        refuse_changes(study, info)
        devices = study_devices(info)
        log = EventWriter(study.events)
        settings = Options(options.until, options.on_finish, options.checkpoint_seconds)
        supervisor = Supervisor(study, settings, log, devices)
        supervisor.begin()
    except (AugtuiError, OSError) as error:
        problem = error if isinstance(error, AugtuiError) else disk_problem(error)
        if problem is None:
            raise
        _say({"error": {"message": problem.message, "hint": problem.hint, "exit_code": int(problem.exit_code)}})
        return int(problem.exit_code)
    _say({"pid": os.getpid()})
    _stop_on_signals(study)
    try:
        state = supervisor.carry_out()
    except Exception as error:  # the outermost frame: the study's log must have an end
        problem = disk_problem(error)
        # On a full disk this may be impossible too; whoever follows then finds no process, and looks at the disk.
        with contextlib.suppress(OSError):
            if problem is None:
                traceback.print_exc()
            unforeseen = f"{type(error).__name__}: {error}; see {study.supervisor_log}"
            log.write(ev.StudyFinished(state="failed", message=str(problem or unforeseen)))
        return int(ExitCode.RUN_FAILED)
    finally:
        log.close()
        if lock is not None:
            lock.release()
        study.owner.unlink(missing_ok=True)
    codes = {"failed": ExitCode.RUN_FAILED, "blocked": ExitCode.CHECK_BLOCKS, "stopped": ExitCode.INTERRUPTED}
    return int(codes.get(state, ExitCode.DONE))


def _say(body: dict[str, object]) -> None:
    """The one line that whoever launched this process reads; afterwards output goes to the log."""
    sys.stdout.write(json.dumps(body) + "\n")
    sys.stdout.flush()
    os.dup2(2, 1)


def _stop_on_signals(study: StudyPaths) -> None:
    """SIGTERM and SIGINT ask for a checkpoint and a stop, by the same door as everybody else."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        request(study, "stop")

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
