"""Policies on the CPU: augtui's batched ones against imgaug, torchvision and AlbumentationsX.

    python -m tests.benchmarks.policies [--dataset DIR] [--rounds 7] [--images 64] [--size 64 128 224]
                                        [--only superpixels|methods|operations]

One core, one thread, contestants in turn, milliseconds of CPU time for each image (median of the rounds, lowest to
highest), ratios within the run. Images are decoded already; augtui gets them as one batch with its label maps in the
cache, as a study has them from the second epoch on; imgaug gets them as one list, torchvision and AlbumentationsX one
by one (they draw once for each call). AlbumentationsX is not among augtui's dependencies (AGPL): it takes part where
it can be imported. Of imgaug the superpixels are the mended ones, at the native size of the image.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torchvision.transforms import v2

from augtui.dataset.layout import read_layout
from augtui.engine.device import use
from augtui.engine.draws import Draws, image_keys
from augtui.engine.policies import ImagePolicy, Sources, build_policy
from augtui.engine.policies.compose import Tree, leaves_of
from augtui.engine.policies.imgaug_compat import import_imgaug
from augtui.engine.policies.reference import Reference
from augtui.engine.sheets import spread
from augtui.plan.grid import Environment
from tests.benchmarks.race import Contestant, Times, pin, race
from tests.policy_specs import policy_spec

METHODS = ("geometric", "superpixel", "combined")
STREAM = 1


@dataclass(frozen=True)
class Pictures:
    """Decoded images, as the engine holds a dataset."""

    pixels: NDArray[np.uint8]
    """uint8 [N, 3, S, S]."""
    fingerprint: str

    @property
    def listed(self) -> list[NDArray[np.uint8]]:
        """Each as uint8 [S, S, 3]."""
        return [np.ascontiguousarray(image.transpose(1, 2, 0)) for image in self.pixels]


def pictures(dataset: Path | None, count: int, size: int) -> Pictures:
    """Images of a dataset, spread over its classes; without one, photographs that scikit-image ships."""
    if dataset is None:
        from skimage import data

        names = ("astronaut", "coffee", "rocket", "chelsea", "retina", "immunohistochemistry")
        opened = [Image.fromarray(getattr(data, names[number % len(names)])()) for number in range(count)]
        opened = [image.rotate(90 * (number // len(names))) for number, image in enumerate(opened)]
    else:
        layout = read_layout(dataset)
        opened = [Image.open(layout.root / file.path) for _, file in spread(layout, count)]
    made = [np.asarray(image.convert("RGB").resize((size, size), Image.Resampling.BILINEAR)) for image in opened]
    return Pictures(np.stack(made).transpose(0, 3, 1, 2).copy(), f"benchmark-{count}-{size}-{dataset}")


def batched(policy: ImagePolicy, images: Pictures, cache: Path | None) -> Contestant:
    """augtui: one call for the batch, other draws in each turn, label maps of the cache where there is one."""
    pixels = torch.from_numpy(images.pixels)
    rows = torch.arange(len(pixels))

    def run(turn: int) -> Any:
        draws = Draws(image_keys(STREAM, rows, torch.full_like(rows, turn)))
        return policy.apply(pixels, draws, None if cache is None else Sources.of(images, rows, cache))

    return run


def listed(policy: ImagePolicy, images: Pictures) -> Contestant:
    """The same through imgaug, one call for all images."""
    return at_once(Reference.of(policy).augmenter, images)


def at_once(augmenter: Any, images: Pictures) -> Contestant:
    pixels = images.listed
    return lambda turn: augmenter(images=pixels)


def one_by_one(transform: Callable[[Any], Any], images: list[Any]) -> Contestant:
    return lambda turn: [transform(image) for image in images]


def torchvision_geometric(images: Pictures) -> Contestant:
    """What torchvision has of method 1: no border but a fill, crop and pad by a share of the image."""
    transform = v2.Compose(
        [
            v2.RandomHorizontalFlip(),
            v2.RandomVerticalFlip(),
            v2.RandomApply(
                [v2.RandomAffine(45, translate=(0.2, 0.2), scale=(0.5, 1.5), shear=(-16, 16, -16, 16), fill=128)]
            ),
            v2.RandomApply([v2.RandomResizedCrop(images.pixels.shape[-1], scale=(0.8, 1.0), antialias=False)]),
        ]
    )
    return one_by_one(transform, [torch.from_numpy(image) for image in images.pixels])


def albumentations_superpixels(images: Pictures) -> Contestant | None:
    try:
        albumentations = import_module("albumentations")
    except ImportError:
        return None
    transform = albumentations.Superpixels(p_replace_range=(0, 1), n_segments_range=(100, 200), max_size=128, p=1)
    return one_by_one(lambda image: transform(image=image), images.listed)


def report(title: str, times: dict[str, Times], reference: str) -> None:
    """A line for each contestant, with how many times faster it is than the reference."""
    print(f"\n{title}: ms per image")
    for name, taken in times.items():
        ratio = "" if name == reference else f"   {times[reference].median / taken.median:6.1f} x {reference}"
        print(f"  {name:34} {taken}{ratio}", flush=True)


def superpixels(options: argparse.Namespace, cache: Path) -> None:
    """The single operation, every image touched, with the study's ranges."""
    for size in (size for size in options.size if size > 64):
        images = pictures(options.dataset, options.images, size)
        policy = build_policy(policy_spec("superpixels"))
        assert isinstance(policy, ImagePolicy)
        warm = batched(policy, images, cache)
        for turn in range(options.rounds + 1):  # every label map that the race will ask for
            warm(turn)
        plain = import_imgaug().augmenters.Superpixels(p_replace=(0, 1.0), n_segments=(100, 200))
        peers = {"AlbumentationsX": albumentations_superpixels(images)}
        contestants = {
            "augtui, labels cached": warm,
            "augtui, labels made each time": batched(policy, images, None),
            "imgaug": at_once(plain, images),
            **{name: run for name, run in peers.items() if run is not None},
        }
        report(f"superpixels at {size} px", race(contestants, options.images, options.rounds), "imgaug")


