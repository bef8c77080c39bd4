"""Geometry as a chain of coordinate maps, followed by one resample.

A pixel of the result asks the last stage where it came from, that answer asks the stage before, and so on. A
place outside a stage's box is sent back inside by the stage's border (edge, symmetric, reflect, wrap) or gets a
fill. Only the place found at the end is read from the image, by bilinear interpolation: however many stages
there are, the image is blurred once.

Coordinates are in pixels, the centre of the first pixel is (0, 0). Tables of parameters lie on the CPU; grids of
coordinates on the device of the images.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor
from torch.nn.functional import grid_sample

from augtui.engine.policies.padding import BORDERS, FILLED, STATISTICS, coverage, statistic_fill

_FOLDED = tuple(BORDERS.index(name) for name in ("symmetric", "reflect", "wrap"))
_SYMMETRIC, _REFLECT, _WRAP = _FOLDED


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
    """float32 [N, 4]: width of the margins (left, top, right, bottom) over which "linear_ramp" fades, in pixels."""
    nearest: Tensor
    """bool [N]: take the nearest pixel of the input instead of interpolating."""

    def select(self, index: Tensor) -> Stage:
        return Stage(*(getattr(self, field.name)[index] for field in fields(self)))

    def to(self, device: torch.device) -> Stage:
        return Stage(*(getattr(self, field.name).to(device, non_blocking=True) for field in fields(self)))


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

    def rest(self) -> Chain:
        """What comes before the first stage listed."""
        return Chain(self.stages[1:], self.counts - 1, self.mirrored)


@dataclass(frozen=True, slots=True)
class Places:
    """Where each pixel of the result reads, and what is mixed in: result = keep * read + fill."""

    x: Tensor
    """float32 [N, H, W], within the image."""
    y: Tensor
    filled: Tensor
    """int64 [M]: the images that any fill may touch; `keep` and `fill` are theirs."""
    keep: Tensor
    """float32 [M, H, W], from 0 to 1."""
    fill: Tensor
    """float32 [M, 3, H, W]."""


def warp(images: Tensor, chain: Chain) -> Tensor:
    """Carry a chain out.

    Args:
        images: uint8 [N, 3, H, W].
        chain: of the same N images.

    Returns:
        uint8 [N, 3, H, W]; an image without a stage is only mirrored, bit for bit.
    """
    result = mirror(images, chain.mirrored)
    moved = chain.counts.nonzero()[:, 0]
    if len(moved):
        index = moved.to(images.device)
        read = _resample(images.index_select(0, index).float(), chain.select(moved))
        result.index_copy_(0, index, read.round_().to(torch.uint8))
    return result


def mirror(images: Tensor, mirrored: Tensor) -> Tensor:
    """A copy of `images` [N, ..., H, W] with left and right, top and bottom swapped where `mirrored` [N, 2] says."""
    result = images.clone()
    for axes, wanted in (((-1,), (True, False)), ((-2,), (False, True)), ((-2, -1), (True, True))):
        rows = (mirrored == torch.tensor(wanted)).all(dim=1).nonzero()[:, 0].to(images.device)
        if len(rows):
            result.index_copy_(0, rows, images.index_select(0, rows).flip(axes))
    return result


def _resample(images: Tensor, chain: Chain) -> Tensor:
    """float32 [N, 3, H, W] from float32 images, each with at least one stage."""
    places = find_places(images, chain)
    height, width = images.shape[-2:]
    # Mirroring the source is a change of sign in grid_sample's coordinates, which run from -1 to 1.
    sign = (1.0 - 2.0 * chain.mirrored.float()).to(images.device)
    grid = torch.stack(
        (
            (places.x * (2 / max(width - 1, 1)) - 1) * sign[:, 0, None, None],
            (places.y * (2 / max(height - 1, 1)) - 1) * sign[:, 1, None, None],
        ),
        dim=-1,
    )
    read = grid_sample(images, grid, mode="bilinear", padding_mode="border", align_corners=True)
    if len(places.filled):
        mixed = read.index_select(0, places.filled) * places.keep[:, None] + places.fill
        read.index_copy_(0, places.filled, mixed)
    return read


def find_places(images: Tensor, chain: Chain) -> Places:
    """Follow every pixel of the result back through the chain to a place in the (mirrored) source."""
    count, channels, height, width = images.shape
    device = images.device
    x = torch.arange(width, dtype=torch.float32, device=device).view(1, 1, width)
    y = torch.arange(height, dtype=torch.float32, device=device).view(1, height, 1)
    wants_fill = torch.zeros(count, dtype=torch.bool)
    for number, stage in enumerate(chain.stages):
        wants_fill |= (chain.counts > number) & torch.isin(stage.border, FILLED)
    filled = wants_fill.nonzero()[:, 0]
    slot_of = torch.cumsum(wants_fill.int(), 0) - 1
    keep = torch.ones(len(filled), height, width, device=device)
    fill = torch.zeros(len(filled), channels, height, width, device=device)
    rest = chain
    rows = torch.arange(count)
    grid_x, grid_y = x, y
    for number, stage in enumerate(chain.stages):
        rest = rest.rest()
        used = (chain.counts > number).nonzero()[:, 0]
        if not len(used):
            break
        everyone = len(used) == count
        part = stage if everyone else stage.select(used)
        there = used.to(device)
        on_device = part.to(device)
        if number:
            grid_x, grid_y = x.index_select(0, there), y.index_select(0, there)
        new_x, new_y = _transform(grid_x, grid_y, on_device)
        touched = torch.isin(part.border, FILLED).nonzero()[:, 0]
        if len(touched):
            slots = slot_of[rows[used][touched]].to(device)
            owner = used[touched]
            cover, colour = _fills(images, rest, owner, part.select(touched), new_x, new_y, touched)
            kept = keep.index_select(0, slots)
            fill.index_add_(0, slots, colour * (kept * (1 - cover))[:, None])
            keep.index_copy_(0, slots, kept * cover)
        _send_inside(new_x, new_y, part, on_device)
        if number == 0:
            x, y = new_x, new_y
        else:
            x.index_copy_(0, there, new_x)
            y.index_copy_(0, there, new_y)
    return Places(x, y, filled.to(device), keep, fill)


def _transform(x: Tensor, y: Tensor, stage: Stage) -> tuple[Tensor, Tensor]:
    matrix = stage.matrix.float()[:, :, :, None, None]
    new_x = matrix[:, 0, 0] * x + matrix[:, 0, 1] * y + matrix[:, 0, 2]
    new_y = matrix[:, 1, 0] * x + matrix[:, 1, 1] * y + matrix[:, 1, 2]
    nearest = stage.nearest.nonzero()[:, 0]
    if len(nearest):
        for axis in (new_x, new_y):
            axis.index_copy_(0, nearest, (axis.index_select(0, nearest) + 0.5).floor_())
    return new_x, new_y


def _fills(
    images: Tensor, rest: Chain, owner: Tensor, stage: Stage, x: Tensor, y: Tensor, touched: Tensor
) -> tuple[Tensor, Tensor]:
    """Share of the input (float32 [M, H, W]) and colour of the rest (float32 [M, 3, H, W] or [M, 3, 1, 1])."""
    device = images.device
    there = touched.to(device)
    x, y = x.index_select(0, there), y.index_select(0, there)
    cover = coverage(x, y, stage.box.to(device), stage.reach.to(device), stage.border.to(device))
    colour = stage.fill.to(device)[:, :, None, None]
    by_statistic = torch.isin(stage.border, STATISTICS).nonzero()[:, 0]
    if len(by_statistic):
        chosen = owner[by_statistic]
        source = _input_of(images, rest, chosen)
        at = by_statistic.to(device)
        values = statistic_fill(
            source,
            stage.box[by_statistic].to(device),
            stage.border[by_statistic],
            x.index_select(0, at),
            y.index_select(0, at),
        )
        colour = colour.expand(-1, -1, *x.shape[-2:]).index_copy(0, at, values)
    return cover, colour


def _input_of(images: Tensor, rest: Chain, chosen: Tensor) -> Tensor:
    """What a stage gets to see: the source images after the stages before it, float32 [M, 3, H, W]."""
    source = images.index_select(0, chosen.to(images.device))
    before = rest.select(chosen)
    result = mirror(source, before.mirrored)
    moved = (before.counts > 0).nonzero()[:, 0]
    if len(moved) and before.stages:
        index = moved.to(images.device)
        result.index_copy_(0, index, _resample(source.index_select(0, index), before.select(moved)))
    return result.round_()


def _send_inside(x: Tensor, y: Tensor, stage: Stage, on_device: Stage) -> None:
    """Move places that lie outside the stage's box into it, in place."""
    folded = torch.isin(stage.border, torch.tensor(_FOLDED)).nonzero()[:, 0]
    if len(folded):
        there = folded.to(x.device)
        border = on_device.border.index_select(0, there)
        box = on_device.box.index_select(0, there)
        for axis, column in ((x, 0), (y, 1)):
            inside = _fold(axis.index_select(0, there), box[:, column], box[:, column + 2], border)
            axis.index_copy_(0, there, inside)
    box = on_device.box[:, :, None, None]
    torch.minimum(torch.maximum(x, box[:, 0], out=x), box[:, 2], out=x)
    torch.minimum(torch.maximum(y, box[:, 1], out=y), box[:, 3], out=y)


def _fold(places: Tensor, first: Tensor, last: Tensor, border: Tensor) -> Tensor:
    """Symmetric, reflect or wrap in one formula: a remainder, folded back for the first two.

    Symmetric repeats the edge pixel (period 2n, about -0.5), reflect does not (period 2n - 2, about 0), wrap goes
    on at the other side (period n, from -0.5).
    """
    count = last - first + 1
    start = torch.where(border == _REFLECT, first, first - 0.5)
    period = torch.where(border == _WRAP, count, torch.where(border == _REFLECT, 2 * count - 2, 2 * count))
    period = period.clamp(min=1)[:, None, None]
    offset = places - start[:, None, None]
    offset -= period * (offset / period).floor_()
    back = (border != _WRAP).float()[:, None, None]
    half = period / 2
    # Folded: half - |offset - half|; not folded: offset.
    offset += back * (half - (offset - half).abs_() - offset)
    return offset + start[:, None, None]
