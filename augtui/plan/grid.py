"""From a plan to its runs: arm x axis point x seed, each with everything that decides its result."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from itertools import product
from types import MappingProxyType
from typing import Literal

import msgspec

from augtui.plan.catalog.generators import RECIPES
from augtui.plan.spec import (
    ArmSpec,
    AxisValue,
    DataSpec,
    GeneratorSpec,
    ModelSpec,
    Plan,
    PolicySpec,
    Spec,
    TrainSpec,
    content_hash,
)

Point = tuple[tuple[str, AxisValue], ...]
"""One combination of axis values: ((key, value), ...), in the plan's order; () where there are no axes."""

_SAFE = re.compile(r"[A-Za-z0-9._+-]{1,60}\Z")
_UNSAFE = re.compile(r"[^A-Za-z0-9._+-]+")
_TAIL = 30
"""Characters kept of a value that is no folder's name; the end of a path says most."""
_FOLDER_LIMIT = 200
"""Characters; file systems allow 255 bytes."""


class Environment(Spec, frozen=True, kw_only=True):
    """How a study computes. Decided once, written in study.json and kept on resume: it changes results."""

    device: Literal["cpu", "cuda", "mps"]
    precision: Literal["fp32", "bf16"]
    threads: int
    """Compute threads of one slot; only meaningful on a CPU."""
    channels_last: bool = True
    """Whether networks and batches lie in memory pixel by pixel, which most kernels like better."""
    fused: bool = True
    """Whether an optimiser's step is one kernel."""


class SizeRule(Spec, frozen=True, kw_only=True):
    """How large a training set becomes, given the originals of each class."""

    amounts: tuple[float, ...] = ()
    copies: int | None = None

    @classmethod
    def of(cls, arm: ArmSpec) -> SizeRule:
        """The rule that an arm's `add` and `replace` state."""
        return cls(
            amounts=tuple(addition.amount for addition in arm.add),
            copies=arm.replace.copies if arm.replace else None,
        )

    def size(self, class_counts: list[int]) -> int:
        """Images in the training set, for the originals of each class."""
        originals = sum(class_counts)
        if self.copies is not None:
            return originals * self.copies
        return originals + sum(added(count, amount) for amount in self.amounts for count in class_counts)


class RunSpec(Spec, frozen=True, kw_only=True):
    """run.json: everything that decides the result of one training, and nothing else.

    Two runs with equal specs end with equal metrics.json and predictions.csv (on a CPU, byte for byte).
    """

    format: int = 1
    kind: Literal["train", "generator"] = "train"
    arm: ArmSpec
    """How the training set is built; its name only labels."""
    generator: GeneratorSpec | None = None
    """For kind "generator": what is fitted."""
    point: Point = ()
    seed: int
    fingerprint: str
    """Of the dataset's files."""
    positive: str | None
    data: DataSpec
    model: ModelSpec
    train: TrainSpec
    budget: SizeRule
    """The size of the set that gives the number of steps in an epoch."""
    keep_model: bool
    weights_hash: str = ""
    """sha256 of the file that `model.weights` names, so that another content is another run."""
    environment: Environment

    @property
    def identity(self) -> str:
        """Of the content; names and order of arms and axes do not matter."""
        return content_hash(msgspec.structs.replace(self, arm=msgspec.structs.replace(self.arm, name=""), point=()))


class Settings(Spec, frozen=True, kw_only=True):
    """A plan's `[data]`, `[model]` and `[train]` at one axis point."""

    data: DataSpec
    model: ModelSpec
    train: TrainSpec


class RunCell(Spec, frozen=True, kw_only=True):
    """One place in the grid."""

    arm: ArmSpec
    point: Point
    seed: int

    @property
    def folder(self) -> str:
        """Relative to the study's folder: arms/<arm>/[<key>=<value>,...]/seed-<n>."""
        parts = ("arms", self.arm.name, point_folder(self.point), f"seed-{self.seed}")
        return "/".join(part for part in parts if part)


