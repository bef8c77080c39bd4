"""From a plan to the generators that it needs fitted: each once for a seed and a split, however many arms use it."""

from __future__ import annotations

import msgspec

from augtui.plan.catalog import CATALOG
from augtui.plan.catalog.generators import RECIPES
from augtui.plan.grid import Environment, Point, RunSpec, SetSpec, SizeRule, point_folder, points, settings_at
from augtui.plan.spec import ArmSpec, DataSpec, GeneratorSpec, ModelSpec, Plan, Spec, TrainSpec, content_hash

_IRRELEVANT = ("data.image_size", "data.store_size")
"""A generator learns at its own size, whatever the study's is."""


class GeneratorCell(Spec, frozen=True, kw_only=True):
    """One generator to be fitted."""

    generator: GeneratorSpec
    point: Point
    """The axes that its training images depend on."""
    seed: int

    @property
    def name(self) -> str:
        """`dcgan64`, or `dcgan64,epochs=20` where a parameter is not the usual one."""
        return generator_name(self.generator)

    @property
    def folder(self) -> str:
        """Relative to the study's folder: generators/<name>/[<axes>/]seed-<n>."""
        parts = ("generators", self.name, point_folder(self.point), f"seed-{self.seed}")
        return "/".join(part for part in parts if part)


def generators_of(arm: ArmSpec) -> tuple[GeneratorSpec, ...]:
    """The generators whose images an arm adds."""
    return tuple(addition.generator for addition in arm.add if addition.generator is not None)


def generator_name(generator: GeneratorSpec) -> str:
    """A generator's name and those of its parameters that are not the usual ones: never two for one name, and the
    same whatever else a plan holds."""
    declared = CATALOG.generator(generator.name)
    usual = {parameter.name: parameter.default for parameter in declared.parameters} if declared is not None else {}
    changed = [f"{key}={value}" for key, value in generator.params.items() if value != usual.get(key)]
    return ",".join([generator.name, *changed])


def generator_cell(generator: GeneratorSpec, point: Point, seed: int) -> GeneratorCell:
    """The cell of a generator at an axis point of a plan."""
    data_point = tuple((key, value) for key, value in point if key.startswith("data.") and key not in _IRRELEVANT)
    return GeneratorCell(generator=generator, point=data_point, seed=seed)


def cells_of_arm(arm: ArmSpec, point: Point, seed: int) -> list[GeneratorCell]:
    """The cells of the generators whose images an arm adds, at an axis point and a seed."""
    return [generator_cell(generator, point, seed) for generator in generators_of(arm)]


def generator_cells(plan: Plan) -> list[GeneratorCell]:
    """All generators of a plan, seed by seed."""
    cells = [
        cell
        for seed in plan.seeds
        for point in points(plan)
        for arm in plan.arms
        for cell in cells_of_arm(arm, point, seed)
    ]
    return list({cell.folder: cell for cell in cells}.values())


def generator_run(plan: Plan, cell: GeneratorCell, fingerprint: str, environment: Environment) -> RunSpec:
    """What run.json of a generator holds. Its data are those of the study at the generator's own size."""
    point = next(item for item in points(plan) if set(cell.point) <= set(item))
    data = settings_at(plan, point).data
    spec = lone_generator_run(cell.generator, cell.seed, fingerprint, environment, data)
    arm = ArmSpec(name=cell.name)
    return msgspec.structs.replace(spec, arm=arm, point=cell.point, keep_model=plan.keep.models)


def lone_generator_run(
    generator: GeneratorSpec, seed: int, fingerprint: str, environment: Environment, data: DataSpec | None = None
) -> RunSpec:
    """The run of a generator outside any plan; without `data` of a dataset read by the defaults of a plan."""
    return RunSpec(
        kind="generator",
        arm=ArmSpec(name=generator.name),
        generator=generator,
        seed=seed,
        fingerprint=fingerprint,
        positive=None,
        data=_own_size(data or DataSpec(), generator),
        model=ModelSpec(),
        train=TrainSpec(),
        budget=SizeRule(),
        keep_model=True,
        environment=environment,
    )


class FittedKey(Spec, frozen=True, kw_only=True):
    """Everything that decides what a fitted generator draws; where two agree, one is fitted."""

    version: int = RECIPES
    generator: GeneratorSpec
    seed: int
    fingerprint: str
    data: DataSpec
    environment: Environment

    @property
    def identity(self) -> str:
        """The fitted generator's name in the cache."""
        return content_hash(self)

    @classmethod
    def of(cls, source: RunSpec | SetSpec) -> FittedKey:
        """Of a generator's own run, or of a set of its images."""
        assert source.generator is not None
        return cls(
            generator=source.generator,
            seed=source.seed,
            fingerprint=source.fingerprint,
            data=_own_size(source.data, source.generator),
            environment=source.environment,
        )


def _own_size(data: DataSpec, generator: GeneratorSpec) -> DataSpec:
    declared = CATALOG.generator(generator.name)
    assert declared is not None
    return msgspec.structs.replace(data, image_size=declared.image_size, store_size=None)
