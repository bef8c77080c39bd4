"""Optimisers and learning-rate schedules, by the plan's words."""

from __future__ import annotations

import math

import torch
from torch import nn

from augtui.plan.spec import TrainSpec

INVERSE_TIME_DECAY = 0.01
"""The decay per step of the original study's X-ray training (Keras' `decay`)."""
STEP_MILESTONES = (0.5, 0.75)
"""Shares of the training at which `schedule = "step"` divides the rate by ten."""


def build_optimizer(spec: TrainSpec, model: nn.Module, fused: bool) -> torch.optim.Optimizer:
    """The optimiser of a plan; `fused` makes its step one kernel."""
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    if spec.optimizer == "sgd":
        return torch.optim.SGD(
            parameters, lr=spec.lr, momentum=spec.momentum, weight_decay=spec.weight_decay, fused=fused
        )
    kind = torch.optim.Adam if spec.optimizer == "adam" else torch.optim.AdamW
    return kind(parameters, lr=spec.lr, weight_decay=spec.weight_decay, fused=fused)


def learning_rate(spec: TrainSpec, step: int, steps: int) -> float:
    """The rate of step `step` (from 0) of `steps`.

    constant: lr. cosine: lr (1 + cos(pi step / steps)) / 2. step: a tenth from each milestone on.
    inverse_time: lr / (1 + 0.01 step), as Keras' `decay`.
    """
    if spec.schedule == "cosine":
        return spec.lr * 0.5 * (1.0 + math.cos(math.pi * step / steps))
    if spec.schedule == "step":
        return spec.lr * 0.1 ** sum(step >= share * steps for share in STEP_MILESTONES)
    if spec.schedule == "inverse_time":
        return spec.lr / (1.0 + INVERSE_TIME_DECAY * step)
    return spec.lr


def set_learning_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate
