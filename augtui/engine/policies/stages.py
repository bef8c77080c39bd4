"""The steps of a geometric change, and the numbers that carry them out for each image."""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from augtui.engine.policies.padding import BORDERS

_REFLECT, _WRAP = BORDERS.index("reflect"), BORDERS.index("wrap")


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of each of N images, from places in its result to places in its input."""

    matrix: Tensor
    """float64 [N, 2, 3]: (x, y, 1) in the result to (x, y) in the input."""
    box: Tensor
    """float32 [N, 4]: x and y of the first, x and y of the last pixel that exist in the input."""
    border: Tensor
    """int64 [N], indices into BORDERS."""
    fill: Tensor
    """float32 [N, 3], grey levels 0..255 for "constant" and "linear_ramp"."""
    reach: Tensor
    """float32 [N, 4]: pixels (left, top, right, bottom) over which the image fades into a fill outside of the box."""
    nearest: Tensor
    """bool [N]: take the nearest pixel of the input instead of interpolating."""

    def select(self, index: Tensor) -> Stage:
        return Stage(*(getattr(self, field.name).index_select(0, index) for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Chain:
    """The stages of N images, the last one (nearest to the result) first."""

    stages: tuple[Stage, ...]
    counts: Tensor
    """int64 [N]: image n uses the first counts[n] stages."""
    mirrored: Tensor
    """bool [N, 2]: left and right, top and bottom of the source are swapped before all stages."""

    def select(self, index: Tensor) -> Chain:
        return Chain(tuple(stage.select(index) for stage in self.stages), self.counts[index], self.mirrored[index])


MOVE, BOX, FOLD, COVER, COLOUR = slice(0, 6), slice(6, 10), slice(10, 15), slice(15, 23), slice(23, 26)
"""The columns of a stage's coefficients."""


def stage_coefficients(stage: Stage) -> Tensor:
    """A stage in numbers: float32 [N, 26, 1, 1], on the CPU.

    MOVE: xx, xy, shift_x, yx, yy, shift_y. In the input x is xx * x + xy * y + shift_x, y likewise.

    BOX: the first x and y, the last x and y.

    FOLD: start of x, of y, period of x, of y, and a share: a place beyond the box folds back to
    |t - floor(t + share)| with t = (place - start) / period. Symmetric repeats the edge pixel (period 2n, about
    -0.5), reflect does not (period 2n - 2, about 0), wrap goes on at the other side (period n, from -0.5). The first
    two fold a place to its distance from the nearest whole number of periods, the third keeps what lies beyond the
    whole number below.

    COVER: slopes and offsets: of a place the smaller one of place * slope + offset on both sides, within 0..1,
    belongs to the image. It fades into a fill over `reach` pixels outside of each side: 1 is what bilinear
    interpolation towards a fill does, infinity means that the side has no outside. Order: slopes on the left, top,
    right, bottom; their offsets.

    COLOUR: red, green, blue of the fill.
    """
    first, last = stage.box[:, :2], stage.box[:, 2:]
    border = stage.border[:, None]
    count = last - first + 1
    start = torch.where(border == _REFLECT, first, first - 0.5)
    period = torch.where(border == _WRAP, count, torch.where(border == _REFLECT, 2 * count - 2, 2 * count))
    share = torch.where(border == _WRAP, 0.0, 0.5)
    before, after = 1 / stage.reach[:, :2], -1 / stage.reach[:, 2:]
    cover = (before, after, 1 - first * before, 1 - last * after)
    columns = (stage.matrix.float().flatten(1), first, last, start, period.clamp(min=1), share, *cover, stage.fill)
    return torch.cat(columns, dim=1)[:, :, None, None]
