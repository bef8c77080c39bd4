"""Whether there are images enough for a plan's generators: to learn from, and to be judged by."""

from __future__ import annotations

from augtui.analysis.checks.subject import problem
from augtui.metrics.gate import TRUSTED
from augtui.plan.catalog.generators import PER_CLASS_FROM
from augtui.plan.fitting import generators_of
from augtui.plan.spec import GeneratorSpec, Plan
from augtui.runlog.checks import Problem

LARGEST_SHARE = 0.3
"""More of the training images than this is too much to give to validation."""


def generator_images(plan: Plan | None, counts: dict[str, dict[str, int]]) -> list[Problem]:
    """What too few images do to generators.

    Args:
        plan: None: the dataset alone is checked.
        counts: images by side and class, as the first seed gets them.
    """
    generators = [] if plan is None else list({g.name: g for arm in plan.arms for g in generators_of(arm)}.values())
    training = counts.get("train", {})
    if not generators or not training:
        return []
    validation = {name: counts.get("validation", {}).get(name, 0) for name in training}
    return [*_blind_gate(generators, training, validation), *_few_images(generators, training)]


def _blind_gate(
    generators: list[GeneratorSpec], training: dict[str, int], validation: dict[str, int]
) -> list[Problem]:
    few = {name: count for name, count in validation.items() if count < TRUSTED}
    if not few:
        return []
    told = ", ".join(f"{name} {count}" for name, count in few.items())
    share = max(TRUSTED / max(training[name] + count, 1) for name, count in few.items())
    mend = f"; data.validation = {share + 0.005:.2f} would do" if share <= LARGEST_SHARE else ""
    choosing = [generator.name for generator in generators if generator.params.get("select") == "best"]
    last = f", and {' and '.join(choosing)} keeps the weights of its end, not the best" if choosing else ""
    message = (
        f"the gate cannot vouch for generated images of a class below {TRUSTED} validation images ({told}): it finds "
        f"only what is plainly wrong{last}{mend}"
    )
    return [problem("warn", "gate-blind", message)]


def _few_images(generators: list[GeneratorSpec], training: dict[str, int]) -> list[Problem]:
    few = {name: count for name, count in training.items() if count < PER_CLASS_FROM}
    if not few:
        return []
    told = ", ".join(f"{name} {count}" for name, count in few.items())
    ways = [f"{generator.name} {_way(generator)}" for generator in generators]
    message = (
        f"fewer than {PER_CLASS_FROM} training images of a class ({told}) are little to learn from: "
        f"{'; '.join(dict.fromkeys(ways))}"
    )
    return [problem("warn", "generator-few-images", message)]


def _way(generator: GeneratorSpec) -> str:
    models = generator.params.get("models")
    if models == "auto":
        return "fits one model for all classes"
    if models == "conditional":
        return "fits one model for all classes, as the plan asks"
    return "fits one model for each class, with no more than that"
