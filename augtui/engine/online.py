"""The policy that an arm draws anew in each epoch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from augtui.dataset.store import Dataset
from augtui.engine.policies import BatchPolicy, ImagePolicy, Sources, build_policy
from augtui.engine.sets import policy_stream
from augtui.plan.spec import PolicySpec


@dataclass(frozen=True, slots=True)
class Online:
    """A policy at work during training; exactly one of `image` and `batch` is given."""

    stream: int
    image: ImagePolicy | None
    batch: BatchPolicy | None
    dataset: Dataset
    cache: Path
    originals: bool
    """Whether every member is an untouched row of the dataset, so that what is cached of it holds."""

    @classmethod
    def build(cls, spec: PolicySpec, seed: int, dataset: Dataset, cache: Path, originals: bool) -> Online:
        policy = build_policy(spec)
        image = policy if isinstance(policy, ImagePolicy) else None
        batch = policy if isinstance(policy, BatchPolicy) else None
        return cls(policy_stream(seed, "online", spec), image, batch, dataset, cache, originals)

    def sources(self, rows: Tensor) -> Sources | None:
        """Where the images of a batch come from, for policies that keep things about them."""
        return Sources.of(self.dataset, rows, self.cache) if self.originals else None
