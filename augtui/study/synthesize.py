"""The synthesize step: generators fitted, judged and shared, then the sets that they draw."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from augtui.errors import AugtuiError
from augtui.paths import write_atomic
from augtui.plan.catalog.generators import RECIPES
from augtui.plan.fitting import (
    FittedKey,
    GeneratorCell,
    cells_of_arm,
    generator_cells,
    generator_run,
)
from augtui.plan.grid import RunCell, RunSpec, cells, set_specs
from augtui.plan.spec import canonical
from augtui.runlog import events as ev
from augtui.runlog.generators import GeneratorRecord, dropped_arms, generator_records
from augtui.runlog.quality import QUALITY
from augtui.study.supervisor import Supervisor
from augtui.study.training import carry_out


def fit_generators(supervisor: Supervisor) -> tuple[str, str]:
    """Fit every generator whose images a run still needs and the cache does not hold; gives the step's state and what
    it found.

    Raises:
        AugtuiError: a generator that another release fitted is needed further.
    """
    generators = generator_cells(supervisor.plan)
    if not generators:
        return "skipped", "no generators"
    for generator in generators:
        _write_run(supervisor, generator)
    records = generator_records(supervisor.study, supervisor.plan)
    needed = _needed(supervisor)
    for record in records:
        _refuse_two_versions(supervisor, record, needed)
    done = {
        supervisor.study.run(record.cell.folder).folder
        for record in records
        if record.quality is not None and (record.cell.folder not in needed or _is_fitted(supervisor, record))
    }
    _, failed = carry_out(supervisor, [g.folder for g in generators], lambda run: run.folder in done)
    records = generator_records(supervisor.study, supervisor.plan)
    _note_left_out(supervisor, records)
    return ("failed" if failed else "finished"), _found(records, failed)


def cells_to_train(supervisor: Supervisor) -> list[RunCell]:
    """The grid without the arms that the gate leaves out."""
    dropped = dropped_arms(supervisor.plan, generator_records(supervisor.study, supervisor.plan))
    return [cell for cell in cells(supervisor.plan) if (cell.arm.name, cell.point) not in dropped]


def set_jobs(supervisor: Supervisor) -> list[dict[str, object]]:
    """Engine jobs that make the sets of fitted generators, each set once."""
    from augtui.study.steps import expected_run

    plan = supervisor.plan
    records = generator_records(supervisor.study, plan)
    fitted = {record.cell.folder for record in records if _is_fitted(supervisor, record)}
    jobs: dict[str, dict[str, object]] = {}
    for cell in cells_to_train(supervisor):
        paths = supervisor.study.run(cell.folder)
        wanted = _folders(cell)
        if not wanted or paths.metrics.is_file() or not fitted.issuperset(wanted):
            continue
        made = [item for item in set_specs(expected_run(supervisor, cell)) if item.generator is not None]
        keep = plan.keep.images
        name = cell.folder if keep else "+".join(item.identity for item in made)
        jobs[name] = {"job": "augment", "run": str(paths.folder), "maker": "generator", "keep_images": keep}
    return list(jobs.values())


def _note_left_out(supervisor: Supervisor, records: list[GeneratorRecord]) -> None:
    """Write down which runs the plan does without."""
    dropped = dropped_arms(supervisor.plan, records)
    for cell in cells(supervisor.plan):
        reason = dropped.get((cell.arm.name, cell.point), "")
        if reason and not supervisor.study.run(cell.folder).metrics.is_file():
            supervisor.log.write(ev.RunLeftOut(run=cell.folder, reason=reason))


def _needed(supervisor: Supervisor) -> set[str]:
    """Folders of the generators of runs that have no result."""
    cells = (c for c in cells_to_train(supervisor) if not supervisor.study.run(c.folder).metrics.is_file())
    return {folder for cell in cells for folder in _folders(cell)}


def _refuse_two_versions(supervisor: Supervisor, record: GeneratorRecord, needed: set[str]) -> None:
    """Refuse to fit a generator anew by other recipes while runs of its seed were trained with its old images: what
    is compared with them would not be the same generator."""
    quality, folder = record.quality, record.cell.folder
    if quality is None or quality.recipes == RECIPES or folder not in needed:
        return
    for cell in cells(supervisor.plan):
        if folder in _folders(cell) and supervisor.study.run(cell.folder).metrics.is_file():
            raise AugtuiError(
                f"{cell.folder} was trained with images of {record.cell.name} as another release of augtui fits it "
                f"(recipes {quality.recipes or 'unknown'}, here {RECIPES}), and other arms of this seed were not yet",
                "`augtui run` on the same plan starts a new study; the release that began this one can finish it",
            )


def _folders(cell: RunCell) -> list[str]:
    """Of the generators whose images a run adds."""
    return [fitted.folder for fitted in cells_of_arm(cell.arm, cell.point, cell.seed)]


def _write_run(supervisor: Supervisor, cell: GeneratorCell) -> None:
    paths = supervisor.study.run(cell.folder)
    if not paths.run.is_file():
        spec = _expected(supervisor, cell)
        paths.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(json.loads(canonical(spec)), indent=2, ensure_ascii=False)
        write_atomic(paths.run, text + "\n")


def _expected(supervisor: Supervisor, cell: GeneratorCell) -> RunSpec:
    info = supervisor.info
    if info.training_fingerprint is None or info.environment is None:
        raise AugtuiError("the study has not been prepared", "augtui resume begins with that")
    return generator_run(supervisor.plan, cell, info.training_fingerprint, info.environment)


def _is_fitted(supervisor: Supervisor, record: GeneratorRecord) -> bool:
    """Whether it is fitted as this release fits it, and what it draws from lies in the cache."""
    identity = FittedKey.of(_expected(supervisor, record.cell)).identity
    cached = Path(supervisor.info.cache_dir) / "generators" / identity / QUALITY
    return record.quality is not None and record.quality.identity == identity and cached.is_file()


def _found(records: list[GeneratorRecord], failed: int) -> str:
    fits = Counter(record.cell.generator.name for record in records)
    parts = []
    refused = sum(record.quality is not None and record.quality.passed is False for record in records)
    blind = sum(record.quality is not None and record.quality.passed is None for record in records)
    parts += [f"{refused} refused by the gate"] if refused else []
    parts += [f"{blind} cannot be judged"] if blind else []
    parts += [f"{failed} failed"] if failed else []
    # Last: where there is little room, the end is left out.
    parts += [f"{name} ×{count}" for name, count in fits.items()]
    return ", ".join(parts)
