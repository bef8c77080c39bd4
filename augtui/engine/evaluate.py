"""What a model says about images, and the numbers of one validation pass."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from augtui.engine.batches import ModelInput

BATCH = 128
"""Images at a time; a constant, so that results do not depend on the training batch."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Images to be judged: `images` uint8 [M, 3, S, S], `index` int64 [N] into them, `labels` int64 [N]."""

    images: Tensor
    index: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True, slots=True)
class Validation:
    """Numbers of one pass over the validation images."""

    loss: float
    accuracy: float
    balanced_accuracy: float
    """The mean recall over the classes that occur."""


def logits(model: nn.Module, examples: Examples, to_input: ModelInput, autocast: torch.autocast) -> Tensor:
    """The model's raw outputs, float32 [N, K] on the model's device. Leaves the model in evaluation mode."""
    model.eval()
    with torch.inference_mode(), autocast:
        return torch.cat(
            [
                model(to_input(examples.images.index_select(0, examples.index[first : first + BATCH]))).float()
                for first in range(0, len(examples), BATCH)
            ]
        )


def validate(outputs: Tensor, labels: Tensor) -> Validation:
    """The numbers of one pass, from outputs float32 [N, K] and labels int64 [N]; one wait for the device."""
    right = (outputs.argmax(1) == labels).to(torch.float64)
    members = functional.one_hot(labels, outputs.shape[1]).to(torch.float64)
    counts = members.sum(0)
    recalls = (members * right[:, None]).sum(0) / counts.clamp(min=1.0)
    present = (counts > 0).to(torch.float64)
    numbers = torch.stack(
        [
            functional.cross_entropy(outputs, labels).to(torch.float64),
            right.mean(),
            (recalls * present).sum() / present.sum(),
        ]
    ).tolist()
    return Validation(*numbers)
