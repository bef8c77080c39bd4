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
from augtui.engine.policies.rows import put_rows, take_rows

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
    """float32 [N, 4]: pixels (left, top, right, bottom) over which the image fades into a fill outside of the box."""
    nearest: Tensor
    """bool [N]: take the nearest pixel of the input instead of interpolating."""

    def select(self, index: Tensor) -> Stage:
        return Stage(*(getattr(self, field.name).index_select(0, index) for field in fields(self)))

    def first(self, count: int) -> Stage:
        """The stage of the first images."""
        return Stage(*(getattr(self, field.name)[:count] for field in fields(self)))

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
    """int64 [M] on the CPU: the images that any fill may touch; `keep` and `fill` are theirs."""
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
    moved = _moved(chain)
    if len(moved):
        read = _resample(take_rows(images, moved).float(), chain.select(moved))
        put_rows(result, moved, read.round_().to(torch.uint8))
    return result


def warp_labels(labels: Tensor, chain: Chain, outside: int) -> Tensor:
    """The same for label maps: the nearest label, and `outside` where something that is not the image was filled in.

    Args:
        labels: integers [N, H, W].
        chain: of the same N images, for their size (H, W).
    """
    result = mirror(labels, chain.mirrored)
    moved = _moved(chain)
    if len(moved):
        height, width = labels.shape[-2:]
        part = chain.select(moved)
        places = trace(part, (height, width), labels.device, None)
        flat = (places.y.round().long() * width + places.x.round().long()).flatten(1)
        source = mirror(take_rows(labels, moved), part.mirrored)
        read = source.flatten(1).gather(1, flat).view(source.shape)
        hidden = torch.zeros(read.shape, dtype=torch.bool, device=read.device)
        put_rows(hidden, places.filled, places.keep < 0.5)
        put_rows(result, moved, read.masked_fill_(hidden, outside))
    return result


def _moved(chain: Chain) -> Tensor:
    """The images with any stage, those with most stages first."""
    order = chain.counts.argsort(descending=True, stable=True)
    return order[: int((chain.counts > 0).sum())]


def mirror(images: Tensor, mirrored: Tensor) -> Tensor:
    """A copy of `images` [N, ..., H, W] with left and right, top and bottom swapped where `mirrored` [N, 2] says."""
    result = images.clone()
    for axes, wanted in (((-1,), (True, False)), ((-2,), (False, True)), ((-2, -1), (True, True))):
        rows = (mirrored == torch.tensor(wanted)).all(dim=1).nonzero()[:, 0]
        if len(rows):
            put_rows(result, rows, take_rows(images, rows).flip(axes))
    return result


def _resample(images: Tensor, chain: Chain) -> Tensor:
    """float32 [N, 3, H, W] from float32 images, each with at least one stage, those with most stages first."""
    height, width = images.shape[-2:]
    places = trace(chain, (height, width), images.device, images)
    # Mirroring the source is a change of sign in grid_sample's coordinates, which run from -1 to 1.
    sign = (1.0 - 2.0 * chain.mirrored.float()).to(images.device)
    read = read_at(images, places.x, places.y, sign)
    if len(places.filled):
        put_rows(read, places.filled, take_rows(read, places.filled) * places.keep[:, None] + places.fill)
    return read


def read_at(images: Tensor, x: Tensor, y: Tensor, sign: Tensor | None = None) -> Tensor:
    """Bilinear interpolation of float32 [N, C, H, W] at places float32 [N, h, w] in pixels; edges are repeated.

    `sign` (float32 [N, 2], 1 or -1) mirrors the images along x and y.
    """
    height, width = images.shape[-2:]
    grid = torch.empty(*x.shape, 2, device=images.device)
    for axis, (places, length) in enumerate(((x, width), (y, height))):
        # grid_sample counts from -1 to 1.
        torch.mul(places, 2 / max(length - 1, 1), out=grid[..., axis])
        grid[..., axis] -= 1
        if sign is not None:
            grid[..., axis] *= sign[:, axis, None, None]
    return grid_sample(images, grid, mode="bilinear", padding_mode="border", align_corners=True)


