"""Geometry as a chain of coordinate maps, followed by one resample.

A pixel of the result asks the last stage where it came from, that answer asks the stage before, and so on. A
place outside a stage's box is sent back inside by the stage's border (edge, symmetric, reflect, wrap) or gets a
fill. Only the place found at the end is read from the image, by bilinear interpolation: however many stages
there are, the image is blurred once.

Images are worked off in groups of the same kind (number of stages, kinds of border, interpolations), so that no
time goes into what an image does not need. As long as a stage turns and shears nothing, x depends on the column
alone and y on the row: coordinates are then kept as a row [n, 1, W] and a column [n, H, 1], which cost next to
nothing.

Coordinates are in pixels, the centre of the first pixel is (0, 0). Tables of parameters lie on the CPU; grids of
coordinates on the device of the images.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import grid_sample

from augtui.engine.policies.arrays import Array, as_array, as_float, as_tensor, as_whole, namespace, take
from augtui.engine.policies.casting import to_bytes
from augtui.engine.policies.padding import BORDERS, STATISTICS, statistic_fills
from augtui.engine.policies.rows import put_rows, take_rows
from augtui.engine.policies.stages import BOX, COLOUR, COVER, FOLD, MOVE, Chain, stage_coefficients

_CLAMP, _FOLD, _CONSTANT = range(3)
_KIND = torch.tensor(
    [
        {"edge": _CLAMP, "symmetric": _FOLD, "reflect": _FOLD, "wrap": _FOLD}.get(
            name, 1 + _CONSTANT + STATISTICS.index(code) if code in STATISTICS else _CONSTANT
        )
        for code, name in enumerate(BORDERS)
    ]
)
"""What has to be done at each border; each statistic is a kind of its own."""
_PIXELS = 1 << 17
"""Pixels worked on at a time on a CPU: more fall out of its cache."""


class _Kind(NamedTuple):
    """What the images of a group have in common at one stage."""

    border: int
    """One of _KIND."""
    nearest: int
    turned: int
    """Whether x and y mix."""
    whole: int
    """Whether the box is all of the input."""


class _Step(NamedTuple):
    """One stage of a group."""

    kind: _Kind
    table: Array
    """float32 [M, 26, 1, 1] on the device, from `stage_coefficients`."""
    box: Tensor
    """float32 [M, 4] on the CPU."""

    def columns(self, part: slice) -> Iterator[Array]:
        """Some of the coefficients, each [M, 1, 1]."""
        return iter(self.table[:, part].swapaxes(0, 1))


@dataclass(frozen=True, slots=True)
class _Group:
    """Images that meet stages of the same kind."""

    rows: NDArray[np.int64]
    """[M]: their places in the batch."""
    mirrored: Tensor
    """bool [M, 2] on the CPU, as in Chain."""
    turns: Array
    """float32 [M, 2, 1, 1] on the device: -1 where mirrored, else 1."""
    steps: tuple[_Step, ...]
    """The last one first."""


@dataclass(frozen=True, slots=True)
class Fill:
    """What is mixed in beside the image."""

    weight: Array
    """float32, broadcasts to [N, H, W], from 0 to 1."""
    colour: Array
    """float32, broadcasts to [N, 3, H, W]; grey levels."""


Sum = tuple[Array, Array]
"""Two parts of a coordinate, float32, whose sum broadcasts to [N, H, W]."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where each pixel of the result reads, and what is mixed in: result = keep * read + fills."""

    x: Sum
    """What lies outside of the image is its outermost pixel."""
    y: Sum
    keep: Array | None
    """float32, broadcasts to [N, H, W], from 0 to 1; None where nothing is mixed in."""
    fills: tuple[Fill, ...]


def warp(images: Tensor, chain: Chain) -> Tensor:
    """Carry a chain out.

    Args:
        images: uint8 [N, 3, H, W].
        chain: of the same N images.

    Returns:
        uint8 [N, 3, H, W]; an image without a stage is only mirrored, bit for bit.
    """
    result = mirror(images, chain.mirrored)
    source = as_array(images)
    for group in _groups(chain, images):
        read = _resample(as_float(take(source, group.rows)), group, images.device)
        put_rows(result, torch.from_numpy(group.rows), to_bytes(as_tensor(read).round_()))
    return result


