"""How far the tensor implementation is from imgaug: each operation that both have, with fixed parameters, on images.

    python -m tests.benchmarks.agreement [--dataset DIR ...] [--images 16] [--size 128]

Mean absolute difference in grey levels, PSNR in dB (of the mean squared difference; "equal" where there is none) and
the largest difference of a pixel. The list is that of tests/policies/fixed.py, which the tests hold to its bounds.
Without a dataset: photographs that scikit-image ships.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import torch
from torch import Tensor

from augtui.engine.policies.base import ImagePolicy
from augtui.engine.policies.reference import Reference
from tests.benchmarks.policies import pictures
from tests.policies.fixed import FIXED, REASONS, WITHIN
from tests.policies.material import draws


def differences(policy: ImagePolicy, images: Tensor) -> tuple[float, float, float]:
    """Mean absolute, mean squared and largest difference."""
    own = draws(len(images))
    ours, theirs = policy.apply(images, own), Reference.of(policy).apply(images, own)
    apart = (ours.double() - theirs.double()).abs()
    return float(apart.mean()), float(apart.square().mean()), float(apart.max())


def decibels(mean_square: float) -> str:
    return f"{10 * math.log10(255**2 / mean_square):5.1f} dB" if mean_square else "   equal"


def table(title: str, images: Tensor) -> None:
    print(f"\n{title}: {len(images)} images of {images.shape[-1]} px")
    beyond = []
    for name, (policy, allowed) in FIXED.items():
        mean, square, largest = differences(policy, images)
        if mean > WITHIN:
            beyond.append(name)
        print(f"  {name:28} {mean:6.3f}   {decibels(square)}   largest {largest:3.0f}   bound {allowed:g}")
    print(f"  {len(FIXED) - len(beyond)} of {len(FIXED)} within {WITHIN:g} grey levels on average")
    for name in beyond:
        print(f"  beyond: {name}: {REASONS.get(name, 'no reason known')}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", type=Path, nargs="*", default=[])
    parser.add_argument("--images", type=int, default=16)
    parser.add_argument("--size", type=int, default=128)
    options = parser.parse_args()
    for dataset in options.dataset or [None]:
        pixels = pictures(dataset, options.images, options.size).pixels
        table(dataset.name if dataset is not None else "photographs", torch.from_numpy(pixels))


if __name__ == "__main__":
    main()
