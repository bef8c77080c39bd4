"""The steps of a study, one function each, and what each found in a few words."""

from __future__ import annotations

import json

import msgspec

from augtui.errors import AugtuiError, ExitCode, disk_problem
from augtui.paths import RunPaths, write_atomic
from augtui.plan.grid import Environment, RunCell, RunSpec, cells, points, run_spec, set_specs, settings_at
from augtui.plan.spec import canonical
from augtui.runlog import events as ev
from augtui.runlog.info import write_info
from augtui.study.supervisor import StepFailedError, Supervisor
from augtui.study.synthesize import cells_to_train, fit_generators, set_jobs
from augtui.study.training import carry_out


def take_step(supervisor: Supervisor, name: str) -> None:
    """Carry one step out and write its beginning and its end.

    Raises:
        StepFailedError: the study cannot go on.
        StoppedError: a stop was asked for.
    """
    steps = {
        "check": check,
        "prepare": prepare,
        "augment": augment,
        "synthesize": synthesize,
        "train": train,
        "compare": compare,
    }
    supervisor.log.write(ev.StepStarted(step=name))
    try:
        state, found = steps[name](supervisor)
    except (AugtuiError, OSError) as error:
        problem = error if isinstance(error, AugtuiError) else disk_problem(error)
        if problem is None:
            raise
        blocked = problem.exit_code == ExitCode.CHECK_BLOCKS
        raise StepFailedError("blocked" if blocked else "failed", str(problem)) from error
    supervisor.log.write(ev.StepFinished(step=name, state=state, found=found))


Found = tuple[str, str]
"""State of the step and what it found."""


def check(supervisor: Supervisor) -> Found:
    """Everything that would make the numbers worthless, before any training."""
    supervisor.slots.warm_up()
    earlier = supervisor.before.steps["check"]
    if earlier.state == "finished" and supervisor.study.check.is_file():
        return "finished", earlier.found
    info, study = supervisor.info, supervisor.study
    result = supervisor.job(
        [
            *("augtui.analysis", "check", "--dataset", info.dataset_root, "--plan", str(study.plan)),
            *("--study", str(study.folder), "--cache-dir", info.cache_dir),
        ]
    )
    problems = result["problems"]
    blocks = [problem for problem in problems if problem["level"] == "block"]
    if blocks:
        more = f" (and {len(blocks) - 1} more)" if len(blocks) > 1 else ""
        raise AugtuiError(
            f"{blocks[0]['code']}: {blocks[0]['message']}{more}",
            blocks[0]["mend"],
            ExitCode.CHECK_BLOCKS,
        )
    # What is not left out must not be part of what names the images: an equal generator would not be found again.
    leaks = {settings_at(supervisor.plan, point).data.leak for point in points(supervisor.plan)}
    dropped = tuple(result["drop"]) if "drop-from-train" in leaks else ()
    supervisor.info = msgspec.structs.replace(info, dropped=dropped)
    write_info(study, supervisor.info)
    warnings = len(problems)
    return "finished", f"{warnings} warning{'s' * (warnings != 1)}" if warnings else "no problems"


def prepare(supervisor: Supervisor) -> Found:
    """Decoded images, tried splits, the environment; then every run.json."""
    (result,) = supervisor.engine([{"job": "prepare", "study": str(supervisor.study.folder)}])
    info = supervisor.info
    if info.environment is None:
        supervisor.info = info = msgspec.structs.replace(
            info,
            fingerprint=result["fingerprint"],
            environment=msgspec.convert(result["environment"], Environment),
            device_name=result["device_name"],
            weights_hash=result["weights_hash"],
        )
        write_info(supervisor.study, info)
    elif changed := sorted(set(result["weights_hash"].items()) - set(info.weights_hash.items())):
        raise AugtuiError(
            f"the weights {changed[0][0]} have changed since study {info.id} began",
            "put the old file back to resume it, or start a new study with `augtui run`",
        )
    for cell in cells(supervisor.plan):
        write_run(supervisor, cell)
    sizes = ", ".join(f"{name} {sum(result[name])}" for name in ("train", "validation", "test"))
    return "finished", f"{result['images']} images: {sizes}"


def augment(supervisor: Supervisor) -> Found:
    """Every made set, once."""
    jobs: dict[str, dict[str, object]] = {}
    for cell in cells(supervisor.plan):
        paths = supervisor.study.run(cell.folder)
        if paths.metrics.is_file():
            continue
        made = [item for item in set_specs(expected_run(supervisor, cell)) if item.policy is not None]
        key = "+".join(item.identity for item in made)
        if made:
            # Kept images lie in the folder of each run; without them one run speaks for all that share its sets.
            keep = supervisor.plan.keep.images
            name = cell.folder if keep else key
            jobs[name] = {"job": "augment", "run": str(paths.folder), "maker": "policy", "keep_images": keep}
    if not jobs:
        return "skipped", "no sets to make"
    made_images = sum(result["made"] for result in supervisor.engine(list(jobs.values())))
    return "finished", f"{len(jobs)} set{'s' * (len(jobs) != 1)}, {made_images:,} images"


def synthesize(supervisor: Supervisor) -> Found:
    """Every generator fitted, then every set that they draw."""
    state, found = fit_generators(supervisor)
    supervisor.engine(set_jobs(supervisor))
    return state, found


def train(supervisor: Supervisor) -> Found:
    """Every run that has no result yet."""
    chosen = [cell.folder for cell in cells_to_train(supervisor)]
    done, failed = carry_out(supervisor, chosen, lambda run: run.metrics.is_file())
    left_out = sum(1 for _ in cells(supervisor.plan)) - len(chosen)
    found = [f"{done} run{'s' * (done != 1)}"]
    found += [f"{failed} failed"] if failed else []
    found += [f"{left_out} left out with their generators"] if left_out else []
    return ("failed" if failed else "finished"), ", ".join(found)


def compare(supervisor: Supervisor) -> Found:
    """summary.json."""
    supervisor.job(["augtui.analysis", "summary", str(supervisor.study.folder)])
    return "finished", "summary.json"


def expected_run(supervisor: Supervisor, cell: RunCell) -> RunSpec:
    """What run.json of a cell has to hold."""
    info = supervisor.info
    if info.training_fingerprint is None or info.environment is None:
        raise AugtuiError("the study has not been prepared", "augtui resume begins with that")
    return run_spec(supervisor.plan, cell, info.training_fingerprint, info.environment, info.weights_hash)


def write_run(supervisor: Supervisor, cell: RunCell) -> RunPaths:
    """The folder of a cell with its run.json.

    Raises:
        AugtuiError: the folder holds a run of another content.
    """
    paths = supervisor.study.run(cell.folder)
    spec = expected_run(supervisor, cell)
    if paths.run.is_file():
        there = msgspec.json.decode(paths.run.read_bytes(), type=RunSpec)
        if there.identity != spec.identity:
            raise AugtuiError(
                f"{paths.folder} holds a run of other content than plan.toml asks for",
                "plan.toml of a study is not for editing: start a new study with `augtui run`",
            )
        return paths
    paths.folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(json.loads(canonical(spec)), indent=2, ensure_ascii=False)
    write_atomic(paths.run, text + "\n")
    return paths
