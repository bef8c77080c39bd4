"""The opt-in SLIC in torch against scikit-image's, on real images, and what it costs.

    python -m tests.benchmarks.slic [--dataset DIR ...] [--images 32] [--size 64 128] [--segments 100 200]

No fixed number says how near is near enough: the yardstick is scikit-image against itself after each level of each
channel moved by at most one, which nobody can see. Both are compared with scikit-image on the untouched image,
without its connectivity step (the torch form has none):

  same        share of pixels with the same label
  accuracy    achievable segmentation accuracy: share of pixels that are in the reference's segment with which their
              own overlaps most
  boundary    share of the reference's borders that have a border within one pixel
  fill        PSNR between the image and its segments filled with their means, less that of the reference

The time is that of one core, labels for all images in one call, against scikit-image's with and without connectivity.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter
from skimage.segmentation import find_boundaries, slic

from augtui.engine.policies.kernels.slic import slic as slic_on_device
from tests.benchmarks.policies import pictures
from tests.benchmarks.race import pin, race

Labels = NDArray[np.int64]
COMPACTNESS = 10.0


def reference(image: NDArray[np.uint8], segments: int, connected: bool = False) -> Labels:
    """scikit-image's labels [H, W] of an image [3, H, W]."""
    found: Labels = slic(
        np.ascontiguousarray(image.transpose(1, 2, 0)),
        n_segments=segments,
        compactness=COMPACTNESS,
        start_label=0,
        enforce_connectivity=connected,
    )
    return found


def accuracy(labels: Labels, expected: Labels) -> float:
    overlap = np.zeros((labels.max() + 1, expected.max() + 1), np.int64)
    np.add.at(overlap, (labels.ravel(), expected.ravel()), 1)
    return float(overlap.max(axis=1).sum() / labels.size)


def boundary(labels: Labels, expected: Labels) -> float:
    near = maximum_filter(find_boundaries(labels, mode="inner"), size=3)
    return float(near[find_boundaries(expected, mode="inner")].mean())


def fill_psnr(image: NDArray[np.uint8], labels: Labels) -> float:
    counts = np.bincount(labels.ravel()).clip(min=1)
    filled = np.stack([(np.bincount(labels.ravel(), plane.ravel()) / counts)[labels] for plane in image])
    return float(10 * np.log10(255**2 / np.mean((filled - image) ** 2)))


def marks(image: NDArray[np.uint8], labels: Labels, expected: Labels) -> list[float]:
    return [
        float((labels == expected).mean()),
        accuracy(labels, expected),
        boundary(labels, expected),
        fill_psnr(image, labels) - fill_psnr(image, expected),
    ]


def compare(title: str, pixels: NDArray[np.uint8], segments: int) -> None:
    shake = np.random.default_rng(0).integers(-1, 2, pixels.shape)
    shaken = (pixels.astype(int) + shake).clip(0, 255).astype(np.uint8)
    ours = slic_on_device(torch.from_numpy(pixels), segments, COMPACTNESS).numpy()
    found: dict[str, list[list[float]]] = {"torch": [], "yardstick": []}
    for image, other, labels in zip(pixels, shaken, ours, strict=True):
        expected = reference(image, segments)
        found["torch"].append(marks(image, labels, expected))
        found["yardstick"].append(marks(image, reference(other, segments), expected))
    print(f"\n{title}, {segments} segments")
    for name, rows in found.items():
        same, achievable, border, fill = np.mean(rows, axis=0)
        print(
            f"  {name:10} same {same:.4f}   accuracy {achievable:.4f}   boundary {border:.4f}   fill {fill:+.3f} dB"
        )


def time_it(pixels: NDArray[np.uint8], segments: int, rounds: int) -> None:
    batch = torch.from_numpy(pixels)
    contestants: dict[str, Any] = {
        "torch, one call": lambda turn: slic_on_device(batch, segments, COMPACTNESS),
        "scikit-image": lambda turn: [reference(image, segments) for image in pixels],
        "scikit-image, connected": lambda turn: [reference(image, segments, connected=True) for image in pixels],
    }
    times = race(contestants, len(pixels), rounds)
    for name, taken in times.items():
        ratio = times["scikit-image, connected"].median / taken.median
        print(f"  {name:24} {taken} ms an image   {ratio:.2f} x scikit-image, connected")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", type=Path, nargs="*", default=[])
    parser.add_argument("--images", type=int, default=32)
    parser.add_argument("--size", type=int, nargs="+", default=[64, 128])
    parser.add_argument("--segments", type=int, nargs="+", default=[100, 200])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    pin()
    for dataset in options.dataset or [None]:
        for size in options.size:
            pixels = pictures(dataset, options.images, size).pixels
            title = f"{dataset.name if dataset is not None else 'photographs'}, {len(pixels)} images of {size} px"
            for segments in options.segments:
                compare(title, pixels, segments)
            time_it(pixels, options.segments[0], options.rounds)


if __name__ == "__main__":
    main()
