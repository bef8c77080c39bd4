"""Superpixels: segments of an image painted with their mean colour."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.kernels.resize import nearest_places, resize_linear
from augtui.engine.policies.kernels.slic import slic
from augtui.engine.policies.kernels.superpixels import paint_segments
from augtui.engine.policies.rows import put_rows, take_rows
from augtui.engine.policies.segments import find_labels, levels, reduced_size, source_labels
from augtui.engine.policies.slic import SlicSettings
from augtui.engine.policies.sources import Sources
from augtui.engine.policies.values import Number, draw_number
from augtui.plan.spec import Choice, Uniform

_NO_SEGMENT = -1


def segment_levels(n_segments: Number) -> tuple[int, ...]:
    """The segment counts that may be drawn: of a range LEVELS values within it."""
    match n_segments:
        case Uniform(low=low, high=high):
            return levels(round(low), round(high))
        case Choice(options=options):
            return tuple(round(float(option)) for option in options)
        case _:
            return (round(n_segments),)


@dataclass(frozen=True, slots=True)
class Superpixels:
    """Paints each segment with a probability that is drawn for each image.

    Segments are found on images reduced to `max_size`. "clean" paints the image as it is; "compatible" paints
    the reduced image and enlarges it again, as imgaug does, unless nothing is painted. Label maps belong to the
    decoded image: where it has been moved since, they move with it. With `slic` = "torch" they are found anew.
    """

    p_replace: Number
    n_segments: Number
    mode: str
    max_size: int
    compactness: float
    slic: str = "skimage"

    def apply(self, images: Tensor, draws: Draws, sources: Sources | None = None) -> Tensor:
        if not len(images):
            return images.clone()
        counts, share = self._draw(draws)
        size = (images.shape[2], images.shape[3])
        small = reduced_size(*size, self.max_size)
        reduced = self.mode == "compatible" and small != size
        canvas = resize_linear(images, small) if reduced else images
        found, last = self._labels(images, counts, sources)
        labels = _resized(found, small if reduced else size)
        segments = torch.arange(int(last.max()) + 1)
        drawn = (draws.uniforms("segments", len(segments)) < share[:, None]) & (segments <= last[:, None])
        painted = paint_segments(canvas, labels, drawn)
        if not reduced:
            return painted
        result = resize_linear(painted, size)
        untouched = (~drawn.any(dim=1)).nonzero()[:, 0]
        return put_rows(result, untouched, take_rows(images, untouched))

    def describe(self, draws: Draws, size: tuple[int, int]) -> list[str]:
        rows = zip(*(column.tolist() for column in self._draw(draws)), strict=True)
        return [f"{share:.0%} of {count} superpixels" for count, share in rows]

    def _labels(self, images: Tensor, counts: Tensor, sources: Sources | None) -> tuple[Tensor, Tensor]:
        """int64 [N, h, w]: segments of the images as they lie now, at some size; [N], on the CPU: the last ones."""
        settings = SlicSettings(float(self.compactness))
        size = (images.shape[2], images.shape[3])
        if self.slic == "skimage" and sources is not None:
            kept = source_labels(sources, counts, settings, self.max_size)
            # Counted where they lie: asking the device would make it finish all that it has been told before.
            last = kept.flatten(1).amax(dim=1)
            return sources.follow(_resized(kept.to(images.device), size), _NO_SEGMENT), last
        small = reduced_size(*size, self.max_size)
        source = images if small == size else resize_linear(images, small)
        if self.slic == "skimage":
            labels = find_labels(source, counts, settings)
            return labels, labels.flatten(1).amax(dim=1).cpu()
        labels = torch.empty(len(images), *small, dtype=torch.int64, device=images.device)
        for wanted in sorted(set(counts.tolist())):
            rows = (counts == wanted).nonzero()[:, 0]
            put_rows(labels, rows, slic(take_rows(source, rows), wanted, settings.compactness))
        return labels, labels.flatten(1).amax(dim=1).cpu()

    def _draw(self, draws: Draws) -> tuple[Tensor, Tensor]:
        """Segments asked for (int64 [N]) and the share of them that is painted (float32 [N])."""
        choice = torch.tensor(segment_levels(self.n_segments))
        counts = choice[draws.integers("n_segments", 0, len(choice) - 1)]
        return counts, draw_number(self.p_replace, draws, "p_replace")


def _resized(labels: Tensor, size: tuple[int, int]) -> Tensor:
    """Label maps [N, h, w] at another size, without interpolation."""
    height, width = size
    if tuple(labels.shape[1:]) == size:
        return labels
    rows = nearest_places(labels.shape[1], height, labels.device)
    columns = nearest_places(labels.shape[2], width, labels.device)
    return labels[:, rows][:, :, columns]