class SetSpec(Spec, frozen=True, kw_only=True):
    """A set of made images: what an arm adds, or what replaces its originals, for one seed and one split."""

    policy: PolicySpec | None = None
    generator: GeneratorSpec | None = None
    amount: float | None = None
    copies: int | None = None
    seed: int
    fingerprint: str
    data: DataSpec
    environment: Environment

    @property
    def identity(self) -> str:
        """The name of the set in the cache."""
        return content_hash(self if self.generator is None else [RECIPES, self])


def added(count: int, amount: float) -> int:
    """Images that `amount` adds to a class of `count`: rounded half up, so that 10 % of 1197 is 120."""
    return math.floor(count * amount + 0.5 + 1e-9)


def points(plan: Plan) -> list[Point]:
    """Every combination of the axes' values; one empty point without axes."""
    return [
        tuple(zip((axis.key for axis in plan.axes), values, strict=True))
        for values in product(*(axis.values for axis in plan.axes))
    ]


def point_name(point: Point) -> str:
    """`train.epochs=10,data.fraction=0.5`; empty without axes."""
    return ",".join(f"{key}={value}" for key, value in point)


def point_folder(point: Point) -> str:
    """`point_name` as one folder: values that no folder's name can hold (paths, regexes) become a part and a hash."""
    name = ",".join(f"{key}={_safe(value)}" for key, value in point)
    return name if len(name) <= _FOLDER_LIMIT else f"{name[: _FOLDER_LIMIT - 9]}-{content_hash(name, 8)}"


def _safe(value: AxisValue) -> str:
    text = str(value)
    if _SAFE.match(text):
        return text
    return f"{_UNSAFE.sub('-', text)[-_TAIL:].strip('-')}-{content_hash(text, 8)}"


def settings_at(plan: Plan, point: Point) -> Settings:
    """The plan's sections with the point's values put in (already checked by the plan's reader)."""
    sections: dict[str, Spec] = {"data": plan.data, "model": plan.model, "train": plan.train}
    for key, value in point:
        section, field = key.split(".")
        sections[section] = msgspec.structs.replace(sections[section], **{field: value})
    return msgspec.convert(msgspec.to_builtins(sections), Settings)


def cells(plan: Plan) -> Iterator[RunCell]:
    """The whole grid, seed by seed, so that every arm is known early and pairs complete together."""
    for seed in plan.seeds:
        for point in points(plan):
            for arm in plan.arms:
                yield RunCell(arm=arm, point=point, seed=seed)


def run_spec(
    plan: Plan,
    cell: RunCell,
    fingerprint: str,
    environment: Environment,
    weights_hash: Mapping[str, str] = MappingProxyType({}),
) -> RunSpec:
    """What run.json of a cell holds; `weights_hash` gives the sha256 of each file of weights."""
    settings = settings_at(plan, cell.point)
    counted = plan.baseline if settings.train.budget == "steps" else cell.arm
    return RunSpec(
        arm=cell.arm,
        point=cell.point,
        seed=cell.seed,
        fingerprint=fingerprint,
        positive=plan.positive,
        data=settings.data,
        model=settings.model,
        train=settings.train,
        budget=SizeRule.of(counted),
        keep_model=plan.keep.models,
        weights_hash=weights_hash.get(settings.model.weights, ""),
        environment=environment,
    )


def set_specs(run: RunSpec) -> list[SetSpec]:
    """The sets that a run reads, in the order in which they follow the originals."""
    base = SetSpec(seed=run.seed, fingerprint=run.fingerprint, data=split_part(run.data), environment=run.environment)
    replace = msgspec.structs.replace
    if run.arm.replace is not None:
        return [replace(base, policy=run.arm.replace.policy, copies=run.arm.replace.copies)]
    return [replace(base, policy=a.policy, generator=a.generator, amount=a.amount) for a in run.arm.add]


def split_part(data: DataSpec) -> DataSpec:
    """`[data]` without what a set of made images does not depend on: the size that the model sees."""
    return msgspec.structs.replace(data, image_size=data.stored, store_size=None)
