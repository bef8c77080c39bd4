"""A worker: imports torch once, keeps the images on its device, and does one job after the other.

Jobs come as lines of JSON on standard input and are answered on standard output (`augtui.jobs`):
    {"job": "prepare", "study": FOLDER}     -> what `prepare` gives
    {"job": "augment", "run": FOLDER, "maker": ..., "keep_images": ...}
                                            -> {"made": n}: the sets of that run are in the cache
    {"job": "run", "run": FOLDER}           -> the run's terminal event
    {"job": "stop"}                         the job under way checkpoints and ends, and so does the worker
The end of standard input is a stop as well: when the supervisor is gone, no orphan trains on.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import torch

from augtui.engine.augment import make_sets
from augtui.engine.data import Library
from augtui.engine.device import refuse_other_kind, use
from augtui.engine.engine import Engine
from augtui.engine.prepare import prepare
from augtui.engine.requests import Requests
from augtui.engine.run import carry_out
from augtui.errors import AugtuiError
from augtui.jobs import Channel, error_answer
from augtui.paths import RunPaths, StudyPaths
from augtui.plan.grid import Environment
from augtui.plan.reader import read_plan
from augtui.runlog.info import read_info


def work(device: str, checkpoint_seconds: float, requests: Requests) -> int:
    """Serve jobs until standard input ends; gives the exit code."""
    channel = Channel()
    requests.ready()
    engine = Engine(Library(torch.device(device)), device, requests.stop_asked, checkpoint_seconds)
    use(Environment(device="cpu", precision="fp32", threads=1))
    while (request := requests.next()) is not None:
        try:
            _log_to(_log_of(request))
            result = _job(request["job"])(request, engine, channel)
        except Exception as error:  # the outermost frame of a job: every failure becomes its answer
            body = error_answer(error)
            body["error"]["log"] = str(_log_of(request))
            channel.send(body)
        else:
            channel.send({"result": result})
    return 0


def _job(name: str) -> Callable[[dict[str, Any], Engine, Channel], dict[str, Any]]:
    return {"prepare": _prepare, "augment": _augment, "run": _run}[name]


def _prepare(request: dict[str, Any], engine: Engine, channel: Channel) -> dict[str, Any]:
    study = StudyPaths(Path(request["study"]))
    return prepare(read_plan(study.plan).plan, read_info(study), channel.progress)


def _augment(request: dict[str, Any], engine: Engine, channel: Channel) -> dict[str, Any]:
    run_paths = RunPaths(Path(request["run"]))
    _use_environment(run_paths, engine)
    return {"made": make_sets(run_paths, engine, request["maker"], request["keep_images"], channel.progress)}


def _run(request: dict[str, Any], engine: Engine, channel: Channel) -> dict[str, Any]:
    run_paths = RunPaths(Path(request["run"]))
    _use_environment(run_paths, engine)
    outcome = carry_out(run_paths, engine)
    return {"event": outcome.name, **msgspec.structs.asdict(outcome)}


def _use_environment(run_paths: RunPaths, engine: Engine) -> None:
    environment = read_info(run_paths.study).environment
    if environment is None:
        raise AugtuiError(f"the study of {run_paths.folder} has not been prepared", "augtui resume goes on with it")
    refuse_other_kind(environment, engine.device)
    use(environment)


def _log_of(request: dict[str, Any]) -> Path:
    """Where the job of a request prints: a run's own engine.log, or the study's supervisor.log."""
    return (
        RunPaths(Path(request["run"])).log if "run" in request else StudyPaths(Path(request["study"])).supervisor_log
    )


def _log_to(log: Path) -> None:
    """Send whatever libraries print to a file."""
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    os.dup2(descriptor, 2)
    os.dup2(descriptor, 1)
    os.close(descriptor)