def trace(chain: Chain, size: tuple[int, int], device: torch.device, images: Tensor | None) -> Places:
    """Follow every pixel of the result back through the chain to a place in the (mirrored) source.

    Args:
        chain: of images that all have a stage, those with most stages first.
        size: (height, width).
        device: where the places shall be.
        images: float32 [N, 3, H, W], the sources; without them fills have no colour.
    """
    height, width = size
    count = len(chain.counts)
    wants_fill = torch.zeros(count, dtype=torch.bool)
    for number, stage in enumerate(chain.stages):
        wants_fill |= (chain.counts > number) & torch.isin(stage.border, FILLED)
    filled = wants_fill.nonzero()[:, 0]
    slots = torch.cumsum(wants_fill.long(), 0) - 1
    keep = torch.ones(len(filled), height, width, device=device)
    fill = torch.zeros(len(filled) if images is not None else 0, 3, height, width, device=device)
    x = torch.arange(width, dtype=torch.float32, device=device).expand(count, height, width)
    y = torch.arange(height, dtype=torch.float32, device=device)[:, None].expand(count, height, width)
    rest = chain
    for number, stage in enumerate(chain.stages):
        rest = rest.rest()
        used = int((chain.counts > number).sum())
        if not used:
            break
        part = stage if used == count else stage.first(used)
        on_device = part.to(device)
        new_x, new_y = _transform(x[:used], y[:used], on_device)
        if bool(part.nearest.any()):
            rows = part.nearest.nonzero()[:, 0]
            for axis in (new_x, new_y):
                put_rows(axis, rows, (take_rows(axis, rows) + 0.5).floor_())
        touched = torch.isin(part.border, FILLED).nonzero()[:, 0]
        if len(touched):
            at = take_rows(new_x, touched), take_rows(new_y, touched)
            own = slots[touched]
            kept = take_rows(keep, own)
            bordering = part.select(touched)
            cover = coverage(*at, bordering.box.to(device), bordering.reach.to(device))
            if images is not None:
                colour = _colours(images, rest, touched, bordering, *at)
                put_rows(fill, own, take_rows(fill, own) + colour * (kept * (1 - cover))[:, None])
            put_rows(keep, own, kept * cover)
        _send_inside(new_x, new_y, part, on_device)
        if number == 0:
            x, y = new_x, new_y
        else:
            x[:used], y[:used] = new_x, new_y
    return Places(x, y, filled, keep, fill)


def _transform(x: Tensor, y: Tensor, stage: Stage) -> tuple[Tensor, Tensor]:
    matrix = stage.matrix.float()[:, :, :, None, None]
    new_x = matrix[:, 0, 0] * x + matrix[:, 0, 1] * y + matrix[:, 0, 2]
    new_y = matrix[:, 1, 0] * x + matrix[:, 1, 1] * y + matrix[:, 1, 2]
    return new_x, new_y


def _colours(images: Tensor, rest: Chain, touched: Tensor, stage: Stage, x: Tensor, y: Tensor) -> Tensor:
    """What the `touched` images (int64 [M]) have outside of the stage's box: float32 [M, 3, H, W] or [M, 3, 1, 1]."""
    colour = stage.fill.to(images.device)[:, :, None, None]
    rows = torch.isin(stage.border, STATISTICS).nonzero()[:, 0]
    if not len(rows):
        return colour
    source = _input_of(images, rest, touched[rows])
    box = stage.box[rows].to(images.device)
    values = statistic_fill(source, box, stage.border[rows], take_rows(x, rows), take_rows(y, rows))
    return put_rows(colour.expand(-1, -1, *x.shape[-2:]).clone(), rows, values)


def _input_of(images: Tensor, rest: Chain, chosen: Tensor) -> Tensor:
    """What a stage gets to see: the source images after the stages before it, float32 [M, 3, H, W]."""
    source = take_rows(images, chosen)
    before = rest.select(chosen)
    result = mirror(source, before.mirrored)
    moved = _moved(before)
    if len(moved):
        put_rows(result, moved, _resample(take_rows(source, moved), before.select(moved)))
    return result.round_()


def _send_inside(x: Tensor, y: Tensor, stage: Stage, on_device: Stage) -> None:
    """Move places that lie outside the stage's box into it, in place."""
    folded = torch.isin(stage.border, torch.tensor(_FOLDED)).nonzero()[:, 0]
    if len(folded):
        border, box = take_rows(on_device.border, folded), take_rows(on_device.box, folded)
        for axis, column in ((x, 0), (y, 1)):
            put_rows(axis, folded, _fold(take_rows(axis, folded), box[:, column], box[:, column + 2], border))
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
