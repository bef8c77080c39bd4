"""`python -m augtui.study FOLDER`: the supervisor process. Its first line of output says whether it owns it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType

from augtui.errors import AugtuiError, ExitCode
from augtui.paths import StudyPaths
from augtui.runlog import events as ev
from augtui.runlog.info import read_info
from augtui.runlog.writer import EventWriter
from augtui.study.control import request
from augtui.study.devices import local_devices
from augtui.study.ownership import take
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
        devices = local_devices(info.device_asked, info.slots_asked)
        log = EventWriter(study.events)
        settings = Options(options.until, options.on_finish, options.checkpoint_seconds)
        supervisor = Supervisor(study, settings, log, devices)
        supervisor.begin()
    except AugtuiError as error:
        _say({"error": {"message": error.message, "hint": error.hint, "exit_code": int(error.exit_code)}})
        return int(error.exit_code)
    _say({"pid": os.getpid()})
    _stop_on_signals(study)
    try:
        state = supervisor.carry_out()
    except Exception as error:  # the outermost frame: the study's log must have an end
        traceback.print_exc()
        message = f"{type(error).__name__}: {error}; see {study.supervisor_log}"
        log.write(ev.StudyFinished(state="failed", message=message))
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
