"""`python -m augtui.engine JOB ...`: the only door to the part that imports torch."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from augtui.errors import ExitCode
from augtui.jobs import end_with_parent


def main(arguments: list[str]) -> int:
    """Carry out one job; each imports what it needs, so that a small one starts fast."""
    end_with_parent()
    # cuBLAS reads this once, before the first GPU call; it makes its results repeatable.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    parser = argparse.ArgumentParser(prog="python -m augtui.engine", description=__doc__)
    jobs = parser.add_subparsers(dest="job", required=True)
    worker = jobs.add_parser("worker", help="serve jobs from standard input")
    run = jobs.add_parser("run", help="carry out one run folder")
    run.add_argument("folder", type=Path)
    for job in (worker, run):
        job.add_argument("--device", default="cpu")
        job.add_argument("--checkpoint-seconds", type=float, default=30.0)
    repredict = jobs.add_parser("repredict", help="ask saved models about their test images again")
    repredict.add_argument("folders", type=Path, nargs="+", help="of the runs, of one study")
    repredict.add_argument("--device", default="cpu")
    slots = jobs.add_parser("slots", help="the device of each slot")
    slots.add_argument("--device", default="auto")
    slots.add_argument("--slots", type=int)
    speed = jobs.add_parser("speed", help="how fast a plan's model trains here")
    speed.add_argument("plan", type=Path)
    speed.add_argument("--classes", type=int, required=True)
    speed.add_argument("--device", default="auto")
    speed.add_argument("--slots", type=int)
    policies = jobs.add_parser("policies", help="whether the policies of a plan can be had")
    policies.add_argument("plan", type=Path)
    jobs.add_parser("doctor", help="what torch finds here")
    for name in ("augment", "preview"):
        job = jobs.add_parser(name, help="write augmented images")
        job.add_argument("--dataset", type=Path, required=True)
        job.add_argument("--policy", required=True, help="a PolicySpec as JSON")
        job.add_argument("--out", type=Path, required=True)
        job.add_argument("--size", type=int)
        job.add_argument("--seed", type=int, default=0)
        job.add_argument("--cache-dir", type=Path, required=True)
        job.add_argument("--copies" if name == "augment" else "--count", dest="count", type=int, default=3)
        job.add_argument("--no-captions", dest="captions", action="store_false", help="a sheet of pictures alone")
    sheets = jobs.add_parser("sheets", help="write several contact sheets of one dataset")
    sheets.add_argument("--dataset", type=Path, required=True)
    sheets.add_argument("--sheet", nargs=2, action="append", required=True, metavar=("POLICY", "OUT"))
    sheets.add_argument("--size", type=int)
    sheets.add_argument("--seed", type=int, default=0)
    sheets.add_argument("--count", type=int, default=3)
    sheets.add_argument("--cache-dir", type=Path, required=True)
    fitted = jobs.add_parser("generate", help="fit a generator on a dataset and write what it draws")
    fitted.add_argument("--dataset", type=Path, required=True)
    fitted.add_argument("--generator", required=True, help="a GeneratorSpec as JSON")
    fitted.add_argument("--seed", type=int, default=0)
    fitted.add_argument("--cache-dir", type=Path, required=True)
    fitted.add_argument("--device", default="auto")
    drawn = jobs.add_parser("draw", help="write what a study's generator draws")
    drawn.add_argument("run", type=Path, help="the folder of its run")
    for job in (fitted, drawn):
        job.add_argument("--out", type=Path, required=True)
        job.add_argument("--count", type=int, required=True)
        job.add_argument("--size", type=int)
    jobs.add_parser("preview-server", help="serve previews from standard input")
    options = parser.parse_args(arguments)
    if options.job == "worker":
        from augtui.engine.requests import Requests

        requests = Requests()
        from augtui.engine.worker import work  # imports torch, which takes seconds

        return work(options.device, options.checkpoint_seconds, requests)
    if options.job == "run":
        return _run(options)
    if options.job == "preview-server":
        from augtui.engine.preview import serve

        return serve()
    from augtui.jobs import answer

    return answer(lambda channel: _job(options, channel))


def _job(options: argparse.Namespace, channel: Any) -> dict[str, Any]:
    if options.job == "slots":
        from augtui.engine.device import slot_devices

        return {"devices": slot_devices(options.device, options.slots)}
    if options.job == "repredict":
        return _repredict(options, channel)
    if options.job == "speed":
        from augtui.engine.speed import measure

        return measure(options.plan, options.classes, options.device, options.slots)
    if options.job == "policies":
        from augtui.engine.policies import check_policies
        from augtui.plan.reader import read_plan

        check_policies(read_plan(options.plan).plan)
        return {}
    if options.job == "doctor":
        from augtui.engine.doctor import examine

        return examine()
    if options.job in ("generate", "draw"):
        stop = _stop_on_interrupt()
        from augtui.engine.generators import offline as drawing

        return (drawing.generate if options.job == "generate" else drawing.draw)(options, channel.progress, stop)
    from augtui.engine import offline, sheets
    from augtui.engine.device import use
    from augtui.plan.grid import Environment

    # As in a worker: several threads on images as small as these wait for each other most of the time.
    use(Environment(device="cpu", precision="fp32", threads=1))
    if options.job == "augment":
        return offline.write_copies(offline.Request.of(options), channel.progress)
    if options.job == "sheets":
        return sheets.write_sheets(sheets.sheet_requests(options), channel.progress)
    return sheets.write_sheet(offline.Request.of(options))


def _stop_on_interrupt() -> Callable[[], bool]:
    """Have Ctrl-C ask for a stop with a checkpoint, and a second one end this process; gives what asks for it."""
    asked: list[int] = []

    def ask(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    signal.signal(signal.SIGINT, ask)
    return lambda: bool(asked)


def _repredict(options: argparse.Namespace, channel: Any) -> dict[str, Any]:
    import torch

    from augtui.engine.data import Library
    from augtui.engine.device import use
    from augtui.engine.repredict import repredict_all
    from augtui.paths import RunPaths
    from augtui.runlog.info import read_info

    runs = [RunPaths(folder) for folder in options.folders]
    environment = read_info(runs[0].study).environment
    if environment is not None:
        use(environment)
    return {"runs": repredict_all(runs, Library(torch.device(options.device)), channel.progress)}


def _run(options: argparse.Namespace) -> int:
    """One run folder, as any executor starts it: 0 when it is finished, 85 when it is checkpointed."""
    import threading

    import torch

    from augtui.engine.data import Library
    from augtui.engine.device import refuse_other_kind, use
    from augtui.engine.engine import Engine
    from augtui.engine.run import carry_out
    from augtui.errors import AugtuiError
    from augtui.paths import RunPaths
    from augtui.runlog.info import read_info

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_paths = RunPaths(options.folder)
    try:
        environment = read_info(run_paths.study).environment
        if environment is None:
            raise AugtuiError(f"the study of {run_paths.folder} has not been prepared")
        refuse_other_kind(environment, options.device)
        use(environment)
        engine = Engine(
            Library(torch.device(options.device)), options.device, stop.is_set, options.checkpoint_seconds
        )
        outcome = carry_out(run_paths, engine)
    except AugtuiError as error:
        print(f"augtui: {error}", file=sys.stderr)  # noqa: T201
        return int(error.exit_code)
    codes = {"run_finished": ExitCode.DONE, "run_interrupted": ExitCode.CHECKPOINTED}
    return int(codes.get(outcome.name, ExitCode.RUN_FAILED))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
