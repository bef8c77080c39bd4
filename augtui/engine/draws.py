"""Random numbers for a batch of images, each a pure function of (stream, image, pass, name).

A counter-based generator: every image has a 64-bit key, every number is a hash of the key and of the number's
name. Nothing is consumed and nothing is remembered, so what an image gets does not depend on the batch that it
is in, on the order of the questions, or on the device. The hash is the finaliser of SplitMix64 (Steele, Lea and
Flood 2014, "Fast splittable pseudorandom number generators"), in wrapping 64-bit integers: the same bits
everywhere.

Keys and single numbers live on the CPU, where parameters are decided; only `image_keys`, and `field`, which gives
noise for every pixel, work on the device of the images.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from augtui.streams import stream_seed

Bits = NDArray[np.uint64]

_MASK_64 = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB
_CANDIDATES = 16
"""Tries of the gamma sampler; each is accepted with a probability above 0.95."""


def _signed(value: int) -> int:
    """A 64-bit pattern as the int64 that torch stores."""
    value &= _MASK_64
    return value - (1 << 64) if value >> 63 else value


def _mix_on_device(bits: Tensor) -> Tensor:
    """SplitMix64's finaliser; `bits` (int64) is overwritten. The sign is masked off, for shifts must be logical."""
    for shift, factor in ((30, _FIRST), (27, _SECOND)):
        bits ^= (bits >> shift) & (_MASK_64 >> shift)
        bits *= _signed(factor)
    bits ^= (bits >> 31) & (_MASK_64 >> 31)
    return bits


def _mix(bits: Bits) -> Bits:
    """The same in NumPy, which is quicker for the few numbers that a batch needs; `bits` is overwritten."""
    for shift, factor in ((30, _FIRST), (27, _SECOND)):
        bits ^= bits >> np.uint64(shift)
        bits *= np.uint64(factor)
    bits ^= bits >> np.uint64(31)
    return bits


@cache
def _name_constant(name: str) -> int:
    return (stream_seed("draw", name) << 1) & _MASK_64


@cache
def _steps(count: int) -> Bits:
    return np.arange(1, count + 1, dtype=np.uint64) * np.uint64(_STEP)


def image_keys(stream: int, images: Tensor, passes: Tensor) -> Tensor:
    """One key for each pair of image and pass.

    Args:
        stream: seed of the stream, from `stream_seed`.
        images: int64 [N], what identifies each image.
        passes: int64 [N], how often this stream has met it before (epoch, or number of the copy).

    Returns:
        int64 [N], equal bits on every device.
    """
    step = _signed(_STEP)
    keys = _mix_on_device(images * step + _signed(stream))
    return _mix_on_device(passes * step + keys)


