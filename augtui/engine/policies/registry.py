"""What implements each name of the catalog."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

from augtui.engine.policies import single
from augtui.engine.policies.automatic import AugMix, AutoAugment, RandAugment, TrivialAugment
from augtui.engine.policies.base import BatchPolicy, Duplicate, ImagePolicy
from augtui.engine.policies.compose import OneOf, Sequential, Sometimes
from augtui.engine.policies.erasing import Erasing
from augtui.engine.policies.geometric import Geometric
from augtui.engine.policies.mixing import CutMix, MixUp
from augtui.engine.policies.own import OwnPolicy
from augtui.engine.policies.reference import Reference
from augtui.engine.policies.study import MethodTwo, combined, combined_parameters
from augtui.errors import AugtuiError
from augtui.plan.spec import ParamValue, Plan, PolicySpec

Built = ImagePolicy | BatchPolicy


@dataclass(frozen=True, slots=True)
class Implementation:
    """How a policy is made from its parameters, all of which must be given."""

    parameters: tuple[str, ...]
    build: Callable[..., Built]


def _by_signature(build: Callable[..., Built]) -> Implementation:
    return Implementation(tuple(inspect.signature(build).parameters), build)


def _sequence(*, policies: tuple[ImagePolicy, ...], random_order: bool) -> ImagePolicy:
    return Sequential(policies, random_order)


def _one_of(*, policies: tuple[ImagePolicy, ...]) -> ImagePolicy:
    return OneOf(policies)


def _sometimes(*, policy: ImagePolicy, p: float) -> ImagePolicy:
    return Sometimes(policy, p)


POLICIES: Mapping[str, Implementation] = MappingProxyType(
    {
        "geometric": _by_signature(Geometric),
        "superpixel": Implementation(
            tuple(field.name for field in fields(MethodTwo)), lambda **params: MethodTwo(**params).policy()
        ),
        "combined": Implementation(combined_parameters(), combined),
        "duplicate": _by_signature(Duplicate),
        "trivialaugment": _by_signature(TrivialAugment),
        "randaugment": _by_signature(RandAugment),
        "augmix": _by_signature(AugMix),
        "autoaugment": _by_signature(AutoAugment),
        "erasing": _by_signature(Erasing),
        "mixup": _by_signature(MixUp),
        "cutmix": _by_signature(CutMix),
        "flip": _by_signature(single.flip),
        "rotate": _by_signature(single.rotate),
        "scale": _by_signature(single.scale),
        "shear": _by_signature(single.shear),
        "crop": _by_signature(single.crop),
        "pad": _by_signature(single.pad),
        "elastic": _by_signature(single.elastic),
        "superpixels": _by_signature(single.superpixels),
        "blur": _by_signature(single.blur),
        "sharpen": _by_signature(single.sharpen),
        "emboss": _by_signature(single.emboss),
        "dropout": _by_signature(single.dropout),
        "coarse_dropout": _by_signature(single.coarse_dropout),
        "brightness": _by_signature(single.brightness),
        "contrast": _by_signature(single.contrast),
        "colour": _by_signature(single.colour),
        "invert": _by_signature(single.invert),
        "noise": _by_signature(single.noise),
        "clahe": _by_signature(single.clahe),
        "sequence": _by_signature(_sequence),
        "one_of": _by_signature(_one_of),
        "sometimes": _by_signature(_sometimes),
    }
)
"""By name. Where the catalog declares a parameter `implementation`, `build_policy` takes care of it."""


def build_policy(spec: PolicySpec) -> Built:
    """The policy that a checked spec names, ready to be applied.

    Raises:
        AugtuiError: the engine does not know the name (the plan was written by another version), imgaug is asked
            for and cannot be imported, or a function of the user's own cannot be had.
    """
    if ":" in spec.name:
        return OwnPolicy.load(spec.name, spec.params)
    known = POLICIES.get(spec.name)
    if known is None:
        raise AugtuiError(f"this version of augtui has no policy {spec.name!r}", "see: augtui list policies")
    params = {name: _built(value) for name, value in spec.params.items()}
    implementation = params.pop("implementation", "tensor")
    policy = known.build(**params)
    if implementation == "imgaug":
        if not isinstance(policy, ImagePolicy):
            raise AugtuiError(f"{spec.name} has no imgaug implementation")
        return Reference.of(policy)
    return policy


def check_policies(plan: Plan) -> None:
    """Build every policy of a plan once: functions of the user's own are imported, and imgaug where it is asked for.

    Raises:
        AugtuiError: as `build_policy`.
    """
    for arm in plan.arms:
        made = arm.replace.policy if arm.replace is not None else None
        for spec in (*(addition.policy for addition in arm.add), made, arm.online):
            if spec is not None:
                build_policy(spec)


def _built(value: ParamValue) -> Any:
    """Parameters that are policies, built."""
    match value:
        case PolicySpec():
            return build_policy(value)
        case tuple():
            return tuple(build_policy(part) for part in value)
        case _:
            return value
