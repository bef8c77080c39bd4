"""Images, draws and policies for the tests of policies."""

import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data
from torch import Tensor

from augtui.engine.draws import Draws, image_keys
from augtui.engine.policies import build_policy
from augtui.plan.catalog import CATALOG
from augtui.plan.catalog.declaration import Policy
from augtui.plan.spec import ParamValue, PolicySpec

PHOTOGRAPHS = ("astronaut", "coffee", "rocket", "chelsea", "retina", "immunohistochemistry", "brick", "gravel")


@cache
def _photograph(name: str, size: int) -> np.ndarray:
    image = getattr(data, name)()
    if image.ndim == 2:
        image = np.repeat(image[..., None], 3, axis=2)
    side = min(image.shape[:2])
    return np.asarray(Image.fromarray(image[:side, :side, :3]).resize((size, size), Image.Resampling.LANCZOS))


def photographs(count: int = len(PHOTOGRAPHS), size: int = 64) -> Tensor:
    """uint8 [count, 3, size, size]: photographs that scikit-image ships."""
    names = [PHOTOGRAPHS[number % len(PHOTOGRAPHS)] for number in range(count)]
    return torch.from_numpy(np.stack([_photograph(name, size) for name in names])).permute(0, 3, 1, 2).contiguous()


def noise(count: int, height: int = 24, width: int = 24, seed: int = 0) -> Tensor:
    """uint8 [count, 3, height, width]: every grey level, no structure."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (count, 3, height, width), dtype=torch.uint8, generator=generator)


def draws(count: int, *, stream: int = 1, first: int = 0, passes: int = 0) -> Draws:
    """The draws of images first..first+count-1 in one pass."""
    images = torch.arange(first, first + count)
    return Draws(image_keys(stream, images, torch.full((count,), passes)))


def spec(name: str, **params: ParamValue) -> PolicySpec:
    """A policy with its declared defaults, but for `params`."""
    declared = CATALOG.policy(name)
    assert declared is not None, name
    defaults = {item.name: item.default for item in declared.parameters if item.default is not None}
    unknown = set(params) - {item.name for item in declared.parameters}
    assert not unknown, unknown
    return PolicySpec(name=name, params=defaults | params)


def alone(declared: Policy) -> bool:
    """Whether a policy can be used by its name alone."""
    return all(item.default is not None for item in declared.parameters)


def policy(name: str, **params: ParamValue) -> Any:
    return build_policy(spec(name, **params))


def difference(one: Tensor, other: Tensor) -> float:
    """Mean absolute difference in grey levels."""
    return float((one.float() - other.float()).abs().mean())


def real_images(dataset: str, count: int, size: int) -> Tensor:
    """uint8 [count, 3, size, size] of the real datasets; skips where they are not there."""
    given = os.environ.get("AUGTUI_REAL_DATA")
    folder = (Path(given) if given else Path(__file__).parents[3] / "shared" / "data") / dataset / "train"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    files = sorted(folder.glob("*/*"))
    chosen = files[:: max(1, len(files) // count)][:count]
    pixels = [np.asarray(Image.open(file).convert("RGB").resize((size, size))) for file in chosen]
    return torch.from_numpy(np.stack(pixels)).permute(0, 3, 1, 2).contiguous()