class Draws:
    """Independent random numbers for each of N images.

    The same name gives the same numbers again; different names are independent. Results have N as their first
    dimension and lie on the CPU.

    Args:
        keys: int64 [N], from `image_keys`; best on the CPU (elsewhere the device is waited for).
    """

    __slots__ = ("_keys",)

    def __init__(self, keys: Tensor) -> None:
        self._keys: Bits = keys.cpu().numpy().view(np.uint64)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def keys(self) -> Tensor:
        """int64 [N]."""
        return torch.from_numpy(self._keys.view(np.int64))

    def child(self, name: str) -> Draws:
        """Draws of their own for a part of a policy: equal names inside it mean other numbers."""
        return Draws(torch.from_numpy(_mix(self._keys ^ np.uint64(_name_constant(name))).view(np.int64)))

    def select(self, index: Tensor) -> Draws:
        """The draws of some of the images (a mask or indices)."""
        return Draws(self.keys[index.cpu()])

    def uniform(self, name: str, low: float = 0.0, high: float = 1.0) -> Tensor:
        """float32 [N], uniform on [low, high)."""
        return self.uniforms(name, 1, low, high)[:, 0]

    def uniforms(self, name: str, count: int, low: float = 0.0, high: float = 1.0) -> Tensor:
        """float32 [N, count], uniform on [low, high)."""
        return torch.from_numpy(_unit(self._block(name, count)) * np.float32(high - low) + np.float32(low))

    def chance(self, name: str, p: float | Tensor) -> Tensor:
        """bool [N], true with probability `p` (one for all or float [N]); never at 0, always at 1."""
        return self.uniform(name) < p

    def integers(self, name: str, low: int, high: int) -> Tensor:
        """int64 [N], uniform on low..high, both included; the range is below 2**31 wide."""
        return self.integer_block(name, 1, low, high)[:, 0]

    def integer_block(self, name: str, count: int, low: int, high: int) -> Tensor:
        """int64 [N, count], uniform on low..high, both included."""
        upper = self._block(name, count) >> np.uint64(33)
        drawn = (upper * np.uint64(high - low + 1)) >> np.uint64(31)
        return torch.from_numpy(drawn.astype(np.int64) + low)

    def permutation(self, name: str, k: int) -> Tensor:
        """int64 [N, k], a random order of 0..k-1 for each image."""
        return torch.from_numpy(self._block(name, k).argsort(axis=1, kind="stable"))

    def normal(self, name: str) -> Tensor:
        """float32 [N], standard normal."""
        return self.normals(name, 1)[:, 0]

    def normals(self, name: str, count: int) -> Tensor:
        """float32 [N, count], standard normal, by Box and Muller."""
        return torch.from_numpy(self._normals(name, count).astype(np.float32))

    def gammas(self, name: str, count: int, shape: float) -> NDArray[np.float64]:
        """float64 [N, count], gamma distributed with scale 1.

        Marsaglia and Tsang 2000, with a fixed number of candidates: that none is accepted (then the first one is
        taken) has a probability below 1e-20. Shapes below 1 by gamma(shape + 1) * u ** (1 / shape).
        """
        boosted = shape if shape >= 1 else shape + 1
        d = boosted - 1 / 3
        c = 1 / math.sqrt(9 * d)
        form = (len(self), count, _CANDIDATES)
        normal = self._normals(f"{name}/normal", count * _CANDIDATES).reshape(form)
        uniform = self._doubles(f"{name}/accept", count * _CANDIDATES).reshape(form)
        v = (1 + c * normal) ** 3
        bound = 0.5 * normal**2 + d - d * v + d * np.log(v.clip(1e-300))
        accepted = (v > 0) & (np.log(uniform.clip(1e-300)) < bound)
        first = accepted.argmax(axis=2)[..., None]
        drawn: NDArray[np.float64] = d * np.take_along_axis(v, first, axis=2)[..., 0]
        if shape < 1:
            # 1 - u lies in (0, 1]: the power never meets a zero.
            drawn = drawn * (1 - self._doubles(f"{name}/boost", count)) ** (1 / shape)
        return drawn

    def beta(self, name: str, a: float, b: float) -> Tensor:
        """float32 [N], Beta(a, b) distributed, in [0, 1]."""
        first = self.gammas(f"{name}/first", 1, a)[:, 0]
        total = first + self.gammas(f"{name}/second", 1, b)[:, 0]
        share = np.where(total > 0, first / total.clip(1e-300), 0.5)
        return torch.from_numpy(share.astype(np.float32))

    def dirichlet(self, name: str, count: int, alpha: float) -> Tensor:
        """float32 [N, count], symmetric Dirichlet: non-negative, each row sums to 1."""
        weights = self.gammas(name, count, alpha) + 1e-300
        return torch.from_numpy((weights / weights.sum(axis=1, keepdims=True)).astype(np.float32))

    def field(self, name: str, shape: Sequence[int], device: torch.device | str = "cpu") -> Tensor:
        """float32 [N, *shape], uniform on [0, 1), made on `device`: noise for every pixel."""
        count = math.prod(shape)
        if torch.device(device).type == "cpu":
            drawn = torch.from_numpy(_unit(self._block(name, count)))
        else:
            starts = torch.from_numpy(self._starts(name).view(np.int64)).to(device, non_blocking=True)
            counters = torch.arange(1, count + 1, device=device) * _signed(_STEP)
            bits = _mix_on_device(starts[:, None] + counters)
            drawn = ((bits >> 40) & 0xFFFFFF).float().mul_(2.0**-24)
        return drawn.view(len(self), *shape)

    def generators(self) -> list[torch.Generator]:
        """A CPU generator for each image, for code that wants torch's own ones."""
        seeds = (self._block("generator", 1)[:, 0] >> np.uint64(1)).tolist()
        return [torch.Generator().manual_seed(seed) for seed in seeds]

    def _starts(self, name: str) -> Bits:
        return self._keys ^ np.uint64(_name_constant(name))

    def _block(self, name: str, count: int) -> Bits:
        """[N, count]: SplitMix64's sequence for each image, begun at its key and the name."""
        return _mix(self._starts(name)[:, None] + _steps(count))

    def _doubles(self, name: str, count: int) -> NDArray[np.float64]:
        """[N, count], uniform on [0, 1), with 53 bits."""
        return (self._block(name, count) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def _normals(self, name: str, count: int) -> NDArray[np.float64]:
        """[N, count], in float64: a last bit that differs between processors disappears when it is rounded."""
        radius, angle = np.split(self._doubles(name, 2 * count), 2, axis=1)
        drawn: NDArray[np.float64] = np.sqrt(-2 * np.log(1 - radius)) * np.cos(2 * math.pi * angle)
        return drawn


def _unit(bits: Bits) -> NDArray[np.float32]:
    """float32 in [0, 1) from the upper 24 bits: exact, so that every device agrees."""
    return (bits >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)