def methods(options: argparse.Namespace, cache: Path) -> None:
    """The three methods of the study, whole."""
    for size in options.size:
        images = pictures(options.dataset, options.images, size)
        for name in METHODS:
            policy = build_policy(policy_spec(name))
            assert isinstance(policy, ImagePolicy)
            own = batched(policy, images, cache)
            for turn in range(options.rounds + 1):
                own(turn)
            contestants = {"augtui": own, "imgaug": listed(policy, images)}
            if name == "geometric":
                contestants["torchvision v2"] = torchvision_geometric(images)
            report(f"{name} at {size} px", race(contestants, options.images, options.rounds), "imgaug")


def operations(options: argparse.Namespace, cache: Path) -> None:
    """Each part of `combined` by itself, every image touched."""
    size = max(options.size)
    images = pictures(options.dataset, options.images, size)
    whole = build_policy(policy_spec("combined"))
    assert isinstance(whole, Tree)
    print(f"\nby operation at {size} px: ms per image (and how often `combined` uses it)")
    way = whole.unroll(Draws(image_keys(STREAM, torch.arange(4096), torch.zeros(4096, dtype=torch.int64))))
    for number, leaf in enumerate(leaves_of(whole)):
        share = float((way.leaves == number).sum()) / 4096
        own = batched(leaf, images, cache)
        for turn in range(options.rounds + 1):
            own(turn)
        times = race({"augtui": own, "imgaug": listed(leaf, images)}, options.images, options.rounds)
        ratio = times["imgaug"].median / times["augtui"].median
        medians = f"augtui {times['augtui'].median:7.3f}   imgaug {times['imgaug'].median:7.3f}   {ratio:6.1f} x"
        print(f"  {type(leaf).__name__:16} {share:5.0%}   {medians}", flush=True)


PARTS = {"superpixels": superpixels, "methods": methods, "operations": operations}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", type=Path, help="a folder of images; photographs of scikit-image without")
    parser.add_argument("--images", type=int, default=64)
    parser.add_argument("--size", type=int, nargs="+", default=[64, 128, 224])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", choices=PARTS)
    options = parser.parse_args()
    use(Environment(device="cpu", precision="fp32", threads=1))  # as in augtui's worker
    print(f"core {pin()}, {options.images} images, {options.rounds} rounds")
    for name, part in PARTS.items():
        if options.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                part(options, Path(folder))


if __name__ == "__main__":
    main()
