"""Random numbers for a batch of images, each a pure function of (stream, image, pass, name).

A counter-based generator: every image has a 64-bit key, every number is a hash of the key and of the number's
name. Nothing is consumed and nothing is remembered, so what an image gets does not depend on the batch that it
is in, on the order of the questions, or on the device. The hash is the finaliser of SplitMix64 (Steele, Lea and
Flood 2014, "Fast splittable pseudorandom number generators"), in wrapping 64-bit integers: the same bits
everywhere.

Keys and single numbers live on the CPU, where parameters are decided; only `field`, which gives noise for every
pixel, works on the device of the images.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor

from augtui.streams import stream_seed

_MASK_64 = (1 << 64) - 1


def _signed(value: int) -> int:
    """A 64-bit pattern as the int64 that torch stores."""
    value &= _MASK_64
    return value - (1 << 64) if value >> 63 else value


_STEP = _signed(0x9E3779B97F4A7C15)
_FIRST = _signed(0xBF58476D1CE4E5B9)
_SECOND = _signed(0x94D049BB133111EB)
_CANDIDATES = 16
"""Tries of the gamma sampler; each is accepted with a probability above 0.95."""


def _mix(bits: Tensor) -> Tensor:
    """SplitMix64's finaliser; `bits` (int64) is overwritten. Right shifts are logical: the sign is masked off."""
    for shift, factor in ((30, _FIRST), (27, _SECOND)):
        bits ^= (bits >> shift) & (_MASK_64 >> shift)
        bits *= factor
    bits ^= (bits >> 31) & (_MASK_64 >> 31)
    return bits


@cache
def _name_constant(name: str) -> int:
    return _signed(stream_seed("draw", name) << 1)


def image_keys(stream: int, images: Tensor, passes: Tensor) -> Tensor:
    """One key for each pair of image and pass.

    Args:
        stream: seed of the stream, from `stream_seed`.
        images: int64 [N], what identifies each image.
        passes: int64 [N], how often this stream has met it before (epoch, or number of the copy).

    Returns:
        int64 [N], equal bits on every device.
    """
    keys = _mix(images * _STEP + _signed(stream))
    return _mix(passes * _STEP + keys)


