"""What implements each name of the catalog: classes whose fields are the declared parameters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from augtui.engine.policies.automatic import AugMix, AutoAugment, RandAugment, TrivialAugment
from augtui.engine.policies.base import BatchPolicy, Duplicate, ImagePolicy
from augtui.engine.policies.erasing import Erasing
from augtui.engine.policies.geometric import Geometric
from augtui.engine.policies.mixing import CutMix, MixUp
from augtui.errors import AugtuiError
from augtui.plan.spec import PolicySpec

POLICIES: Mapping[str, type[Any]] = MappingProxyType(
    {
        "geometric": Geometric,
        "duplicate": Duplicate,
        "trivialaugment": TrivialAugment,
        "randaugment": RandAugment,
        "augmix": AugMix,
        "autoaugment": AutoAugment,
        "erasing": Erasing,
        "mixup": MixUp,
        "cutmix": CutMix,
    }
)


def build_policy(spec: PolicySpec) -> ImagePolicy | BatchPolicy:
    """The policy that a checked spec names, ready to be applied.

    Raises:
        AugtuiError: the engine does not know the name (the plan was written by another version).
    """
    implementation = POLICIES.get(spec.name)
    if implementation is None:
        raise AugtuiError(f"this version of augtui has no policy {spec.name!r}", "see: augtui list policies")
    policy: ImagePolicy | BatchPolicy = implementation(**spec.params)
    return policy
