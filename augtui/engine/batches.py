"""From stored bytes to what a model takes: resize, normalise, memory layout. The same for training and testing."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from augtui.engine.models import NORMALISATIONS
from augtui.plan.spec import DataSpec, ModelSpec


class ModelInput:
    """Turns uint8 [N, 3, S, S] into normalised float32 [N, 3, image_size, image_size].

    Args:
        data: gives the size that the model sees.
        model: gives the normalisation.
        device: of the images.
        layout: how a batch lies in memory.
    """

    def __init__(
        self,
        data: DataSpec,
        model: ModelSpec,
        device: torch.device,
        layout: torch.memory_format = torch.channels_last,
    ) -> None:
        self._layout = layout
        mean, deviation = NORMALISATIONS[model.normalisation]
        self.image_size = data.image_size
        shape = (1, 3, 1, 1)
        scale = 255.0 * torch.tensor(deviation, dtype=torch.float64)
        self._scale = (1.0 / scale).float().reshape(shape).to(device)
        self._shift = (
            (-torch.tensor(mean, dtype=torch.float64) / torch.tensor(deviation)).float().reshape(shape).to(device)
        )
        self._plain = mean == (0.0, 0.0, 0.0) and deviation == (1.0, 1.0, 1.0)

    def __call__(self, images: Tensor) -> Tensor:
        batch = images.to(dtype=torch.float32, memory_format=self._layout)
        if batch.shape[-1] != self.image_size:
            size = [self.image_size, self.image_size]
            batch = functional.interpolate(batch, size=size, mode="bilinear", antialias=True, align_corners=False)
            batch = batch.contiguous(memory_format=self._layout)
        if self._plain:
            return batch.mul_(1.0 / 255.0)
        return torch.addcmul(self._shift, batch, self._scale)
