"""The synthesize step: generators fitted, judged and shared, then the sets that they draw."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from augtui.errors import AugtuiError
from augtui.paths import RunPaths, write_atomic
from augtui.plan.fitting import GeneratorCell, generator_cell, generator_cells, generator_run, generators_of
from augtui.plan.grid import RunCell, cells, set_specs
from augtui.plan.spec import canonical
from augtui.runlog.generators import GeneratorRecord, dropped_arms, generator_records
from augtui.runlog.quality import QUALITY, read_quality
from augtui.study.supervisor import Supervisor
from augtui.study.training import carry_out


def fit_generators(supervisor: Supervisor) -> tuple[str, str]:
    """Fit every generator of the plan that the cache does not hold; gives the step's state and what it found."""
    generators = generator_cells(supervisor.plan)
    if not generators:
        return "skipped", "no generators"
    for generator in generators:
        _write_run(supervisor, generator)
    cache = Path(supervisor.info.cache_dir)
    _, failed = carry_out(supervisor, [g.folder for g in generators], lambda run: _is_fitted(run, cache))
    records = generator_records(supervisor.study, supervisor.plan)
    return ("failed" if failed else "finished"), _found(records, failed)


def cells_to_train(supervisor: Supervisor) -> list[RunCell]:
    """The grid without the arms that the gate leaves out."""
    dropped = dropped_arms(supervisor.plan, generator_records(supervisor.study, supervisor.plan))
    return [cell for cell in cells(supervisor.plan) if (cell.arm.name, cell.point) not in dropped]


def set_jobs(supervisor: Supervisor) -> list[dict[str, object]]:
    """Engine jobs that make the sets of fitted generators, each set once."""
    from augtui.study.steps import expected_run

    plan, cache = supervisor.plan, Path(supervisor.info.cache_dir)
    fitted = {
        record.cell.folder
        for record in generator_records(supervisor.study, plan)
        if record.quality is not None and _is_fitted(supervisor.study.run(record.cell.folder), cache)
    }
    jobs: dict[str, dict[str, object]] = {}
    for cell in cells_to_train(supervisor):
        paths = supervisor.study.run(cell.folder)
        wanted = [
            generator_cell(plan, generator, cell.point, cell.seed).folder for generator in generators_of(cell.arm)
        ]
        if not wanted or paths.metrics.is_file() or not fitted.issuperset(wanted):
            continue
        made = [item for item in set_specs(expected_run(supervisor, cell)) if item.generator is not None]
        keep = plan.keep.images
        name = cell.folder if keep else "+".join(item.identity for item in made)
        jobs[name] = {"job": "augment", "run": str(paths.folder), "maker": "generator", "keep_images": keep}
    return list(jobs.values())


def _write_run(supervisor: Supervisor, cell: GeneratorCell) -> None:
    info = supervisor.info
    if info.training_fingerprint is None or info.environment is None:
        raise AugtuiError("the study has not been prepared", "augtui resume begins with that")
    paths = supervisor.study.run(cell.folder)
    if not paths.run.is_file():
        spec = generator_run(supervisor.plan, cell, info.training_fingerprint, info.environment)
        paths.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(json.loads(canonical(spec)), indent=2, ensure_ascii=False)
        write_atomic(paths.run, text + "\n")


def _is_fitted(run: RunPaths, cache: Path) -> bool:
    quality = read_quality(run)
    return quality is not None and (cache / "generators" / quality.identity / QUALITY).is_file()


def _found(records: list[GeneratorRecord], failed: int) -> str:
    fits = Counter(record.cell.name for record in records)
    parts = []
    refused = sum(record.quality is not None and record.quality.passed is False for record in records)
    blind = sum(record.quality is not None and record.quality.passed is None for record in records)
    parts += [f"{refused} refused by the gate"] if refused else []
    parts += [f"{blind} cannot be judged"] if blind else []
    parts += [f"{failed} failed"] if failed else []
    # Last: where there is little room, the end is left out.
    parts += [f"{name} ×{count}" for name, count in fits.items()]
    return ", ".join(parts)