class Draws:
    """Independent random numbers for each of N images.

    The same name gives the same numbers again; different names are independent. Results have N as their first
    dimension and lie on the CPU.

    Args:
        keys: int64 [N], from `image_keys`; best on the CPU (elsewhere the device is waited for).
    """

    __slots__ = ("keys",)

    def __init__(self, keys: Tensor) -> None:
        self.keys = keys.cpu()

    def __len__(self) -> int:
        return len(self.keys)

    def child(self, name: str) -> Draws:
        """Draws of their own for a part of a policy: equal names inside it mean other numbers."""
        return Draws(self._bits(name))

    def select(self, index: Tensor) -> Draws:
        """The draws of some of the images (a mask or indices)."""
        return Draws(self.keys[index.cpu()])

    def uniform(self, name: str, low: float = 0.0, high: float = 1.0) -> Tensor:
        """float32 [N], uniform on [low, high)."""
        return self.uniforms(name, 1, low, high)[:, 0]

    def uniforms(self, name: str, count: int, low: float = 0.0, high: float = 1.0) -> Tensor:
        """float32 [N, count], uniform on [low, high)."""
        return _unit(self._block(name, count)).mul_(high - low).add_(low)

    def chance(self, name: str, p: float | Tensor) -> Tensor:
        """bool [N], true with probability `p` (one for all or float [N]); never at 0, always at 1."""
        return self.uniform(name) < p

    def integers(self, name: str, low: int, high: int) -> Tensor:
        """int64 [N], uniform on low..high, both included; the range is below 2**31 wide."""
        return self.integer_block(name, 1, low, high)[:, 0]

    def integer_block(self, name: str, count: int, low: int, high: int) -> Tensor:
        """int64 [N, count], uniform on low..high, both included."""
        upper = (self._block(name, count) >> 33) & 0x7FFFFFFF
        return ((upper * (high - low + 1)) >> 31) + low

    def permutation(self, name: str, k: int) -> Tensor:
        """int64 [N, k], a random order of 0..k-1 for each image."""
        return self._block(name, k).argsort(dim=1, stable=True)

    def normal(self, name: str) -> Tensor:
        """float32 [N], standard normal."""
        return self.normals(name, 1)[:, 0]

    def normals(self, name: str, count: int) -> Tensor:
        """float32 [N, count], standard normal, by Box and Muller."""
        return _box_muller(_unit(self._block(name, 2 * count)))

    def gammas(self, name: str, count: int, shape: float) -> Tensor:
        """float64 [N, count], gamma distributed with scale 1.

        Marsaglia and Tsang 2000, with a fixed number of candidates: that none is accepted (then the first one is
        taken) has a probability below 1e-20. Shapes below 1 by gamma(shape + 1) * u ** (1 / shape).
        """
        boosted = shape if shape >= 1 else shape + 1
        d = boosted - 1 / 3
        c = 1 / math.sqrt(9 * d)
        normal = self.normals(f"{name}/normal", count * _CANDIDATES).double().view(len(self), count, _CANDIDATES)
        uniform = self.uniforms(f"{name}/accept", count * _CANDIDATES).double().view_as(normal)
        v = (1 + c * normal) ** 3
        bound = 0.5 * normal**2 + d - d * v + d * v.clamp(min=1e-300).log()
        accepted = (v > 0) & (uniform.clamp(min=1e-300).log() < bound)
        first = accepted.int().argmax(dim=2, keepdim=True)
        drawn = d * v.gather(2, first)[..., 0]
        if shape < 1:
            # 1 - u lies in (0, 1]: the power never meets a zero.
            drawn = drawn * (1 - self.uniforms(f"{name}/boost", count).double()) ** (1 / shape)
        return drawn

    def beta(self, name: str, a: float, b: float) -> Tensor:
        """float32 [N], Beta(a, b) distributed, in [0, 1]."""
        first = self.gammas(f"{name}/first", 1, a)[:, 0]
        total = first + self.gammas(f"{name}/second", 1, b)[:, 0]
        return torch.where(total > 0, first / total.clamp(min=1e-300), 0.5).float()

    def dirichlet(self, name: str, count: int, alpha: float) -> Tensor:
        """float32 [N, count], symmetric Dirichlet: non-negative, each row sums to 1."""
        weights = self.gammas(name, count, alpha) + 1e-300
        return (weights / weights.sum(dim=1, keepdim=True)).float()

    def field(self, name: str, shape: Sequence[int], device: torch.device | str = "cpu") -> Tensor:
        """float32 [N, *shape], uniform on [0, 1), made on `device`: noise for every pixel."""
        return _unit(self._block(name, math.prod(shape), device)).view(len(self), *shape)

    def normal_field(self, name: str, shape: Sequence[int], device: torch.device | str = "cpu") -> Tensor:
        """float32 [N, *shape], standard normal, made on `device`; equal between devices but for rounding."""
        pairs = _unit(self._block(name, 2 * math.prod(shape), device))
        return _box_muller(pairs).view(len(self), *shape)

    def generators(self) -> list[torch.Generator]:
        """A CPU generator for each image, for code that wants torch's own ones."""
        return [torch.Generator().manual_seed(key & (_MASK_64 >> 1)) for key in self._bits("generator").tolist()]

    def _bits(self, name: str) -> Tensor:
        return _mix(self.keys ^ _name_constant(name))

    def _block(self, name: str, count: int, device: torch.device | str = "cpu") -> Tensor:
        """int64 [N, count]: SplitMix64's sequence for each image, seeded by its key and the name."""
        starts = self._bits(name).to(device, non_blocking=True)
        counters = torch.arange(1, count + 1, device=device) * _STEP
        return _mix(starts[:, None] + counters)


def _unit(bits: Tensor) -> Tensor:
    """float32 in [0, 1) from the upper 24 bits: exact, so that every device agrees."""
    return ((bits >> 40) & 0xFFFFFF).float().mul_(2.0**-24)


def _box_muller(uniform: Tensor) -> Tensor:
    """Standard normals [N, k] from uniforms [N, 2k] on [0, 1)."""
    radius, angle = uniform.chunk(2, dim=1)
    return (1 - radius).log().mul_(-2).sqrt_().mul_(angle.mul(2 * math.pi).cos_())
