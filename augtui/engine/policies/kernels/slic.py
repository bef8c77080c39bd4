"""SLIC (Achanta et al. 2012) for a batch, on the device: scikit-image's k-means without its last step.

Features, grid, search window and number of rounds are scikit-image's; each pixel looks at the centres of the
5 x 5 cells around its own, which hold nearly all of that window. Pieces of a segment are not joined up: there is no
batched way to do that, and segments therefore are more ragged than scikit-image's.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from augtui.engine.policies.kernels.luminance import to_lab

_ROUNDS = 10
_REACH = 2
"""Cells looked at on each side of a pixel's own."""
_UNIT = 1 << 20
"""Features are summed as multiples of 1 / _UNIT, in whole numbers: exact in any order."""


def slic(images: Tensor, segments: int, compactness: float) -> Tensor:
    """Labels of about `segments` segments.

    Args:
        images: uint8 [N, 3, H, W].
        segments: how many are asked for, the same for all images.
        compactness: weight of closeness in place against closeness in colour.

    Returns:
        int64 [N, H, W].
    """
    height, width = images.shape[-2:]
    grid = _Grid(height, width, segments, images.device)
    colours = grid.split(to_lab(_stretched(images)).float() / compactness)
    planes = [*colours.unbind(dim=1), *grid.positions]
    centres = grid.first_centres(len(images))
    labels = torch.zeros(0)
    for _ in range(_ROUNDS):
        labels = _assign(planes, centres, grid)
        centres = _means(planes, labels, centres, grid)
    # Cells at the edge may lack a centre: labels count the centres, as scikit-image's do.
    numbers = centres[0, 5].flatten().cumsum(0).long() - 1 if len(images) else labels.flatten()
    return grid.join(numbers[labels])


def _stretched(images: Tensor) -> Tensor:
    """float64 [N, 3, H, W] in 0..1, each image from its lowest to its highest level, as scikit-image does first."""
    values = images.flatten(1).double()
    low, high = values.amin(dim=1, keepdim=True), values.amax(dim=1, keepdim=True)
    return ((values - low) / (high - low).clamp(min=1)).view(images.shape)


class _Grid:
    """Where the first centres lie, and the image cut into cells of one centre each."""

    def __init__(self, height: int, width: int, segments: int, device: torch.device) -> None:
        ideal = min(math.sqrt(height * width / segments), height, width)
        self.height, self.width = height, width
        self.step = max(1, round(ideal))
        start = int(ideal // 2)
        self.rows, self.columns = (-(-length // self.step) for length in (height, width))
        self.y = torch.arange(start, start + self.rows * self.step, self.step, device=device)
        self.x = torch.arange(start, start + self.columns * self.step, self.step, device=device)
        down, across = torch.meshgrid(
            torch.arange(self.rows * self.step, dtype=torch.float32, device=device),
            torch.arange(self.columns * self.step, dtype=torch.float32, device=device),
            indexing="ij",
        )
        self.positions = [self.split(plane[None, None])[:, 0] for plane in (down, across)]
        self.inside = (self.positions[0] < height) & (self.positions[1] < width)

    def split(self, planes: Tensor) -> Tensor:
        """[N, C, H, W] as [N, C, cells, pixels of a cell]; cells that reach over the edge are filled up."""
        tall, wide = self.rows * self.step, self.columns * self.step
        filled = torch.nn.functional.pad(planes, (0, wide - planes.shape[3], 0, tall - planes.shape[2]))
        cells = filled.view(*planes.shape[:2], self.rows, self.step, self.columns, self.step).transpose(3, 4)
        return cells.reshape(*planes.shape[:2], self.rows * self.columns, self.step * self.step)

    def join(self, cells: Tensor) -> Tensor:
        """[N, cells, pixels of a cell] as [N, H, W]."""
        form = (len(cells), self.rows, self.columns, self.step, self.step)
        tall, wide = self.rows * self.step, self.columns * self.step
        return cells.view(form).transpose(2, 3).reshape(len(cells), tall, wide)[:, : self.height, : self.width]

    def first_centres(self, count: int) -> Tensor:
        """float32 [N, 6, rows, columns]: three colours (0), y, x, and whether there is a centre."""
        y, x = torch.meshgrid(self.y.float(), self.x.float(), indexing="ij")
        there = ((y < self.height) & (x < self.width)).float()
        nothing = torch.zeros_like(y)
        return torch.stack((nothing, nothing, nothing, y, x, there)).expand(count, -1, -1, -1)

    def neighbours(self, centres: Tensor) -> list[tuple[Tensor, Tensor]]:
        """For each place around a cell: the centre there (float32 [N, 6, cells, 1]), its label (int64 [cells, 1])."""
        wide = torch.nn.functional.pad(centres, (_REACH,) * 4)
        numbers = torch.arange(self.rows * self.columns, device=centres.device).view(self.rows, self.columns)
        numbers = torch.nn.functional.pad(numbers, (_REACH,) * 4)
        found = []
        for row in range(2 * _REACH + 1):
            for column in range(2 * _REACH + 1):
                here = (slice(row, row + self.rows), slice(column, column + self.columns))
                found.append((wide[(..., *here)].flatten(2)[..., None], numbers[here].reshape(-1, 1)))
        return found


def _assign(planes: list[Tensor], centres: Tensor, grid: _Grid) -> Tensor:
    """int64 [N, cells, pixels]: the nearest centre whose window holds the pixel."""
    nearest = torch.full(planes[0].shape, torch.inf, device=centres.device)
    labels = torch.zeros(planes[0].shape, dtype=torch.int64, device=centres.device)
    weight = 1 / grid.step**2
    for centre, number in grid.neighbours(centres):
        colour = [(plane - centre[:, index]).square_() for index, plane in enumerate(planes[:3])]
        down, across = (planes[index] - centre[:, index] for index in (3, 4))
        distance = colour[0] + colour[1] + colour[2] + (down.square() + across.square()) * weight
        reach = 2 * grid.step
        seen = _in_window(planes[3], centre[:, 3], reach) & _in_window(planes[4], centre[:, 4], reach)
        closer = seen & (centre[:, 5] > 0) & (distance < nearest)
        nearest = torch.where(closer, distance, nearest)
        labels = torch.where(closer, number, labels)
    return labels


def _in_window(places: Tensor, centre: Tensor, reach: float) -> Tensor:
    return (places >= (centre - reach).floor()) & (places < (centre + reach + 1).floor())


def _means(planes: list[Tensor], labels: Tensor, centres: Tensor, grid: _Grid) -> Tensor:
    """The centres of what was assigned to them; a centre without pixels stays where it is."""
    count, cells = len(labels), grid.rows * grid.columns
    flat = torch.where(grid.inside, labels, cells).flatten(1)
    table = torch.zeros(count, cells + 1, dtype=torch.int64, device=labels.device)
    pixels = table.scatter_add(1, flat, torch.ones_like(flat))[:, :cells]
    means = []
    for index, plane in enumerate(planes):
        units = (plane * _UNIT).round_().long().expand(labels.shape).flatten(1)
        total = table.scatter_add(1, flat, units)[:, :cells].double() / _UNIT
        old = centres[:, index].flatten(1)
        means.append(torch.where(pixels > 0, (total / pixels.clamp(min=1)).float(), old))
    means.append(centres[:, 5].flatten(1))
    return torch.stack(means, dim=1).view(centres.shape)
