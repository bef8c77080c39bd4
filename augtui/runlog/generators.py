"""What became of a study's generators: which are fitted, which the gate refused, and what that means for the arms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from augtui.paths import StudyPaths
from augtui.plan.catalog import CATALOG
from augtui.plan.fitting import GeneratorCell, cells_of_arm, generator_cells, generator_name, generators_of
from augtui.plan.grid import Point, points, settings_at
from augtui.plan.spec import ArmSpec, GeneratorSpec, Plan
from augtui.runlog.quality import GeneratorQuality, read_quality

Gate = Literal["passed", "failed", "unjudged"]
GATES: Final[dict[bool | None, Gate]] = {True: "passed", False: "failed", None: "unjudged"}
"""By `GeneratorQuality.passed`."""


@dataclass(frozen=True, slots=True)
class GeneratorRecord:
    """One generator of a study; `quality` is None before it is fitted."""

    cell: GeneratorCell
    quality: GeneratorQuality | None


def generator_records(study: StudyPaths, plan: Plan) -> list[GeneratorRecord]:
    """All generators of a plan and what is known of them, seed by seed.

    Raises:
        AugtuiError: a quality.json cannot be read.
    """
    return [GeneratorRecord(cell, read_quality(study.run(cell.folder))) for cell in generator_cells(plan)]


def arm_gates(plan: Plan, records: list[GeneratorRecord]) -> dict[tuple[str, Point], Gate]:
    """What the gate says of the arms (by name and axis point) that use fitted generators, the worst of its seeds."""
    known = {record.cell.folder: record.quality for record in records}
    found: dict[tuple[str, Point], Gate] = {}
    for point in points(plan):
        for arm in plan.arms:
            cells = [cell for seed in plan.seeds for cell in cells_of_arm(arm, point, seed)]
            verdicts = {quality.passed for cell in cells if (quality := known[cell.folder]) is not None}
            if verdicts:
                found[(arm.name, point)] = (
                    "failed" if False in verdicts else "unjudged" if None in verdicts else "passed"
                )
    return found


def generated_by(arm: ArmSpec) -> str:
    """Where an arm's generated images come from: "dcgan64 at 64 px"; empty without generators."""
    return ", ".join(dict.fromkeys(drawn_by(generator) for generator in generators_of(arm)))


def drawn_by(generator: GeneratorSpec) -> str:
    """A generator with the size that it draws at: "dcgan64,epochs=20 at 64 px"."""
    declared = CATALOG.generator(generator.name)
    name = generator_name(generator)
    return f"{name} at {declared.image_size} px" if declared is not None else name


def dropped_arms(plan: Plan, records: list[GeneratorRecord]) -> dict[tuple[str, Point], str]:
    """The arms (by name and axis point) that are left out because the gate refused one of their generators, and why.

    An arm leaves as a whole: without the seeds whose generator failed it would be an arm of lucky seeds.
    """
    if plan.on_gate_failure != "drop-arm":
        return {}
    known = {record.cell.folder: record for record in records}
    found = {}
    for point in points(plan):
        for arm in plan.arms:
            cells = [cell for seed in plan.seeds for cell in cells_of_arm(arm, point, seed)]
            reasons = [_refusal(known[cell.folder]) for cell in cells]
            if any(reasons):
                found[(arm.name, point)] = next(reason for reason in reasons if reason)
    return found


def generator_notes(plan: Plan, records: list[GeneratorRecord]) -> list[str]:
    """What a reader must know about the generated images, in sentences."""
    fitted = [record for record in records if record.quality is not None]
    notes = [note for name in dict.fromkeys(r.cell.name for r in fitted) for note in _notes_on(plan, name, fitted)]
    if fitted:
        chosen = any(record.quality is not None and record.quality.validation_read for record in fitted)
        what = "The gate and the choice of the generators' weights" if chosen else "The gate"
        notes.append(f"{what} read validation images; test images were not read for it.")
        notes.append(
            "That the gate found no copies is no guarantee of privacy: a copied patient is a leak, and a test of "
            "nearest neighbours can miss it."
        )
    for (arm, _), reason in dropped_arms(plan, records).items():
        notes.append(f'{arm} is left out (on_gate_failure = "drop-arm"): {reason}.')
    return notes


def _notes_on(plan: Plan, name: str, fitted: list[GeneratorRecord]) -> list[str]:
    own = [record for record in fitted if record.cell.name == name]
    sizes = sorted({settings_at(plan, point).data.stored for point in points(plan)})
    notes = []
    for size in sizes:
        drawn = own[0].quality.image_size if own[0].quality is not None else size
        change = f"enlarged x{size / drawn:.3g} to" if drawn < size else "used at" if drawn == size else "reduced to"
        notes.append(f"The images of {name} are drawn at {drawn} px and {change} {size} px.")
    if len(versions := {record.quality.recipes for record in own if record.quality is not None}) > 1:
        told = ", ".join(str(version) for version in sorted(versions))
        notes.append(f"{name} was fitted by releases of augtui with other recipes ({told}) for some of the seeds.")
    refused = [reason for record in own if (reason := _refusal(record))]
    blind = [r for r in own if r.quality is not None and r.quality.passed is None]
    if refused:
        notes.append(f"{name} fails the gate in {len(refused)} of {len(own)} fits: {refused[0]}.")
    if blind and blind[0].quality is not None:
        notes.append(f"{name} cannot be judged in {len(blind)} of {len(own)} fits: {blind[0].quality.reasons[0]}.")
    if not refused and not blind:
        notes.append(f"{name} passes the gate in {len(own)} of {len(own)} fits.")
    return notes


def _refusal(record: GeneratorRecord) -> str:
    """Why the gate refused a generator; empty where it did not."""
    if record.quality is None or record.quality.passed is not False:
        return ""
    return f"{record.cell.name}, seed {record.cell.seed}: {'; '.join(record.quality.reasons)}"