def warp_labels(labels: Tensor, chain: Chain, outside: int) -> Tensor:
    """The same for label maps: the nearest label, and `outside` where something that is not the image was filled in.

    Args:
        labels: integers [N, H, W].
        chain: of the same N images, for their size (H, W).
    """
    height, width = labels.shape[-2:]
    xp = namespace(labels.device)
    result = mirror(labels, chain.mirrored)
    for group in _groups(chain, labels):
        places = trace(group, (height, width), labels.device, None)
        x, y = (as_whole(xp.round(first + second)) for first, second in (places.x, places.y))
        place = as_tensor(xp.clip(y, 0, height - 1) * width + xp.clip(x, 0, width - 1))
        rows = torch.from_numpy(group.rows)
        source = mirror(take_rows(labels, rows), group.mirrored)
        read = source.flatten(1).gather(1, place.expand_as(source).flatten(1)).view(source.shape)
        if places.keep is not None:
            read.masked_fill_(as_tensor(places.keep) < 0.5, outside)
        put_rows(result, rows, read)
    return result


def _groups(chain: Chain, images: Tensor) -> Iterator[_Group]:
    """The images with any stage in groups of the same kind."""
    height, width = images.shape[-2:]
    device = images.device
    everything = torch.tensor([0.0, 0.0, width - 1.0, height - 1.0])
    kinds = [chain.counts]
    for number, stage in enumerate(chain.stages):
        used = chain.counts > number
        turned = (stage.matrix[:, 0, 1] != 0) | (stage.matrix[:, 1, 0] != 0)
        whole = (stage.box == everything).all(dim=1)
        kinds += [column.long() * used for column in (_KIND[stage.border], stage.nearest, turned, whole)]
    table = torch.stack(kinds, dim=1).numpy()
    order = np.lexsort(table.T)
    starts = np.flatnonzero(np.any(np.diff(table[order], axis=0), axis=1)) + 1
    coefficients = [as_array(stage_coefficients(stage).to(device)) for stage in chain.stages]
    turns = as_array((1.0 - 2.0 * chain.mirrored.float()).to(device)[:, :, None, None])
    at_once = max(1, _PIXELS // (height * width)) if device.type == "cpu" else max(1, len(images))
    for alike in np.split(order, starts) if len(order) else ():
        count, *described = table[alike[0]].tolist()
        for first in range(0, len(alike) if count else 0, at_once):
            rows = alike[first : first + at_once]
            steps = [
                _Step(_Kind(*described[4 * number : 4 * number + 4]), take(values, rows), stage.box[rows])
                for number, (values, stage) in enumerate(zip(coefficients[:count], chain.stages, strict=False))
            ]
            yield _Group(rows, chain.mirrored[rows], take(turns, rows), tuple(steps))


def mirror(images: Tensor, mirrored: Tensor) -> Tensor:
    """A copy of `images` [N, ..., H, W] with left and right, top and bottom swapped where `mirrored` [N, 2] says."""
    result = images.clone()
    for axes, wanted in (((-1,), (True, False)), ((-2,), (False, True)), ((-2, -1), (True, True))):
        rows = (mirrored == torch.tensor(wanted)).all(dim=1).nonzero()[:, 0]
        if len(rows):
            put_rows(result, rows, take_rows(images, rows).flip(axes))
    return result


def _resample(images: Array, group: _Group, device: torch.device) -> Array:
    """float32 [N, 3, H, W] from float32 images of one group."""
    if not group.steps:
        return as_array(mirror(as_tensor(images), group.mirrored))
    places = trace(group, images.shape[-2:], device, images)
    # Behind a stage that takes the nearest pixel all places are whole.
    mode = "nearest" if group.steps[-1].kind.nearest else "bilinear"
    read = as_array(read_at(as_tensor(images), places.x, places.y, group.turns, mode))
    if places.keep is not None:
        read *= places.keep[:, None]
        for fill in places.fills:
            read += fill.weight[:, None] * fill.colour
    return read


def read_at(images: Tensor, x: Sum, y: Sum, turns: Array = None, mode: str = "bilinear") -> Tensor:
    """float32 [N, C, H, W] between the pixels of such images, at places in pixels; edges are repeated.

    `turns` (float32 [N, 2, 1, 1], 1 or -1) mirrors the images: in grid_sample's coordinates, which run from -1 to 1,
    that is a change of sign.
    """
    height, width = images.shape[-2:]
    grid = torch.empty(len(images), height, width, 2, device=images.device)
    for axis, ((first, second), length) in enumerate(((x, width), (y, height))):
        sign = 1.0 if turns is None else turns[:, axis]
        scale = sign * (2 / max(length - 1, 1))
        as_array(grid)[..., axis] = first * scale + (second * scale - sign)
    return grid_sample(images, grid, mode=mode, padding_mode="border", align_corners=True)


def trace(group: _Group, size: tuple[int, int], device: torch.device, images: Array | None) -> Places:
    """Follow every pixel of the result back through the stages to a place in the (mirrored) source.

    Args:
        group: of images of the same kind.
        size: (height, width).
        device: where the places shall be.
        images: float32 [N, 3, H, W], the sources; without them fills have no colour.
    """
    xp = namespace(device)
    x = as_array(torch.arange(size[1], dtype=torch.float32, device=device))[None, None, :]
    y = as_array(torch.arange(size[0], dtype=torch.float32, device=device))[None, :, None]
    keep: Array | None = None
    fills: list[Fill] = []
    for number, step in enumerate(group.steps):
        kind, last = step.kind, number == len(group.steps) - 1
        # Products and sums apart: a fused multiply-add would round differently at the end of a vector.
        xx, xy, shift_x, yx, yy, shift_y = step.columns(MOVE)
        in_x, in_y = (xx * x + shift_x, 0.0), (yy * y + shift_y, 0.0)
        if kind.turned:
            in_x, in_y = (in_x[0], xy * y), (yx * x, in_y[0])
        if last and kind.border == _CLAMP and kind.whole and not kind.nearest:
            return Places(in_x, in_y, keep, tuple(fills))
        x, y = (first + second if kind.turned else first for first, second in (in_x, in_y))
        if kind.nearest:
            x, y = xp.floor(x + 0.5), xp.floor(y + 0.5)
        if kind.border >= _CONSTANT:
            cover = _coverage(x, y, step, xp)
            kept = cover if keep is None else keep * cover
            if images is not None:
                # What the stage gets to see: the source images after the stages before it.
                before = replace(group, steps=group.steps[number + 1 :])
                colour = _colour(images, before, step, x, y, device)
                fills.append(Fill((1 - cover) if keep is None else keep - kept, colour))
            keep = kept
        if kind.border == _FOLD:
            start_x, start_y, period_x, period_y, share = step.columns(FOLD)
            x, y = _folded(x, start_x, period_x, share, xp), _folded(y, start_y, period_y, share, xp)
        if not (last and kind.whole):
            first_x, first_y, last_x, last_y = step.columns(BOX)
            x = xp.minimum(xp.maximum(x, first_x), last_x)
            y = xp.minimum(xp.maximum(y, first_y), last_y)
    return Places((x, 0.0), (y, 0.0), keep, tuple(fills))


def _coverage(x: Array, y: Array, step: _Step, xp: Any) -> Array:
    """How much of each place belongs to the image, from 0 to 1."""
    left, top, right, bottom, rise_x, rise_y, fall_x, fall_y = step.columns(COVER)
    along_x = xp.clip(xp.minimum(x * left + rise_x, x * right + fall_x), 0, 1)
    return along_x * xp.clip(xp.minimum(y * top + rise_y, y * bottom + fall_y), 0, 1)


def _folded(places: Array, start: Array, period: Array, share: Array, xp: Any) -> Array:
    turns = (places - start) / period
    turns -= xp.floor(turns + share)
    folded = xp.abs(turns)
    folded *= period
    folded += start
    return folded


def _colour(images: Array, before: _Group, step: _Step, x: Array, y: Array, device: torch.device) -> Array:
    """What a stage has outside of its box, seen at the places: float32, broadcasts to [N, 3, H, W]."""
    if step.kind.border == _CONSTANT:
        return step.table[:, COLOUR]
    statistic = STATISTICS[step.kind.border - _CONSTANT - 1]
    seen = namespace(device).round(_resample(images, before, device))
    return statistic_fills(seen, step.box, statistic, x, y)
