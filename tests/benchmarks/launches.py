"""What a policy asks of a GPU for one batch: launches, the bytes that they read and write, and the copies between.

    python -m tests.benchmarks.launches [--dataset DIR] [--size 64] [--images 64 512] [--policies geometric ...]
        [--rounds 20]

The counting needs no GPU: the batch lies on torch's "meta" device, which carries nothing out but takes the path that
every device but the CPU takes. A launch is an operator that makes or changes a tensor there (views are none); its
bytes are those of its inputs there and of its results. What a policy sends to the device (tables of parameters, label
maps out of the cache) are the copies. That a policy gets to its end here also shows that it never waits for the
device: a number asked of a tensor that has none would be an error. Where there is a GPU, the time of a batch on it is
measured too (median and range of the rounds, each with draws of its own, label maps cached).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from augtui.engine.draws import Draws, image_keys
from augtui.engine.policies import ImagePolicy, Sources, build_policy
from tests.benchmarks.policies import METHODS, STREAM, Pictures, pictures
from tests.policy_specs import policy_spec


class Launches(TorchDispatchMode):
    """Counts what is asked of the meta device."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.names: Counter[str] = Counter()
        self.moved = 0
        self.copies = 0
        self.copied = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        given, made = (
            [tensor for tensor in tree_leaves(values) if isinstance(tensor, Tensor)]
            for values in ((args, kwargs), result)
        )
        if not any(tensor.is_meta for tensor in (*given, *made)) or is_view(func):
            return result
        if any(not tensor.is_meta and tensor.dim() for tensor in given):
            self.copies += 1
            self.copied += weight(made)
        else:
            self.names[str(func)] += 1
            self.moved += weight(given) + weight(made)
        return result


def is_view(func: Any) -> bool:
    """Whether an operator only looks at the same memory in another way."""
    aliases = [returned.alias_info for returned in func._schema.returns]
    return any(alias is not None and not alias.is_write for alias in aliases)


def tensors_in(values: Any) -> list[Tensor]:
    return [value for value in tree_leaves(values) if isinstance(value, Tensor)]


def weight(tensors: list[Tensor]) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors if tensor.is_meta)


def count(name: str, images: Pictures, cache: Path) -> Launches:
    policy = build_policy(policy_spec(name))
    assert isinstance(policy, ImagePolicy)
    rows = torch.arange(len(images.pixels))
    draws = Draws(image_keys(STREAM, rows, torch.zeros_like(rows)))
    sources = Sources.of(images, rows, cache)
    policy.apply(torch.from_numpy(images.pixels), draws, sources)  # the label maps are in the cache from here on
    batch = torch.empty(images.pixels.shape, dtype=torch.uint8, device="meta")
    launches = Launches()
    with launches:
        policy.apply(batch, draws, sources)
    return launches


def measure(name: str, images: Pictures, cache: Path, rounds: int) -> list[float]:
    """Seconds for a batch on the GPU, from uint8 there to uint8 there; one value for each round, ascending."""
    policy = build_policy(policy_spec(name))
    assert isinstance(policy, ImagePolicy)
    batch, rows = torch.from_numpy(images.pixels).cuda(), torch.arange(len(images.pixels))
    sources = Sources.of(images, rows, cache)
    taken = []
    for turn in range(-2, rounds):  # two to warm up
        draws = Draws(image_keys(STREAM, rows, torch.full_like(rows, max(turn, 0))))
        policy.apply(batch, draws, sources)  # the label maps are in the cache from here on
        torch.cuda.synchronize()
        begin = time.perf_counter()
        policy.apply(batch, draws, sources)
        torch.cuda.synchronize()
        taken.append(time.perf_counter() - begin)
    return sorted(taken[2:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", type=Path)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--images", type=int, nargs="+", default=[64, 512])
    parser.add_argument("--policies", nargs="+", default=list(METHODS))
    parser.add_argument("--rounds", type=int, default=20, help="of the measurement on a GPU")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in options.policies:
            for number in options.images:
                images = pictures(options.dataset, number, options.size)
                found = count(name, images, Path(folder))
                launches = found.names.total()
                print(
                    f"{name:12} {number:4} images of {options.size} px: {launches:5} launches"
                    f" ({launches / number:5.1f} an image), {found.moved / number / 1e6:6.2f} MB an image;"
                    f" {found.copies} copies to the device, {found.copied / number / 1e3:.1f} kB an image"
                )
                print(
                    "    most: " + ", ".join(f"{op} {times}" for op, times in found.names.most_common(6)), flush=True
                )
                if torch.cuda.is_available():
                    taken = [1e3 * seconds for seconds in measure(name, images, Path(folder), options.rounds)]
                    median = statistics.median(taken)
                    print(
                        f"    on the GPU: {median:.2f} ms ({taken[0]:.2f} to {taken[-1]:.2f}) for the batch, "
                        f"{median / number:.4f} ms an image, {found.moved / median / 1e6:.0f} GB/s",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
