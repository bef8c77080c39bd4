"""Augmented versions of images outside any study, with the words that say what was drawn for each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from augtui.dataset.decode import Corrupt, CorruptError, open_upright
from augtui.dataset.layout import ImageFile, Layout
from augtui.dataset.store import corrupt_error
from augtui.engine.draws import Draws, image_keys
from augtui.engine.policies import ImagePolicy, Sources, build_policy
from augtui.engine.sets import policy_stream
from augtui.errors import AugtuiError
from augtui.plan.spec import PolicySpec


@dataclass(frozen=True, slots=True)
class Original:
    """An image of a dataset, decoded."""

    file: ImageFile
    row: int
    """Its number, which decides what is drawn for it."""
    pixels: NDArray[np.uint8]
    """[H, W, 3]."""


@dataclass(frozen=True, slots=True)
class Version:
    """What a policy made of an image."""

    pixels: NDArray[np.uint8]
    """[H, W, 3]."""
    drawn: str
    """The drawn parameters in words."""


@dataclass(frozen=True, slots=True)
class _Decoded:
    """The originals as a dataset, for policies that ask where their images come from."""

    pixels: NDArray[np.uint8]

    @property
    def fingerprint(self) -> str:
        """Of the pixels, which are all there is."""
        return hashlib.sha256(f"{self.pixels.shape}".encode() + self.pixels.tobytes()).hexdigest()[:16]


def image_policy(spec: PolicySpec) -> ImagePolicy:
    """The policy of a spec.

    Raises:
        AugtuiError: it mixes the images of a batch, or cannot be had.
    """
    policy = build_policy(spec)
    if not isinstance(policy, ImagePolicy):
        raise AugtuiError(f"{spec.name} mixes the images of a batch: there is nothing to write or to show of it")
    return policy


def open_original(layout: Layout, file: ImageFile, row: int, size: int | None) -> Original:
    """One image, at its own size or as a square of `size` pixels.

    Raises:
        AugtuiError: it is corrupt.
    """
    try:
        image, _, _ = open_upright(layout.root / file.path)
    except CorruptError as error:
        raise corrupt_error(layout.root, (Corrupt(file.path, str(error)),)) from error
    if size is not None and image.size != (size, size):
        image = image.resize((size, size), Image.Resampling.BILINEAR)
    return Original(file, row, np.asarray(image))


def versions(
    policy: ImagePolicy, spec: PolicySpec, originals: Sequence[Original], count: int, seed: int, cache: Path
) -> list[list[Version]]:
    """Versions 0 to `count` - 1 of each image.

    Args:
        policy: built from `spec`.
        originals: all of one size.
        seed: of the stream of draws.
        cache: a folder for what the policy keeps about these images.
    """
    pixels = np.stack([np.ascontiguousarray(original.pixels.transpose(2, 0, 1)) for original in originals])
    places = torch.arange(len(originals)).repeat_interleave(count)
    rows = torch.tensor([original.row for original in originals])[places]
    draws = Draws(image_keys(policy_stream(seed, "made", spec), rows, torch.arange(count).repeat(len(originals))))
    sources = Sources.of(_Decoded(pixels), places, cache)
    made = policy.apply(torch.from_numpy(pixels)[places], draws, sources).numpy()
    told = policy.describe(draws, (pixels.shape[2], pixels.shape[3]))
    found = [Version(image.transpose(1, 2, 0), drawn) for image, drawn in zip(made, told, strict=True)]
    return [found[first : first + count] for first in range(0, len(found), count)]
